"""Who is in the chamber, told by two sensors that know nothing of each other. Pure: looks in, a `Presence` out.

The overhead sensor gives shapes (simulators/heads.py); they are followed from look to look, so that somebody who
crosses a door's plane is counted once and a single bad look changes nothing. Nobody vanishes between two doors either:
who was followed inside and is seen no more, with nothing to show that he left, makes every count doubtful until he is
found or the chamber is bare.

The light barriers then have a veto, not a vote: a person whom no beam sees, or a beam that nothing overhead explains,
is a disagreement. It lowers the confidence at once, below what any permit rests on, and after a second the count is no
count any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import hypot

from simulators.heads import Kind, Shape
from simulators.world import CHAMBER_MM

SURE, RATHER, DOUBTFUL, CONTRADICTED = 95, 85, 60, 40
"""Confidence: two sensors agree on standing people; somebody on the floor among them; almost a head; disagreement."""
UNHEALTHY_MS = 1000
CONFIRM_MS = 60
"""A shape that comes from nowhere is believed when it is seen again so much later."""
COAST_MS = 200
"""A shape that is not seen is kept for so long."""
DECIDED_MM = 40.0
"""Somebody has crossed a plane when he is so far beyond it."""
KNOWN_MS = 300
"""Who was followed inside for so long was somebody: he does not vanish."""
DOORWAY_MM = 150.0
"""Who is seen last this near to a door's plane may have left by it."""
REACH_OF_ONE_MM = 1500.0
"""Nobody is further from where he was in the picture before."""
THROUGH_MM = 600.0
"""Nor so far when he has gone through a door meanwhile."""
BODY_MM = 230.0
"""A beam is explained by a shape this near to it (and by a longer one further)."""
REACH_MM = 110.0
"""No place in the chamber is further than this from a beam."""


@dataclass(frozen=True, slots=True)
class Blob:
    """Somebody, or something, whom the sensors follow. `number` stays his while he is seen."""

    number: int
    kind: Kind
    x_mm: float
    y_mm: float
    height_mm: float
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Presence:
    """What the two sensors together say of the chamber."""

    count: int | None
    """People between the doors' planes; None when that cannot be told."""
    confidence: int
    """0..100; the interlock wants 80."""
    blobs: tuple[Blob, ...]
    healthy: bool
    at_ms: int
    things: int = 0
    """Objects inside that are no person and have stayed where they are."""
    agree: bool = True
    """The barriers and the overhead sensor do not contradict each other."""


@dataclass(slots=True)
class _Track:
    number: int
    shape: Shape
    seen_ms: int
    is_inside: bool
    missed_ms: int = 0

    @property
    def is_believed(self) -> bool:
        return self.seen_ms >= CONFIRM_MS

    @property
    def is_known(self) -> bool:
        return self.seen_ms >= KNOWN_MS

    @property
    def cannot_have_left(self) -> bool:
        """Known as somebody inside, and not last seen in a doorway."""
        is_amid = DOORWAY_MM < self.shape.x_mm < CHAMBER_MM - DOORWAY_MM
        return self.is_inside and is_amid and self.is_known


