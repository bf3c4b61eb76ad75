"""Where the machine readable lines run: first the zones on the whole picture, then the lines of each zone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.net import MAP_STEP_PX, Grey, PageNet, Plane

WORKING_SIDES_PX = (640, 1280)
"""The longer side of the picture at the first look, and at the second when that settled nothing."""
ZONE_CAPITAL_PX = 20.0
"""A zone is cut out upright at this height of its capitals."""
_LOOK_CAPITAL_PX = 11.0
_LIKELY = 0.45
_FEWEST_CAPITALS = 11.0
"""A line is at least this many times as long as its capitals are high."""
_ROOM = 9.0
_SHORTEST_LINE, _LONGEST_LINE = 28.0, 46.0
"""Of 30 and of 44 characters, in heights of their capitals."""
_MOST_ZONES = 3
_LEAST_WEIGHT = 0.25
"""Of the likeliest zone's, for another to be worth a look."""
_WORTH_A_LOOK = 0.15
"""Of the likeliest zone's weight: a region that weighs so much and is no zone may be another document, seen badly."""
_FILLS_THE_PICTURE_PX = 10.0
"""Height of capitals at 640 px of a document that leaves no room for another."""
_MOST_LINES = 6
_MOST_LEAN = 0.35
"""Of the scale from the centre of a line to its end."""
_STEEPEST = 0.3
"""Least scale that is reckoned with, so that no lean turns a line over."""
_COMPLETE = 0.8
"""A line shorter than this share of the longest was found in part."""
_BESIDE = 0.5
"""Lines show how the page leans only where they run beside each other: for at least this share of the upper one."""

