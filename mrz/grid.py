"""From a found line to one row of probabilities for each of its characters.

A zone is printed at a fixed pitch, so a line of 30, 36 or 44 characters is a grid with a start and a pitch. The grid
is fitted to where the net sees characters; each cell then sums up what the net saw in it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.locate import FoundLine, Zone
from mrz.net import BLANK, CAPITAL_PX, MARGIN_PX, PITCH_PX, STEP_PX, STRIP_HEIGHT_PX, LineNet, Plane

COLUMNS = (44, 36, 30)
_PITCH_PER_CAPITAL = (0.74, 1.42)
"""Seen on documents; the standard's is 1.03."""
_FINE = 4
"""Offsets are tried in quarters of a step."""
_GOOD_FIT = 0.55
_RUNS_ON = 0.22
_MORE_CHARACTERS = 4
_MOST_ROUNDS = 4

Row = NDArray[np.float32]
"""Characters x 38: probabilities, the last one that nothing legible stands there."""


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One line read under the assumption of so many columns."""

    found: FoundLine
    columns: int
    fit: float
    """Mean probability that each cell holds a character and the places beyond the ends hold none; below 0 hopeless."""
    row: Row = field(repr=False)
    left: float
    right: float
    """Where the first character begins and the last one ends, in the zone's pixels."""
    beyond: tuple[float, float]
    """How much was seen in the margins left and right of the found line, 0..1."""


def read_lines(zone: Zone, lines: Sequence[FoundLine], net: LineNet) -> list[list[ReadLine]]:
    """For each line, what it reads as under each number of columns that its proportions allow.

    A line whose text goes on beyond the ends that were found is made longer and read again.
    """
    read: list[list[ReadLine]] = [[] for _ in lines]
    at, waiting = list(range(len(lines))), list(lines)
    for _ in range(_MOST_ROUNDS):
        options = _read_once(zone, waiting, net)
        for index, found in zip(at, options, strict=True):
            read[index].extend(found)
        longer = [(index, grown(found)) for index, found in zip(at, options, strict=True)]
        at = [index for index, line in longer if line]
        waiting = [line for _, line in longer if line]
        if not waiting:
            break
    return read


def grown(options: Sequence[ReadLine]) -> FoundLine | None:
    """The line with more room at the ends where its best reading runs into the margin; None when it does not."""
    if not options:
        return None
    best = max(options, key=lambda option: option.fit)
    left, right = (room > _RUNS_ON for room in best.beyond)
    more = (best.found.right - best.found.left) / best.columns * _MORE_CHARACTERS
    if not (left or right):
        return None
    return replace(best.found, left=best.found.left - left * more, right=best.found.right + right * more)


def _read_once(zone: Zone, lines: Sequence[FoundLine], net: LineNet) -> list[list[ReadLine]]:
    read: list[list[ReadLine]] = [[] for _ in lines]
    for columns in COLUMNS:
        fitting = [index for index, line in enumerate(lines) if _may_have(line, columns)]
        if not fitting:
            continue
        strips = np.stack([_strip(zone, lines[index], columns) for index in fitting])
        for index, steps in zip(fitting, net.posteriors(strips), strict=True):
            read[index].append(_on_grid(lines[index], columns, steps))
    return read


def _may_have(line: FoundLine, columns: int) -> bool:
    capital = float(line.capital(np.array((line.left + line.right) / 2)))
    return _PITCH_PER_CAPITAL[0] < (line.right - line.left) / columns / capital < _PITCH_PER_CAPITAL[1]


