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
_NEIGHBOURS = (1.6, 1.9, 2.2, 2.5, 2.8)
"""How far from a line, in capitals, its neighbours may run."""
_PITCH_PER_CAPITAL = 1.03
"""OCR-B size 1: 2.54 mm to 2.46 mm."""
_GUESSES = ((1.0, False), (1.0, True), (0.87, False), (1.15, False), (0.87, True), (1.15, True))
"""Of the pitch, against the standard's (the net reads what is within a tenth), and whether to believe the lean."""
_LEANS = (-0.09, -0.06, -0.03, -0.015, 0.015, 0.03, 0.06, 0.09)
"""Tried beside the one that is believed: change of scale from the centre of the line to its end."""
_LEANS_AT_ALL = 0.02
_HOPEFUL = 0.25
"""A lock worse than this is no text at a fixed pitch, whatever the lean."""
_EVEN = 0.88
"""A lock this good needs no search for a lean."""
_LOCKED = 0.8
"""And one this good no other guess."""
_WORST_LOCK = 0.25
_MOST_CELLS = 64
_WORST_FIT = 0.45
_WORTH_NEIGHBOURS = 0.75
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
    """Where the cells of a line stand, in its flat coordinates."""

    score: float
    line: FoundLine
    """With the lean at which the pitch is even."""
    pitch: float = 1.0
    first: float = 0.0
    """Middle of some cell."""


def read_lines(
    zone: Zone, lines: Sequence[FoundLine], net: LineNet, looks: Sequence[tuple[float, float]] = ONE_LOOK
) -> list[list[ReadLine]]:
    """For each line, the windows that it may be read as; [] for a line that is not set at a fixed pitch.

    What several looks see is averaged.
    """
    locks = _locks(zone, lines, net)
    legible = [lock for lock in locks if lock.score > _WORST_LOCK]
    if not legible:
        return [[] for _ in lines]
    spans = [_across(zone, lock) for lock in legible]
    cells = max(count for _, count in spans)
    strips = [
        _strip(zone, _looked_at(lock.line, look), start, lock.pitch, cells)
        for look in looks
        for lock, (start, _) in zip(legible, spans, strict=True)
    ]
    posteriors = net.posteriors(np.stack(strips))
    seen = posteriors.reshape(len(looks), len(legible), *posteriors.shape[1:]).mean(0)
    return [
        list(_windows(lock.line, start, lock.pitch, steps))
        for lock, (start, _), steps in zip(legible, spans, seen, strict=True)
    ]


def with_neighbours(lines: Sequence[FoundLine], read: Sequence[Sequence[ReadLine]]) -> list[FoundLine]:
    """The best line, and lines above and below it where others may run that were not found; from the top."""
    fits = [max((window.fit for window in windows), default=0.0) for windows in read]
    if not fits or max(fits) < _WORTH_NEIGHBOURS:
        return []
    line = lines[int(np.argmax(fits))]
    return [_moved(line, capitals) for capitals in (*(-n for n in reversed(_NEIGHBOURS)), 0.0, *_NEIGHBOURS)]


def _moved(line: FoundLine, capitals: float) -> FoundLine:
    """The line so many capitals lower."""
    curve = line.curve.copy()
    curve[-1] += capitals * line.capital_px
    return replace(line, curve=curve)


