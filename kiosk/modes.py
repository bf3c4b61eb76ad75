"""Degraded modes (egates.md section 10): when each is entered and left, and what the lane says meanwhile. Pure.

A mode that closes takes no new traveller; whoever is inside is finished or let out. The others go on serving, and never
on less than the site's policy has approved beforehand (`approved_by`): what it has not approved goes to an officer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Mode(Enum):
    """Gravest last."""

    REGISTER_SLOW = "register_slow"
    OFFLINE_CACHED = "offline_cached"
    WATCHLIST_STALE = "watchlist_stale"
    NO_CHIP = "no_chip"
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
    register_slow: bool = False
    """Half a minute of its answers were later than the site's limit."""
    watchlist_stale: bool = False
    """Its last answer came from a copy that is too old to clear anybody."""
    antenna_failed: bool = False
    """The document reader's, for chips."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A mode is entered at once when its cause is seen; it is left when the cause was gone for `leave_after_s`."""

    path: str
    words: str
    is_seen: Callable[[Signals], bool]
    leave_after_s: float = 0.0
    closes: bool = True
    """No new traveller while it is in force."""
    grants: str = "nobody: no new traveller is taken"
    """Whom the machine still lets through."""
    approved_by: str = ""
    """The site's setting that has approved it; empty: nothing weaker than normal service is done."""


def _serving(path: str, words: str, is_seen: Callable[[Signals], bool], grants: str, approved_by: str = "",
             leave_after_s: float = 0.0) -> Rule:  # fmt: skip
    return Rule(path, words, is_seen, leave_after_s, False, grants, approved_by)


RULES: Mapping[Mode, Rule] = {
    Mode.REGISTER_SLOW: _serving(
        "D1",
        "register: it answers late; look at the network and the service",
        lambda seen: seen.register_slow,
        "whom it answers for in time, or who is in the gate's copy",
        "policy.grants_offline",
        60.0,
    ),
    Mode.OFFLINE_CACHED: _serving(
        "D2",
        "register: its service is silent; look at the network",
        lambda seen: seen.register_cut,
        "who is in the gate's copy, copy and watchlist young enough",
        "policy.grants_offline",
    ),
    Mode.WATCHLIST_STALE: _serving(
        "D3",
        "watchlist: its copy is too old; look at the network",
        lambda seen: seen.watchlist_stale,
        "nobody by itself: document and face are checked, an officer releases each",
    ),
    Mode.NO_CHIP: _serving(
        "D5",
        "reader: its antenna for chips does not work; have it repaired",
        lambda seen: seen.antenna_failed,
        "documents of issuers that need no chip here",
        "policy.mrz_only_issuers",
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
