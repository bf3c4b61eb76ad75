"""Crossing after crossing: when a lane serves, when it does not, and who may say so.

A lane serves nobody before its self-test has passed (kiosk/selftest.py), while a degraded mode closes it
(kiosk/modes.py), or while people have closed, latched or locked it out (kiosk/standing.py). None of them cuts a
crossing short but a command that says so, and then whoever is inside gets the way back.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Health, Lamp, LaneCommand, LaneOrder, OfficerCase, Prompt
from kiosk.called import calls_answered
from kiosk.concurrent import alongside, unless
from kiosk.crossing import Crossing
from kiosk.guard import ALARM_WATCH_S
from kiosk.lane import Lane
from kiosk.maintenance import before_opening, before_service, lock_out
from kiosk.modes import RULES, InForce, Mode, Signals, observe
from kiosk.reasons import MEANINGS, Reason
from kiosk.recovery import recover
from kiosk.repeats import Repeats
from kiosk.rest import come_to_rest, let_out_who_is_shut_in
from kiosk.selftest import Finding, look, prove, watch
from kiosk.standing import Standing, obey
from kiosk.transaction import run_crossing
from records.errors import JournalFailed
from records.journal import Journal
from records.model import CrossingRecord
from records.page import Page

FLUSH_S = 1.0
RETEST_S = 1.0
WATCH_MODES_S = 0.5
LOOK_S = 2.0
"""So often an idle lane tests itself."""
STANDING = "standing"
"""Kind of the journal's entry that says how the lane stands; the newest one outlives a restart."""
REMEMBERED_ORDERS = 256


class _Closing(Exception):
    """Something came up while nobody was being served."""


class Observer(Protocol):
    def began(self, crossing: Crossing) -> None: ...
    def sealed(self, record: CrossingRecord) -> None: ...


class LaneState(Enum):
    STARTING = "starting"
    """Testing itself; nobody was served yet."""
    IN_SERVICE = "in_service"
    """Open, or serving a traveller."""
    CLOSING = "closing"
    """Serving a traveller, and nobody after."""
    CLOSED = "closed"
    """Until what stands in `LaneService.why_closed` is over."""
    MAINTENANCE = "maintenance"
    """Locked out: somebody works on it."""
    STOPPED = "stopped"


