"""A pretended lane that speaks the real line to the console: the lane's own driver, with nothing behind it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from drivers.clock import WallClock
from drivers.console_link import ConsoleLink, Identity
from drivers.model import OfficerCase, OfficerDecision
from drivers.officer_console import ConsoleOfficer
from link.console_words import Check, Doors, Match, Now, Sealed, StepTaken

CAST = Path(__file__).parents[2] / "simulators" / "cast"
STEPS = (
    ("document", 3100, 16000),
    ("register", 400, 3000),
    ("passport_taken", 2100, 8000),
    ("admission", 4200, 14000),
    ("face", 9800, 20000),
)
CHECKS = (
    Check(under="document", name="zone_and_check_digits", result="passed", detail="reading 1"),
    Check(under="document", name="printed_portrait", result="passed", detail="0.613"),
    Check(under="register", name="linked_visa", result="passed", detail="valid"),
    Check(under="register", name="answered_by", result="passed", detail="service"),
    Check(under="lane", name="passport_taken", result="passed"),
    Check(under="face", name="portrait_of_the_record", result="passed", detail="ok"),
    Check(under="face", name="live_face", result="failed", detail="attempt 3, 12 frames"),
)
DEVICES = dict.fromkeys(("reader", "camera", "doors", "display", "panel", "officer", "register"), "ready")


@cache
def face(name: str, pose: str) -> bytes:
    """A member of the cast as the lane would send it."""
    image = cv2.imdecode(np.fromfile(CAST / name / f"{pose}.webp", np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    if image.shape[2] == 4:
        share = image[:, :, 3:] / 255
        image = np.ascontiguousarray((image[:, :, :3] * share + 150 * (1 - share)).astype(np.uint8))
    if pose != "portrait":  # a live pose is drawn with more around the head: to the portrait's scale
        high, wide = image.shape[:2]
        image = np.ascontiguousarray(image[int(0.2 * high) : int(0.9 * high), int(0.15 * wide) : int(0.85 * wide)])
    return bytes(cv2.imencode(".jpg", cv2.resize(image, (300, 400)))[1])


@dataclass(slots=True)
class PretendLane:
    """Say what it is to tell; `officer` is the real driver."""

    officer: ConsoleOfficer
    now: Now = field(default_factory=lambda: Now(rev=1, state="in_service", devices=DEVICES, hold_ms=60000))
    doors: Doors = field(default_factory=lambda: Doors(entry_permille=0, exit_permille=0, persons=0))
    number: int = 0

    @property
    def link(self) -> ConsoleLink:
        return self.officer.link

    def say(self, **changes: object) -> None:
        self.now = self.now.model_copy(update={"rev": self.officer.rev, **changes})
        self.link.state(self.now)

    def move(self, **changes: object) -> None:
        self.doors = self.doors.model_copy(update=changes)
        self.link.state(self.doors)

    def arrive(self, transaction: str = "") -> str:
        """Somebody is inside, in the face step, and does not match."""
        self.number += 1
        transaction = transaction or f"{self.link.me.lane}-test-{self.number:06d}"
        self.officer.current = lambda: transaction
        self.officer.moved()
        steps = tuple(
            StepTaken(name=name, ms=ms, limit_ms=limit, state="running" if name == "face" else "done")
            for name, ms, limit in STEPS
        )
        self.move(persons=1)
        match = Match(score=0.281, threshold=0.363, earlier=(0.2, 0.22, 0.31), frames=12, attack="passed", quality=0.71)
        self.say(
            transaction=transaction,
            step="face",
            step_ms=9800,
            elapsed_ms=19600,
            steps=steps,
            checks=CHECKS,
            match=match,
            prompt="look_here",
            document_masked="P UTO ···47 until 311001",
        )
        self.link.picture("record", transaction, face("anna-kovacs", "portrait"))
        self.link.picture("live", transaction, face("anna-kovacs", "neutral"))
        self.link.picture("page", transaction, face("anna-kovacs", "portrait"))
        return transaction

    async def ask(
        self, transaction: str, reason: str = "face_differs", limit_s: float = 60.0, may_retry: bool = True
    ) -> OfficerDecision:
        """As kiosk/ending.py does."""
        words = "The face does not match the record's portrait."
        case = OfficerCase(transaction, self.link.me.lane, reason, words, 0.0, may_retry)
        self.officer.limits_s = {"decide": limit_s, "renew": limit_s}
        await self.officer.tell(case, alarm=False)
        asking = asyncio.create_task(self.officer.ask(case))
        await asyncio.sleep(0)
        self.say()
        try:
            async with asyncio.timeout(limit_s):
                return await asking
        finally:
            asking.cancel()

    def leave(self, outcome: str = "OFFICER_PASSED", reason: str = "officer_passed", officer: str = "") -> None:
        now = self.now
        self.link.notice(
            Sealed(
                transaction=now.transaction,
                outcome=outcome,
                reason=reason,
                words="Let through by an officer." if reason == "officer_passed" else "Ended.",
                began_at=datetime.now(UTC).isoformat(),
                total_ms=now.elapsed_ms,
                machine_ms=900,
                steps=now.steps,
                checks=now.checks,
                match=now.match,
                prompts={"look_here": 5200, "come_closer": 2400, "walk_in": 3000},
                officer=officer,
                document_hash="ab" * 16,
                digest="cd" * 32,
                durable=True,
            )
        )
        self.officer.current = lambda: ""
        self.officer.moved()
        self.link.forget_pictures()
        self.move(persons=0)
        self.say(
            transaction="", step="", step_ms=0, elapsed_ms=0, steps=(), checks=(), match=None, document_masked="",
            prompt="welcome", crossings=now.crossings + 1,
        )  # fmt: skip


@asynccontextmanager
async def pretend_lane(address: str, name: str, key: bytes, boot: str = "") -> AsyncIterator[PretendLane]:
    link = ConsoleLink(Identity(address, name, boot or f"boot-{name}", key, software="0.1.0", simulated=True))
    lane = PretendLane(ConsoleOfficer(link, WallClock()))
    await lane.officer.open()
    lane.say()
    lane.move()
    try:
        yield lane
    finally:
        await lane.officer.close()
