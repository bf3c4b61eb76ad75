"""What became of each check of a crossing, in the words of BSI TR-03135. Pure: read off what the crossing noted.

Every check has one of five results. `aborted` is also that of a check which the crossing did not come to: its sealed
record never leaves one out. `STEP_OF` names the step whose duration (`<step>_ms` in the seal) holds the check's.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from biometrics.model import AttackState
from drivers.model import ChipVerdict
from kiosk.reasons import Reason
from link.travel import LostState, UseState, WatchlistState
from mrz.model import Verdict
from records.model import DECIDED, Entry, Fact


class CheckResult(Enum):
    """BSI TR-03135-1."""

    SUCCESSFUL = "successful"
    FAILED = "failed"
    UNDETERMINED = "undetermined"
    """It was made and told nothing."""
    NOT_SUPPORTED = "not_supported"
    """This lane, this document or this register has no such check."""
    ABORTED = "aborted"
    """The crossing ended in the middle of it, or before it."""


C, R = CheckResult, Reason


@dataclass(frozen=True, slots=True)
class Noted:
    """A crossing's entries, the way the rules look at them."""

    entries: Sequence[Entry]
    reasons: frozenset[Reason]
    """Why it ended, and why it was not granted."""

    def last(self, kind: str) -> Mapping[str, Fact] | None:
        return next((dict(entry.facts) for entry in reversed(self.entries) if entry.kind == kind), None)

    def begun(self, step: str) -> bool:
        return any(entry.kind == "step" and entry.fact("name") == step for entry in self.entries)

    def failed_by(self, *reasons: Reason) -> bool:
        return not self.reasons.isdisjoint(reasons)

    @property
    def decided(self) -> Mapping[str, Fact] | None:
        """The machine's own decision, with the numbers that it rests on."""
        made = (
            dict(entry.facts) for entry in self.entries if entry.kind == DECIDED and entry.fact("score") is not None
        )
        return next(made, None)


def _mrz(noted: Noted) -> CheckResult:
    read = noted.last("page_read")
    if noted.failed_by(R.CHECK_DIGIT_WRONG):
        return C.FAILED
    if read is None:
        return C.ABORTED
    return C.SUCCESSFUL if read["verdict"] == Verdict.ACCEPT.value else C.UNDETERMINED


def _zones(noted: Noted) -> CheckResult:
    """The device's own text against what the lane reads in the images."""
    read = noted.last("page_read")
    if noted.failed_by(R.ZONES_DIFFER):
        return C.FAILED
    if read is None or read["verdict"] != Verdict.ACCEPT.value:
        return C.ABORTED
    return C.SUCCESSFUL if read.get("text") and read["lights"] else C.NOT_SUPPORTED


def _chip(noted: Noted) -> CheckResult:
    """As the reader itself says; this lane reads no chip of its own."""
    said = noted.last("chip_asked_again") or noted.last("page_read")
    if noted.failed_by(R.CHIP_REFUTED):
        return C.FAILED
    return C.NOT_SUPPORTED if said is None else _CHIP[str(said.get("chip", "not_supported"))]


def _document(noted: Noted) -> CheckResult:
    if noted.failed_by(R.DOCUMENT_EXPIRED, R.NOT_ELIGIBLE, R.TOO_YOUNG, R.ASSURANCE_TOO_LOW):
        return C.FAILED
    if noted.failed_by(R.CLOCK_INVALID):
        return C.UNDETERMINED
    return C.SUCCESSFUL if noted.begun("register") else C.ABORTED


UNDECIDED = frozenset({"register_unreachable", "visa_several", "visa_not_synchronised", "visa_near_match"})
"""What a register's answer can be besides yes and no."""


def _register(noted: Noted) -> CheckResult:
    answer = noted.last("register_answered")
    if answer is None:
        return C.UNDETERMINED if noted.last("register_failed") is not None else C.ABORTED
    if answer["objection"] is None:
        return C.SUCCESSFUL
    return C.UNDETERMINED if answer["objection"] in UNDECIDED else C.FAILED


def _lost(noted: Noted) -> CheckResult:
    answer = noted.last("lost_answered")
    if noted.failed_by(R.DOCUMENT_REPORTED_LOST):
        return C.FAILED
    return _unasked(noted) if answer is None else _LOST.get(str(answer["state"]), C.FAILED)


def _use(noted: Noted) -> CheckResult:
    answer = noted.last("use_answered")
    if noted.failed_by(R.DOCUMENT_IN_USE):
        return C.FAILED
    return _unasked(noted) if answer is None else _USE.get(str(answer["state"]), C.SUCCESSFUL)


def _unasked(noted: Noted) -> CheckResult:
    """A crossing that came past the register without this question is of a lane that does not ask it."""
    return C.NOT_SUPPORTED if noted.begun("passport_taken") else C.ABORTED


