"""Plays one crossing of a journal again: the lane's own program, simulated doors and sensors, people who stand where
somebody stood then, and devices that answer, fail and are late as they were. Whoever walked is one of the cast.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import get_args

import numpy as np

from cli.incident import who_came
from cli.replay_measure import TapedMeasure
from cli.replay_places import CLEAR_MM, places_of
from cli.scenario_play import SITES, VIRTUAL_START, Play, site_of
from cli.tape import Tape, same_moves, tapes_in
from config.load import ConfigRefused
from drivers import errors
from drivers.around import Around, Call, Proceed
from drivers.clock import LoopClock
from drivers.errors import DeviceError
from drivers.model import Button, Image, LaneCommand, LaneOrder, OfficerAction
from kiosk.crossing import Crossing
from kiosk.measure import in_place
from kiosk.offload import Inline
from link.staff import StaffRole
from records.model import DECIDED
from records.track import Sample, Sign
from simulators.door_plant import DoorFaults
from simulators.scenario import Scenario, VisaState
from simulators.scenario_acts import THINGS
from simulators.scenario_people import Comer
from simulators.scenario_stage import Stage
from simulators.sensing import BARRIERS_MM
from simulators.virtual_time import run_virtual
from simulators.world import CHAMBER_MM, PASSABLE_PERMILLE, READER_MM, Person, Thing, World

TICK_S = 0.05
LASTS_S = 300.0
STRIDE_MM = 200.0
"""In one tick: faster than people walk, so that they are where they were, and slow enough to be followed."""
ASIDE_MM = 320.0
BEFORE_S = 0.05
SCAN_S = 0.4
LEAVING_MM_S = 1250.0
SILENT = {("register", "look_up"): "register_failed", ("register", "screen"): "watchlist_failed"}
"""Calls whose silence the lane notes by itself."""
ANSWERED = {("register", "look_up"): "register_answered", ("register", "reported_lost"): "lost_answered"}
COMMANDED = {
    "officer_released": LaneCommand.RELEASE,
    "lane_closed": LaneCommand.CLOSE_NOW,
    "released_onward": LaneCommand.RELEASE_ONWARD,
}
ARRIVES_S = 3.0
"""A door that has not arrived after this is told to be broken."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of a crossing that was played again."""

    recorded: Tape
    played: Tape

    @property
    def same_outcome(self) -> bool:
        return (self.recorded.outcome, self.recorded.reason) == (self.played.outcome, self.played.reason)

    @property
    def same_moves(self) -> bool:
        return same_moves(self.recorded, self.played)


def replay(tape: Tape, speed: float = 0.0, told: Callable[[float, str], None] = lambda _at, _what: None) -> Replayed:
    """Play it in a folder of its own. `speed` 1 takes as long as the crossing took, 0 as short as can be.

    Raises ConfigRefused for a crossing without a track of its doors.
    """
    if not tape.samples and not tape.was_killed:
        raise ConfigRefused(
            [f"crossing {tape.transaction}: it has no track of its doors: it was recorded by an older program."]
        )
    story = who_came(tape)
    story["traveller"][0].setdefault("visa", visa_of(tape))
    story["scenario"]["lasts_s"] = LASTS_S
    scenario = Scenario.model_validate(story)
    with tempfile.TemporaryDirectory(prefix="egate-replay-") as folder:
        player = Player(scenario, site_of(scenario, SITES / "virtual.toml"), Path(folder), 1)
        player.tape, player.speed, player.told = tape, speed, told
        player.around, player.sees = player.failing, _tiny

        async def run() -> None:
            measure = in_place(TapedMeasure(tape, player.since_s))
            await player.run(LoopClock(VIRTUAL_START), measure, Inline(), "replay")

        run_virtual(run())
        played = tapes_in(Path(folder) / player.site.journal.path)
    return Replayed(tape, played[0])


def visa_of(tape: Tape) -> str:
    """The visa that makes the register answer as it did."""
    said = tape.noted("register_answered")
    state = str(said[0].fact("state")) if said else "valid"
    return state if state in get_args(VisaState) else "valid"


