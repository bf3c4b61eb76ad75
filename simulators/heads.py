"""Finds people in the overhead sensor's height map, and what is no person. Pure: a map in, shapes out.

A person is a head: a dome of a head's size that stands out of what is around it on most sides. Luggage is flat on top,
or far wider than a head. Somebody on all fours has no such head: a long, low and rounded body is one. What is neither
stays a thing. A dome that is almost a head is told as doubtful, so that nobody is counted away silently.
"""

from collections.abc import Iterator, Sequence
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
LOW_BODY_MM = 650.0
"""What is lower is looked at by itself: somebody on the floor is, whatever stands beside him."""
HANGS_MM = 530.0
"""What is rounded nowhere below this is carried: a bag on somebody's shoulder. A body reaches down to the floor."""
SLOPE = (0.2, 1.8)
"""A rounded surface falls off like this, in millimetres a millimetre; a case is level, and its edges are steeper."""
CRAWLER_LENGTH_MM, CRAWLER_HEIGHT_MM, CRAWLER_CM2, CRAWLER_WIDTH_MM = 640.0, 290.0, 1100.0, 540.0
ROUNDED_SHARE, ROUNDED_CM2 = 0.25, 80.0
"""A body less rounded than this is no person; one that has as much, but not a person's size, is doubtful:
somebody on the floor of whom a part is hidden."""
LAP_WIDTH_MM, LAP_LENGTH_MM, KNEES_MM = 720.0, 1050.0, 560.0
"""No more than this is a lap in a wheelchair, whose knees are this high at least."""
SEATED_MM, LAP_MM = 1450.0, 850.0
"""It has a head this near, no higher than of somebody who sits."""

_REACH = 10
_GRID = np.arange(-_REACH, _REACH + 1, dtype=np.float32) * CELL_MM
_AWAY_MM = np.hypot(_GRID[:, None], _GRID[None, :])
_CROWN, _RING, _AROUND = _AWAY_MM <= 30, (_AWAY_MM > 54) & (_AWAY_MM <= 80), (_AWAY_MM >= 150) & (_AWAY_MM <= 200)
_BEYOND = (_AWAY_MM > 104) & (_AWAY_MM <= 140)
_WITHIN, _MIDDLE = _AWAY_MM <= 200, _AWAY_MM <= 51
_HIGH_OF_RING = round(0.75 * int(_RING.sum()))
_RIM = np.ones((3, 3), dtype=np.uint8)
_SQUARE = np.ones((2, 2), dtype=np.uint8)
"""Wide enough to leave out the rounded-off edge of a case, which is one cell wide."""
_CELL_CM2 = CELL_MM**2 / 100
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
    rim = cv2.dilate((around > top + BEYOND_MM).astype(np.uint8), _RIM) > 0
    if float((_BEYOND & ~rim & (np.abs(around - top) < BEYOND_MM)).sum()) > share * _BEYOND.sum():
        return None
    area_cm2 = float(np.count_nonzero(_WITHIN & (around > top - CAP_MM))) * CELL_MM**2 / 100
    if not AREA_CM2[0] <= area_cm2 <= AREA_CM2[1]:
        return None
    if float((around[_AROUND] < top - NECK_MM).mean()) < OPEN_SHARE:
        return None
    return Kind.HEAD if dome_mm >= DOME_MM else Kind.DOUBTFUL


# --- all else ---


def _rest(heights: Heights, heads: Sequence[Shape]) -> Iterator[Shape]:
    mask = (heights > THING_MM).astype(np.uint8)
    tall = cv2.dilate((heights > TALL_MM).astype(np.uint8), _RIM)
    for head in heads:
        column, row = (head.x_mm - FROM_MM) / CELL_MM - 0.5, (head.y_mm + LANE_HALF_MM) / CELL_MM - 0.5
        middle = (round(row), round(column))
        cv2.circle(mask, middle, round(SHADOW_MM / CELL_MM), 0, -1)
        around = cv2.circle(np.zeros_like(mask), middle, round(TALL_SHADOW_MM / CELL_MM), 1, -1)
        mask[(around > 0) & (tall > 0)] = 0
    rounded = _is_rounded(heights)
    low = np.where(heights <= LOW_BODY_MM, mask, 0).astype(np.uint8)
    for where, stats, place in _pieces(mask):
        shape = Shape(Kind.THING, *place, float(heights[where].max()), int(stats[cv2.CC_STAT_HEIGHT]) * CELL_MM)
        if np.count_nonzero(rounded & where) * _CELL_CM2 < ROUNDED_CM2:
            yield shape
            continue
        bodies = [*_bodies(heights, rounded, np.where(where, low, 0).astype(np.uint8), heads)]
        yield from bodies or (shape,)


