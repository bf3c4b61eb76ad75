"""From a found line to one row of probabilities for each of its characters.

A zone is printed at a fixed pitch. First the pitch is locked onto where the net sees characters and gaps; then the line
is read over the whole width of its zone, cell by cell, so that it does not matter how well its ends were found; last,
windows of 30, 36 and 44 cells are weighed by how full they are and how bare the cells beside them.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from mrz.locate import FoundLine, Points, Zone
from mrz.net import BLANK, MARGIN_PX, PITCH_PX, STEP_PX, LineNets
from mrz.pitch import GUESSES, MOST_CELLS, PITCH_PER_CAPITAL, Lock, course, locks
from mrz.strips import strip

COLUMNS = (44, 36, 30)
_NEIGHBOURS = (1.6, 1.9, 2.2, 2.5, 2.8)
"""How far from a line, in capitals, its neighbours may run."""
_WORST_LOCK = 0.25
_WORST_FIT = 0.45
_WORTH_NEIGHBOURS = 0.75
_FURTHEST = 12
"""Cells before a line where two documents side by side share a zone."""
_WHOLE = 0.95
"""Of the widest layout: a line found so long has its ends near where it was found."""
_BESIDE_A_WHOLE = 5
"""Cells that are read to both sides of such a line."""
_WINDOWS = 3
"""So many windows of each width are kept for each line."""

_FURTHER_LOOKS = ((-0.05, 1.0), (0.05, 1.0), (0.0, 0.92), (0.0, 1.08))
"""How much lower in capitals, and how much higher the capitals: what one cut shows badly another may show well."""

Row = NDArray[np.float32]
"""Characters x 38: probabilities, the last one that nothing legible stands there."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A line cut out across its zone, and what the nets saw there."""

    found: FoundLine
    """With the lean at which its pitch is even."""
    first: float
    """Middle of the first cell in flat coordinates."""
    pitch: float
    cells: int
    steps: Row = field(repr=False)
    """Probabilities for each step of the strip."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line read as so many columns."""

    seen: Seen
    columns: int
    fit: float
    """How full its cells are and how bare the ones beside it: 1 at best."""
    row: Row = field(repr=False)
    left: float
    right: float
    """Where the first character begins and the last one ends, in the zone's pixels."""
    goes_on: float = 0.0
    """How surely a further character stands right beside one of its ends: the window is then not the whole line."""

    @property
    def found(self) -> FoundLine:
        return self.seen.found


def read_lines(
    zone: Zone, lines: Sequence[FoundLine], nets: LineNets, guesses: Sequence[tuple[float, bool]] = GUESSES
) -> list[list[ReadLine]]:
    """For each line that is set at a fixed pitch, the windows that it may be read as."""
    legible = [lock for lock in locks(zone, lines, nets.second, guesses) if lock.score > _WORST_LOCK]
    if not legible:
        return []
    spans = [_across(zone, lock) for lock in legible]
    cells = max(count for _, count in spans)
    starts = [start for start, _ in spans]
    cuts = [strip(zone, lock.line, start, lock.pitch, cells) for lock, start in zip(legible, starts, strict=True)]
    posteriors = nets.posteriors(np.stack(cuts))
    return [
        list(_windows(Seen(lock.line, start, lock.pitch, cells, steps)))
        for lock, start, steps in zip(legible, starts, posteriors, strict=True)
    ]


def read_again(zone: Zone, group: Sequence[ReadLine], nets: LineNets) -> list[list[ReadLine]]:
    """The same lines at the same pitch, what is seen in further cuts averaged with the first."""
    return [list(_windows(_averaged(zone, line.seen, nets))) for line in group]


def _averaged(zone: Zone, seen: Seen, nets: LineNets) -> Seen:
    cuts = [strip(zone, _looked_at(seen.found, look), seen.first, seen.pitch, seen.cells) for look in _FURTHER_LOOKS]
    steps = nets.posteriors(np.stack(cuts)).sum(0) + seen.steps
    return replace(seen, steps=steps / np.float32(1 + len(_FURTHER_LOOKS)))


