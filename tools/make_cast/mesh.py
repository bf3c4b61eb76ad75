"""The head: a CC0 mesh with shape keys (head.npz, HEAD-LICENCE.md), smoothed once by Catmull and Clark's rule.

Its unit is about 102 mm; x points to the viewer's right, y up, z to the viewer; the face looks along +z.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np

from tools.make_cast.fields import Bools, Floats, Ints, f32, unit

HEAD_FILE = Path(__file__).parent / "head.npz"


class Material(IntEnum):
    SKIN = 0
    LEFT_EYE = 1
    RIGHT_EYE = 2
    LASHES = 3
    TEETH = 4
    HAIR_SHELL = 7
    HAIR_SHEET = 8
    FRAME = 9


DRAWN = (Material.SKIN, Material.LEFT_EYE, Material.RIGHT_EYE, Material.LASHES, Material.TEETH)
LIPS, LIDS, EARS, MOUTH = range(4)
"""Columns of the masks."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """One step of Catmull and Clark on a fixed set of quads: the edges, and who meets at them."""

    quads: Ints
    vertices: int
    edges: Ints
    edge_of: Ints
    """4 edges of every quad."""
    faces_at_edge: Ints

    @classmethod
    def of(cls, quads: Ints, vertices: int) -> "Refinement":
        sides = np.stack([quads, np.roll(quads, -1, 1)], axis=2).reshape(-1, 2)
        edges, edge_of, count = np.unique(np.sort(sides, axis=1), axis=0, return_inverse=True, return_counts=True)
        return cls(quads, vertices, edges, edge_of.reshape(len(quads), 4), count)

    def refined_quads(self) -> Ints:
        face = self.vertices + len(self.edges) + np.arange(len(self.quads))
        edge = self.vertices + self.edge_of
        corners = [np.stack([self.quads[:, k], edge[:, k], face, edge[:, (k + 3) % 4]], axis=1) for k in range(4)]
        return np.stack(corners, axis=1).reshape(-1, 4)

    def halved(self, values: Floats) -> Floats:
        """Values on the refined vertices by plain averages."""
        return f32(np.concatenate([values, values[self.edges].mean(1), values[self.quads].mean(1)]))

    def smoothed(self, points: Floats) -> Floats:
        """Refined vertices on the limit surface's side: borders stay where they are."""
        face, middle = points[self.quads].mean(1), points[self.edges].mean(1)
        border = self.faces_at_edge == 1
        beside = np.zeros_like(middle)
        for k in range(4):
            np.add.at(beside, self.edge_of[:, k], face)
        edge = np.where(border[:, None], middle, (2 * middle + beside) / 4)
        return f32(np.concatenate([self._smoothed_corners(points, face, middle, border), edge, face]))

    def _smoothed_corners(self, points: Floats, face: Floats, middle: Floats, border: Bools) -> Floats:
        valence = f32(np.bincount(self.edges.ravel(), minlength=self.vertices))[:, None]
        faces = f32(np.bincount(self.quads.ravel(), minlength=self.vertices))[:, None]
        around, edges = np.zeros_like(points), np.zeros_like(points)
        for k in range(2):
            np.add.at(edges, self.edges[:, k], middle)
        for k in range(4):
            np.add.at(around, self.quads[:, k], face)
        n = np.maximum(valence, 1)
        moved = (around / np.maximum(faces, 1) + 2 * edges / n + (n - 3) * points) / n
        fixed = np.zeros(self.vertices, dtype=bool)
        fixed[self.edges[border].ravel()] = True
        return f32(np.where(fixed[:, None] | (valence < 3), points, moved))


@dataclass(frozen=True)
class Head:
    """The refined head at rest, and its shape keys on the coarse one."""

    coarse: Floats
    keys: Mapping[str, tuple[Ints, Floats]]
    refinement: Refinement
    rest: Floats
    masks: Floats
    """n x 4: lips, lids, ears, inside of the mouth; 0..1."""
    triangles: Ints
    materials: Ints
    skin: Bools
    """Vertices of the skin."""
    eyes: tuple[Floats, Floats]
    """Centres of the two eyeballs at rest."""

    def shaped(self, weights: Mapping[str, float]) -> Floats:
        """Refined vertices with every named shape key applied by its weight. Raises KeyError for an unknown key."""
        points = self.coarse.copy()
        for key, weight in weights.items():
            index, offset = self.keys[key]
            points[index] += offset * f32(weight)
        return self.refinement.smoothed(points)

    def eyeball(self, points: Floats, eye: Material) -> Floats:
        """Mean of one eyeball's vertices."""
        return f32(points[np.unique(self.triangles[self.materials == eye])].mean(0))


@cache
def head() -> Head:
    with np.load(HEAD_FILE, allow_pickle=False) as baked:
        data = {name: baked[name] for name in baked.files}
    coarse, quads = f32(data["v"]), data["quads"].astype(np.int64)
    refinement = Refinement.of(quads, len(coarse))
    fine, materials = refinement.refined_quads(), np.repeat(data["mat"].astype(np.int64), 4)
    triangles = np.concatenate([fine[:, [0, 1, 2]], fine[:, [0, 2, 3]]])
    materials = np.concatenate([materials, materials])
    rest = refinement.smoothed(coarse)
    skin = np.zeros(len(rest), dtype=bool)
    skin[np.unique(triangles[materials == Material.SKIN])] = True
    drawn = np.isin(materials, DRAWN)
    return Head(
        coarse=coarse,
        keys=_keys(data),
        refinement=refinement,
        rest=rest,
        masks=refinement.halved(f32(data["masks"])),
        triangles=triangles[drawn],
        materials=materials[drawn],
        skin=skin,
        eyes=(_middle(coarse, quads, data["mat"] == 1), _middle(coarse, quads, data["mat"] == 2)),
    )


def normals(points: Floats, triangles: Ints) -> Floats:
    """Unit normals of the vertices, weighted by the area of the triangles that meet there."""
    sides = points[triangles[:, 1]] - points[triangles[:, 0]], points[triangles[:, 2]] - points[triangles[:, 0]]
    across = np.cross(*sides)
    total = np.zeros_like(points)
    for k in range(3):
        np.add.at(total, triangles[:, k], across)
    return unit(total)


def _keys(data: Mapping[str, np.ndarray]) -> dict[str, tuple[Ints, Floats]]:
    bounds = data["off"]
    return {
        str(name): (
            data["idx"][bounds[i] : bounds[i + 1]].astype(np.int64),
            f32(data["val"][bounds[i] : bounds[i + 1]]) * data["sc"][i],
        )
        for i, name in enumerate(data["names"])
    }


def _middle(points: Floats, quads: Ints, chosen: Bools) -> Floats:
    part = points[np.unique(quads[chosen])]
    return f32((part.min(0) + part.max(0)) / 2)
