"""The control room: all that the console knows and does, in one event loop. Screens and lanes are told through it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console import desk as sheets
from console.alarm_board import AlarmBoard, shown
from console.alarm_rules import NO_SIGN_OF_OFFICER
from console.alarms import Alarm, Sound
from console.audit import Audit
from console.cases import Case, CaseBook
from console.commands import Commands, Ordered
from console.desk import Desk
from console.lanes import KIND as LANE_KIND
from console.lanes import KnownLane, Lane, Lanes
from console.metrics import Metrics
from console.staff import Session, Staff
from console.store import Store
from link.console_words import Reveal, Revealed
from web.hub import Hub

FILE = "console.sqlite"
TICK_S = 0.25
REVEAL_S = 3.0
LAST_CROSSINGS = 20


@dataclass(slots=True)
class Room:
    """`folder` holds the console's own files."""

    store: Store = field(repr=False)
    audit: Audit = field(repr=False)
    hub: Hub = field(repr=False)
    now: Callable[[], datetime] = field(repr=False)
    lanes: Lanes = field(init=False)
    alarms: AlarmBoard = field(init=False)
    cases: CaseBook = field(init=False)
    commands: Commands = field(init=False)
    desk: Desk = field(init=False)
    staff: Staff = field(init=False)
    metrics: Metrics = field(init=False, repr=False)
    on_duty: bool = False
    ended: dict[str, asyncio.Event] = field(default_factory=dict, repr=False)
    """For each session with an open screen: set when its screens must go or look again."""
    watching: dict[int, str] = field(default_factory=dict)
    """Which lane's pictures each screen looks at."""
    beat: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set when lanes must be told at once who is on duty."""
    _revealing: dict[str, asyncio.Future[dict[str, str]]] = field(default_factory=dict, repr=False)
    _posts: object = None

    def __post_init__(self) -> None:
        self.lanes = Lanes(lambda: self.store.each(LANE_KIND, KnownLane))
        self.metrics = Metrics()
        self.alarms = AlarmBoard(self.store, self._alarm_changed, self._alarm_heard)
        self.cases = CaseBook(self.store, self._case_changed)
        self.commands = Commands(self.store, self._command_changed)
        self.desk = Desk(self.store, self._desk_changed)
        self.staff = Staff(self.store)

    @property
    def now_s(self) -> float:
        return self.now().timestamp()

    async def run(self) -> None:
        """Time goes on, until cancelled."""
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def tick(self) -> None:
        now_s = self.now_s
        if self.store.was_written_by_another():
            for session in self.staff.read_again():
                self.audit.write("signed_out", session.user, session=session.id, why="may sign in no longer")
                self.look_again(session.id)
        self._watch_posts(now_s)
        self.alarms.tick(now_s)
        self.cases.tick(now_s)
        self.commands.tick(now_s)

    # --- what screens are told -------------------------------------------------------------------------------

    def snapshot(self, session: Session, *, with_details: bool) -> dict[str, Any]:
        now_s = self.now_s
        return {
            "server_time_s": now_s,
            "lanes": [lane.card(now_s) for lane in self.lanes.lanes.values()],
            "details": {
                name: lane.detail() for name, lane in self.lanes.lanes.items() if with_details and session.covers(name)
            },
            "alarms": [shown(alarm) for alarm in self.alarms.alarms.values()],
            "cases": [case.model_dump(mode="json") for case in self.cases.queue],
            "commands": [_public(ordered) for ordered in self.commands.open.values()],
            "sheets": [
                sheet.model_dump(mode="json", exclude={"checks", "match"}) for sheet in self.desk.sheets.values()
            ],
            "handovers": [each.model_dump(mode="json") for each in self.desk.handovers.values()],
            "crossings": [told_of(crossing) for crossing in self.store.crossings(limit=LAST_CROSSINGS)],
            "posts": self.posts(now_s),
            "session": session_shown(session),
        }

    def posts(self, now_s: float) -> list[dict[str, Any]]:
        """Who is at the post, since when, and whether a sign of life is wanted."""
        silent = {session.id for session in self.staff.silent(now_s)}
        return [
            {
                "session": session.id,
                "officer": session.user,
                "since_s": session.post_since_s,
                "silent": session.id in silent,
                "locked": session.state == "locked",
            }
            for session in self.staff.at_post(now_s)
        ]

    def lane_changed(self, lane: Lane) -> None:
        self.hub.publish("lane", lane.card(self.now_s), lane=lane.name, transaction_id=lane.transaction)
        self.hub.publish("lane.detail", lane.detail(), lane=lane.name, transaction_id=lane.transaction)
        self.metrics.lane(lane)

    def look_again(self, session_id: str) -> None:
        """The session was locked, unlocked or ended: its screens are let go and come back as what they are now."""
        if event := self.ended.get(session_id):
            event.set()

    def is_watched(self, lane: str) -> bool:
        return lane in self.watching.values()

    # --- the holder, for the officer who asked -------------------------------------------------------------------

    async def reveal(self, lane: Lane, transaction: str, asked: str) -> dict[str, str]:
        """Empty when the traveller has gone. Raises TimeoutError when the lane does not answer."""
        if lane.line is None:
            return {}
        self._revealing[asked] = asyncio.get_running_loop().create_future()
        try:
            lane.line.tell(Reveal(asked=asked, transaction=transaction))
            async with asyncio.timeout(REVEAL_S):
                return await self._revealing[asked]
        finally:
            del self._revealing[asked]

    def revealed(self, word: Revealed) -> None:
        waiting = self._revealing.get(word.asked)
        if waiting is not None and not waiting.done():
            waiting.set_result(dict(word.fields))

    # ---------------------------------------------------------------------------------------------------------

    def _watch_posts(self, now_s: float) -> None:
        posts = self.posts(now_s)
        if posts != self._posts:
            self._posts = posts
            self.hub.publish("posts", {"posts": posts})
        if (on_duty := bool(posts)) != self.on_duty:
            self.on_duty = on_duty
            self.beat.set()
        silent = {post["session"]: post["officer"] for post in posts if post["silent"]}
        for session, officer in silent.items():
            why = {"officer": officer, "measured": "no input for 20 minutes"}
            self.alarms.cause(NO_SIGN_OF_OFFICER, f"|post|{session}", "", "", why, now_s)
        for code, cause in self.alarms.causes(""):
            if code == NO_SIGN_OF_OFFICER and cause.rpartition("|")[2] not in silent:
                self.alarms.over(code, cause, now_s)

    def _alarm_changed(self, alarm: Alarm) -> None:
        self.hub.publish("alarm", shown(alarm), lane=alarm.lanes[0] if alarm.lanes else "")
        self.metrics.alarms(self.alarms.alarms.values(), alarm)

    def _alarm_heard(self, alarm: Alarm, sound: Sound) -> None:
        self.hub.publish("sound", {"alarm": alarm.id, "priority": alarm.priority, "sound": sound.value})

    def _case_changed(self, case: Case) -> None:
        self.hub.publish("case", case.model_dump(mode="json"), lane=case.lane, transaction_id=case.transaction)

    def _command_changed(self, ordered: Ordered) -> None:
        self.hub.publish("command", _public(ordered), lane=ordered.lane, transaction_id=ordered.transaction)

    def _desk_changed(self, kind: str, kept: sheets.Kept) -> None:
        if kind in (sheets.SHEET, sheets.HANDOVER):
            self.hub.publish(kind, kept.model_dump(mode="json", exclude={"checks", "match"}))


def _public(ordered: Ordered) -> dict[str, Any]:
    return ordered.model_dump(mode="json", exclude={"idempotency_key"})


def told_of(crossing: Mapping[str, Any]) -> dict[str, Any]:
    """What every screen may know of a crossing that has ended: not why, which is for those who see cases."""
    return {name: crossing[name] for name in ("transaction", "lane", "outcome", "total_ms", "began_at")}


def session_shown(session: Session) -> dict[str, Any]:
    from console.roles import ALLOWED

    return {
        "id": session.id,
        "officer": session.user,
        "role": session.role.value,
        "state": session.state,
        "post_since_s": session.post_since_s,
        "lanes": list(session.lanes),
        "may": sorted(each.value for each in ALLOWED[session.role]),
    }


def open_room(folder: Path, build: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Room:
    """Raises StoreFailed or JournalFailed, each one sentence."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Room(Store(folder / FILE), Audit.open(folder, now), Hub(build), now)
