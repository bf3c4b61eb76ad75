"""All alarms of the console: raised by causes, grouped, delayed against chatter, kept over a restart."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.alarm_rules import RULES, Rule
from console.alarms import Alarm, Sound, State, acknowledged, after, claimed, raised, shelved, with_cause, without_cause
from console.store import Store

KIND = "alarm"
FLOOD, FLOOD_S = 10, 600.0
"""More alarms than this in ten minutes are a flood: the first of them is marked."""
HISTORY = 500

Heard = Callable[[Alarm, Sound], None]


@dataclass(slots=True)
class _Waiting:
    """A cause whose on-delay or off-delay runs."""

    since_s: float
    lane: str
    transaction: str = ""
    why: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class AlarmBoard:
    """`changed` is told each alarm that changed, `heard` what is to be heard. Times are UTC seconds."""

    store: Store = field(repr=False)
    changed: Callable[[Alarm], None] = field(default=lambda _alarm: None, repr=False)
    heard: Heard = field(default=lambda _alarm, _sound: None, repr=False)
    suppressed: frozenset[str] = frozenset()
    """Lanes in maintenance: by design they raise nothing of priority 3."""
    alarms: dict[str, Alarm] = field(default_factory=dict, repr=False)
    _number: int = 0
    _coming: dict[tuple[str, str], _Waiting] = field(default_factory=dict, repr=False)
    _going: dict[tuple[str, str], float] = field(default_factory=dict, repr=False)
    _raised: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=1000), repr=False)

    def __post_init__(self) -> None:
        known = self.store.each(KIND, Alarm)
        self.alarms = {alarm.id: alarm for alarm in known if alarm.state is not State.NORMAL}
        self._number = max((int(alarm.id.rpartition("-")[2]) for alarm in known), default=0)

    # --- causes ----------------------------------------------------------------------------------------------

    def cause(self, code: str, cause: str, lane: str, transaction: str, why: Mapping[str, str], now_s: float) -> None:
        """Something needs a response, as long as it lasts."""
        rule = RULES[code]
        self._going.pop((code, cause), None)
        if lane in self.suppressed and rule.priority == 3:
            return
        if rule.on_delay_s and not self._of(rule, lane):
            self._coming.setdefault((code, cause), _Waiting(now_s, lane, transaction, why))
            return
        self._raise(rule, cause, lane, transaction, why, now_s)

    def over(self, code: str, cause: str, now_s: float) -> None:
        self._coming.pop((code, cause), None)
        rule = RULES[code]
        if rule.off_delay_s:
            self._going.setdefault((code, cause), now_s)
        else:
            self._clear(code, cause, now_s)

    def causes(self, lane: str) -> set[tuple[str, str]]:
        """Code and cause of everything that this lane holds active or is about to."""
        active = {(alarm.code, cause) for alarm in self.alarms.values() for cause in alarm.causes}
        return {each for each in active | set(self._coming) if each[1].split("|")[0] == lane}

    def tick(self, now_s: float) -> None:
        for (code, cause), waiting in list(self._coming.items()):
            if now_s - waiting.since_s >= RULES[code].on_delay_s:
                del self._coming[code, cause]
                self._raise(RULES[code], cause, waiting.lane, waiting.transaction, waiting.why, now_s)
        for (code, cause), since_s in list(self._going.items()):
            if now_s - since_s >= RULES[code].off_delay_s:
                del self._going[code, cause]
                self._clear(code, cause, now_s)
        for alarm in list(self.alarms.values()):
            changed, sound = after(alarm, RULES[alarm.code], now_s)
            self._put(alarm, changed)
            if sound:
                self.heard(changed, sound)

    # --- officers --------------------------------------------------------------------------------------------

    def claim(self, alarm: Alarm, officer: str) -> Alarm:
        return self._put(alarm, claimed(alarm, officer))

    def acknowledge(self, alarm: Alarm, officer: str, now_s: float) -> Alarm:
        return self._put(alarm, acknowledged(alarm, RULES[alarm.code], officer, now_s))

    def shelve(self, alarm: Alarm, officer: str, for_s: float, now_s: float) -> Alarm:
        return self._put(alarm, shelved(alarm, RULES[alarm.code], officer, for_s, now_s))

    def hold_ends(self, alarm: Alarm, at_s: float) -> Alarm:
        return self._put(alarm, alarm.model_copy(update={"ends_at_s": at_s, "sounded": _without_warning(alarm)}))

    def history(self) -> list[Alarm]:
        return self.store.each(KIND, Alarm, limit=HISTORY)

    def find(self, code: str, cause: str) -> Alarm | None:
        return next((each for each in self.alarms.values() if each.code == code and cause in each.causes), None)

    # ---------------------------------------------------------------------------------------------------------

    def _of(self, rule: Rule, lane: str) -> Alarm | None:
        alarms = (alarm for alarm in self.alarms.values() if alarm.code == rule.code)
        return next((alarm for alarm in alarms if rule.groups or lane in alarm.lanes), None)

    def _raise(self, rule: Rule, cause: str, lane: str, transaction: str, why: Mapping[str, str], now_s: float) -> None:
        known = self._of(rule, lane)
        facts = {**why, **({"limit": rule.limit} if rule.limit else {})}
        if known is not None:
            self._put(known, with_cause(known, cause, lane, facts, transaction, now_s))
            return
        self._number += 1
        alarm = raised(rule, f"alarm-{self._number}", lane, transaction, facts, cause, now_s)
        self._raised.append((now_s, alarm.id))
        self._put(None, alarm.model_copy(update={"first_out": False}))
        self._mark_flood(now_s)

    def _mark_flood(self, now_s: float) -> None:
        recent = [key for at_s, key in self._raised if now_s - at_s < FLOOD_S]
        first = self.alarms.get(recent[0]) if len(recent) >= FLOOD else None
        if first is not None and not first.first_out:
            self._put(first, first.model_copy(update={"first_out": True}))

    def _clear(self, code: str, cause: str, now_s: float) -> None:
        if (alarm := self.find(code, cause)) is not None:
            self._put(alarm, without_cause(alarm, cause, now_s))

    def _put(self, before: Alarm | None, alarm: Alarm) -> Alarm:
        """On the disk, then in sight."""
        if alarm == before:
            return alarm
        is_open = alarm.state is not State.NORMAL
        self.store.put(KIND, alarm.id, alarm, is_open=is_open, at=f"{alarm.raised_at_s:015.3f}")
        if is_open:
            self.alarms[alarm.id] = alarm
        else:
            self.alarms.pop(alarm.id, None)
        self.changed(alarm)
        return alarm


def _without_warning(alarm: Alarm) -> tuple[str, ...]:
    return tuple(each for each in alarm.sounded if each != Sound.WARNING.value)


def shown(alarm: Alarm) -> dict[str, Any]:
    """For the screens, with what to do about it."""
    rule = RULES[alarm.code]
    return {
        **alarm.model_dump(mode="json", exclude={"sounded", "sounds_at_s", "causes"}),
        "active": alarm.is_active,
        "procedure": rule.procedure,
        "ack_when_over": rule.ack_when_over,
        "may_be_shelved": rule.may_be_shelved,
    }