@dataclass(slots=True)
class LaneService:
    """One lane's life. `sealed` is told each record, `began` each crossing."""

    lane: Lane
    journal: Journal
    sealed: Callable[[CrossingRecord], None] = field(default=lambda _record: None)
    began: Callable[[Crossing], None] = field(default=lambda _crossing: None)
    observers: list[Observer] = field(default_factory=list, repr=False)
    """Told of each crossing's begin and seal besides; they return at once."""
    register_cut: Callable[[], bool] = field(default=lambda: False, repr=False)
    """Whether the register's service is silent; a register without a service never is."""
    state: LaneState = LaneState.STARTING
    why_closed: str = ""
    crossings: int = 0
    modes: InForce = field(default_factory=InForce)
    """The degraded modes in force."""
    standing: Standing = field(default_factory=Standing)
    """What people have decided."""
    _crossing: Crossing | None = field(default=None, repr=False)
    _serving: bool = False
    _proved: bool = False
    _camera_failed: bool = False
    _record_refused: bool = False
    _repeats: Repeats = field(default_factory=Repeats)
    _answered: dict[str, str] = field(default_factory=dict, repr=False)
    """Orders -> why they were refused; empty: they were not."""

    async def run(self, crossings: int | None = None) -> None:
        """Serve `crossings` travellers (None: until cancelled)."""
        self._remember_standing()
        async with (
            alongside(self._keep_flushed()),
            alongside(self._keep_modes()),
            alongside(self._keep_orders()),
            alongside(self._keep_alarmed()),
        ):
            await self._show_closed()
            async with alongside(calls_answered(self.lane, self.journal)):
                await recover(self.lane, self.journal)
            while crossings is None or self.crossings < crossings:
                await self._until_fit()
                await self._serve_one()
        self.state = LaneState.STOPPED

    async def _serve_one(self) -> None:
        lane = self.lane
        try:
            await lane.display.show(Prompt.WELCOME)
            await lane.panel.light(Lamp.AMBER if self.modes.names else Lamp.GREEN)
            async with alongside(calls_answered(lane, self.journal)):
                await unless((self._until_closing(),), lane.reader.wait_presented())
            await self._watch_modes(self._camera_failed)
            if self._keeps_closed():
                return
        except _Closing:
            return
        except DeviceError as failure:
            self._close(str(failure))
            return
        await self._cross()

    async def _cross(self) -> None:
        self._serving = True
        try:
            record = await run_crossing(self.lane, self._begin())
            self.sealed(record)
            for observer in self.observers:
                observer.sealed(record)
            async with alongside(calls_answered(self.lane, self.journal, record.transaction)):
                why = await come_to_rest(self.lane, self.journal, record)
        finally:
            self._serving = False
        self._look_back(record, why)

    def _begin(self) -> Crossing:
        self.crossings += 1
        name = f"{self.journal.gate}-{self.journal.boot}-{self.crossings:06d}"
        self.lane.doors.begin(name)
        self.lane.commands.clear()
        page = Page(self.journal, name, self.lane.clock)
        crossing = Crossing(name, page, self.lane.clock, self.lane.clock.monotonic())
        crossing.modes.update(self.modes.names)
        self._crossing = crossing
        self.began(crossing)
        for observer in self.observers:
            observer.began(crossing)
        return crossing

    def _look_back(self, record: CrossingRecord, why: str) -> None:
        """What the last crossing means for the next one."""
        reason = Reason(record.reason)
        if why or MEANINGS[reason].closes_lane:
            self._close(why or record.reason)
        if MEANINGS[reason].latches:
            self._stand(Standing(self.standing.closed_by, record.reason, self.standing.locked_out_by))
        if self._repeats.is_permanent(reason, self.lane.clock.monotonic()):
            again = f"{record.reason} again and again"
            self._stand(Standing(self.standing.closed_by, again, self.standing.locked_out_by))

    # --- fit to serve ----------------------------------------------------------------------------------------

    def _close(self, why: str) -> None:
        self.state, self.why_closed = LaneState.CLOSED, why

    async def _until_fit(self) -> None:
        """Test until the lane is fit; while it is not, the screen says so and the sign is red."""
        async with alongside(calls_answered(self.lane, self.journal)):
            await self._become_fit()
        self.state, self.why_closed = LaneState.IN_SERVICE, ""

    async def _become_fit(self) -> None:
        told = ""
        while why := await self.unfit():
            self._close(why)
            if self.standing.locked_out_by:
                self.state = LaneState.MAINTENANCE
                await lock_out(self.lane)
            if told != why and await self._show_closed():
                self.journal.append("closed", "", self.lane.clock.monotonic(), {"why": why})
                told = why
            await let_out_who_is_shut_in(self.lane)
            await self.lane.clock.sleep(RETEST_S)

    async def _show_closed(self) -> bool:
        try:
            await self.lane.panel.light(Lamp.RED)
            await self.lane.display.show(Prompt.LEAVE_NOW if self.modes.gravest is Mode.EMERGENCY else Prompt.CLOSED)
        except DeviceError:
            return False
        return True

    async def unfit(self) -> str:
        """Why nobody can be served now, one sentence without a person in it; empty when the lane is fit."""
        try:
            await self._watch_modes(await self.lane.camera.health() is Health.FAILED)
        except DeviceError as failure:
            return str(failure)
        if why := self._keeps_closed():
            return why
        found = await look(self.lane) if self._proved else await prove(self.lane)
        self._proved = self._proved or found is None
        if found and found.permanent:
            await self._latch(found)
        return found.words if found else ""

    def _keeps_closed(self) -> str:
        mode = self.modes.gravest
        return self.standing.words or (RULES[mode].words if mode else "")

    async def _latch(self, found: Finding) -> None:
        """What does not pass by itself: an officer is called, and nobody is served before he opens the lane."""
        self._stand(Standing(self.standing.closed_by, found.words, self.standing.locked_out_by))
        case = OfficerCase("", self.lane.name, found.reason.value, found.words, self.lane.clock.monotonic())
        with suppress(DeviceError):
            await self.lane.officer.tell(case, alarm=True)

    # --- commands ----------------------------------------------------------------------------------------------

    async def _keep_orders(self) -> None:
        while True:
            try:
                await self._carry_out(await self.lane.officer.commanded())
            except DeviceError:  # the console is away: unsupervised is a mode, and its business
                await self.lane.clock.sleep(RETEST_S)

    async def _carry_out(self, order: LaneOrder) -> None:
        """Once, however often it comes; refused or not, it is in the journal and its sender hears of it."""
        if order.order not in self._answered:
            self._answered[order.order] = refusal = await self._obey(order)
            facts = {"order": order.order, "command": order.command.value, "officer": order.officer}
            facts |= {"role": order.role.value, "why": order.reason, "refusal": refusal}
            self.journal.append("command", "", self.lane.clock.monotonic(), facts)
            for old in tuple(self._answered)[:-REMEMBERED_ORDERS]:
                del self._answered[old]
        await self.lane.officer.answer(order, self._answered[order.order])

    async def _obey(self, order: LaneOrder) -> str:
        lane, (standing, refusal) = self.lane, obey(self.standing, order)
        if refusal:
            return refusal
        if order.command is LaneCommand.LEAVE_MAINTENANCE:
            if refusal := await before_service(lane, self.journal):
                return refusal
            self._proved = False
        elif order.command is LaneCommand.OPEN:
            await before_opening(lane)
            self._repeats.forget()
        elif order.command is LaneCommand.CLOSE_NOW:
            lane.commands.close_now.set()
        elif order.command is LaneCommand.RELEASE:
            lane.commands.let_out.set()
        elif order.command is LaneCommand.RELEASE_ONWARD:
            if not self._is_being_decided:
                return "no crossing runs that a decision could be recorded for: let them back to the hall"
            lane.commands.onward = order
            lane.commands.let_out.set()
        self._stand(standing)
        return ""

    @property
    def _is_being_decided(self) -> bool:
        """A crossing runs, its exit has not been ordered, and its record is open."""
        crossing = self._crossing
        return self._serving and crossing is not None and crossing.page.record is None and not crossing.exit_ordered

    def _stand(self, standing: Standing) -> None:
        self.standing = standing
        self.journal.append(STANDING, "", self.lane.clock.monotonic(), standing.facts())
        if self._serving and standing.words:
            self.state, self.why_closed = LaneState.CLOSING, standing.words

    def _remember_standing(self) -> None:
        if last := self.journal.reader.latest(STANDING):
            self.standing = Standing.of(dict(last.facts))

    # --- degraded modes ------------------------------------------------------------------------------------------

    async def _watch_modes(self, camera_failed: bool) -> DoorStatus:
        """Look, fold what was seen into the modes in force, and stamp them on the crossing that runs."""
        lane, self._camera_failed = self.lane, camera_failed
        present, status = await lane.officer.present(), await lane.doors.status()
        seen = Signals(
            camera_failed=camera_failed,
            officer_present=present,
            record_refused=self._record_refused,
            on_battery=status.on_battery,
            register_cut=self.register_cut(),
            emergency=status.emergency,
            register_slow=lane.notices.register.is_slow(lane.clock.monotonic()),
            watchlist_stale=lane.notices.watchlist_stale,
            antenna_failed=lane.notices.antenna_failed,
        )
        self.modes = observe(self.modes, seen, lane.clock.monotonic())
        if self._crossing is not None:
            self._crossing.modes.update(self.modes.names)
        if self._serving and self.modes.gravest:
            self.state, self.why_closed = LaneState.CLOSING, RULES[self.modes.gravest].words
        return status

    async def _until_closing(self) -> None:
        """While the lane waits for a traveller it goes on testing itself."""
        looked_s = self.lane.clock.monotonic()
        while not self._keeps_closed():
            await self.lane.clock.sleep(WATCH_MODES_S)
            if self.lane.clock.monotonic() - looked_s >= LOOK_S:
                looked_s = self.lane.clock.monotonic()
                if await watch(self.lane):
                    raise _Closing
        raise _Closing

    async def _keep_modes(self) -> None:
        """Also while a crossing runs; a device that does not answer is the crossing's to find."""
        while True:
            await self.lane.clock.sleep(WATCH_MODES_S)
            with suppress(DeviceError):
                await self._watch_modes(self._camera_failed)

    async def _keep_alarmed(self) -> None:
        """Fire is known at once also while nobody is served; a crossing looks by itself."""
        while True:
            await self.lane.clock.sleep(ALARM_WATCH_S)
            with suppress(DeviceError):
                if not self._serving and (await self.lane.doors.status()).emergency and not self._is_alarmed:
                    await self._watch_modes(self._camera_failed)

    @property
    def _is_alarmed(self) -> bool:
        return Mode.EMERGENCY.value in self.modes.names

    async def _keep_flushed(self) -> None:
        """What was noted is on the disk within a second, crossing or not."""
        while True:
            await self.lane.clock.sleep(FLUSH_S)
            try:
                await self.lane.commit(self.journal.flush)
                self._record_refused = False
            except JournalFailed:
                self._record_refused = True
