"""What a lane says, turned into what the room knows: states, cases, alarms, records."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from console.alarm_rules import HELD, HELP, LANE_LOST, LANE_LOST_OCCUPIED, OF_MODE, OF_REASON
from console.lanes import Lane
from console.room import Room, told_of
from link.console_words import Answered, Closed, Doors, Noticed, Now, Opened, Revealed, Sealed

IN_SERVICE, MAINTENANCE = "in_service", "maintenance"


@dataclass(slots=True)
class Hearing:
    room: Room

    def connected(self, lane: Lane) -> None:
        lane.heard_at_s = self.room.now_s
        for code in (LANE_LOST, LANE_LOST_OCCUPIED):
            self.room.alarms.over(code, f"{lane.name}|link", self.room.now_s)
        self.room.lane_changed(lane)

    def lost(self, lane: Lane) -> None:
        """Its line is gone. With somebody inside that is the gravest kind."""
        lane.line = None
        code = LANE_LOST_OCCUPIED if lane.is_occupied else LANE_LOST
        why = {"measured": "no word for 6 s", "state": lane.now.state if lane.now else "unknown"}
        self.room.alarms.cause(code, f"{lane.name}|link", lane.name, lane.transaction, why, self.room.now_s)
        self.room.lane_changed(lane)

    def heard(self, lane: Lane, word: Now | Doors | Revealed) -> None:
        lane.heard_at_s = self.room.now_s
        if isinstance(word, Now):
            lane.say(word)
            self._hold_against_causes(lane, word)
            self.room.cases.lane_is_free(lane.name, word.transaction, self.room.now_s)
            self.room.lane_changed(lane)
        elif isinstance(word, Doors):
            lane.doors = word
            self.room.hub.publish("doors", word.model_dump(mode="json", exclude={"kind"}), lane=lane.name)
        else:
            self.room.revealed(word)

    def noticed(self, lane: Lane, boot: str, noticed: Noticed) -> None:
        """Once each: what was heard before is taken again in silence."""
        room = self.room
        lane.heard_at_s = room.now_s
        if noticed.number <= room.store.heard(lane.name, boot):
            return
        notice = noticed.notice
        match notice:
            case Opened():
                self._opened(lane, notice)
            case Closed():
                self._closed(lane, notice)
            case Sealed():
                self._sealed(lane, notice)
            case Answered():
                room.commands.answered(notice, room.now_s)
            case _:
                assert_never(notice)
        room.store.hear(lane.name, boot, noticed.number)

    # ---------------------------------------------------------------------------------------------------------

    def _opened(self, lane: Lane, word: Opened) -> None:
        room, now_s = self.room, self.room.now_s
        if word.asks != "tell":
            room.cases.opened(lane.name, word, now_s)
        if code := OF_REASON.get(word.reason):
            cause = f"{lane.name}|told|{word.transaction}|{word.reason}"
            room.alarms.cause(code, cause, lane.name, word.transaction, self._why(lane, word), now_s)

    def _why(self, lane: Lane, word: Opened) -> dict[str, str]:
        """The measured values behind an alarm: what raised it, never who."""
        why = {"reason": word.reason, "words": word.words}
        if lane.now and lane.now.match and lane.now.transaction == word.transaction:
            why |= {"score": f"{lane.now.match.score:.3f}", "threshold": f"{lane.now.match.threshold:.3f}"}
        if lane.doors is not None:
            why["persons"] = "unknown" if lane.doors.persons is None else str(lane.doors.persons)
        if lane.about is not None:
            why["lane_software"] = lane.about.software
        return why

    def _closed(self, lane: Lane, word: Closed) -> None:
        room, now_s = self.room, self.room.now_s
        case = room.cases.closed(word, now_s)
        if case is None or case.asks != "renew":
            return
        held = room.alarms.find(HELD, f"{lane.name}|hold|{word.transaction}")
        if held is not None and word.how == "hold":
            room.alarms.hold_ends(held, now_s + self._hold_s(lane))
        elif held is not None:
            room.alarms.over(HELD, f"{lane.name}|hold|{word.transaction}", now_s)

    def _sealed(self, lane: Lane, word: Sealed) -> None:
        room, now_s = self.room, self.room.now_s
        if word.outcome == "HELD":
            cause = f"{lane.name}|hold|{word.transaction}"
            why = {"reason": word.reason, "words": word.words}
            room.alarms.cause(HELD, cause, lane.name, word.transaction, why, now_s)
            if (alarm := room.alarms.find(HELD, cause)) is not None:
                room.alarms.hold_ends(alarm, now_s + self._hold_s(lane))
        content = word.model_dump(mode="json", exclude={"kind"})
        if room.store.add_crossing(lane.name, content):
            room.metrics.crossing(lane.name, word)
            room.hub.publish(
                "crossing", told_of({**content, "lane": lane.name}), lane=lane.name, transaction_id=word.transaction
            )

    @staticmethod
    def _hold_s(lane: Lane) -> float:
        return (lane.now.hold_ms if lane.now else 0) / 1000 or 60.0

    # --- causes that a state holds ---------------------------------------------------------------------------

    def _hold_against_causes(self, lane: Lane, now: Now) -> None:
        """Raise what the state holds, let go of what it holds no more."""
        board, now_s = self.room.alarms, self.room.now_s
        if now.state == MAINTENANCE:
            board.suppressed |= {lane.name}
        else:
            board.suppressed -= {lane.name}
        held = dict(self._held(lane, now))
        for (code, cause), why in held.items():
            board.cause(code, cause, lane.name, now.transaction, why, now_s)
        for code, cause in board.causes(lane.name):
            kind = cause.split("|")[1]
            if kind in ("mode", "device") and (code, cause) not in held:
                board.over(code, cause, now_s)
            if kind in ("told", "hold") and self._is_past(cause, now):
                board.over(code, cause, now_s)

    @staticmethod
    def _is_past(cause: str, now: Now) -> bool:
        """Its traveller has gone and the lane serves again."""
        _, kind, transaction, *_ = cause.split("|")
        has_gone = not transaction or now.transaction != transaction
        return has_gone and (kind == "hold" or now.state == IN_SERVICE)

    @staticmethod
    def _held(lane: Lane, now: Now) -> Iterator[tuple[tuple[str, str], dict[str, str]]]:
        for mode in now.modes:
            if code := OF_MODE.get(mode):
                yield (code, f"{lane.name}|mode|{mode}"), {"mode": mode, "lane_says": now.why_closed}
        if now.is_released:
            yield ("emergency", f"{lane.name}|mode|released"), {"mode": "released", "lane_says": now.why_closed}
        for device, health in now.devices.items():
            if health == "failed" and device != "officer":
                code = "screen_failed" if device == "display" else "device_failed"
                yield (code, f"{lane.name}|device|{device}"), {"device": device, "measured": "its self-test failed"}


def help_was_answered(room: Room, lane: str) -> None:
    """Somebody has taken the case over: no alarm comes of it."""
    for code, cause in room.alarms.causes(lane):
        if code == HELP:
            room.alarms.over(code, cause, room.now_s)