Points = NDArray[np.float64]
Cells = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns of cells of a map."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A region with text of one direction, and the picture of it turned upright."""

    image: Grey
    to_page: NDArray[np.float64]
    """2 x 3: from the zone's pixels to the page's."""
    capital_px: float
    """On the page."""
    turn: float
    """Direction of reading on the page in radians: 0 upright, pi upside down."""

    def turned(self) -> "Zone":
        """The same zone the other way up."""
        height, width = self.image.shape
        half_turn = np.array([[-1.0, 0.0, width], [0.0, -1.0, height], [0.0, 0.0, 1.0]])
        turn = math.remainder(self.turn + math.pi, 2 * math.pi)
        return Zone(np.ascontiguousarray(self.image[::-1, ::-1]), self.to_page @ half_turn, self.capital_px, turn)


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line in its zone's pixels: its middle is y = curve(x).

    On a page that leans away, the lines of a zone draw nearer to each other along their course. Where the scale is
    s(x) = 1 + spread * (x - centre), capitals are s times and the pitch s squared times what they are at the centre.
    """

    left: float
    right: float
    curve: Points
    capital_px: float
    """At the centre."""
    centre: float
    spread: float = 0.0

    def middle(self, x: Points) -> Points:
        return np.asarray(np.polyval(self.curve, x))

    def middle_at(self, x: float) -> float:
        height = 0.0
        for factor in self.curve.tolist():
            height = height * x + factor
        return height

    def capital(self, x: Points) -> Points:
        return np.asarray(self.capital_px * (1 + self.spread * (x - self.centre)))

    def capital_at(self, x: float) -> float:
        return self.capital_px * (1 + self.spread * (x - self.centre))

    def flat(self, x: float) -> float:
        """Distance from the centre as it would be on a page that does not lean."""
        return (x - self.centre) / max(1 + self.spread * (x - self.centre), _STEEPEST)

    def page(self, flat: Points) -> Points:
        """The inverse of `flat`."""
        return np.asarray(self.centre + flat / np.maximum(1 - self.spread * flat, _STEEPEST))


def find_zones(grey: Grey, net: PageNet, side_px: int) -> tuple[list[Zone], bool]:
    """Zones on the page, the likeliest first; and whether they are all that looks like one."""
    scale = min(side_px / max(grey.shape), 3.0)
    size = (max(16, round(grey.shape[1] * scale)), max(16, round(grey.shape[0] * scale)))
    small = _reduced(grey, scale, size) if scale < 1 else cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC)
    planes = net.map(np.asarray(small, np.uint8))
    weighed = sorted(((float(planes[0][cells].sum()), cells) for cells in _regions(planes)), key=lambda one: -one[0])
    likely = [cells for weight, cells in weighed[:_MOST_ZONES] if weight > _LEAST_WEIGHT * weighed[0][0]]
    zones = [_zone(grey, planes, cells, np.divide(grey.shape, small.shape)) for cells in likely]
    kept = [zone for zone in zones if zone is not None]
    left_out = [weight for weight, _ in weighed[len(zones) :]]
    left_out += [weight for (weight, _), zone in zip(weighed, zones, strict=False) if zone is None]
    if not weighed or float(np.median(planes[3][weighed[0][1]])) > _FILLS_THE_PICTURE_PX:
        return kept, True
    return kept, not any(weight > _WORTH_A_LOOK * weighed[0][0] for weight in left_out)


def _reduced(grey: Grey, scale: float, size: tuple[int, int]) -> Grey:
    """Halved while it stays larger than wanted, then softened a little and sampled: many times as fast as averaging
    over an odd share of a pixel."""
    while scale < 0.5:
        grey = np.asarray(cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
        scale *= 2
    return np.asarray(cv2.resize(cv2.GaussianBlur(grey, (3, 3), 0.5), size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _regions(planes: NDArray[np.float32]) -> list[Cells]:
    """Cells (rows, columns) of each group of lines that lie close together."""
    likely = (planes[0] > _LIKELY).astype(np.uint8)
    if not likely.any():
        return []
    reach = max(1, round(float(np.median(planes[3][likely > 0])) * 1.1 / MAP_STEP_PX))
    joined = cv2.dilate(likely, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    count, labels = cv2.connectedComponents(joined)
    groups = (_cells((labels == index) & (likely > 0)) for index in range(1, count))
    return [(rows, columns) for rows, columns in groups if len(rows) >= 8]


def _cells(chosen: NDArray[np.bool_]) -> Cells:
    rows, columns = np.nonzero(chosen)
    return rows, columns


def _zone(grey: Grey, planes: NDArray[np.float32], cells: Cells, ratio: Points) -> Zone | None:
    """Cut the region out of the page, upright, with room around it."""
    points = np.stack([cells[1] + 0.5, cells[0] + 0.5], 1) * MAP_STEP_PX * ratio[::-1]
    along = _direction(points, planes[1][cells], planes[2][cells])
    across = np.array([-along[1], along[0]])
    capital_px = float(np.median(planes[3][cells])) * float(ratio.mean())
    u, v = points @ along, points @ across
    if u.max() - u.min() < _FEWEST_CAPITALS * capital_px * 0.8:
        return None
    scale = ZONE_CAPITAL_PX / capital_px
    room = np.array([_room_beside(float(np.ptp(u)) / capital_px), 2.6]) * capital_px
    origin = (u.min() - room[0]) * along + (v.min() - room[1]) * across
    extent = np.array([np.ptp(u), np.ptp(v)]) + 2 * room
    width, height = (int(side) for side in np.minimum(extent * scale, [2400, 900]))
    to_page = np.column_stack([along / scale, across / scale, origin])
    image = _cut_out(grey, to_page, (width, height))
    return Zone(image, to_page, capital_px, float(np.arctan2(along[1], along[0])))


def _room_beside(capitals: float) -> float:
    """Heights of capitals around a region so many long: what is too short for a line may be any part of one."""
    return _ROOM if capitals > _SHORTEST_LINE else _ROOM + _LONGEST_LINE - capitals


def _direction(points: Points, cosines: Plane, sines: Plane) -> Points:
    """The main axis of the region, pointing the way the net says that it is read."""
    said = np.array([cosines.mean(), sines.mean()], np.float64)
    offsets = points - points.mean(0)
    axis = np.linalg.svd(offsets.T @ offsets)[0][:, 0]
    return np.asarray(axis if axis @ said >= 0 else -axis)


def _cut_out(grey: Grey, to_page: NDArray[np.float64], size: tuple[int, int]) -> Grey:
    """Sample the zone, from a page reduced so that nothing aliases."""
    corners = np.array([[0, 0, 1], [size[0], 0, 1], [0, size[1], 1], [size[0], size[1], 1]]) @ to_page.T
    low = np.floor(corners.min(0) - 2).clip(0).astype(int)
    high = np.ceil(corners.max(0) + 2).clip(0).astype(int)
    part = grey[low[1] : high[1], low[0] : high[0]]
    if min(part.shape) < 2:
        return np.zeros((size[1], size[0]), np.uint8)
    place = to_page.copy()
    place[:, 2] -= low
    factor = int(np.linalg.norm(place[:, 0]))
    if factor > 1:
        smaller = (max(1, part.shape[1] // factor), max(1, part.shape[0] // factor))
        shrunk = np.divide(smaller, (part.shape[1], part.shape[0]))
        part = np.asarray(cv2.resize(part, smaller, interpolation=cv2.INTER_AREA), np.uint8)
        place = place * shrunk[:, None]
        place[:, 2] += (shrunk - 1) / 2
    how = (cv2.INTER_CUBIC if np.linalg.norm(place[:, 0]) < 1 else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(part, place, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def find_lines(zone: Zone, net: PageNet) -> list[FoundLine]:
    """The lines of a zone, from its top downwards."""
    scale = _LOOK_CAPITAL_PX / ZONE_CAPITAL_PX
    small = np.asarray(cv2.resize(zone.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR), np.uint8)
    planes = net.map(small)
    count, labels = cv2.connectedComponents((planes[0] > _LIKELY).astype(np.uint8))
    pieces = [_cells(labels == index) for index in range(1, count)]
    pieces = [piece for piece in pieces if len(piece[0]) >= 4]
    lines = [_fit(planes, piece, 1 / scale) for piece in _joined(pieces)]
    long_enough = _completed([line for line in lines if line.right - line.left > _FEWEST_CAPITALS * ZONE_CAPITAL_PX])
    best = sorted(long_enough, key=lambda line: line.left - line.right)[:_MOST_LINES]
    return sorted(best, key=lambda line: float(line.middle(np.array((line.left + line.right) / 2))))


def _completed(lines: Sequence[FoundLine]) -> list[FoundLine]:
    """Lines that were found in part alone take the course and the ends of the longest one, which runs beside them."""
    if not lines:
        return []
    longest = max(lines, key=lambda line: line.right - line.left)
    whole = [line for line in lines if line.right - line.left > _COMPLETE * (longest.right - longest.left)]
    spread = _spread(whole)
    centre = (longest.left + longest.right) / 2
    leaning = {id(line): replace(line, centre=centre, spread=spread) for line in whole}
    return [leaning.get(id(line)) or _beside(line, leaning[id(longest)]) for line in lines]


def _spread(lines: Sequence[FoundLine]) -> float:
    """How fast the spacing of the outermost lines grows along their course, as a share of itself."""
    upper = min(lines, key=lambda line: float(line.middle(np.array(line.centre))))
    lower = max(lines, key=lambda line: float(line.middle(np.array(line.centre))))
    first, last = max(upper.left, lower.left), min(upper.right, lower.right)
    if last - first < _BESIDE * (upper.right - upper.left):
        return 0.0
    x = np.linspace(first, last, 16)
    slope, spacing = np.polyfit(x - x.mean(), lower.middle(x) - upper.middle(x), 1)
    if spacing < upper.capital_px:
        return 0.0
    most = 2 * _MOST_LEAN / (last - first)
    return float(np.clip(slope / spacing, -most, most))


def _beside(line: FoundLine, longest: FoundLine) -> FoundLine:
    middle = np.array((line.left + line.right) / 2)
    curve = longest.curve.copy()
    curve[-1] += float(line.middle(middle) - longest.middle(middle))
    return replace(longest, left=min(line.left, longest.left), right=max(line.right, longest.right), curve=curve)


def _joined(pieces: Sequence[Cells]) -> list[Cells]:
    """Pieces of one line that a stain or a fold has cut apart, put together again."""
    joined: list[Cells] = []
    for piece in sorted(pieces, key=lambda cells: -len(cells[0])):
        for index, line in enumerate(joined):
            if _continues(line, piece):
                joined[index] = (np.concatenate([line[0], piece[0]]), np.concatenate([line[1], piece[1]]))
                break
        else:
            joined.append(piece)
    return joined


def _continues(line: Cells, piece: Cells) -> bool:
    """Whether the piece lies where the line would go on."""
    columns, middle = piece[1].astype(float), float(piece[0].mean())
    beside = columns.min() > line[1].max() or columns.max() < line[1].min()
    straight = np.polyfit(line[1], line[0], 1) if np.ptp(line[1]) > 20 else np.array([0.0, line[0].mean()])
    return bool(beside and abs(float(np.polyval(straight, columns.mean())) - middle) < 1.3)


def _fit(planes: NDArray[np.float32], cells: Cells, scale: float) -> FoundLine:
    """A parabola through the middle of the cells; something simpler where they are few."""
    weight = planes[0][cells].astype(np.float64)
    x = (cells[1] + 0.5) * MAP_STEP_PX * scale
    y = (cells[0] + 0.5) * MAP_STEP_PX * scale
    length = float(np.ptp(x))
    degree = min(2 if length > 200 else 1 if length > 60 else 0, len(np.unique(cells[1])) - 1)
    curve = np.polyfit(x, y, degree, w=weight)
    capital_px = float(np.median(planes[3][cells])) * scale
    half_cell = MAP_STEP_PX * scale / 2
    left, right = float(x.min()) - half_cell, float(x.max()) + half_cell
    return FoundLine(left, right, curve, capital_px, (left + right) / 2)