@dataclass(slots=True)
class PeopleCounter:
    """Follows shapes. `look` takes what both sensors see `elapsed_ms` after the look before."""

    tracks: list[_Track] = field(default_factory=list)
    missing: int = 0
    """People who were inside, have not left, and are not seen."""
    contradicted_ms: int = 0
    things_ms: int = 0
    now_ms: int = 0
    made: int = 0
    """Tracks begun so far: their numbers."""
    is_waking: bool = True
    """It has seen nothing yet, or was blind: whoever is there now has been there, and is believed at once."""
    _shapes: Sequence[Shape] | None = field(default=None, repr=False)
    _barriers: int = -1
    _lie: bool = False
    """Things are seen, believed or not."""
    _still: Presence | None = field(default=None, repr=False)
    """What was said of the very same picture, when nothing is left to settle."""

    def look(
        self, shapes: Sequence[Shape] | None, barriers: int, beams_mm: Sequence[float], elapsed_ms: int
    ) -> Presence:
        """`shapes` is None while the overhead sensor is dead: then nobody is counted."""
        self.now_ms += elapsed_ms
        if self._still is not None and shapes is self._shapes and barriers == self._barriers:
            return _later(self._still, self.now_ms)
        self._shapes, self._barriers = shapes, barriers
        presence = self._looked(shapes, barriers, beams_mm, elapsed_ms)
        took_time = elapsed_ms > 0  # in no time nobody is missed yet
        self._still = presence if took_time and self._is_settled(presence) else None
        return presence

    def _is_settled(self, presence: Presence) -> bool:
        """Another look at the same would say the same."""
        if presence.agree is False and self.contradicted_ms <= UNHEALTHY_MS:
            return False
        if self._lie and self.things_ms <= CONFIRM_MS:
            return False
        return all(track.is_known and not track.missed_ms for track in self.tracks)

    def _looked(
        self, shapes: Sequence[Shape] | None, barriers: int, beams_mm: Sequence[float], elapsed_ms: int
    ) -> Presence:
        if shapes is None:
            self.tracks.clear()
            self.missing = 0
            self.is_waking = True
            return Presence(None, 0, (), healthy=False, at_ms=self.now_ms)
        self._follow([shape for shape in shapes if shape.kind.is_person], elapsed_ms)
        if not any(0.0 <= shape.x_mm <= CHAMBER_MM for shape in shapes):
            self.missing = 0
        believed = [track for track in self.tracks if track.is_believed]
        inside = [track for track in believed if track.is_inside]
        things = [shape for shape in shapes if shape.kind is Kind.THING and 0.0 <= shape.x_mm <= CHAMBER_MM]
        self._lie = bool(things)
        self.things_ms = min(self.things_ms + elapsed_ms, CONFIRM_MS + 1) if things else 0
        agree = _agree([track.shape for track in inside], shapes, barriers, beams_mm)
        self.contradicted_ms = 0 if agree else min(self.contradicted_ms + elapsed_ms, UNHEALTHY_MS + 1)
        healthy = self.contradicted_ms <= UNHEALTHY_MS
        return Presence(
            count=len(inside) if healthy else None,
            confidence=self._confidence(inside, shapes, agree),
            blobs=tuple(_blob(track) for track in believed),
            healthy=healthy,
            at_ms=self.now_ms,
            things=len(things) if self.things_ms > CONFIRM_MS else 0,
            agree=agree,
        )

    def _confidence(self, inside: Sequence[_Track], shapes: Sequence[Shape], agree: bool) -> int:
        if not agree:
            return CONTRADICTED
        unsure = any(shape.kind is Kind.DOUBTFUL and 0.0 <= shape.x_mm <= CHAMBER_MM for shape in shapes)
        coming = any(not track.is_believed and track.is_inside for track in self.tracks)
        if unsure or coming or self.missing or any(track.missed_ms for track in inside):
            return DOUBTFUL
        return RATHER if any(track.shape.kind is Kind.CRAWLER for track in inside) else SURE

    def _follow(self, shapes: list[Shape], elapsed_ms: int) -> None:
        """Each known track takes the nearest shape; what is left over is somebody new.

        The nearest pairs come first, so a far one is only made of a track and a shape that have nobody else: a head
        does not vanish while another one appears, however late the picture came.
        """
        pairs = sorted(
            (distance, index, number)
            for index, track in enumerate(self.tracks)
            for number, shape in enumerate(shapes)
            if (distance := _distance_mm(track.shape, shape)) <= _reach_mm(track, shape)
        )
        taken: dict[int, int] = {}
        for _, index, number in pairs:
            if index not in taken and number not in taken.values():
                taken[index] = number
        kept = []
        for index, track in enumerate(self.tracks):
            if index in taken:
                kept.append(_seen(track, shapes[taken[index]], elapsed_ms))
            elif track.missed_ms + elapsed_ms <= COAST_MS and track.is_believed:
                track.missed_ms += elapsed_ms
                kept.append(track)
            elif track.cannot_have_left:
                self.missing += 1
        new = [shape for number, shape in enumerate(shapes) if number not in taken.values()]
        self.tracks = kept + [self._met(shape) for shape in new]
        self.is_waking = False

    def _met(self, shape: Shape) -> _Track:
        """Whoever turns up inside while somebody is missing is he, and known."""
        is_inside = 0.0 <= shape.x_mm <= CHAMBER_MM
        is_found = is_inside and self.missing > 0
        self.missing -= is_found
        self.made += 1
        return _Track(self.made, shape, KNOWN_MS if is_found else CONFIRM_MS * self.is_waking, is_inside)


def _reach_mm(track: _Track, shape: Shape) -> float:
    is_outside = not 0.0 <= shape.x_mm <= CHAMBER_MM
    return THROUGH_MM if track.cannot_have_left and is_outside else REACH_OF_ONE_MM


def _distance_mm(one: Shape, other: Shape) -> float:
    """Heights count too: a child is not taken for the parent beside it."""
    apart_mm = hypot(one.x_mm - other.x_mm, one.y_mm - other.y_mm)
    return apart_mm + (0.5 * abs(one.height_mm - other.height_mm) if one.kind is other.kind else 200.0)


def _seen(track: _Track, shape: Shape, elapsed_ms: int) -> _Track:
    x_mm = shape.x_mm
    if track.is_inside:
        track.is_inside = -DECIDED_MM < x_mm < CHAMBER_MM + DECIDED_MM
    else:
        track.is_inside = DECIDED_MM < x_mm < CHAMBER_MM - DECIDED_MM
    track.shape, track.missed_ms = shape, 0
    track.seen_ms = min(track.seen_ms + elapsed_ms, KNOWN_MS)
    return track


def _agree(inside: Sequence[Shape], shapes: Sequence[Shape], barriers: int, beams_mm: Sequence[float]) -> bool:
    """Each person inside interrupts a beam, and each interrupted beam has something overhead to explain it."""
    broken = [beam_mm for index, beam_mm in enumerate(beams_mm) if barriers >> index & 1]
    for person in inside:
        reach_mm = max(REACH_MM, person.length_mm / 2)
        if not any(abs(beam_mm - person.x_mm) <= reach_mm for beam_mm in broken) and not _is_carried(person, shapes):
            return False
    return all(
        any(abs(shape.x_mm - beam_mm) <= BODY_MM + shape.length_mm / 2 for shape in shapes) for beam_mm in broken
    )


def _is_carried(person: Shape, shapes: Sequence[Shape]) -> bool:
    """Without feet of its own: on the arm of somebody taller."""
    return any(
        other is not person
        and other.kind is Kind.HEAD
        and other.height_mm > person.height_mm
        and hypot(other.x_mm - person.x_mm, other.y_mm - person.y_mm) < 350.0
        for other in shapes
    )


def _later(seen: Presence, at_ms: int) -> Presence:
    return Presence(seen.count, seen.confidence, seen.blobs, seen.healthy, at_ms, seen.things, seen.agree)


def _blob(track: _Track) -> Blob:
    shape = track.shape
    return Blob(track.number, shape.kind, shape.x_mm, shape.y_mm, shape.height_mm, track.is_inside)
