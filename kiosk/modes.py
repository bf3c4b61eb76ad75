"""Degraded modes (egates.md section 10): when each is entered and left, and what the lane says meanwhile. Pure.

A mode that closes takes no new traveller; whoever is inside is finished or let out. OFFLINE_CACHED does not close: it
grants on the gate's own copy, and only where the site's policy has approved that beforehand (`[policy]
grants_offline`); else everybody is referred. An old watchlist and a missing chip have no mode: they refer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Mode(Enum):
    """Gravest last. The letter and number are the table's of egates.md."""

    OFFLINE_CACHED = "offline_cached"
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
    register_cut: bool = False
    """The register's service is silent, or is back and not yet told every passage."""
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A mode is entered at once when its cause is seen; it is left when the cause was gone for `leave_after_s`."""

    path: str
    words: str
    is_seen: Callable[[Signals], bool]
    leave_after_s: float = 0.0
    closes: bool = True
    """No new traveller while it is in force."""


RULES: Mapping[Mode, Rule] = {
    Mode.OFFLINE_CACHED: Rule(
        "D2", "register: its service is silent; look at the network", lambda seen: seen.register_cut, closes=False
    ),
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
        """Of those that close the lane; None = it may serve."""
        closing = (mode for mode in reversed(tuple(RULES)) if RULES[mode].closes)
        return next((mode for mode in closing if mode in self.gone_since_s), None)

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