def read_neighbours(zone: Zone, read: Sequence[Sequence[ReadLine]], nets: LineNets) -> list[list[ReadLine]]:
    """The lines that were read, and what is read above the first and below the last plain one, where others may run
    that were not found; from the top.

    They are printed at the pitch that is known of the best one, or at the standard's where too little of it was found.
    """
    best = [max(windows, key=lambda window: window.fit) for windows in read if windows]
    plain = [window for window in best if window.fit >= _WORTH_NEIGHBOURS]
    if not plain:
        return []
    line = max(plain, key=lambda window: window.fit)
    guesses = [(1.0, False), (line.seen.pitch / (line.found.capital_px * PITCH_PER_CAPITAL), True)]
    above = [_moved(plain[0].found, -capitals) for capitals in _NEIGHBOURS]
    below = [_moved(plain[-1].found, capitals) for capitals in _NEIGHBOURS]
    every = [*read, *read_lines(zone, [*above, *below], nets, guesses)]
    return sorted(
        (list(windows) for windows in every if windows),
        key=lambda windows: windows[0].found.middle_at(line.found.centre),
    )


def _moved(line: FoundLine, capitals: float) -> FoundLine:
    """The line so many capitals lower."""
    curve = line.curve.copy()
    curve[-1] += capitals * line.capital_px
    return replace(line, curve=curve)


def _across(zone: Zone, lock: Lock) -> tuple[float, int]:
    """The first cell in the zone, and how many there are to its right edge; in flat coordinates."""
    first, last = (lock.line.flat(edge) for edge in (0.0, float(zone.image.shape[1])))
    left, right = lock.line.flat(lock.line.left), lock.line.flat(lock.line.right)
    if right - left > _WHOLE * COLUMNS[0] * lock.pitch:
        first, last = max(first, left - _BESIDE_A_WHOLE * lock.pitch), min(last, right + _BESIDE_A_WHOLE * lock.pitch)
    elif left - first > COLUMNS[0] * lock.pitch:  # another document stands before it
        first = left - _FURTHEST * lock.pitch
    start = lock.first - ((lock.first - first) // lock.pitch) * lock.pitch
    return start, min(MOST_CELLS, max(1, math.ceil((last - start) / lock.pitch) + 1))


def _looked_at(line: FoundLine, look: tuple[float, float]) -> FoundLine:
    """The line's course a little lower, its capitals a little higher."""
    lower, higher = look
    return replace(_moved(line, lower), capital_px=line.capital_px * higher)


def _windows(seen: Seen) -> Iterator[ReadLine]:
    """The fullest windows of each width."""
    line, first, pitch, steps = seen.found, seen.first, seen.pitch, seen.steps
    centres = _settled(1 - steps[:, BLANK], course(line, first, pitch, 1 - steps[:, BLANK]))
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
                goes_on = float(max(full[start + 1], full[start + columns + 2]))
                yield ReadLine(seen, columns, float(fits[start]), row, float(edges[0]), float(edges[1]), goes_on)


def _settled(printed: Row, centres: Points) -> Points:
    """Centres drawn to where characters really stand along a smooth course."""
    index = np.arange(len(centres))
    for _ in range(2):
        near = np.round(centres).astype(int)[:, None] + np.arange(-2, 3)
        weight = printed[near.clip(0, len(printed) - 1)] * ((near >= 0) & (near < len(printed)))
        weight = weight * np.exp(-((near - centres[:, None]) ** 2) / 3)
        total = weight.sum(1)
        drawn = np.where(total > 0.5, (near * weight).sum(1) / total.clip(1e-6) - centres, 0.0)
        trend = np.polyfit(index, drawn, min(3, len(index) - 1), w=total.clip(1e-3))
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
