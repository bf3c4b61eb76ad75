"""Puppets of a recorded crossing: they stand where somebody stood then, and their page lies when it lay."""

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from cli.replay_places import CLEAR_MM, came_by_exit, miscounts, places_of
from cli.tape import Tape
from records.track import Sample, Sign
from simulators.scenario_acts import THINGS
from simulators.scenario_people import Comer
from simulators.sensing import BARRIERS_MM
from simulators.world import CHAMBER_MM, PASSABLE_PERMILLE, READER_MM, Person, Thing, World

TICK_S = 0.05
STRIDE_MM = 200.0
"""In one tick: faster than people walk, so that they are where they were, and slow enough to be followed."""
ASIDE_MM = 320.0
BEYOND_MM = CHAMBER_MM + 600.0
BEFORE_S = 0.05
SCAN_S = 0.4
LEAVING_MM_S = 1250.0


@dataclass(slots=True)
class Puppets:
    """Whoever crossed then, moved from tick to tick."""

    tape: Tape
    world: World = field(repr=False)
    comer: Comer = field(repr=False)
    persons: list[Person] = field(default_factory=list, repr=False)
    has_object: bool = False
    """Somebody has been inside, and what is left behind may lie there."""
    _times: list[int] = field(default_factory=list, repr=False)
    _surplus: tuple[int, ...] = field(default=(), repr=False)
    _intrusion: int | None = None

    def come(self, number: int) -> None:
        """Everybody steps up to the reader, one behind the other, and the page is laid down."""
        samples = self.tape.samples
        self._times = [sample.at_ms for sample in samples]
        self._surplus, self._intrusion = miscounts(samples), self._intruder()
        counted = [(each.persons or 0) - more for each, more in zip(samples, self._surplus, strict=True)]
        most = max(counted[: self._intrusion], default=1)
        self.persons = [
            Person(
                f"{self.comer.said.name}-{number}-{index}",
                self.comer.face,
                READER_MM - 300 * index,
                _aside_mm(index, most),
                self.comer.height_mm,
            )
            for index in range(max(1, most))
        ]
        self.world.persons.extend(self.persons)
        self.world.page = self.comer.page

    def _intruder(self) -> int | None:
        told = (*self.tape.noted("passed"), *self.tape.noted("annulled"))
        return came_by_exit(self.tape.samples) if any(entry.fact("intruders") for entry in told) else None

    def sample(self, now_s: float) -> Sample | None:
        """The newest one that was taken by now, as its sensors told it."""
        number = self._number(now_s)
        return None if number is None else self.tape.samples[number]

    def surplus(self, now_s: float) -> int:
        """By how many the counter counts too many now."""
        number = self._number(now_s)
        return 0 if number is None else self._surplus[number]

    def _number(self, now_s: float) -> int | None:
        number = bisect_right(self._times, 1000 * (now_s + TICK_S)) - 1
        return None if number < 0 else number

    # --- from tick to tick ---

    def move(self, now_s: float) -> None:
        self.world.page = self.comer.page if lies(self.tape, now_s) else None
        sample = self.sample(now_s)
        if sample is None:
            return
        if sample.persons is not None:
            sample = sample._replace(persons=max(0, sample.persons - self.surplus(now_s)))
        if self._intrusion is not None and sample.at_ms >= self._times[self._intrusion]:
            self._intrudes(sample)
        places = places_of(sample, len(self.persons), [person.x_mm for person in self.persons])
        for person, x_mm in zip(self.persons, places, strict=True):
            self._walk(person, x_mm)
        self._leave_behind(sample)

    def _walk(self, person: Person, x_mm: float) -> None:
        if 0 < x_mm < CHAMBER_MM and self.world.entry_permille == self.world.exit_permille == 0:
            person.x_mm = max(CLEAR_MM, min(CHAMBER_MM - CLEAR_MM, person.x_mm))  # counted inside: he is there
        stride_mm = max(-STRIDE_MM, min(STRIDE_MM, x_mm - person.x_mm))
        self.world.move(person, person.x_mm + stride_mm)

    def _intrudes(self, sample: Sample) -> None:
        """Somebody is suddenly in the open exit's way in: where a beam is interrupted that is not the traveller's."""
        stranger = Person("intruder", self.comer.companion, BEYOND_MM, ASIDE_MM)
        self.world.persons.append(stranger)
        self.persons.insert(0, stranger)
        (place_mm, *_) = places_of(sample._replace(persons=2), 2, [0.0, self.persons[1].x_mm])
        self.world.move(stranger, place_mm)
        self._intrusion = None

    def _leave_behind(self, sample: Sample) -> None:
        self.has_object |= bool(sample.persons)
        if not self.has_object or sample.persons != 0 or self.tape.reason != "object_left" or self.world.things:
            return
        beams = [mm for index, mm in enumerate(BARRIERS_MM) if sample.barriers >> index & 1 and 0 < mm < CHAMBER_MM]
        if sample.signs & Sign.OBJECT or beams:
            self.world.things.append(Thing("bag", beams[0] if beams else CHAMBER_MM / 2, THINGS["bag"]))

    def leave(self) -> None:
        """Whoever is still inside goes on or back as soon as a way is open; who is outside is gone."""
        self.world.page = None
        for person in tuple(self.persons):
            if not 0.0 <= person.x_mm <= CHAMBER_MM:
                self.world.persons.remove(person)
                self.persons.remove(person)
                continue
            goes_on = self.world.entry_permille < PASSABLE_PERMILLE <= self.world.exit_permille
            step_mm = LEAVING_MM_S * TICK_S
            self.world.move(person, person.x_mm + (step_mm if goes_on else -step_mm))


def _aside_mm(index: int, of: int) -> float:
    """Two who stand close to each other stand side by side."""
    if of > 1 and index < 2:
        return ASIDE_MM / 2 * (1 if index else -1)
    return 0.0 if index == 0 else ASIDE_MM if index % 2 else -ASIDE_MM


def lies(tape: Tape, now_s: float) -> bool:
    """From each laying down until the page was read, or could not be; at last until the passport was taken."""
    if tape.reason == "document_left":
        return True
    taken = tape.noted("cleared")
    if taken:
        lifted_s = tape.after_s(taken[-1])
    elif tape.reason == "document_pulled_away":
        lifted_s = 0.1
    else:
        lifted_s = tape.sealed_after_s + 0.5
    for former_s, later_s in pairwise(tape.scanned_s):
        if former_s < now_s < max(former_s, later_s - SCAN_S - BEFORE_S):
            return now_s > later_s - SCAN_S - 2 * BEFORE_S
    return now_s < lifted_s
