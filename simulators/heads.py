"""Finds people in the overhead sensor's height map, and what is no person. Pure: a map in, shapes out.

A person is a head: a dome of a head's size that stands out of what is around it on most sides. Luggage is flat on top,
or far wider than a head. Somebody on all fours has no such head: a long, low and rounded body is one. What is neither
stays a thing. A dome that is almost a head is told as doubtful, so that nobody is counted away silently.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from simulators.height_map import CELL_MM, COLUMNS, FROM_MM, ROWS, Heights
from simulators.world import LANE_HALF_MM

LOWEST_HEAD_MM = 480.0
DOME_MM, DOUBTFUL_DOME_MM = 17.0, 12.0
"""How far a head falls off from its crown to 55..80 mm around it, on three of four sides at least."""
CROWN_MM, LOW_CROWN_MM, LOW_MM = 85.0, 38.0, 1000.0
"""What is within 50 mm of the crown lies hardly lower: a head is no bar and no edge. Low down, where bags and bars are,
by less: there only the heads of small children are."""
AREA_CM2 = (50.0, 900.0)
"""Of what lies less than CAP_MM below the crown."""
CAP_MM = 90.0
BEYOND_MM, BEYOND_SHARE, LOW_BEYOND_SHARE = 60.0, 0.24, 0.08
"""Not more than this share of what is 105..140 mm around a crown is about as high: a head is no narrow bag."""
OPEN_SHARE = 0.55
"""This share of what is 150..200 mm around a head lies at least NECK_MM below its crown."""
NECK_MM = 110.0
APART_MM = 140.0
"""Two crowns nearer than this are one."""
PEAK_MM = 75.0
SHADOW_MM, TALL_SHADOW_MM, TALL_MM = 300.0, 450.0, 760.0
"""What is this near to a head belongs to its body; what is as high as a back or a rucksack, also a little further."""
THING_MM = 110.0
THING_CM2 = 200.0
CRAWLER_LENGTH_MM, DOUBTFUL_LENGTH_MM = 720.0, 560.0
CRAWLER_HEIGHT_MM = (290.0, 650.0)
CRAWLER_CM2, DOUBTFUL_CM2, CRAWLER_WIDTH_MM = 1300.0, 900.0, 540.0
"""A rounded body a little too short or too small to be one is doubtful."""
SEVERAL_WIDTH_MM, SEVERAL_LENGTH_MM = 720.0, 1250.0
"""One that is wider than a person and larger than a wheelchair may be several."""
FLAT_MM = 40.0
FLAT_SHARE = 0.80
"""A body with more than this share of its cells near the top of their slice is flat: a case, no back."""

_REACH = 10
_GRID = np.arange(-_REACH, _REACH + 1, dtype=np.float32) * CELL_MM
_AWAY_MM = np.hypot(_GRID[:, None], _GRID[None, :])
_CROWN, _RING, _AROUND = _AWAY_MM <= 30, (_AWAY_MM > 54) & (_AWAY_MM <= 80), (_AWAY_MM >= 150) & (_AWAY_MM <= 200)
_BEYOND = (_AWAY_MM > 104) & (_AWAY_MM <= 140)
_WITHIN, _MIDDLE = _AWAY_MM <= 200, _AWAY_MM <= 51
_HIGH_OF_RING = round(0.75 * int(_RING.sum()))
_RIM = np.ones((3, 3), dtype=np.uint8)
_PEAK = np.asarray(
    cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * round(PEAK_MM / CELL_MM) + 1,) * 2), dtype=np.uint8
)


class Kind(Enum):
    HEAD = "head"
    CRAWLER = "crawler"
    DOUBTFUL = "doubtful"
    """Almost a head."""
    THING = "thing"

    @property
    def is_person(self) -> bool:
        return self in (Kind.HEAD, Kind.CRAWLER)


@dataclass(frozen=True, slots=True)
class Shape:
    """One thing of the map: where, how high, how long it is along the lane."""

    kind: Kind
    x_mm: float
    y_mm: float
    height_mm: float
    length_mm: float = 0.0


def shapes_in(heights: Heights) -> tuple[Shape, ...]:
    """Everything in the map."""
    clean = cv2.blur(cv2.medianBlur(heights, 3), (3, 3))
    heads = tuple(_heads(np.asarray(clean, dtype=np.float32)))
    return (*heads, *_rest(np.asarray(clean, dtype=np.float32), [head for head in heads if head.kind is Kind.HEAD]))


# --- heads ---


def _heads(heights: Heights) -> Iterator[Shape]:
    peaks = np.argwhere((heights >= cv2.dilate(heights, _PEAK)) & (heights > LOWEST_HEAD_MM))
    if not len(peaks):
        return
    framed = np.pad(heights, _REACH)
    found: list[Shape] = []
    for column, row in sorted(peaks.tolist(), key=lambda peak: -heights[peak[0], peak[1]]):
        x_mm, y_mm = FROM_MM + (column + 0.5) * CELL_MM, -LANE_HALF_MM + (row + 0.5) * CELL_MM
        if any(np.hypot(x_mm - other.x_mm, y_mm - other.y_mm) < APART_MM for other in found):
            continue
        around = framed[column : column + 2 * _REACH + 1, row : row + 2 * _REACH + 1]
        kind = _kind_of_peak(around)
        if kind is not None:
            found.append(Shape(kind, x_mm, y_mm, float(heights[column, row])))
            yield found[-1]


def _kind_of_peak(around: NDArray[np.float32]) -> Kind | None:
    top = float(around[_CROWN].mean())
    dome_mm = top - float(np.sort(around[_RING])[_HIGH_OF_RING])
    crown_mm, share = (CROWN_MM, BEYOND_SHARE) if top > LOW_MM else (LOW_CROWN_MM, LOW_BEYOND_SHARE)
    if dome_mm < DOUBTFUL_DOME_MM or top - float(around[_MIDDLE].mean()) > crown_mm:
        return None
    if float((np.abs(around[_BEYOND] - top) < BEYOND_MM).mean()) > share:
        return None
    area_cm2 = float(np.count_nonzero(_WITHIN & (around > top - CAP_MM))) * CELL_MM**2 / 100
    if not AREA_CM2[0] <= area_cm2 <= AREA_CM2[1]:
        return None
    if float((around[_AROUND] < top - NECK_MM).mean()) < OPEN_SHARE:
        return None
    return Kind.HEAD if dome_mm >= DOME_MM else Kind.DOUBTFUL


# --- all else ---


def _rest(heights: Heights, heads: list[Shape]) -> Iterator[Shape]:
    mask = (heights > THING_MM).astype(np.uint8)
    tall = cv2.dilate((heights > TALL_MM).astype(np.uint8), _RIM)
    for head in heads:
        column, row = (head.x_mm - FROM_MM) / CELL_MM - 0.5, (head.y_mm + LANE_HALF_MM) / CELL_MM - 0.5
        middle = (round(row), round(column))
        cv2.circle(mask, middle, round(SHADOW_MM / CELL_MM), 0, -1)
        around = cv2.circle(np.zeros_like(mask), middle, round(TALL_SHADOW_MM / CELL_MM), 1, -1)
        mask[(around > 0) & (tall > 0)] = 0
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=4)
    for label in range(1, count):
        cells = int(stats[label, cv2.CC_STAT_AREA])
        if cells * CELL_MM**2 / 100 >= THING_CM2:
            yield _body(heights, labels == label, middles[label], int(stats[label, cv2.CC_STAT_HEIGHT]), cells)


def _body(heights: Heights, where: NDArray[np.bool_], middle: NDArray[np.float64], columns: int, cells: int) -> Shape:
    top = float(heights[where].max())
    length_mm = columns * CELL_MM
    kind = _kind_of_body(heights, where, top, length_mm, cells * CELL_MM**2 / 100)
    x_mm, y_mm = FROM_MM + (middle[1] + 0.5) * CELL_MM, -LANE_HALF_MM + (middle[0] + 0.5) * CELL_MM
    return Shape(kind, float(x_mm), float(y_mm), top, length_mm)


def _kind_of_body(heights: Heights, where: NDArray[np.bool_], top_mm: float, length_mm: float, area_cm2: float) -> Kind:
    """Somebody on the floor is low, long, as narrow as a person, and rounded."""
    if not CRAWLER_HEIGHT_MM[0] <= top_mm <= CRAWLER_HEIGHT_MM[1] or length_mm < DOUBTFUL_LENGTH_MM:
        return Kind.THING
    if area_cm2 < DOUBTFUL_CM2 or _is_flat(heights, where):
        return Kind.THING
    width_mm = _width_mm(where)
    if width_mm > CRAWLER_WIDTH_MM:
        return Kind.DOUBTFUL if width_mm > SEVERAL_WIDTH_MM or length_mm > SEVERAL_LENGTH_MM else Kind.THING
    return Kind.CRAWLER if length_mm >= CRAWLER_LENGTH_MM and area_cm2 >= CRAWLER_CM2 else Kind.DOUBTFUL


def _width_mm(where: NDArray[np.bool_]) -> float:
    """The narrow side of the smallest rectangle around it, however it lies."""
    _, sides, _ = cv2.minAreaRect(np.argwhere(where).astype(np.float32))
    return float(min(sides) + 1) * CELL_MM


def _is_flat(heights: Heights, where: NDArray[np.bool_]) -> bool:
    """Across the lane its top is level, as a case's is and a back's is not; its rim is left out."""
    where = cv2.erode(where.astype(np.uint8), _RIM).astype(bool)
    own = np.where(where, heights, 0.0)
    slice_tops = own.max(axis=1, keepdims=True)
    near_top = where & (own > slice_tops - FLAT_MM)
    return float(np.count_nonzero(near_top)) > FLAT_SHARE * max(1.0, float(np.count_nonzero(where)))


assert ROWS < COLUMNS  # noqa: S101  (columns run along the lane: the axis of every map)
