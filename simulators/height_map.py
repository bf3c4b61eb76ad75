"""The overhead sensor's picture: a height above the floor for each cell of the lane, from straight above.

A time-of-flight camera in the ceiling: noise of a few millimetres, now and then a cell without an echo (dark hair, a
black case). It sees a little of either side beyond the doors.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulators.shapes import Solid
from simulators.world import CHAMBER_MM, LANE_HALF_MM

CELL_MM = 25.0
FROM_MM, TO_MM = -400.0, CHAMBER_MM + 400.0
COLUMNS, ROWS = round((TO_MM - FROM_MM) / CELL_MM), round(2 * LANE_HALF_MM / CELL_MM)
NOISE_MM = 8.0
LOST_SHARE = 0.01
PICTURES = 16
"""So many pictures of noise are drawn; then they come round again."""

Heights = NDArray[np.float32]
"""COLUMNS x ROWS, in millimetres; 0 is the floor, and a cell without an echo."""

X_MM = (FROM_MM + CELL_MM * (np.arange(COLUMNS) + 0.5)).astype(np.float32)
Y_MM = (-LANE_HALF_MM + CELL_MM * (np.arange(ROWS) + 0.5)).astype(np.float32)


def seen_from_above(solids: list[Solid], picture: int) -> Heights:
    """The `picture`th look at these solids."""
    heights = np.zeros((COLUMNS, ROWS), dtype=np.float32)
    for solid in solids:
        _draw(heights, solid)
    noise, lost = _noise(picture % PICTURES)
    heights += noise
    heights[lost] = 0.0
    return np.maximum(heights, 0.0, out=heights)


def _draw(heights: Heights, solid: Solid) -> None:
    left, right = _cells(solid.x_mm, solid.half_x_mm, FROM_MM, COLUMNS)
    near, far = _cells(solid.y_mm, solid.half_y_mm, -LANE_HALF_MM, ROWS)
    if left >= right or near >= far:
        return
    part = heights[left:right, near:far]
    if not solid.is_round:
        np.maximum(part, solid.high_mm, out=part)
        return
    along = ((X_MM[left:right] - solid.x_mm) / solid.half_x_mm) ** 2
    across = ((Y_MM[near:far] - solid.y_mm) / solid.half_y_mm) ** 2
    inside = np.float32(1.0) - along[:, None] - across[None, :]
    middle, half = (solid.low_mm + solid.high_mm) / 2, (solid.high_mm - solid.low_mm) / 2
    top = np.where(inside > 0, middle + half * np.sqrt(np.maximum(inside, 0)), 0)
    np.maximum(part, top, out=part)


def _cells(middle_mm: float, half_mm: float, from_mm: float, count: int) -> tuple[int, int]:
    """Cells whose middles lie within."""
    first = int(np.ceil((middle_mm - half_mm - from_mm) / CELL_MM - 0.5))
    last = int(np.floor((middle_mm + half_mm - from_mm) / CELL_MM - 0.5))
    return max(0, first), min(count, last + 1)


@cache
def _noise(picture: int) -> tuple[Heights, NDArray[np.bool_]]:
    rng = np.random.default_rng((picture, 0x70F))
    noise = rng.normal(0.0, NOISE_MM, (COLUMNS, ROWS)).astype(np.float32)
    return noise, rng.random((COLUMNS, ROWS)) < LOST_SHARE
