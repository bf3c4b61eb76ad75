"""The shape that is drawn: triangles with all that the painter must know of each corner."""

from dataclasses import dataclass

import numpy as np

from tools.make_cast.fields import Floats, Ints, f32, step
from tools.make_cast.mesh import Head, normals
from tools.make_cast.traits import Traits

SHIRT_PUSH = 0.06


@dataclass(frozen=True, slots=True)
class Form:
    points: Floats
    """Where the corner is, of this traveller and expression, before the head is turned."""
    rest: Floats
    """Where the corner is on the head at rest: the place that paint goes by."""
    normals: Floats
    masks: Floats
    triangles: Ints
    materials: Ints
    """One a triangle, as is the layer."""
    layer: Floats
    """Height of a layer of hair above the skin, 0..1."""

    def joined(self, other: "Form") -> "Form":
        """Both; the other's triangles are counted from its own first corner."""
        return Form(
            np.concatenate([self.points, other.points]),
            np.concatenate([self.rest, other.rest]),
            np.concatenate([self.normals, other.normals]),
            np.concatenate([self.masks, other.masks]),
            np.concatenate([self.triangles, other.triangles + len(self.points)]),
            np.concatenate([self.materials, other.materials]),
            np.concatenate([self.layer, other.layer]),
        )


def plain(points: Floats, rest: Floats, facing: Floats, triangles: Ints, material: int, layer: float) -> Form:
    """A form of one material, without masks."""
    return Form(
        f32(points),
        f32(rest),
        f32(facing),
        np.zeros((len(points), 4), np.float32),
        triangles,
        np.full(len(triangles), material, np.int64),
        np.full(len(triangles), layer, np.float32),
    )


def quads_of_grid(rows: int, columns: int) -> Ints:
    """Triangles of a grid of rows x columns corners."""
    corner = np.arange(rows * columns).reshape(rows, columns)
    quads = np.stack([corner[:-1, :-1], corner[1:, :-1], corner[1:, 1:], corner[:-1, 1:]], axis=2).reshape(-1, 4)
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def shirt_share(rest: Floats, softness: float) -> Floats:
    """1 where the shirt covers the body, 0 above its round neckline."""
    dip = 0.25 * np.clip(rest[:, 2] - 0.2, 0, 2)
    neckline = 5.93 - dip + 0.22 * np.clip(np.abs(rest[:, 0]) - 0.2, 0, 1)
    return step(0, softness, f32(neckline - rest[:, 1]))


def dressed_head(head: Head, traits: Traits, expression: dict[str, float]) -> Form:
    """Head and shoulders of one traveller, with the shirt standing a little off the skin."""
    weights = dict(traits.shape)
    for key, weight in expression.items():
        weights[f"x-{key}"] = weights.get(f"x-{key}", 0.0) + weight
    points = head.shaped(weights)
    facing = normals(points, head.triangles)
    points = points + facing * (SHIRT_PUSH * shirt_share(head.rest, 0.05))[:, None]
    layer = np.zeros(len(head.triangles), np.float32)
    return Form(f32(points), head.rest, facing, head.masks, head.triangles, head.materials, layer)