def _watchlist(noted: Noted) -> CheckResult:
    if noted.failed_by(R.WATCHLIST_HIT, R.WATCHLIST_HIT_LATE):
        return C.FAILED
    if noted.last("watchlist_failed") is not None or noted.last("watchlist_stale") is not None:
        return C.UNDETERMINED
    return _WATCHLIST[str(noted.decided["watchlist"])] if noted.decided else C.ABORTED


def _one_person(noted: Noted) -> CheckResult:
    if noted.failed_by(R.SEVERAL_PERSONS, R.SECOND_PERSON_AT_EXIT, R.CUSTODY_BROKEN):
        return C.FAILED
    if noted.failed_by(R.COUNT_UNCLEAR):
        return C.UNDETERMINED
    return C.SUCCESSFUL if noted.begun("face") else C.ABORTED


def _face(noted: Noted) -> CheckResult:
    if noted.failed_by(R.NO_USABLE_FACE, R.RECORD_WITHOUT_PORTRAIT, R.FACE_GREY_ZONE):
        return C.UNDETERMINED
    decided = noted.decided
    if decided is None:
        return C.ABORTED
    score, threshold = decided["score"], decided["threshold"]
    if not isinstance(score, int | float) or not isinstance(threshold, int | float):
        return C.UNDETERMINED
    return C.SUCCESSFUL if score >= threshold else C.FAILED


def _attack(noted: Noted) -> CheckResult:
    if noted.decided is None:
        return C.FAILED if noted.failed_by(R.ATTACK_SUSPECTED) else C.ABORTED
    return _ATTACK[str(noted.decided["attack"])]


def _page_portrait(noted: Noted) -> CheckResult:
    decided = noted.decided
    if decided is None:
        return C.ABORTED
    score, threshold = decided["page_score"], decided["page_threshold"]
    if not isinstance(score, int | float) or not isinstance(threshold, int | float):
        return C.UNDETERMINED
    return C.SUCCESSFUL if score >= threshold else C.FAILED


def _passage(noted: Noted) -> CheckResult:
    if noted.failed_by(R.PASSAGE_UNSETTLED):
        return C.UNDETERMINED
    if noted.last("passed") is not None:
        return C.SUCCESSFUL
    return C.FAILED if noted.last("annulled") is not None else C.ABORTED


_CHIP = {
    ChipVerdict.NOT_SUPPORTED.value: C.NOT_SUPPORTED,
    ChipVerdict.ANTENNA_FAILED.value: C.ABORTED,
    ChipVerdict.SILENT.value: C.ABORTED,
    ChipVerdict.NOT_CHECKED.value: C.UNDETERMINED,
    ChipVerdict.GENUINE.value: C.SUCCESSFUL,
    ChipVerdict.REFUTED.value: C.FAILED,
}
_LOST = {
    LostState.NOT_REPORTED.value: C.SUCCESSFUL,
    LostState.UNREACHABLE.value: C.UNDETERMINED,
    LostState.NOT_SUPPORTED.value: C.NOT_SUPPORTED,
}
_USE = {UseState.UNREACHABLE.value: C.UNDETERMINED, UseState.NOT_SUPPORTED.value: C.NOT_SUPPORTED}
_WATCHLIST = {
    WatchlistState.CLEAR.value: C.SUCCESSFUL,
    WatchlistState.HIT.value: C.FAILED,
    WatchlistState.UNREACHABLE.value: C.UNDETERMINED,
}
_ATTACK = {
    AttackState.PASSED.value: C.SUCCESSFUL,
    AttackState.SUSPECTED.value: C.FAILED,
    AttackState.NOT_ASSESSED.value: C.UNDETERMINED,
    AttackState.NOT_SUPPORTED.value: C.NOT_SUPPORTED,
}
RULES: Mapping[str, Callable[[Noted], CheckResult]] = {
    "mrz": _mrz,
    "zones": _zones,
    "chip": _chip,
    "document": _document,
    "register": _register,
    "lost": _lost,
    "use": _use,
    "watchlist": _watchlist,
    "one_person": _one_person,
    "face": _face,
    "attack": _attack,
    "page_portrait": _page_portrait,
    "passage": _passage,
}
STEP_OF: Mapping[str, str] = {
    "mrz": "document",
    "zones": "document",
    "document": "document",
    "register": "register",
    "lost": "register",
    "use": "register",
    "one_person": "admission",
    "face": "face",
    "attack": "face",
    "page_portrait": "decision",
    "watchlist": "decision",
    "passage": "release",
}


def checks_of(entries: Sequence[Entry], reason: Reason) -> dict[str, str]:
    """`check_<name>` -> result, of every check there is."""
    why = {reason.value} | {str(entry.fact("reason")) for entry in entries if entry.kind == DECIDED}
    noted = Noted(entries, frozenset(each for each in Reason if each.value in why))
    return {f"check_{name}": rule(noted).value for name, rule in RULES.items()}
