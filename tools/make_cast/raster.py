"""A z-buffer in numpy: which triangle is seen at which pixel."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tools.make_cast.fields import Bools, Floats, Ints, f32

NOWHERE = np.float32(-1e9)
SIZES_PX = (0, 2, 3, 4, 6, 8, 11, 15, 24, 48, 96, 4000)
"""Triangles are tested in batches of like size, each over its own square of pixels."""
BATCH = 2e6


@dataclass(frozen=True, slots=True)
class Fragments:
    """Candidates for pixels: a triangle each, and the barycentric weights of its first two corners."""

    triangle: Ints
    first: Floats
    second: Floats
    pixel: Ints
    """Row times width plus column."""

    def kept(self, which: Bools) -> "Fragments":
        return Fragments(self.triangle[which], self.first[which], self.second[which], self.pixel[which])

    def blend(self, values: Floats, triangles: Ints) -> Floats:
        """Values of the vertices, interpolated."""
        a, b, c = (values[triangles[self.triangle, k]] for k in range(3))
        shares = self.first, self.second, 1 - self.first - self.second
        w = [share.reshape(-1, *[1] * (values.ndim - 1)) for share in shares]
        return f32(a * w[0] + b * w[1] + c * w[2])


@dataclass(frozen=True, slots=True)
class _Edges:
    """Barycentric weights as planes over the pixels: weight = a x + b y + c from each triangle's own corner."""

    corner: Ints
    size: Ints
    planes: Floats
    """n x 2 x 3."""
    visible: Bools


def rasterise(
    xy: Floats,
    depth: Floats,
    triangles: Ints,
    size: tuple[int, int],
    two_sided: Bools,
    keep: Callable[[Fragments], Bools],
) -> tuple[Fragments, Floats]:
    """The nearest fragment of every pixel that `keep` lets stand, and the depth of all pixels (greater is nearer)."""
    width, height = size
    edges = _edges(xy, triangles, size, two_sided)
    nearest = np.full(width * height, NOWHERE, np.float32)
    nothing = np.zeros(0, np.int64), np.zeros(0, np.float32)
    seen = [(Fragments(nothing[0], nothing[1], nothing[1], nothing[0]), nothing[1])]
    for chosen in _batches(edges):
        found = _covered(edges, chosen, width, height)
        z = found.blend(depth, triangles)
        front = z >= nearest[found.pixel]
        found, z = found.kept(front), z[front]
        solid = keep(found)
        found, z = found.kept(solid), z[solid]
        np.maximum.at(nearest, found.pixel, z)
        seen.append((found, z))
    return _joined([part.kept(z >= nearest[part.pixel]) for part, z in seen]), nearest


def _edges(xy: Floats, triangles: Ints, size: tuple[int, int], two_sided: Bools) -> _Edges:
    corners = xy[triangles]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    area = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    low, high = np.floor(corners.min(1)).astype(np.int64), np.ceil(corners.max(1)).astype(np.int64)
    inside = (high > 0).all(1) & (low < size).all(1)
    visible = inside & (np.abs(area) > 1e-5) & ((area < 0) | two_sided)
    scale = f32(1 / np.where(np.abs(area) < 1e-5, 1, area))
    start = f32(low + 0.5)
    planes = [_plane(b, c, scale, start), _plane(c, a, scale, start)]
    return _Edges(low, (high - low).max(1), f32(np.stack(planes, axis=1)), visible)


def _plane(p: Floats, q: Floats, scale: Floats, start: Floats) -> Floats:
    """The weight that is 0 on the line p-q and 1 at the opposite corner."""
    along_x, along_y = -(q[:, 1] - p[:, 1]) * scale, (q[:, 0] - p[:, 0]) * scale
    return f32(np.stack([along_x, along_y, along_x * (start[:, 0] - p[:, 0]) + along_y * (start[:, 1] - p[:, 1])], 1))


def _batches(edges: _Edges) -> Iterator[Ints]:
    for above, upto in pairwise(SIZES_PX):
        members = np.flatnonzero(edges.visible & (edges.size > above) & (edges.size <= upto))
        many = max(1, int(BATCH / min(upto, 400) ** 2))
        for start in range(0, len(members), many):
            yield members[start : start + many]


def _covered(edges: _Edges, chosen: Ints, width: int, height: int) -> Fragments:
    """All pixel centres within the chosen triangles."""
    side = int(edges.size[chosen].max())
    cell = np.arange(side * side)
    x, y = f32(cell % side), f32(cell // side)
    planes = edges.planes[chosen]
    weights = [planes[:, k, :1] * x + planes[:, k, 1:2] * y + planes[:, k, 2:] for k in (0, 1)]
    within = np.flatnonzero((weights[0] >= -1e-4) & (weights[1] >= -1e-4) & (weights[0] + weights[1] <= 1.0001))
    triangle, place = chosen[within // (side * side)], within % (side * side)
    column, row = edges.corner[triangle, 0] + place % side, edges.corner[triangle, 1] + place // side
    found = Fragments(triangle, weights[0].ravel()[within], weights[1].ravel()[within], row * width + column)
    return found.kept((column >= 0) & (row >= 0) & (column < width) & (row < height))


def _joined(parts: list[Fragments]) -> Fragments:
    return Fragments(
        np.concatenate([part.triangle for part in parts]),
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        np.concatenate([part.pixel for part in parts]),
    )
