"""Degraded modes (egates.md section 10): when each is entered and left, and what the lane says meanwhile. Pure.

Every mode here is stricter than normal: it takes no new traveller, and whoever is inside is finished or let out. The
weaker ones, which would grant on less (cached records, an old watchlist, no chip), are not in this table: until the
gate has what they rest on, a crossing that would need them is referred.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Mode(Enum):
    """Gravest last. The letter and number are the table's of egates.md."""

    CAMERA_BAD = "camera_bad"
    UNSUPERVISED = "unsupervised"
    RECORD_STORE_BAD = "record_store_bad"
    POWER_LOW = "power_low"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Signals:
    """What the lane observes of itself at one moment."""

    camera_failed: bool = False
    officer_present: bool = True
    record_refused: bool = False
    """The last write of the journal failed, and what it was to write still waits."""
    on_battery: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A mode is entered at once when its cause is seen; it is left when the cause was gone for `leave_after_s`."""

    path: str
    words: str
    is_seen: Callable[[Signals], bool]
    leave_after_s: float = 0.0


RULES: Mapping[Mode, Rule] = {
    Mode.CAMERA_BAD: Rule(
        "D4", "camera: its self-test failed; look at its cable and its log", lambda seen: seen.camera_failed
    ),
    Mode.UNSUPERVISED: Rule("D6", "no officer is signed in for this lane", lambda seen: not seen.officer_present),
    Mode.RECORD_STORE_BAD: Rule(
        "D7", "journal: it cannot be written; free space on its disk or replace it", lambda seen: seen.record_refused
    ),
    Mode.POWER_LOW: Rule(
        "D8", "doors: on battery; restore the mains and wait a minute", lambda seen: seen.on_battery, leave_after_s=60.0
    ),
    Mode.EMERGENCY: Rule(
        "D9", "doors: fire or emergency; reset it with the key when its cause is gone", lambda seen: seen.emergency
    ),
}


@dataclass(frozen=True, slots=True)
class InForce:
    """The modes in force. For each, since when its cause is gone; None while it lasts."""

    gone_since_s: Mapping[Mode, float | None] = field(default_factory=dict)

    @property
    def gravest(self) -> Mode | None:
        """None is normal service."""
        return next((mode for mode in reversed(tuple(RULES)) if mode in self.gone_since_s), None)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(mode.value for mode in self.gone_since_s)


def observe(known: InForce, seen: Signals, now_s: float) -> InForce:
    """The modes in force after what was seen at `now_s`, of the lane's monotonic clock."""
    after: dict[Mode, float | None] = {}
    for mode, rule in RULES.items():
        if rule.is_seen(seen):
            after[mode] = None
        elif mode in known.gone_since_s:
            gone_s = known.gone_since_s[mode]
            gone_s = now_s if gone_s is None else gone_s
            if now_s - gone_s < rule.leave_after_s:
                after[mode] = gone_s
    return InForce(after)