def _strip(zone: Zone, line: FoundLine, columns: int) -> Plane:
    """The line straightened, its columns 16 px apart and its capitals 16.5 px high, contrast stretched to 0..1."""
    width = columns * PITCH_PX + 2 * MARGIN_PX
    pitch = (line.right - line.left) / columns / PITCH_PX
    x = line.left + (np.arange(width) + 0.5 - MARGIN_PX) * pitch
    inside = x.clip(line.left, line.right)
    slope = np.gradient(line.middle(inside)) / max(pitch, 1e-6)
    middle = line.middle(inside) + (x - inside) * np.where(x < line.left, slope[MARGIN_PX + 1], slope[-MARGIN_PX - 2])
    rows = np.arange(STRIP_HEIGHT_PX) + 0.5 - STRIP_HEIGHT_PX / 2
    map_y = middle[None] + rows[:, None] * (line.capital(inside) / CAPITAL_PX)[None]
    map_x = np.broadcast_to(x, map_y.shape)
    cut = cv2.remap(
        zone.image,
        (map_x - 0.5).astype(np.float32),
        (map_y - 0.5).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return standardise(cut.astype(np.float32))


def standardise(image: Plane) -> Plane:
    """Contrast stretched so that the 2nd and the 98th percentile become 0 and 1."""
    low, high = np.percentile(image, (2, 98))
    stretched = (image - np.float32(low)) / np.float32(max(float(high - low), 20.0))
    return np.asarray(stretched.clip(0, 1), np.float32)


def _on_grid(line: FoundLine, columns: int, steps: NDArray[np.float32]) -> ReadLine:
    printed = 1 - steps[:, BLANK]
    fit, centres = _best_grid(printed, columns)
    row = np.stack([_cell(steps, centre) for centre in centres])
    scale = (line.right - line.left) / columns / PITCH_PX
    half = (centres[-1] - centres[0]) / (columns - 1) / 2
    left, right = ((edge + 0.5) * STEP_PX - MARGIN_PX for edge in (centres[0] - half, centres[-1] + half))
    margin = MARGIN_PX // STEP_PX
    beyond = (float(printed[: margin - 1].mean()), float(printed[1 - margin :].mean()))
    return ReadLine(line, columns, fit, row, line.left + left * scale, line.left + right * scale, beyond)


def _best_grid(printed: Row, columns: int) -> tuple[float, NDArray[np.float64]]:
    """Fit and centres, in steps. First an even grid, then one whose pitch drifts, when the even one fits badly."""
    best = max(_grids(printed, columns, drifts=(0.0,)), key=lambda grid: grid[0])
    if best[0] < _GOOD_FIT:
        best = max(best, *_grids(printed, columns, drifts=(-3.0, -1.5, 1.5, 3.0)), key=lambda grid: grid[0])
    return best[0], _settled(printed, best[1])


def _grids(printed: Row, columns: int, drifts: Sequence[float]) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """The best grid for each drift: how far its middle is moved against an even grid, in steps."""
    fine = np.interp(np.arange(-12 * _FINE, (len(printed) + 12) * _FINE) / _FINE, np.arange(len(printed)), printed)
    fine[: 12 * _FINE] = fine[-12 * _FINE :] = 0
    nominal = PITCH_PX / STEP_PX
    first = MARGIN_PX / STEP_PX + nominal / 2 - 0.5
    starts = first + np.arange(-9, 9.01, 0.5)
    pitches = nominal * np.arange(0.91, 1.095, 0.006 if columns == 44 else 0.008)
    places = np.arange(-1, columns + 1)
    bow = 1 - (2 * np.arange(columns + 2) / (columns + 1) - 1) ** 2
    for drift in drifts:
        centres = starts[:, None, None] + pitches[None, :, None] * places + drift * bow
        found = fine[(np.round(centres * _FINE).astype(np.int32) + 12 * _FINE).clip(0, len(fine) - 1)]
        fits = found[..., 1:-1].mean(2) - 0.12 * (found[..., 0] + found[..., -1])
        start, pitch = np.unravel_index(int(fits.argmax()), fits.shape)
        yield float(fits[start, pitch]), centres[start, pitch, 1:-1]


def _settled(printed: Row, centres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Centres drawn to where the characters really stand, along a smooth course."""
    index = np.arange(len(centres))
    for _ in range(2):
        near = np.round(centres).astype(int)[:, None] + np.arange(-2, 3)
        weight = printed[near.clip(0, len(printed) - 1)] * ((near >= 0) & (near < len(printed)))
        weight = weight * np.exp(-((near - centres[:, None]) ** 2) / 3)
        total = weight.sum(1)
        moved = np.where(total > 0.5, (near * weight).sum(1) / total.clip(1e-6), centres)
        trend = np.polyfit(index, moved - centres, 3, w=total.clip(1e-3))
        centres = centres + np.polyval(trend, index).clip(-1.5, 1.5)
    return centres


def _cell(steps: NDArray[np.float32], centre: float) -> Row:
    """Probabilities of one character. What is blank throughout the cell counts as illegible."""
    near = np.arange(round(centre) - 1, round(centre) + 2)
    near = near[(near >= 0) & (near < len(steps))]
    cell = np.zeros(BLANK + 1, np.float32)
    if len(near):
        weight = np.exp(-0.5 * ((near - centre) / 0.8) ** 2)
        cell[:BLANK] = weight @ steps[near, :BLANK] / weight.sum()
        cell[:BLANK] *= max(1 - float(steps[near, BLANK].min()), 0.0) / max(float(cell[:BLANK].sum()), 1e-9)
    cell[BLANK] = max(1 - float(cell[:BLANK].sum()), 0.0)
    return cell
