"""From a found line to one row of probabilities for each of its characters.

A zone is printed at a fixed pitch. First the pitch is locked onto where the net sees characters and gaps; then the line
is read over the whole width of its zone, cell by cell, so that it does not matter how well its ends were found; last,
windows of 30, 36 and 44 cells are weighed by how full they are and how bare the cells beside them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.locate import FoundLine, Points, Zone
from mrz.net import BLANK, CAPITAL_PX, MARGIN_PX, PITCH_PX, STEP_PX, STRIP_HEIGHT_PX, LineNet, Plane

COLUMNS = (44, 36, 30)
_PITCH_PER_CAPITAL = 1.03
"""OCR-B size 1: 2.54 mm to 2.46 mm."""
_GUESSES = (1.0, 0.87, 1.15)
"""Of the pitch, against the standard's; the net reads what is within a tenth of the guess."""
_LOCKED = 0.62
_WORST_LOCK = 0.25
_MOST_CELLS = 64
_WORST_FIT = 0.45
_WINDOWS = 3
"""So many windows of each width are kept for each line."""

ONE_LOOK = ((0.0, 1.0),)
SECOND_LOOK = ((0.0, 1.0), (-0.05, 1.0), (0.05, 1.0), (0.0, 0.92), (0.0, 1.08))
"""How much lower in capitals, and how much higher the capitals: what one cut shows badly another may show well."""

Row = NDArray[np.float32]
"""Characters x 38: probabilities, the last one that nothing legible stands there."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line read as so many columns."""

    found: FoundLine
    columns: int
    fit: float
    """How full its cells are and how bare the ones beside it: 1 at best."""
    row: Row = field(repr=False)
    left: float
    right: float
    """Where the first character begins and the last one ends, in the zone's pixels."""


@dataclass(frozen=True, slots=True)
class _Lock:
    """Where the cells of a line stand, in the zone's pixels."""

    score: float
    pitch: float
    first: float
    """Middle of some cell."""


