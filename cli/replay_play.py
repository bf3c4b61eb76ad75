"""Plays one crossing of a journal again: the lane's own program, simulated doors and sensors, people who stand where
somebody stood then, and devices that answer, fail and are late as they were. Whoever walked is one of the cast.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import get_args

import numpy as np

from cli.incident import who_came
from cli.replay_measure import TapedMeasure
from cli.replay_people import BEFORE_S, TICK_S, Puppets
from cli.scenario_play import SITES, VIRTUAL_START, Play, site_of
from cli.scratch import scratch
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
from simulators.scenario_people import Comer
from simulators.scenario_stage import Stage
from simulators.virtual_time import run_virtual
from simulators.world import World

LASTS_S = 300.0
HOUR_S = 3600.0
SILENT = {("register", "look_up"): "register_failed", ("register", "screen"): "watchlist_failed"}
"""Calls whose silence the lane notes by itself."""
ANSWERED = {("register", "look_up"): "register_answered", ("register", "reported_lost"): "lost_answered"}
COMMANDED = {
    "officer_released": LaneCommand.RELEASE,
    "lane_closed": LaneCommand.CLOSE_NOW,
    "released_onward": LaneCommand.RELEASE_ONWARD,
}
FORCED = (Sign.ENTRY_FORCED | Sign.EXIT_FORCED).value
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

    @property
    def shifted_s(self) -> float:
        """By how much the time of a movement differs, at most."""
        pairs = zip(self.recorded.moves(), self.played.moves(), strict=False)
        return max((abs(then_s - now_s) for (then_s, _), (now_s, _) in pairs), default=0.0)

    @property
    def difference(self) -> str:
        """One sentence; empty when it ended alike and moved the same doors in the same order."""
        if self.same_outcome and self.same_moves:
            return ""
        then, now = (
            f"{each.outcome} {each.reason}, {', '.join(move for _, move in each.moves()) or 'no door moved'}"
            for each in (self.recorded, self.played)
        )
        return f"replay of {self.recorded.transaction}: recorded {then}; played {now}"


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
    with scratch("egate-replay-") as folder:
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
    stage: Stage | None = field(default=None, repr=False)
    puppets: Puppets | None = field(default=None, repr=False)
    stood: Sample | None = field(default=None, repr=False)
    """The first sample with a door that is broken, by nobody's force."""

    def since_s(self) -> float:
        """Since the crossing began; before that, a little less than nothing."""
        return -1.0 if self.started_s is None else self.clock_s() - self.started_s

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        self.clock_s = stage.clock.monotonic
        self.stage = stage
        self.stood = next((each for each in self.tape.samples if _is_broken(each)), None)
        work = (
            self._inputs(stage),
            self._officer(stage),
            self._commanded(stage),
            self._restarted(stage),
            self._alerted(stage),
            self._misset(stage),
            self._pace(stage),
        )
        return (*Play._set_going(self, stage), *(asyncio.create_task(each) for each in work))

    def _began(self, crossing: Crossing) -> None:
        Play._began(self, crossing)
        if self.started_s is None:
            self.started_s = self.clock_s()
            if self.tape.reason == "clock_invalid" and self.tape.last_step[0] == "document" and self.stage:
                self.stage.now.jump(self._ahead_s)  # before it the lane would close, and nobody be served

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
        puppets = self.puppets = Puppets(self.tape, stage.world, comer)
        puppets.come(number)
        while self.started_s is None:
            await stage.clock.sleep(TICK_S)
        while self.since_s() < self.tape.sealed_after_s + TICK_S or not self._is_idle():
            puppets.move(self.since_s())
            await stage.clock.sleep(TICK_S)
        began_s = stage.clock.monotonic()
        while puppets.persons and stage.clock.monotonic() - began_s < LASTS_S / 2:
            puppets.leave()
            await stage.clock.sleep(TICK_S)

    async def _dies(self, stage: Stage) -> None:
        await self._until(stage, self.tape.sealed_after_s + BEFORE_S)
        self._kill()

    async def _until(self, stage: Stage, at_s: float) -> None:
        """Return when so much of the crossing has gone by."""
        while self.since_s() < at_s:
            await stage.clock.sleep(TICK_S / 2)

    # --- all else that the tape knows ---

    async def _inputs(self, stage: Stage) -> None:
        """Fire, buttons, mains, force and sensors, as the door controller told them then."""
        world, plant = stage.world, stage.rig.plant
        while True:
            sample = self.puppets.sample(self.since_s()) if self.puppets else None
            signs = sample.signs if sample else 0
            button = bool(signs & Sign.BUTTON)
            world.fire, world.emergency_button = bool(signs & Sign.EMERGENCY) and not button, button
            world.mains, world.cabinet_open = not signs & Sign.BATTERY, bool(signs & Sign.TAMPER)
            world.sensor_healthy = not signs & Sign.SENSOR_LOST
            world.sensor_offset = self.puppets.surplus(self.since_s()) if self.puppets else 0
            plant.faults.entry.forced = bool(signs & Sign.ENTRY_FORCED)
            plant.faults.exit.forced = bool(signs & Sign.EXIT_FORCED)
            self._break_doors(plant.faults, sample)
            if self.tape.reason == "record_not_durable" and self.journal is not None:
                self.journal.is_full = self.since_s() >= self.tape.full_s
            await stage.clock.sleep(TICK_S / 2)

    def _break_doors(self, faults: DoorFaults, sample: Sample | None) -> None:
        """A door that lost its position did so when its fault was told; one that did not arrive stood still before."""
        stood = self.stood
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
        await self._until(stage, by_s - BEFORE_S)
        stage.rig.officer.command(LaneOrder("replayed", command, "officer", StaffRole.SHIFT_SUPERVISOR, "replay"))

    async def _restarted(self, stage: Stage) -> None:
        """The door controller starts anew where its uptime went back; not before the step that was under way then."""
        for sample in self.tape.samples:
            if sample.signs & Sign.RESTARTED:
                at_s = sample.at_ms / 1000
                await self._until(stage, max(at_s - BEFORE_S, self.tape.step_begun_s(at_s)))
                stage.rig.plant.restart()

    async def _alerted(self, stage: Stage) -> None:
        """An alert that came after the exit was opened: the only moment at which one is late."""
        opened = self.tape.noted("exit_opened")
        if self.tape.reason == "watchlist_hit_late" and opened:
            await self._until(stage, self.tape.after_s(opened[-1]) + BEFORE_S)
            with stage.store() as store:
                store.add(alerts=[stage.comers[0].alert_to_come])

    async def _misset(self, stage: Stage) -> None:
        """A clock that was no longer believed: set as the record has it, or by an hour if that looks right."""
        if self.tape.reason == "clock_invalid" and self.tape.last_step[0] != "document":
            await self._until(stage, self.tape.last_step[1] - BEFORE_S)
            stage.now.jump(self._ahead_s)

    @property
    def _ahead_s(self) -> float:
        """How far from this simulation's time of day the record's begins."""
        at = datetime.fromisoformat(str(self.tape.entries[0].fact("at")))
        ahead_s = (at - VIRTUAL_START).total_seconds()
        return ahead_s if abs(ahead_s) > HOUR_S else HOUR_S

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
            await self._until(stage, tape.after_s(entry))
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
    return bool(sample.signs & Sign.FAULT) and not sample.signs & FORCED


def _error(call: Call, name: str) -> DeviceError:
    kinds: Mapping[str, type[DeviceError]] = {
        kind.__name__: kind
        for kind in (errors.DeviceUnavailable, errors.DeviceTimeout, errors.DeviceGarbled, errors.DeviceRefused)
    }
    return kinds.get(name, errors.DeviceUnavailable)(call.device, "it failed so when this was recorded.")
