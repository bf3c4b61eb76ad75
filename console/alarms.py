"""One alarm's life by ISA-18.2. Pure: every function takes the time and gives the alarm as it is afterwards.

    normal -> unacknowledged -> acknowledged -> normal            the officer was first
              unacknowledged -> returned     -> normal            the cause was gone first
              any active     -> shelved      -> unacknowledged    out of sight for a while, never priority 1

Acknowledged is not over, and over is not acknowledged. `suppressed` (by design: the lane is in maintenance) and
`out_of_service` (an engineer took the alarm itself out) raise nothing.
"""

from enum import Enum

from pydantic import BaseModel, ConfigDict

from console.alarm_rules import HELD, Rule

SHELF_MAX_S = 30 * 60.0
SECOND_SOUND_S = 30.0
HOLD_AGAIN_S = 10.0
HOLD_WARNING_S = 15.0


class State(Enum):
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"
    """Its cause is gone and nobody has acknowledged it."""
    SHELVED = "shelved"
    NORMAL = "normal"


class Sound(Enum):
    FIRST = "first"
    AGAIN = "again"
    WARNING = "warning"
    """A hold is about to lapse."""


class AlarmRefused(Exception):
    """`code` is stable; the sentence is for the officer."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Alarm(BaseModel):
    """Times are UTC seconds. `causes` keeps it active; the last that goes lets it return."""

    model_config = ConfigDict(frozen=True)

    id: str
    code: str
    priority: int
    words: str
    lanes: tuple[str, ...]
    transaction: str = ""
    why: dict[str, str] = {}
    state: State = State.UNACKNOWLEDGED
    causes: tuple[str, ...] = ()
    raised_at_s: float
    returned_at_s: float | None = None
    claimed_by: str = ""
    acknowledged_by: str = ""
    acknowledged_at_s: float | None = None
    shelved_by: str = ""
    shelved_until_s: float | None = None
    ends_at_s: float | None = None
    """When a hold lapses."""
    first_out: bool = False
    """The first of a flood: the likely root of the others."""
    sounded: tuple[str, ...] = ()
    sounds_at_s: float | None = None
    """When a priority 1 alarm sounds next."""

    @property
    def is_active(self) -> bool:
        return bool(self.causes)

    @property
    def needs_acknowledgement(self) -> bool:
        return self.state in (State.UNACKNOWLEDGED, State.RETURNED)


def raised(rule: Rule, key: str, lane: str, transaction: str, why: dict[str, str], cause: str, now_s: float) -> Alarm:
    return Alarm(
        id=key,
        code=rule.code,
        priority=rule.priority,
        words=rule.words,
        lanes=(lane,) if lane else (),
        transaction=transaction,
        why=why,
        causes=(cause,),
        raised_at_s=now_s,
    )


def with_cause(alarm: Alarm, cause: str, lane: str, why: dict[str, str], transaction: str, now_s: float) -> Alarm:
    """One more cause. An alarm that had returned, or was acknowledged for another crossing, is unacknowledged again."""
    if cause in alarm.causes:
        return alarm
    lanes = alarm.lanes if lane in alarm.lanes or not lane else (*alarm.lanes, lane)
    changes: dict[str, object] = {"causes": (*alarm.causes, cause), "lanes": lanes, "returned_at_s": None}
    anew = alarm.state is State.RETURNED or (alarm.state is State.ACKNOWLEDGED and transaction != alarm.transaction)
    if anew and alarm.state is not State.SHELVED:
        changes |= {
            "state": State.UNACKNOWLEDGED,
            "why": why,
            "transaction": transaction,
            "raised_at_s": now_s,
            "sounded": (),
            "sounds_at_s": None,
            "claimed_by": "",
        }
    return alarm.model_copy(update=changes)


def without_cause(alarm: Alarm, cause: str, now_s: float) -> Alarm:
    if cause not in alarm.causes:
        return alarm
    left = tuple(each for each in alarm.causes if each != cause)
    if left:
        return alarm.model_copy(update={"causes": left})
    over = alarm.state in (State.ACKNOWLEDGED, State.SHELVED)
    state = State.NORMAL if over else State.RETURNED
    return alarm.model_copy(update={"causes": (), "state": state, "returned_at_s": now_s, "ends_at_s": None})


def claimed(alarm: Alarm, officer: str) -> Alarm:
    """Taken over by one officer: two never work on the same without knowing."""
    if alarm.claimed_by not in ("", officer):
        raise AlarmRefused("claimed_by_another", "Another officer has taken this alarm over.")
    return alarm.model_copy(update={"claimed_by": officer})


def acknowledged(alarm: Alarm, rule: Rule, officer: str, now_s: float) -> Alarm:
    if not alarm.needs_acknowledgement:
        raise AlarmRefused("not_unacknowledged", "This alarm waits for no acknowledgement.")
    if rule.ack_when_over and alarm.is_active and alarm.claimed_by != officer:
        raise AlarmRefused("cause_not_gone", "Its cause is not gone: take the alarm over first.")
    state = State.ACKNOWLEDGED if alarm.is_active else State.NORMAL
    return alarm.model_copy(
        update={"state": state, "acknowledged_by": officer, "acknowledged_at_s": now_s, "sounds_at_s": None}
    )


def shelved(alarm: Alarm, rule: Rule, officer: str, for_s: float, now_s: float) -> Alarm:
    if not rule.may_be_shelved:
        raise AlarmRefused("never_shelved", "An alarm of priority 1 is never shelved.")
    if not 0 < for_s <= SHELF_MAX_S:
        raise AlarmRefused("shelf_too_long", "An alarm is shelved for 30 minutes at most.")
    if not alarm.is_active:
        raise AlarmRefused("not_active", "Its cause is gone: acknowledge it.")
    return alarm.model_copy(update={"state": State.SHELVED, "shelved_by": officer, "shelved_until_s": now_s + for_s})


def unshelved(alarm: Alarm, now_s: float) -> Alarm:
    """Back in sight, unacknowledged, and heard again."""
    return alarm.model_copy(
        update={
            "state": State.UNACKNOWLEDGED if alarm.is_active else State.NORMAL,
            "shelved_until_s": None,
            "shelved_by": "",
            "raised_at_s": now_s,
            "sounded": (),
            "sounds_at_s": None,
        }
    )


def after(alarm: Alarm, rule: Rule, now_s: float) -> tuple[Alarm, Sound | None]:
    """The alarm as time has made it, and what is to be heard now."""
    if alarm.state is State.SHELVED:
        is_due = alarm.shelved_until_s is not None and now_s >= alarm.shelved_until_s
        return (unshelved(alarm, now_s), None) if is_due else (alarm, None)
    if _is_lapsing(alarm, now_s):
        return _sounded(alarm, Sound.WARNING), Sound.WARNING
    if not alarm.needs_acknowledgement or rule.priority == 3:
        return alarm, None
    if "first" not in alarm.sounded:
        first = _sounded(alarm, Sound.FIRST)
        return first.model_copy(update={"sounds_at_s": now_s + rule.repeats_s if rule.repeats_s else None}), Sound.FIRST
    if rule.repeats_s:
        if alarm.sounds_at_s is not None and now_s >= alarm.sounds_at_s:
            return alarm.model_copy(update={"sounds_at_s": now_s + rule.repeats_s}), Sound.AGAIN
        return alarm, None
    again_s = HOLD_AGAIN_S if rule.code == HELD else SECOND_SOUND_S
    if "again" not in alarm.sounded and now_s >= alarm.raised_at_s + again_s:
        return _sounded(alarm, Sound.AGAIN), Sound.AGAIN
    return alarm, None


def _is_lapsing(alarm: Alarm, now_s: float) -> bool:
    """A hold is about to end by itself, and nobody was warned of it yet."""
    if alarm.ends_at_s is None or not alarm.is_active or Sound.WARNING.value in alarm.sounded:
        return False
    return now_s >= alarm.ends_at_s - HOLD_WARNING_S


def _sounded(alarm: Alarm, sound: Sound) -> Alarm:
    return alarm.model_copy(update={"sounded": (*alarm.sounded, sound.value)})
