"""Tells the console what the lane does, at the reporter's own pace: the lane never waits for a screen.

It looks LOOK_HZ times a second at what the lane knows anyway. Pictures go out only while a crossing is open, and a live
picture beyond that of the face step only while somebody watches; all are forgotten when the crossing is over.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import cv2

from config.schema import Limits
from drivers.console_link import ConsoleLink
from drivers.errors import DeviceError
from drivers.model import DoorStatus, Health, Image, Prompt
from drivers.officer_console import ConsoleOfficer
from drivers.protocols import Device, FaceCamera
from kiosk.crossing import Crossing
from kiosk.portraits import portrait
from kiosk.reasons import Reason
from kiosk.report import begun, checks, holder_fields, limits_ms, masked, match_of, sealed_word, steps
from kiosk.service import LaneService, LaneState
from kiosk.standing import RELEASED
from kiosk.watched import Picture, Seen, WatchedDisplay
from link.console_words import Doors, Now, Reveal, Revealed
from records.model import CrossingRecord

LOOK_S = 1 / 25
HEALTH_S = 2.0
STATE_S = 0.2
"""Running times need no more; a change of step, door or case goes at once."""
LIVE_S = 0.2
BETWEEN = (Prompt.WELCOME, Prompt.CLOSED)
"""What the screen says when nobody is being served."""


@dataclass(slots=True)
class Reporter:
    """`run` until cancelled, beside a lane whose measure and display are watched into `seen`."""

    service: LaneService
    officer: ConsoleOfficer
    seen: Seen
    display: WatchedDisplay
    devices: Mapping[str, Device] = field(repr=False)
    camera: FaceCamera = field(repr=False)
    _crossing: Crossing | None = field(default=None, repr=False)
    _health: dict[str, str] = field(default_factory=dict)
    _sent: dict[str, Picture] = field(default_factory=dict, repr=False)
    _said_at_s: float = 0.0
    _key: tuple[object, ...] = ()

    @property
    def link(self) -> ConsoleLink:
        return self.officer.link

    async def run(self) -> None:
        self.officer.current = self.current
        self.officer.limits_s = {"decide": self._limits.adjudicate_s, "renew": self._limits.adjudicate_s}
        self.link.asked = self._reveal
        helpers = [asyncio.create_task(work) for work in (self._keep_health(), self._keep_live())]
        try:
            while True:
                self.officer.told_at_s = self.service.lane.clock.monotonic()
                await self._look()
                await asyncio.sleep(LOOK_S)
        finally:
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    def current(self) -> str:
        """The crossing that an officer can act on: it runs, or its traveller has not gone yet."""
        crossing = self._crossing
        over = crossing is not None and crossing.page.record is not None and self.display.prompt in BETWEEN
        return crossing.transaction if crossing and not over else ""

    def began(self, crossing: Crossing) -> None:
        self._forget()
        self._crossing = crossing
        self.officer.moved()

    def sealed(self, record: CrossingRecord) -> None:
        """Told before the lane comes to rest."""
        self.display.note()
        crossing = self._crossing
        if crossing is not None:
            word = sealed_word(record, crossing, self.seen, self._limits_ms, self._document_hash())
            said = self.officer.decided
            if said is not None and said.transaction == record.transaction:
                word = word.model_copy(update={"officer": said.officer, "officer_action": said.action.value})
            self.link.notice(word)
            self.officer.moved()

    # ---------------------------------------------------------------------------------------------------------

    @property
    def _limits(self) -> Limits:
        return self.service.lane.limits

    @property
    def _limits_ms(self) -> dict[str, int]:
        return limits_ms(self._limits)

    async def _look(self) -> None:
        lane = self.service.lane
        if self._crossing is not None and not self.current():
            self._forget()
            self._crossing = None
            self.officer.moved()
        with suppress(DeviceError):
            self.link.state(_doors(await lane.doors.status()))
        key = self._now_key()
        now_s = lane.clock.monotonic()
        if key != self._key:
            if key[:-1] != self._key[:-1]:
                self.officer.moved()
            self._key = key
        elif now_s - self._said_at_s < STATE_S:
            return
        self._said_at_s = now_s
        self.link.state(self._now(now_s))
        await self._send_pictures()

    def _now_key(self) -> tuple[object, ...]:
        crossing = self._crossing
        step = next(reversed(begun(crossing.page.entries)), "") if crossing else ""
        prompt = self.display.prompt.value if self.display.prompt else ""
        return (
            self.service.state,
            self.service.why_closed,
            self.service.modes.names,
            self.current(),
            step,
            (prompt, self.officer.rev, len(self.seen.matches)),
        )

    def _now(self, now_s: float) -> Now:
        service, crossing = self.service, self._crossing
        told = Now(
            rev=self.officer.rev,
            state=service.state.value,
            why_closed=service.why_closed[:300] if service.state is not LaneState.IN_SERVICE else "",
            modes=tuple(sorted(service.modes.names)),
            prompt=self.display.prompt.value if self.display.prompt else "",
            devices=self._health,
            crossings=service.crossings,
            is_released=service.standing.latched in (RELEASED, Reason.OFFICER_RELEASED.value),
            hold_ms=round(1000 * self._limits.hold_s),
        )
        if crossing is None:
            return told
        taken = steps(crossing, self._limits_ms, now_s)
        return told.model_copy(
            update={
                "transaction": crossing.transaction,
                "elapsed_ms": round(1000 * (now_s - crossing.started_at_s)),
                "step": taken[-1].name if taken else "",
                "step_ms": taken[-1].ms if taken else 0,
                "steps": taken,
                "checks": checks(crossing.page.entries),
                "match": match_of(self.seen),
                "document_masked": masked(self.seen.holder),
            }
        )

    def _document_hash(self) -> str:
        holder = self.seen.holder
        if holder is None:
            return ""
        return self.service.journal.keyed_hash(f"{holder.issuing_state}|{holder.document_number}")[:32]

    def _forget(self) -> None:
        self.seen.forget()
        self._sent.clear()
        self.link.forget_pictures()

    def _reveal(self, asked: Reveal) -> None:
        holder = self.seen.holder
        fields = holder_fields(holder) if holder and asked.transaction == self.current() else {}
        self.link.reveal(Revealed(asked=asked.asked, fields=fields))

    async def _send_pictures(self) -> None:
        crossing = self._crossing
        for channel, picture in list(self.seen.pictures.items()):
            if crossing is not None and self._sent.get(channel) is not picture:
                self._sent[channel] = picture
                jpeg = await asyncio.to_thread(portrait, picture.image, picture.box)
                if self._crossing is crossing:
                    self.link.picture(channel, crossing.transaction, jpeg)

    async def _keep_live(self) -> None:
        """The camera's own view while somebody watches and a traveller is there."""
        after_s = 0.0
        while True:
            await asyncio.sleep(LIVE_S)
            crossing = self._crossing
            if crossing is None or not self.link.watched:
                continue
            with suppress(DeviceError):
                async with asyncio.timeout(2.0):
                    frame = await self.camera.next_frame(after_s)
                after_s = frame.at_s
                jpeg = await asyncio.to_thread(_view, frame.image)
                if self._crossing is crossing:
                    self.link.picture("view", crossing.transaction, jpeg)

    async def _keep_health(self) -> None:
        while True:
            for name, device in self.devices.items():
                self._health[name] = await _health(device)
            await asyncio.sleep(HEALTH_S)


async def _health(device: Device) -> str:
    try:
        async with asyncio.timeout(1.0):
            return (await device.health()).value
    except (DeviceError, TimeoutError):
        return Health.FAILED.value


def _doors(status: DoorStatus) -> Doors:
    return Doors(
        entry_permille=min(1000, status.entry_permille),
        exit_permille=min(1000, status.exit_permille),
        persons=status.persons,
        barriers=status.barriers,
        emergency=status.emergency,
        fault=status.fault_latched,
        on_battery=status.on_battery,
    )


def _view(image: Image) -> bytes:
    height, width = image.shape[:2]
    scale = min(1.0, 480 / max(height, width))
    small = cv2.resize(image, (round(width * scale), round(height * scale)), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1])