def _tiny(_world: World, _seed: int) -> Callable[[float], Image]:
    return lambda now_s: np.full((4, 4, 3), 40 + round(10 * now_s) % 200, np.uint8)


@dataclass(slots=True)
class Player(Play):
    """A Play whose traveller, inputs, officer and failures follow a tape."""

    tape: Tape = field(default=None, repr=False)  # type: ignore[assignment]  # set before it runs
    speed: float = 0.0
    told: Callable[[float, str], None] = field(default=lambda _at, _what: None, repr=False)
    clock_s: Callable[[], float] = field(default=lambda: 0.0, repr=False)
    started_s: float | None = None
    failed: set[int] = field(default_factory=set)

    def since_s(self) -> float:
        """Since the crossing began; before that, a little less than nothing."""
        return -1.0 if self.started_s is None else self.clock_s() - self.started_s

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        self.clock_s = stage.clock.monotonic
        work = (self._inputs(stage), self._officer(stage), self._commanded(stage), self._pace(stage))
        return (*Play._set_going(self, stage), *(asyncio.create_task(each) for each in work))

    def _began(self, crossing: Crossing) -> None:
        Play._began(self, crossing)
        if self.started_s is None:
            self.started_s = self.clock_s()

    # --- the traveller ---

    async def _visit(self, stage: Stage, number: int, comer: Comer) -> None:
        """Whoever crossed then: the page lies when it lay, and people stand where somebody stood.

        A lane that was killed kept no track: then somebody of the cast reacts to what he is shown.
        """
        if not self.tape.samples:
            dies = asyncio.create_task(self._dies(stage))
            await Play._visit(self, stage, number, comer)
            await dies
            return
        puppets = [
            Person(f"{comer.said.name}-{number}-{index}", comer.face, READER_MM - 300 * index, 0.0, comer.height_mm)
            for index in range(max(1, self._most()))
        ]
        for index, puppet in enumerate(puppets[1:], 1):
            puppet.y_mm = ASIDE_MM if index % 2 else -ASIDE_MM
        if len(puppets) > 1:
            puppets[0].y_mm = -ASIDE_MM / 2
            puppets[1].y_mm = ASIDE_MM / 2
        stage.world.persons.extend(puppets)
        stage.world.page = comer.page
        while self.started_s is None:
            await stage.clock.sleep(TICK_S)
        ended_s = self.tape.sealed_after_s
        while self.since_s() < ended_s + TICK_S or not self._is_idle():
            now_s = self.since_s()
            stage.world.page = comer.page if self._lies(now_s) else None
            self._stand(stage, puppets, now_s)
            await stage.clock.sleep(TICK_S)
        stage.world.page = None
        await self._leave(stage, puppets)

    async def _dies(self, stage: Stage) -> None:
        while self.since_s() < self.tape.sealed_after_s + BEFORE_S:
            await stage.clock.sleep(TICK_S / 2)
        self._kill()

    def _most(self) -> int:
        return max((sample.persons or 0 for sample in self.tape.samples), default=1)

    def _lies(self, now_s: float) -> bool:
        """From each laying down until the zone was read; at last until the passport was taken."""
        tape = self.tape
        if tape.reason == "document_left":
            return True
        taken = tape.noted("cleared")
        if taken:
            lifted_s = tape.after_s(taken[-1])
        elif tape.reason == "document_pulled_away":
            lifted_s = 0.1
        else:
            lifted_s = tape.sealed_after_s + 0.5
        reads = [tape.after_s(entry) for entry in tape.noted("page_read")]
        for former_s, later_s in pairwise(reads):
            if former_s < now_s < max(former_s, later_s - SCAN_S - BEFORE_S):
                return now_s > later_s - SCAN_S - 2 * BEFORE_S
        return now_s < lifted_s

    def _stand(self, stage: Stage, puppets: list[Person], now_s: float) -> None:
        sample = self._sample(now_s)
        if sample is None:
            return
        places = places_of(sample, len(puppets), [puppet.x_mm for puppet in puppets])
        for puppet, x_mm in zip(puppets, places, strict=True):
            if 0 < x_mm < CHAMBER_MM and stage.world.entry_permille == stage.world.exit_permille == 0:
                puppet.x_mm = max(CLEAR_MM, min(CHAMBER_MM - CLEAR_MM, puppet.x_mm))  # counted inside: he is there
            stride_mm = max(-STRIDE_MM, min(STRIDE_MM, x_mm - puppet.x_mm))
            stage.world.move(puppet, puppet.x_mm + stride_mm)
        past = any(each.persons for each in self.tape.samples if each.at_ms < sample.at_ms)
        if past and sample.persons == 0 and self.tape.reason == "object_left" and not stage.world.things:
            beams = [mm for index, mm in enumerate(BARRIERS_MM) if sample.barriers >> index & 1 and 0 < mm < CHAMBER_MM]
            if sample.signs & Sign.OBJECT or beams:
                stage.world.things.append(Thing("bag", beams[0] if beams else CHAMBER_MM / 2, THINGS["bag"]))

    def _sample(self, now_s: float) -> Sample | None:
        """The newest one that was taken by now."""
        past = [sample for sample in self.tape.samples if sample.at_ms <= 1000 * (now_s + TICK_S)]
        return past[-1] if past else None

    async def _leave(self, stage: Stage, puppets: list[Person]) -> None:
        """Whoever is still inside goes back as soon as the way is open."""
        world = stage.world
        began_s = stage.clock.monotonic()
        while puppets and stage.clock.monotonic() - began_s < LASTS_S / 2:
            for puppet in tuple(puppets):
                inside = 0.0 <= puppet.x_mm <= CHAMBER_MM
                if inside and world.entry_permille < PASSABLE_PERMILLE <= world.exit_permille:
                    world.move(puppet, puppet.x_mm + LEAVING_MM_S * TICK_S)
                elif inside:
                    world.move(puppet, puppet.x_mm - LEAVING_MM_S * TICK_S)
                else:
                    world.persons.remove(puppet)
                    puppets.remove(puppet)
            await stage.clock.sleep(TICK_S)

    # --- all else that the tape knows ---

    async def _inputs(self, stage: Stage) -> None:
        """Fire, buttons, mains, force and sensors, as the door controller told them then."""
        world, plant = stage.world, stage.rig.plant
        while True:
            sample = self._sample(self.since_s())
            signs = Sign(sample.signs) if sample else Sign(0)
            button = bool(signs & Sign.BUTTON)
            world.fire, world.emergency_button = bool(signs & Sign.EMERGENCY) and not button, button
            world.mains, world.cabinet_open = not signs & Sign.BATTERY, bool(signs & Sign.TAMPER)
            world.sensor_healthy = not signs & Sign.SENSOR_LOST
            plant.faults.entry.forced = bool(signs & Sign.ENTRY_FORCED)
            plant.faults.exit.forced = bool(signs & Sign.EXIT_FORCED)
            self._break_doors(plant.faults, sample)
            if self.tape.reason == "record_not_durable" and self.journal is not None:
                self.journal.is_full = self.since_s() >= self.tape.full_s
            await stage.clock.sleep(TICK_S / 2)

    def _break_doors(self, faults: DoorFaults, sample: Sample | None) -> None:
        """A door that lost its position did so when its fault was told; one that did not arrive stood still before."""
        stood = next((each for each in self.tape.samples if _is_broken(each)), None)
        if self.tape.reason == "door_forced":
            lost = sample is not None and _is_broken(sample)
            faults.entry.position_lost = lost and bool(sample and sample.signs & Sign.ENTRY_OFF)
            faults.exit.position_lost = lost and not (sample and sample.signs & Sign.ENTRY_OFF)
        elif stood is not None:
            stands = self.since_s() >= stood.at_ms / 1000 - ARRIVES_S
            faults.entry.jammed = stands and bool(stood.signs & Sign.ENTRY_OFF)
            faults.exit.jammed = stands and not stood.signs & Sign.ENTRY_OFF

    async def _commanded(self, stage: Stage) -> None:
        """What was asked of the lane as a whole, just before the crossing ended by it."""
        command = COMMANDED.get(self.tape.reason)
        if command is None:
            return
        decided = self.tape.noted(DECIDED)
        by_s = self.tape.after_s(decided[0]) if decided else self.tape.sealed_after_s
        while self.since_s() < by_s - BEFORE_S:
            await stage.clock.sleep(TICK_S / 2)
        stage.rig.officer.command(LaneOrder("replayed", command, "officer", StaffRole.SHIFT_SUPERVISOR, "replay"))

    async def _officer(self, stage: Stage) -> None:
        """Answers, requests and pressed buttons at their times."""
        officer, tape = stage.rig.officer, self.tape
        answers = [entry for entry in tape.noted("officer") if entry.fact("answered")]
        officer.delay_s = LASTS_S
        if answers:
            before = [entry for entry in tape.entries if entry.at_s < answers[0].at_s]
            officer.delay_s = max(0.0, answers[0].at_s - before[-1].at_s)
            action = OfficerAction(str(answers[0].fact("action")))
            officer.persons = int(tape.decided("persons") or 1)
            officer.plan = dict.fromkeys((tape.reason, str(tape.decided("reason"))), action)
        wanted = [*tape.noted("pressed"), *tape.noted("officer_requested")]
        for entry in sorted(wanted, key=lambda each: each.at_s):
            while self.since_s() < tape.after_s(entry):
                await stage.clock.sleep(TICK_S / 2)
            if entry.kind == "pressed":
                stage.world.pressed.append(Button(str(entry.fact("button"))))
            else:
                officer.act(OfficerAction(str(entry.fact("action"))))

    def failing(self, plan: Around) -> Around:
        """A call fails when, and as, a call of the same kind failed then."""

        async def fail(call: Call, proceed: Proceed) -> object:
            if self._was_silent(call):
                await asyncio.get_running_loop().create_future()  # it gave no answer then
            number = self._next_failure(call)
            if number is None:
                return await plan(call, proceed)
            entry = self.tape.entries[number]
            left_s = self.tape.after_s(entry) - self.since_s()
            try:
                if left_s <= BEFORE_S:
                    raise TimeoutError
                async with asyncio.timeout(left_s - BEFORE_S):
                    return await plan(call, proceed)
            except TimeoutError:
                self.failed.add(number)
                raise _error(call, str(entry.fact("outcome"))) from None

        return fail

    def _was_silent(self, call: Call) -> bool:
        """It gave no answer, or none that was this crossing's."""
        asked = call.device, call.operation
        if asked == ("register", "screen") and self.tape.decided("reason") == "watchlist_unreachable":
            return True
        for entry in self.tape.noted(ANSWERED.get(asked, "-")):
            if "register_unreachable" in (entry.fact("objection"), f"register_{entry.fact('state')}"):
                return True
        return bool(self.tape.noted(SILENT.get(asked, "-")))

    def _next_failure(self, call: Call) -> int | None:
        if self.started_s is None:
            return None
        for number, entry in enumerate(self.tape.entries):
            same = entry.kind == "device_call" and number not in self.failed
            if same and (entry.fact("device"), entry.fact("operation")) == (call.device, call.operation):
                return number
        return None

    async def _pace(self, stage: Stage) -> None:
        """Let real time go by as fast as asked, and tell what is seen."""
        told = 0
        while True:
            if self.speed > 0:
                time.sleep(TICK_S / self.speed)  # noqa: ASYNC251  (virtual time stands still meanwhile)
            seen = getattr(stage.world, "seen", [])
            for each in seen[told:]:
                self.told(each.at_s - (self.started_s or 0.0), each.value)
            told = len(seen)
            await stage.clock.sleep(TICK_S)


def _is_broken(sample: Sample) -> bool:
    """A door has a fault, and nobody has forced it."""
    return bool(sample.signs & Sign.FAULT) and not sample.signs & (Sign.ENTRY_FORCED | Sign.EXIT_FORCED)


def _error(call: Call, name: str) -> DeviceError:
    kinds: Mapping[str, type[DeviceError]] = {
        kind.__name__: kind
        for kind in (errors.DeviceUnavailable, errors.DeviceTimeout, errors.DeviceGarbled, errors.DeviceRefused)
    }
    return kinds.get(name, errors.DeviceUnavailable)(call.device, "it failed so when this was recorded.")
