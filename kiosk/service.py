"""Crossing after crossing: when a lane serves, when it does not, and how it comes to rest between two travellers."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Health, Lamp, OfficerCase, Prompt
from kiosk.concurrent import alongside, unless
from kiosk.crossing import Crossing
from kiosk.guard import WATCH_S, DoorCommandDenied
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.modes import RULES, InForce, Signals, observe
from kiosk.reasons import MEANINGS, Outcome, Reason
from kiosk.recovery import settle_unsealed
from kiosk.transaction import run_crossing
from records.errors import JournalFailed
from records.journal import Journal
from records.model import CrossingRecord
from records.page import Page

FLUSH_S = 1.0
RETEST_S = 1.0
WATCH_MODES_S = 0.5
CLEAR_CASE = "lane_not_clear"


class _Degraded(Exception):
    """A mode came into force while nobody was being served."""


class Observer(Protocol):
    def began(self, crossing: Crossing) -> None: ...
    def sealed(self, record: CrossingRecord) -> None: ...


class LaneState(Enum):
    STARTING = "starting"
    IN_SERVICE = "in_service"
    """Open, or serving a traveller."""
    CLOSED = "closed"
    """By itself, until what stands in `LaneService.why_closed` is over."""
    STOPPED = "stopped"


@dataclass(slots=True)
class LaneService:
    """One lane's life. `sealed` is told each record; `numbered` makes the crossing's number."""

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
    _crossing: Crossing | None = field(default=None, repr=False)
    _camera_failed: bool = False
    _record_refused: bool = False

    async def run(self, crossings: int | None = None) -> None:
        """Serve `crossings` travellers (None: until cancelled)."""
        async with alongside(self._keep_flushed()), alongside(self._keep_modes()):
            await self._recover()
            while crossings is None or self.crossings < crossings:
                await self._until_fit()
                await self._serve_one()
        self.state = LaneState.STOPPED

    async def _recover(self) -> None:
        """Settle what the last run left open; whoever is still inside gets the way back, and an officer."""
        lane = self.lane
        for name, ending in await settle_unsealed(self.journal, lane.doors, lane.clock):
            case = OfficerCase(
                name, lane.name, ending.reason.value, MEANINGS[ending.reason].words, lane.clock.monotonic()
            )
            with suppress(DeviceError):
                await lane.officer.tell(case, alarm=True)
        with suppress(DeviceError, DoorCommandDenied):
            if (await lane.doors.status()).persons != 0:
                await lane.display.show(Prompt.SEE_OFFICER)
                await lane.doors.release_backwards()
                await self._empty()
                await lane.doors.close_both()

    async def _serve_one(self) -> None:
        lane = self.lane
        try:
            await lane.display.show(Prompt.WELCOME)
            await lane.panel.light(Lamp.GREEN)
            await unless((self._until_degraded(),), lane.reader.wait_presented())
            await self._watch_modes(self._camera_failed)
            if self.modes.gravest:
                return
        except _Degraded:
            return
        except DeviceError as failure:
            self._close(str(failure))
            return
        record = await run_crossing(lane, self._begin())
        self.sealed(record)
        for observer in self.observers:
            observer.sealed(record)
        await self._come_to_rest(record)

    def _begin(self) -> Crossing:
        self.crossings += 1
        name = f"{self.journal.gate}-{self.journal.boot}-{self.crossings:06d}"
        self.lane.doors.begin(name)
        page = Page(self.journal, name, self.lane.clock)
        crossing = Crossing(name, page, self.lane.clock, self.lane.clock.monotonic())
        crossing.modes.update(self.modes.names)
        self._crossing = crossing
        self.began(crossing)
        for observer in self.observers:
            observer.began(crossing)
        return crossing

    # --- between two travellers ---------------------------------------------------------------------------

    async def _come_to_rest(self, record: CrossingRecord) -> None:
        """Nobody inside, both doors locked, nothing on the reader; holds are renewed or end."""
        lane = self.lane
        try:
            if record.outcome == Outcome.HELD.value:
                await self._hold(record)
            await self._until_empty(record)
            async with limit(lane.limits.take_document_s):
                await lane.reader.wait_removed()
        except TimeIsUp:
            await self._tell(record, Reason.DOCUMENT_LEFT)
            self._close(Reason.DOCUMENT_LEFT.value)
            with suppress(DeviceError):
                await lane.reader.wait_removed()
        except (DeviceError, DoorCommandDenied) as failure:
            self._close(str(failure))
        if MEANINGS[Reason(record.reason)].closes_lane:
            self._close(record.reason)

    async def _hold(self, record: CrossingRecord) -> None:
        """A hold lasts `hold_s` and then as often again as an officer renews it; then the way back opens."""
        lane, case = self.lane, self._case(record, Reason(record.reason))
        while True:
            await lane.clock.sleep(max(0.0, lane.limits.hold_s - lane.limits.adjudicate_s))
            try:
                async with limit(lane.limits.adjudicate_s):
                    renewed = await lane.officer.renew(case)
            except (DeviceError, TimeIsUp):
                renewed = False
            self.journal.append("hold", record.transaction, lane.clock.monotonic(), {"renewed": renewed})
            if not renewed:
                await lane.doors.release_backwards()
                return

    async def _until_empty(self, record: CrossingRecord) -> None:
        """Wait for the last person to leave; somebody who does not is an officer's case, with the way back open."""
        lane = self.lane
        try:
            async with limit(lane.limits.leave_s):
                await self._empty()
        except TimeIsUp:
            await self._tell(record, Reason.WILL_NOT_LEAVE)
            await self._empty()
        await lane.doors.close_both()
        async with limit(lane.limits.close_s):
            while not ((status := await lane.doors.status()).entry_closed and status.exit_closed):
                await lane.clock.sleep(WATCH_S)

    async def _empty(self) -> None:
        """Return when nobody is inside."""
        while (await self.lane.doors.status()).persons != 0:
            await self._let_out()
            await self.lane.clock.sleep(WATCH_S)

    async def _let_out(self) -> None:
        """Nobody whom no crossing looks after stays between two locked doors: the way back opens."""
        with suppress(DeviceError, DoorCommandDenied):
            status = await self.lane.doors.status()
            if status.persons != 0 and status.entry_closed and status.exit_closed:
                await self.lane.doors.release_backwards()

    async def _tell(self, record: CrossingRecord, reason: Reason) -> None:
        with suppress(DeviceError):
            await self.lane.officer.tell(self._case(record, reason), alarm=True)

    def _case(self, record: CrossingRecord, reason: Reason) -> OfficerCase:
        lane = self.lane
        return OfficerCase(record.transaction, lane.name, reason.value, MEANINGS[reason].words, lane.clock.monotonic())

    # --- fit to serve ----------------------------------------------------------------------------------------

    def _close(self, why: str) -> None:
        self.state, self.why_closed = LaneState.CLOSED, why

    async def _until_fit(self) -> None:
        """Test until the lane is fit; while it is not, the screen says so and the sign is red."""
        shown = False
        while why := await self.unfit():
            self._close(why)
            if not shown:
                self.journal.append("closed", "", self.lane.clock.monotonic(), {"why": why})
                shown = await self._show_closed()
            await self._let_out()
            await self.lane.clock.sleep(RETEST_S)
        self.state, self.why_closed = LaneState.IN_SERVICE, ""

    async def _show_closed(self) -> bool:
        try:
            await self.lane.panel.light(Lamp.RED)
            await self.lane.display.show(Prompt.CLOSED)
        except DeviceError:
            return False
        return True

    async def unfit(self) -> str:
        """Why nobody can be served now, one sentence without a person in it; empty when the lane is fit."""
        lane = self.lane
        try:
            status = await self._watch_modes(await lane.camera.health() is Health.FAILED)
            if mode := self.modes.gravest:
                return RULES[mode].words
            if status.fault_latched or status.out_of_service:
                return "doors: fault or out of service; look at the door controller"
            if status.persons != 0 or not status.sensor_healthy or status.barriers or status.object_seen:
                return "doors: the lane is not proved empty; look into it"
            for name, device in (("reader", lane.reader), ("display", lane.display)):
                if await device.health() is Health.FAILED:
                    return f"{name}: its self-test failed; look at its cable and its log"
        except DeviceError as failure:
            return str(failure)
        return ""

    async def _watch_modes(self, camera_failed: bool) -> DoorStatus:
        """Look, fold what was seen into the modes in force, and stamp them on the crossing that runs."""
        lane, self._camera_failed = self.lane, camera_failed
        present, status = await lane.officer.present(), await lane.doors.status()
        cut = self.register_cut()
        seen = Signals(camera_failed, present, self._record_refused, status.on_battery, cut, status.emergency)
        self.modes = observe(self.modes, seen, lane.clock.monotonic())
        if self._crossing is not None:
            self._crossing.modes.update(self.modes.names)
        return status

    async def _until_degraded(self) -> None:
        while self.modes.gravest is None:
            await self.lane.clock.sleep(WATCH_MODES_S)
        raise _Degraded

    async def _keep_modes(self) -> None:
        """Also while a crossing runs; a device that does not answer is the crossing's to find."""
        while True:
            await self.lane.clock.sleep(WATCH_MODES_S)
            with suppress(DeviceError):
                await self._watch_modes(self._camera_failed)

    async def _keep_flushed(self) -> None:
        """What was noted is on the disk within a second, crossing or not."""
        while True:
            await self.lane.clock.sleep(FLUSH_S)
            try:
                await self.lane.commit(self.journal.flush)
                self._record_refused = False
            except JournalFailed:
                self._record_refused = True