def _across(zone: Zone, lock: _Lock) -> tuple[float, int]:
    """The first cell in the zone, and how many there are to its right edge; in flat coordinates."""
    first, last = (lock.line.flat(edge) for edge in (0.0, float(zone.image.shape[1])))
    start = lock.first - ((lock.first - first) // lock.pitch) * lock.pitch
    return start, min(_MOST_CELLS, math.ceil((last - start) / lock.pitch) + 1)


def _looked_at(line: FoundLine, look: tuple[float, float]) -> FoundLine:
    """The line's course a little lower, its capitals a little higher."""
    lower, higher = look
    return replace(_moved(line, lower), capital_px=line.capital_px * higher)


# --- the pitch ----------------------------------------------------------------------------------------------


def _locks(zone: Zone, lines: Sequence[FoundLine], net: LineNet) -> list[_Lock]:
    """The best lock for each line: from the standard's proportions on a flat page and, where they fail, others."""
    best = [_Lock(0.0, line) for line in lines]
    for guess, leans in _GUESSES:
        waiting = [i for i, lock in enumerate(best) if lock.score < _LOCKED and (not leans or _leans(lines[i]))]
        if not waiting:
            continue
        tried = [lines[index] if leans else replace(lines[index], spread=0.0) for index in waiting]
        for index, lock in zip(waiting, _locked(zone, tried, net, guess), strict=True):
            best[index] = max(best[index], lock, key=lambda lock: lock.score)
    return best


def _leans(line: FoundLine) -> bool:
    return abs(line.spread) * (line.right - line.left) / 2 > _LEANS_AT_ALL


def _locked(zone: Zone, lines: Sequence[FoundLine], net: LineNet, guess: float) -> list[_Lock]:
    """Each line's lock from a strip at the guessed pitch."""
    pitches = [line.capital_px * _PITCH_PER_CAPITAL * guess for line in lines]
    lefts = [line.flat(line.left) for line in lines]
    spans = [(line.flat(line.right) - left) / pitch for line, left, pitch in zip(lines, lefts, pitches, strict=True)]
    cells = min(_MOST_CELLS, math.ceil(max(spans)))
    strips = [
        _strip(zone, line, left + pitch / 2, pitch, cells)
        for line, left, pitch in zip(lines, lefts, pitches, strict=True)
    ]
    posteriors = net.posteriors(np.stack(strips))
    profiles = [
        _Profile(_quarters(1 - steps[:, BLANK]), left, pitch, max(4, int(min(span, cells) / 1.1)))
        for steps, left, pitch, span in zip(posteriors, lefts, pitches, spans, strict=True)
    ]
    return [_lock(line, profile) for line, profile in zip(lines, profiles, strict=True)]


@dataclass(frozen=True, slots=True)
class _Profile:
    """Where along a strip characters were seen."""

    printed: Points
    """In quarters of a step."""
    left: float
    """Where the strip's first cell begins, in the line's flat coordinates."""
    pitch: float
    count: int
    """So many cells surely lie within the found line."""

    def contrast(self, pitches: Points, phases: Points, lean: float) -> Points:
        """How full the cells are less how full the places between them, [phases x pitches]."""
        cells = np.arange(self.count) + 0.5 + phases[:, None, None]
        full, between = (self._at(self.left + (cells + half) * pitches[None, :, None], lean) for half in (0.0, 0.5))
        return np.asarray(full.mean(2) - between.mean(2))

    def steps(self, flat: Points, lean: float) -> Points:
        """Where flat coordinates lie in the strip, if the line leans by so much more."""
        leaning = flat / np.maximum(1 - lean * flat, 0.3)
        return np.asarray((leaning - self.left) / self.pitch * (PITCH_PX / STEP_PX) + MARGIN_PX / STEP_PX - 0.5)

    def _at(self, flat: Points, lean: float) -> Points:
        quarters = np.round(self.steps(flat, lean) * 4).astype(np.int32)
        return np.asarray(self.printed[quarters.clip(0, len(self.printed) - 1)])


def _quarters(printed: Row) -> Points:
    return np.asarray(np.interp(np.arange(len(printed) * 4) / 4, np.arange(len(printed)), printed))


def _lock(line: FoundLine, profile: _Profile) -> _Lock:
    """Pitch, phase and, where an even pitch does not fit well, lean at which cells are full and gaps are bare."""
    best = _best_lock(line, profile, 0.0)
    if not _HOPEFUL < best.score < _EVEN:
        return best
    half = max(line.right - line.left, 1.0) / 2
    return max([best, *(_best_lock(line, profile, lean / half) for lean in _LEANS)], key=lambda lock: lock.score)


def _best_lock(line: FoundLine, profile: _Profile, lean: float) -> _Lock:
    pitch, phase, _ = _peak(profile, profile.pitch * np.arange(0.91, 1.095, 0.005), np.arange(0, 1, 0.125), lean)
    finer = pitch * np.arange(0.9955, 1.005, 0.0015)
    pitch, phase, score = _peak(profile, finer, phase + np.arange(-0.12, 0.13, 0.04), lean)
    return _Lock(score, replace(line, spread=line.spread + lean), pitch, profile.left + (0.5 + phase) * pitch)


def _peak(profile: _Profile, pitches: Points, phases: Points, lean: float) -> tuple[float, float, float]:
    """The best pitch and phase, and their contrast."""
    seen = profile.contrast(pitches, phases, lean)
    phase, pitch = np.unravel_index(int(seen.argmax()), seen.shape)
    return float(pitches[pitch]), float(phases[phase]), float(seen[phase, pitch])


# --- the strip ----------------------------------------------------------------------------------------------


def _strip(zone: Zone, line: FoundLine, first: float, pitch: float, cells: int) -> Plane:
    """The line straightened, cells 16 px apart and capitals 16.5 px high, contrast stretched to 0..1.

    `first` is the middle of the first cell in flat coordinates; the margin lies before it.
    """
    width = cells * PITCH_PX + 2 * MARGIN_PX
    x = line.page(first + (np.arange(width) + 0.5 - MARGIN_PX - PITCH_PX / 2) * pitch / PITCH_PX)
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
    centres = _settled(1 - steps[:, BLANK], _course(line, first, pitch, 1 - steps[:, BLANK]))
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
                edges = line.page(np.array([middles[start] - pitch / 2, middles[start + columns - 1] + pitch / 2]))
                row = rows[start : start + columns]
                yield ReadLine(line, columns, float(fits[start]), row, float(edges[0]), float(edges[1]))


def _course(line: FoundLine, first: float, pitch: float, printed: Row) -> Points:
    """The cells' centres in steps, the lock made finer over the whole strip: it was made on what was found alone."""
    cells = (len(printed) * STEP_PX - 2 * MARGIN_PX) // PITCH_PX
    profile = _Profile(_quarters(printed), first - pitch / 2, pitch, cells)
    half = max(line.right - line.left, 1.0) / 2
    pitches, phases = pitch * np.arange(0.98, 1.021, 0.0025), np.arange(-0.3, 0.31, 0.1)
    peaks = [(_peak(profile, pitches, phases, lean / half), lean / half) for lean in (-0.03, -0.015, 0.0, 0.015, 0.03)]
    (finer, phase, _), lean = max(peaks, key=lambda peak: peak[0][2])
    flat = np.asarray(profile.left + (np.arange(cells) + 0.5 + phase) * finer, np.float64)
    return profile.steps(flat, lean)


def _settled(printed: Row, centres: Points) -> Points:
    """Centres drawn to where characters really stand along a smooth course."""
    index = np.arange(len(centres))
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
