"""Where people stood in a recorded crossing, as far as its track tells: beams, and how many were counted inside."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from records.track import Sample, Sign
from simulators.sensing import BARRIERS_MM
from simulators.world import CHAMBER_MM

CLEAR_MM = 90.0
"""Whoever was counted inside stands at least so far beyond a door's plane, whoever was not, so far before it."""
AWAY_MM = 600.0
"""Whom no beam sees any more has gone so far."""
DISBELIEVED_MS = 900
"""Sensors that disagree for longer than it takes to walk past a beam: one of them is wrong."""


def miscounts(samples: Sequence[Sample]) -> tuple[int, ...]:
    """By how many the counter counted too many, for each sample: where it contradicts the beams for long, they are
    believed. Nobody who walked with a sensor that sees double is to be played by two.
    """
    found = [0] * len(samples)
    begins = 0
    while begins < len(samples):
        ends = begins
        while ends < len(samples) and samples[ends].signs & Sign.DOUBT:
            ends += 1
        if ends > begins and _is_long(samples, begins, ends):
            found[begins:ends] = [_surplus(samples[begins:ends])] * (ends - begins)
        begins = max(ends, begins + 1)
    return tuple(found)


def _is_long(samples: Sequence[Sample], begins: int, ends: int) -> bool:
    after = samples[ends].at_ms if ends < len(samples) else samples[-1].at_ms + DISBELIEVED_MS
    return after - samples[begins].at_ms >= DISBELIEVED_MS


def _surplus(samples: Sequence[Sample]) -> int:
    """How many more are counted than stand at beams, most of the time."""
    counts = Counter(
        max(0, sample.persons - standing)
        for sample in samples
        if sample.persons and (standing := sum(0 <= mm <= CHAMBER_MM for mm in _runs(sample.barriers)))
    )
    return counts.most_common(1)[0][0] if counts else 0


def came_by_exit(samples: Sequence[Sample]) -> int | None:
    """The first sample of somebody who came in through the open exit beside the traveller; None when nobody did."""
    for index, (before, now) in enumerate(pairwise(samples), 1):
        both = (before.signs & now.signs & Sign.EXIT_OFF) and not (before.signs | now.signs) & Sign.ENTRY_OFF
        if both and before.persons and (now.persons or 0) > before.persons:
            while samples[index - 1].signs & Sign.DOUBT:  # two stood there already, and one was not yet believed
                index -= 1
            return index
    return None


def places_of(sample: Sample, people: int, before: list[float]) -> list[float]:
    """Where people stand for a sample to be so: at interrupted beams, inside as many as were counted."""
    runs = _runs(sample.barriers)
    inside = sorted(mm for mm in runs if 0 <= mm <= CHAMBER_MM)
    outside = [mm for mm in runs if not 0 <= mm <= CHAMBER_MM]
    places: list[float] = []
    counted = sample.persons if sample.persons is not None else sum(0 <= mm <= CHAMBER_MM for mm in before)
    for index in range(people):
        if index < counted:
            mm = inside[min(index, len(inside) - 1)] if inside else before[index]
            places.append(min(max(mm, CLEAR_MM), CHAMBER_MM - CLEAR_MM))
        else:
            mm, has_gone = before[index], before[index] > CHAMBER_MM
            if outside:
                mm = outside.pop(0)
            elif inside and counted == 0 and not has_gone:  # who has gone does not come back for a bag
                mm = inside[0]
            seen = outside or (sample.barriers and not has_gone)
            went, away_mm = mm > CHAMBER_MM / 2, CLEAR_MM if seen else AWAY_MM
            places.append(max(mm, CHAMBER_MM + away_mm) if went else min(mm, -away_mm))
    return places


def _runs(barriers: int) -> list[float]:
    """The middles of neighbouring interrupted beams."""
    runs: list[list[float]] = []
    before = False
    for index, beam_mm in enumerate(BARRIERS_MM):
        broken = bool(barriers >> index & 1)
        if broken and before:
            runs[-1].append(beam_mm)
        elif broken:
            runs.append([beam_mm])
        before = broken
    return [sum(run) / len(run) for run in runs]