def read_lines(
    zone: Zone, lines: Sequence[FoundLine], net: LineNet, looks: Sequence[tuple[float, float]] = ONE_LOOK
) -> list[list[ReadLine]]:
    """For each line, the windows that it may be read as; [] for a line that is not set at a fixed pitch.

    What several looks see is averaged.
    """
    locks = _locks(zone, lines, net)
    legible = [index for index, lock in enumerate(locks) if lock.score > _WORST_LOCK]
    read: list[list[ReadLine]] = [[] for _ in lines]
    if not legible:
        return read
    starts = [locks[index].first - (locks[index].first // locks[index].pitch) * locks[index].pitch for index in legible]
    widths = [(zone.image.shape[1] - start) / locks[index].pitch for start, index in zip(starts, legible, strict=True)]
    cells = min(_MOST_CELLS, int(np.ceil(max(widths))) + 1)
    strips = [
        _strip(zone, _looked_at(lines[index], look), start, locks[index].pitch, cells)
        for look in looks
        for start, index in zip(starts, legible, strict=True)
    ]
    posteriors = net.posteriors(np.stack(strips))
    seen = posteriors.reshape(len(looks), len(legible), *posteriors.shape[1:]).mean(0)
    for start, index, steps in zip(starts, legible, seen, strict=True):
        read[index] = list(_windows(lines[index], start, locks[index].pitch, steps))
    return read


def _looked_at(line: FoundLine, look: tuple[float, float]) -> FoundLine:
    """The line's course a little lower, its capitals a little higher."""
    lower, higher = look
    curve, height = line.curve.copy(), line.height.copy()
    curve[-1] += lower * _capital(line)
    height[-1] += math.log2(higher)
    return replace(line, curve=curve, height=height)


# --- the pitch ----------------------------------------------------------------------------------------------


def _locks(zone: Zone, lines: Sequence[FoundLine], net: LineNet) -> list[_Lock]:
    """The best lock for each line, from the standard's proportions and, where these fail, from others."""
    best = [_Lock(0.0, 1.0, 0.0)] * len(lines)
    for guess in _GUESSES:
        waiting = [index for index, lock in enumerate(best) if lock.score < _LOCKED]
        if not waiting:
            break
        pitches = [_capital(lines[index]) * _PITCH_PER_CAPITAL * guess for index in waiting]
        spans = [(lines[i].right - lines[i].left) / pitch for i, pitch in zip(waiting, pitches, strict=True)]
        cells = min(_MOST_CELLS, int(np.ceil(max(spans))))
        strips = [
            _strip(zone, lines[index], lines[index].left + pitch / 2, pitch, cells)
            for index, pitch in zip(waiting, pitches, strict=True)
        ]
        posteriors = net.posteriors(np.stack(strips))
        for index, pitch, span, steps in zip(waiting, pitches, spans, posteriors, strict=True):
            lock = _lock(1 - steps[:, BLANK], min(span, cells), lines[index].left, pitch)
            best[index] = max(best[index], lock, key=lambda lock: lock.score)
    return best


def _capital(line: FoundLine) -> float:
    return float(line.capital(np.array((line.left + line.right) / 2)))


def _lock(printed: Row, span: float, left: float, pitch: float) -> _Lock:
    """Pitch and phase at which cells are full and the places between them bare."""
    fine = np.interp(np.arange(len(printed) * 4) / 4, np.arange(len(printed)), printed)
    steps = PITCH_PX / STEP_PX * np.arange(0.91, 1.095, 0.005)
    phases = np.arange(0, 1, 0.125)
    count = max(4, int(span / 1.1))
    origin = MARGIN_PX / STEP_PX - 0.5
    full = origin + (np.arange(count) + 0.5 + phases[:, None, None]) * steps[None, :, None]
    between = full + steps[None, :, None] / 2
    seen = _at(fine, full).mean(2) - _at(fine, between).mean(2)
    phase, step = np.unravel_index(int(seen.argmax()), seen.shape)
    true_pitch = float(steps[step]) * STEP_PX / PITCH_PX * pitch
    return _Lock(float(seen[phase, step]), true_pitch, left + (0.5 + float(phases[phase])) * true_pitch)


def _at(fine: Points, steps: Points) -> Points:
    return np.asarray(fine[np.round(steps * 4).astype(np.int32).clip(0, len(fine) - 1)])


# --- the strip ----------------------------------------------------------------------------------------------


def _strip(zone: Zone, line: FoundLine, first: float, pitch: float, cells: int) -> Plane:
    """The line straightened, cells 16 px apart and capitals 16.5 px high, contrast stretched to 0..1.

    `first` is the middle of the first cell in the zone's pixels; the margin lies before it.
    """
    width = cells * PITCH_PX + 2 * MARGIN_PX
    x = first + (np.arange(width) + 0.5 - MARGIN_PX - PITCH_PX / 2) * pitch / PITCH_PX
    inside = x.clip(line.left, line.right)
    ends = line.middle(np.array([line.left, line.right]))
    slope = (ends[1] - ends[0]) / max(line.right - line.left, 1.0)
    middle = line.middle(inside) + (x - inside) * slope
    rows = np.arange(STRIP_HEIGHT_PX) + 0.5 - STRIP_HEIGHT_PX / 2
    map_y = middle[None] + rows[:, None] * (line.capital(inside) / CAPITAL_PX)[None]
    map_x = np.broadcast_to(x, map_y.shape)
    cut = cv2.remap(
        zone.image,
        (map_x - 0.5).astype(np.float32),
        (map_y - 0.5).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    printed = cut[:, (x >= line.left) & (x <= line.right)]
    return standardise(cut, printed if printed.size else cut)


def standardise(image: Plane, printed: Plane) -> Plane:
    """Contrast stretched so that the 2nd and the 98th percentile of the printed part become 0 and 1."""
    low, high = np.percentile(printed, (2, 98))
    stretched = (image - np.float32(low)) / np.float32(max(float(high - low), 20.0))
    return np.asarray(stretched.clip(0, 1), np.float32)


# --- the cells ----------------------------------------------------------------------------------------------


def _windows(line: FoundLine, first: float, pitch: float, steps: NDArray[np.float32]) -> Iterator[ReadLine]:
    """The fullest windows of each width."""
    centres = _settled(1 - steps[:, BLANK], (len(steps) * STEP_PX - 2 * MARGIN_PX) // PITCH_PX)
    rows = _cells(steps, centres)
    middles = first + ((centres + 0.5) * STEP_PX - MARGIN_PX - PITCH_PX / 2) * pitch / PITCH_PX
    full = np.concatenate([np.zeros(2), 1 - rows[:, BLANK], np.zeros(2)])
    for columns in COLUMNS:
        count = len(rows) - columns + 1
        if count < 1:
            continue
        total = np.concatenate([[0.0], np.cumsum(full)])
        at = np.arange(count)
        fits = (total[at + 2 + columns] - total[at + 2]) / columns
        fits -= 0.25 * (full[at + 1] + full[at + columns + 2]) + 0.1 * (full[at] + full[at + columns + 3])
        for start in fits.argsort()[::-1][:_WINDOWS]:
            if fits[start] > _WORST_FIT:
                edges = middles[start] - pitch / 2, middles[start + columns - 1] + pitch / 2
                row = rows[start : start + columns]
                yield ReadLine(line, columns, float(fits[start]), row, float(edges[0]), float(edges[1]))


def _settled(printed: Row, cells: int) -> Points:
    """The cells' centres in steps, drawn to where characters really stand along a smooth course."""
    index = np.arange(cells)
    centres = MARGIN_PX / STEP_PX - 0.5 + (index + 0.5) * PITCH_PX / STEP_PX
    for _ in range(2):
        near = np.round(centres).astype(int)[:, None] + np.arange(-2, 3)
        weight = printed[near.clip(0, len(printed) - 1)] * ((near >= 0) & (near < len(printed)))
        weight = weight * np.exp(-((near - centres[:, None]) ** 2) / 3)
        total = weight.sum(1)
        drawn = np.where(total > 0.5, (near * weight).sum(1) / total.clip(1e-6) - centres, 0.0)
        trend = np.polyfit(index, drawn, 3, w=total.clip(1e-3))
        centres = centres + np.polyval(trend, index).clip(-1.5, 1.5)
    return np.asarray(centres)


def _cells(steps: NDArray[np.float32], centres: Points) -> Row:
    """Probabilities of each cell. What is blank throughout a cell counts as illegible."""
    near = np.round(centres).astype(int)[:, None] + np.arange(-1, 2)
    weight = np.exp(-0.5 * ((near - centres[:, None]) / 0.8) ** 2) * ((near >= 0) & (near < len(steps)))
    seen = steps[near.clip(0, len(steps) - 1)]
    characters = np.einsum("cs,csk->ck", weight, seen[..., :BLANK])
    legible = (1 - seen[..., BLANK].min(1)).clip(0, 1)
    characters *= (legible / characters.sum(1).clip(1e-9))[:, None]
    illegible = (1 - characters.sum(1, keepdims=True)).clip(0, 1)
    return np.concatenate([characters, illegible], 1).astype(np.float32)
