"""The pitch of a line, locked onto where the net sees characters and gaps, together with the lean of the page."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from mrz.locate import FoundLine, Points, Zone
from mrz.net import BLANK, MARGIN_PX, PITCH_PX, STEP_PX, LineNet
from mrz.strips import strip

PITCH_PER_CAPITAL = 1.03
"""OCR-B size 1: 2.54 mm to 2.46 mm."""
GUESSES = ((1.0, False), (1.0, True), (0.87, False), (1.15, False), (0.87, True), (1.15, True))
"""Of the pitch, against the standard's (the net reads what is within a tenth), and whether to believe the lean."""
_LEANS = (-0.09, -0.06, -0.03, -0.015, 0.015, 0.03, 0.06, 0.09)
"""Tried beside the one that is believed: change of scale from the centre of the line to its end."""
_FINER_LEANS = (-0.03, -0.015, 0.015, 0.03)
_LEANS_AT_ALL = 0.02
_HOPEFUL = 0.25
"""A lock worse than this is no text at a fixed pitch, whatever the lean."""
_EVEN = 0.88
"""A lock this good needs no search for a lean."""
_LOCKED = 0.8
"""And one this good no other guess."""
MOST_CELLS = 96

Row = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Lock:
    """Where the cells of a line stand, in its flat coordinates."""

    score: float
    line: FoundLine
    """With the lean at which the pitch is even."""
    pitch: float = 1.0
    first: float = 0.0
    """Middle of some cell."""


def locks(
    zone: Zone, lines: Sequence[FoundLine], net: LineNet, guesses: Sequence[tuple[float, bool]] = GUESSES
) -> list[Lock]:
    """The best lock for each line: from the standard's proportions on a flat page and, where they fail, others."""
    best = [Lock(0.0, line) for line in lines]
    for guess, leans in guesses:
        waiting = [i for i, lock in enumerate(best) if lock.score < _LOCKED and (not leans or _leans(lines[i]))]
        if not waiting:
            continue
        tried = [lines[index] if leans else replace(lines[index], spread=0.0) for index in waiting]
        for index, lock in zip(waiting, _locked(zone, tried, net, guess), strict=True):
            best[index] = max(best[index], lock, key=lambda lock: lock.score)
    return best


def _leans(line: FoundLine) -> bool:
    return abs(line.spread) * (line.right - line.left) / 2 > _LEANS_AT_ALL


def _locked(zone: Zone, lines: Sequence[FoundLine], net: LineNet, guess: float) -> list[Lock]:
    """Each line's lock from a strip at the guessed pitch."""
    pitches = [line.capital_px * PITCH_PER_CAPITAL * guess for line in lines]
    lefts = [line.flat(line.left) for line in lines]
    spans = [(line.flat(line.right) - left) / pitch for line, left, pitch in zip(lines, lefts, pitches, strict=True)]
    cells = min(MOST_CELLS, math.ceil(max(spans)))
    strips = [
        strip(zone, line, left + pitch / 2, pitch, cells)
        for line, left, pitch in zip(lines, lefts, pitches, strict=True)
    ]
    posteriors = net.posteriors(np.stack(strips))
    profiles = [
        Profile(_quarters(1 - steps[:, BLANK]), left, pitch, max(4, int(min(span, cells) / 1.1)))
        for steps, left, pitch, span in zip(posteriors, lefts, pitches, spans, strict=True)
    ]
    return [lock(line, profile) for line, profile in zip(lines, profiles, strict=True)]


@dataclass(frozen=True, slots=True)
class Profile:
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
        cells = (np.arange(self.count) + 0.5 + phases[:, None, None]).astype(np.float32)
        flat = cells * pitches[:, None].astype(np.float32)
        flat += np.float32(self.left)
        full = self._at(flat, lean)
        flat += (pitches / 2)[:, None].astype(np.float32)
        full -= self._at(flat, lean)
        return full

    def steps(self, flat: Points | Row, lean: float) -> Points:
        """Where flat coordinates lie in the strip, if the line leans by so much more."""
        leaning = flat / np.maximum(1 - lean * flat, 0.3) if lean else flat
        return np.asarray((leaning - self.left) / self.pitch * (PITCH_PX / STEP_PX) + MARGIN_PX / STEP_PX - 0.5)

    def _at(self, flat: Row, lean: float) -> Points:
        """Mean over the last axis of what is printed there."""
        quarters = (self.steps(flat, lean) * 4 + 0.5).astype(np.int32)
        return np.asarray(self.printed.take(quarters, mode="clip").mean(2))


def _quarters(printed: Row) -> Points:
    return np.asarray(np.interp(np.arange(len(printed) * 4) / 4, np.arange(len(printed)), printed))


def lock(line: FoundLine, profile: Profile) -> Lock:
    """Pitch, phase and, where an even pitch does not fit well, lean at which cells are full and gaps are bare."""
    best = _best_lock(line, profile, 0.0)
    if not _HOPEFUL < best.score < _EVEN:
        return best
    half = max(line.right - line.left, 1.0) / 2
    lean = max((lean / half for lean in _LEANS), key=lambda lean: _coarse_peak(profile, lean)[2])
    return max(best, _best_lock(line, profile, lean), key=lambda lock: lock.score)


def _coarse_peak(profile: Profile, lean: float) -> tuple[float, float, float]:
    return _peak(profile, profile.pitch * np.arange(0.91, 1.095, 0.005), np.arange(0, 1, 0.125), lean)


def _best_lock(line: FoundLine, profile: Profile, lean: float) -> Lock:
    pitch, phase, _ = _coarse_peak(profile, lean)
    finer = pitch * np.arange(0.9955, 1.005, 0.0015)
    pitch, phase, score = _peak(profile, finer, phase + np.arange(-0.12, 0.13, 0.04), lean)
    return Lock(score, replace(line, spread=line.spread + lean), pitch, profile.left + (0.5 + phase) * pitch)


def _peak(profile: Profile, pitches: Points, phases: Points, lean: float) -> tuple[float, float, float]:
    """The best pitch and phase, and their contrast."""
    seen = profile.contrast(pitches, phases, lean)
    phase, pitch = np.unravel_index(int(seen.argmax()), seen.shape)
    return float(pitches[pitch]), float(phases[phase]), float(seen[phase, pitch])


def course(line: FoundLine, first: float, pitch: float, printed: Row) -> Points:
    """The cells' centres in steps, the lock made finer over the whole strip: it was made on what was found alone."""
    cells = (len(printed) * STEP_PX - 2 * MARGIN_PX) // PITCH_PX
    profile = Profile(_quarters(printed), first - pitch / 2, pitch, cells)
    half = max(line.right - line.left, 1.0) / 2
    pitches, phases = pitch * np.arange(0.98, 1.021, 0.0025), np.arange(-0.3, 0.31, 0.1)
    peaks = [(_peak(profile, pitches, phases, 0.0), 0.0)]
    if peaks[0][0][2] < _EVEN:
        peaks += [(_peak(profile, pitches, phases, lean / half), lean / half) for lean in _FINER_LEANS]
    (finer, phase, _), lean = max(peaks, key=lambda peak: peak[0][2])
    flat = np.asarray(profile.left + (np.arange(cells) + 0.5 + phase) * finer, np.float64)
    return profile.steps(flat, lean)
