"""Where people stood in a recorded crossing, as far as its track tells: beams, and how many were counted inside."""

from records.track import Sample
from simulators.sensing import BARRIERS_MM
from simulators.world import CHAMBER_MM

CLEAR_MM = 90.0
"""Whoever was counted inside stands at least so far beyond a door's plane, whoever was not, so far before it."""
AWAY_MM = 600.0
"""Whom no beam sees any more has gone so far."""


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