def _pieces(mask: NDArray[np.uint8]) -> Iterator[tuple[NDArray[np.bool_], NDArray[np.int32], tuple[float, float]]]:
    """What hangs together and is large enough: its cells, its extent, its middle in the lane."""
    count, labels, stats, middles = cv2.connectedComponentsWithStats(mask, connectivity=4)
    for label in range(1, count):
        if int(stats[label, cv2.CC_STAT_AREA]) * _CELL_CM2 >= THING_CM2:
            along, across = float(middles[label][1]), float(middles[label][0])
            place = FROM_MM + (along + 0.5) * CELL_MM, -LANE_HALF_MM + (across + 0.5) * CELL_MM
            yield labels == label, np.asarray(stats[label], dtype=np.int32), place


def _is_rounded(heights: Heights) -> NDArray[np.bool_]:
    """Cells of a surface that falls off gently, as bodies do; low ones alone."""
    along, across = cv2.Sobel(heights, cv2.CV_32F, 0, 1), cv2.Sobel(heights, cv2.CV_32F, 1, 0)
    slope = np.hypot(along, across) / (8 * CELL_MM)
    gentle = (slope > SLOPE[0]) & (slope < SLOPE[1]) & (heights > THING_MM) & (heights <= LOW_BODY_MM)
    return cv2.morphologyEx(gentle.astype(np.uint8), cv2.MORPH_OPEN, _SQUARE).astype(bool)


def _bodies(
    heights: Heights, rounded: NDArray[np.bool_], low: NDArray[np.uint8], heads: Sequence[Shape]
) -> Iterator[Shape]:
    """Of a piece with rounded places in it: whoever may be on the floor there. Empty when it is a thing after all."""
    for where, stats, middle in _pieces(cv2.morphologyEx(low, cv2.MORPH_OPEN, _RIM).astype(np.uint8)):
        soft = rounded & where
        if np.count_nonzero(soft & (heights < HANGS_MM)) * _CELL_CM2 < ROUNDED_CM2:
            continue
        length_mm, width_mm = int(stats[cv2.CC_STAT_HEIGHT]) * CELL_MM, _width_mm(where)
        is_lap = width_mm <= LAP_WIDTH_MM and length_mm <= LAP_LENGTH_MM and heights[soft].max() > KNEES_MM
        if is_lap and _sits(middle, heads):
            continue
        kind = Kind.DOUBTFUL
        if width_mm <= CRAWLER_WIDTH_MM and length_mm >= CRAWLER_LENGTH_MM and _is_whole(heights, where, soft):
            kind = Kind.CRAWLER
        yield Shape(kind, *middle, float(heights[where].max()), length_mm)


def _is_whole(heights: Heights, where: NDArray[np.bool_], soft: NDArray[np.bool_]) -> bool:
    """As large and as high as somebody on all fours, and rounded enough for one."""
    cells = np.count_nonzero(where)
    is_large = cells * _CELL_CM2 >= CRAWLER_CM2 and heights[where].max() >= CRAWLER_HEIGHT_MM
    return bool(is_large and np.count_nonzero(soft) >= ROUNDED_SHARE * cells)


def _sits(middle: tuple[float, float], heads: Sequence[Shape]) -> bool:
    """Somebody in a wheelchair is so near that these are his knees."""
    return any(
        head.height_mm < SEATED_MM and np.hypot(head.x_mm - middle[0], head.y_mm - middle[1]) < LAP_MM for head in heads
    )


def _width_mm(where: NDArray[np.bool_]) -> float:
    """The narrow side of the smallest rectangle around it, however it lies."""
    _, sides, _ = cv2.minAreaRect(np.argwhere(where).astype(np.float32))
    return float(min(sides) + 1) * CELL_MM


assert ROWS < COLUMNS  # noqa: S101  (columns run along the lane: the axis of every map)
