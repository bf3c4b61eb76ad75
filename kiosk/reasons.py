"""Every way a crossing can end, and what each end means.

`Outcome` is the code that is counted (the ten of the operational guideline, and PASSAGE_UNKNOWN after a crash).
`Reason` is one row for each sub-case of the exceptional paths E1..E46: it names its outcome, what the traveller is
shown, what the officer is told, how loudly, and whether the traveller may try again at this lane. A traveller is shown
the same neutral prompt for every referral; only the officer learns why.
"""

from dataclasses import dataclass
from enum import Enum

from drivers.model import Prompt


class Outcome(Enum):
    PASSED = "PASSED"
    GRANTED_NOT_PASSED = "GRANTED_NOT_PASSED"
    REFERRED = "REFERRED"
    HELD = "HELD"
    SENT_BACK = "SENT_BACK"
    ABANDONED = "ABANDONED"
    INTERRUPTED = "INTERRUPTED"
    EMERGENCY = "EMERGENCY"
    OFFICER_PASSED = "OFFICER_PASSED"
    NO_TRANSACTION = "NO_TRANSACTION"
    PASSAGE_UNKNOWN = "PASSAGE_UNKNOWN"


class Severity(Enum):
    """How an officer is told: a count only, a line, a case, an alarm, an alarm that a named role must answer."""

    COUNT = 0
    INFO = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5


class Reason(Enum):
    PASSED = "passed"
    # E1-E4, E44: the page
    PAGE_PLACED_WRONGLY = "page_placed_wrongly"
    NOT_A_TRAVEL_DOCUMENT = "not_a_travel_document"
    PAGE_UNREADABLE = "page_unreadable"
    CHECK_DIGIT_WRONG = "check_digit_wrong"
    CHIP_SILENT = "chip_silent"
    DOCUMENT_PULLED_AWAY = "document_pulled_away"
    # E5-E7: authenticity
    CHIP_REFUTED = "chip_refuted"
    CHIP_NOT_CHECKED = "chip_not_checked"
    ZONES_DIFFER = "zones_differ"
    PAGE_PORTRAIT_DIFFERS = "page_portrait_differs"
    # E8, E9: the document and its holder before the register
    DOCUMENT_EXPIRED = "document_expired"
    DOCUMENT_REPORTED_LOST = "document_reported_lost"
    NOT_ELIGIBLE = "not_eligible"
    TOO_YOUNG = "too_young"
    ASSURANCE_TOO_LOW = "assurance_too_low"
    # E10, E11: the visa-linked record
    VISA_NONE = "visa_none"
    VISA_EXPIRED = "visa_expired"
    VISA_NOT_YET_VALID = "visa_not_yet_valid"
    VISA_USED_UP = "visa_used_up"
    VISA_SUSPENDED = "visa_suspended"
    VISA_CANCELLED = "visa_cancelled"
    VISA_OTHER_DOCUMENT = "visa_other_document"
    VISA_NEAR_MATCH = "visa_near_match"
    VISA_SEVERAL = "visa_several"
    VISA_NOT_SYNCHRONISED = "visa_not_synchronised"
    RECORD_DIFFERS = "record_differs"
    RECORD_WITHOUT_PORTRAIT = "record_without_portrait"
    # E12-E17: walking in
    NOBODY_ENTERED = "nobody_entered"
    SEVERAL_PERSONS = "several_persons"
    COUNT_UNCLEAR = "count_unclear"
    NEEDS_ASSISTANCE = "needs_assistance"
    OBJECT_LEFT = "object_left"
    DOCUMENT_LEFT = "document_left"
    DOCUMENT_IN_USE = "document_in_use"
    DOCUMENT_REFERRED = "document_referred"
    # E18-E22: face and decision
    NO_USABLE_FACE = "no_usable_face"
    ATTACK_SUSPECTED = "attack_suspected"
    FACE_DIFFERS = "face_differs"
    FACE_GREY_ZONE = "face_grey_zone"
    WATCHLIST_HIT = "watchlist_hit"
    WATCHLIST_HIT_LATE = "watchlist_hit_late"
    # E23, E24: walking out
    DID_NOT_LEAVE = "did_not_leave"
    SECOND_PERSON_AT_EXIT = "second_person_at_exit"
    # E25, E26: people ask
    HELP_REQUESTED = "help_requested"
    OFFICER_PASSED = "officer_passed"
    OFFICER_SENT_BACK = "officer_sent_back"
    OFFICER_HELD = "officer_held"
    OFFICER_RELEASED = "officer_released"
    RELEASED_ONWARD = "released_onward"
    # E27-E32: what the gate needs
    RECORD_NOT_DURABLE = "record_not_durable"
    REGISTER_UNREACHABLE = "register_unreachable"
    WATCHLIST_UNREACHABLE = "watchlist_unreachable"
    NETWORK_LOST = "network_lost"
    UNSUPERVISED = "unsupervised"
    READER_FAILED = "reader_failed"
    CAMERA_FAILED = "camera_failed"
    DOORS_FAILED = "doors_failed"
    DISPLAY_FAILED = "display_failed"
    DEVICE_FAILED = "device_failed"
    # E33-E38, E40: safety and power
    DOOR_OBSTRUCTED = "door_obstructed"
    DOOR_FORCED = "door_forced"
    EMERGENCY_RELEASED = "emergency_released"
    EMERGENCY_STOPPED = "emergency_stopped"
    POWER_LOST = "power_lost"
    CONTROLLER_RESTARTED = "controller_restarted"
    PASSAGE_UNSETTLED = "passage_unsettled"
    TAMPERED = "tampered"
    CUSTODY_BROKEN = "custody_broken"
    # E39, E41-E43, E45, E46: time, commands, people
    CLOCK_INVALID = "clock_invalid"
    LANE_CLOSED = "lane_closed"
    TIME_LIMIT = "time_limit"
    WILL_NOT_LEAVE = "will_not_leave"
    FAULT_OF_OURS = "fault_of_ours"


@dataclass(frozen=True, slots=True)
class Meaning:
    """One row: E-number, counted outcome, the traveller's prompt, the officer's words."""

    path: str
    outcome: Outcome
    prompt: Prompt
    words: str
    severity: Severity = Severity.MEDIUM
    may_retry: bool = False
    """The traveller may lay the document down again at this lane, as a new transaction."""
    closes_lane: bool = False
    """The lane takes nobody else before its self-test passes again."""
    latches: bool = False
    """It takes nobody else before somebody has looked after it and opened it, whatever its self-test says."""


def _referred(path: str, words: str, severity: Severity = Severity.MEDIUM, may_retry: bool = False) -> Meaning:
    return Meaning(path, Outcome.REFERRED, Prompt.SEE_OFFICER, words, severity, may_retry)


def _broken(path: str, words: str, severity: Severity = Severity.HIGH, latches: bool = False) -> Meaning:
    return Meaning(path, Outcome.INTERRUPTED, Prompt.SEE_OFFICER, words, severity, closes_lane=True, latches=latches)


def _failed(path: str, words: str, severity: Severity = Severity.HIGH, latches: bool = False) -> Meaning:
    """The gate's own failure: the traveller is told that it is not his."""
    return Meaning(path, Outcome.INTERRUPTED, Prompt.NEEDS_A_PAUSE, words, severity, closes_lane=True, latches=latches)


def _emergency(path: str, words: str) -> Meaning:
    return Meaning(path, Outcome.EMERGENCY, Prompt.LEAVE_NOW, words, Severity.CRITICAL, closes_lane=True)


R, End, P, S = Reason, Outcome, Prompt, Severity

MEANINGS: dict[Reason, Meaning] = {
    R.PASSED: Meaning("-", End.PASSED, P.WAIT_BEHIND_LINE, "Passed.", S.COUNT),
    R.PAGE_PLACED_WRONGLY: _referred("E1", "The photo page was not laid down rightly three times.", S.COUNT, True),
    R.NOT_A_TRAVEL_DOCUMENT: Meaning(
        "E2", End.NO_TRANSACTION, P.NOT_A_PASSPORT, "What was laid down is not a passport's photo page.", S.COUNT, True
    ),
    R.PAGE_UNREADABLE: _referred("E3", "The machine readable zone could not be read.", S.LOW, True),
    R.CHECK_DIGIT_WRONG: _referred("E3", "A check digit of the machine readable zone is wrong.", S.LOW, True),
    R.CHIP_SILENT: _referred("E4", "The chip did not answer and the site's policy asks for it.", S.LOW, True),
    R.DOCUMENT_PULLED_AWAY: Meaning(
        "E44", End.NO_TRANSACTION, P.START_AGAIN, "The document was lifted before it was read.", S.COUNT, True
    ),
    R.CHIP_REFUTED: Meaning("E5", End.HELD, P.SEE_OFFICER, "The chip is proved not to be genuine.", S.HIGH),
    R.CHIP_NOT_CHECKED: _referred("E6", "The chip could not be checked and the policy asks for it.", S.INFO),
    R.ZONES_DIFFER: _referred("E7", "The page and what the reader or chip says of it differ.", S.HIGH),
    R.PAGE_PORTRAIT_DIFFERS: _referred("E7", "The page's portrait and the record's portrait differ.", S.HIGH),
    R.DOCUMENT_EXPIRED: _referred("E8", "The document has expired."),
    R.DOCUMENT_REPORTED_LOST: Meaning("E8", End.HELD, P.SEE_OFFICER, "The document is reported lost.", S.HIGH),
    R.NOT_ELIGIBLE: Meaning(
        "E9", End.SENT_BACK, P.OTHER_LANE, "This lane does not take this document or nationality.", S.COUNT
    ),
    R.TOO_YOUNG: Meaning("E9", End.SENT_BACK, P.OTHER_LANE, "The traveller is too young for this lane.", S.COUNT),
    R.ASSURANCE_TOO_LOW: _referred("E9", "This issuer's documents need a chip and none was read."),
    R.VISA_NONE: _referred("E10", "No visa is linked to this document."),
    R.VISA_EXPIRED: _referred("E10", "The visa has expired."),
    R.VISA_NOT_YET_VALID: _referred("E10", "The visa is not valid yet."),
    R.VISA_USED_UP: _referred("E10", "The visa has no entry or no day of stay left."),
    R.VISA_SUSPENDED: _referred("E10", "The visa is suspended."),
    R.VISA_CANCELLED: _referred("E10", "The visa was cancelled."),
    R.VISA_OTHER_DOCUMENT: _referred("E10", "The visa is linked to another document."),
    R.VISA_NEAR_MATCH: _referred("E10", "A visa of somebody much alike is there: compare name, birth date and number."),
    R.VISA_SEVERAL: _referred("E10", "Several visas answer to this document."),
    R.VISA_NOT_SYNCHRONISED: _referred("E10", "The register's copy is not synchronised."),
    R.RECORD_DIFFERS: _referred("E11", "Name or birth date of the record differ from the document's."),
    R.RECORD_WITHOUT_PORTRAIT: _referred("E11", "The record has no portrait that a face can be held against."),
    R.NOBODY_ENTERED: Meaning("E12", End.ABANDONED, P.START_AGAIN, "Nobody walked in.", S.COUNT, True),
    R.SEVERAL_PERSONS: _referred("E13", "More than one person is in the lane.", S.HIGH, True),
    R.COUNT_UNCLEAR: _referred("E14", "The people counter is not sure that one person is inside."),
    R.NEEDS_ASSISTANCE: _referred("E15", "The traveller needs assistance or more time.", S.INFO),
    R.OBJECT_LEFT: Meaning(
        "E16", End.PASSED, P.CLOSED, "Passed; something was left in the lane: look at it.", S.HIGH, closes_lane=True
    ),
    R.DOCUMENT_LEFT: Meaning(
        "E16", End.ABANDONED, P.TAKE_DOCUMENT, "The document was left on the reader.", S.MEDIUM, closes_lane=True
    ),
    R.DOCUMENT_IN_USE: _referred("E17", "The document is in use at another lane or passed just now.", S.HIGH),
    R.DOCUMENT_REFERRED: _referred("E17", "The document was referred before and no desk has cleared it.", S.HIGH),
    R.NO_USABLE_FACE: _referred("E18", "No usable picture of the face in time.", S.LOW),
    R.ATTACK_SUSPECTED: Meaning("E19", End.HELD, P.SEE_OFFICER, "The camera may have been shown an artefact.", S.HIGH),
    R.FACE_DIFFERS: _referred("E20", "The face does not match the record's portrait."),
    R.FACE_GREY_ZONE: _referred("E21", "The face match is uncertain: look and decide within 15 s."),
    R.WATCHLIST_HIT: _referred("E22", "An alert concerns this traveller.", S.CRITICAL),
    R.WATCHLIST_HIT_LATE: Meaning(
        "E22b", End.PASSED, P.WAIT_BEHIND_LINE, "An alert came in after the exit opened: passed, intercept.", S.CRITICAL
    ),
    R.DID_NOT_LEAVE: Meaning(
        "E23", End.GRANTED_NOT_PASSED, P.SEE_OFFICER, "Granted, but did not walk out; the grant is annulled.", S.LOW
    ),
    R.SECOND_PERSON_AT_EXIT: Meaning(
        "E24", End.PASSED, P.ONE_PERSON_ONLY, "A second person used the open exit.", S.HIGH,
        closes_lane=True, latches=True,
    ),
    R.HELP_REQUESTED: _referred("E25", "The traveller asks for help.", S.HIGH),
    R.OFFICER_PASSED: Meaning("E26", End.OFFICER_PASSED, P.WAIT_BEHIND_LINE, "Let through by an officer.", S.INFO),
    R.OFFICER_SENT_BACK: Meaning("E26", End.SENT_BACK, P.SEE_OFFICER, "Sent back by an officer.", S.INFO),
    R.OFFICER_HELD: Meaning("E26", End.HELD, P.SEE_OFFICER, "Held by an officer.", S.HIGH),
    R.OFFICER_RELEASED: Meaning(
        "E43", End.EMERGENCY, P.LEAVE_NOW, "An officer lets everybody out of the lane.", S.CRITICAL,
        closes_lane=True, latches=True,
    ),
    R.RELEASED_ONWARD: Meaning(
        "E43", End.OFFICER_PASSED, P.WAIT_BEHIND_LINE, "A supervisor let everybody out to the state side.", S.CRITICAL,
        closes_lane=True, latches=True,
    ),
    R.RECORD_NOT_DURABLE: Meaning(
        "E27", End.REFERRED, P.SEE_OFFICER, "The record cannot be written: nobody passes.", S.CRITICAL, closes_lane=True
    ),
    R.REGISTER_UNREACHABLE: _referred("E28", "The register does not answer."),
    R.WATCHLIST_UNREACHABLE: _referred("E28", "The watchlist does not answer."),
    R.NETWORK_LOST: _referred("E29", "The network was lost before the decision."),
    R.UNSUPERVISED: Meaning(
        "E31", End.NO_TRANSACTION, P.CLOSED, "No officer is signed in for this lane.", S.CRITICAL, closes_lane=True
    ),
    R.READER_FAILED: _failed("E32", "The document reader failed."),
    R.CAMERA_FAILED: _failed("E32", "The camera failed."),
    R.DOORS_FAILED: _failed("E32", "The door controller failed or does not answer."),
    R.DISPLAY_FAILED: _failed("E32", "The traveller's screen does not confirm what it shows."),
    R.DEVICE_FAILED: _failed("E32", "A device failed."),
    R.DOOR_OBSTRUCTED: _broken("E33", "A door stayed obstructed.", S.MEDIUM),
    R.DOOR_FORCED: _broken("E34", "A door was forced, or its position is lost.", latches=True),
    R.EMERGENCY_RELEASED: _emergency("E35", "Fire or emergency release: both doors are free."),
    R.EMERGENCY_STOPPED: _emergency("E36", "The emergency stop was pressed."),
    R.POWER_LOST: _failed("E37", "The mains supply was lost.", S.CRITICAL),
    R.CONTROLLER_RESTARTED: _broken("E38", "The lane's computer restarted in the middle of a crossing."),
    R.PASSAGE_UNSETTLED: Meaning(
        "E38", End.PASSAGE_UNKNOWN, P.SEE_OFFICER, "The exit was open when the lane stopped: did somebody pass?",
        S.CRITICAL, closes_lane=True, latches=True,
    ),
    R.TAMPERED: _broken("E40", "The cabinet is open or a device is not the one that it should be.", S.CRITICAL, True),
    R.CUSTODY_BROKEN: _referred("E45", "A door or the count changed after the face was taken.", S.HIGH),
    R.CLOCK_INVALID: _referred("E39", "The lane's clock is not valid: dates cannot be checked.", S.HIGH),
    R.LANE_CLOSED: Meaning("E41", End.SENT_BACK, P.CLOSED, "The lane was closed during the crossing.", S.INFO),
    R.TIME_LIMIT: _referred("E42", "The crossing took longer than a minute."),
    R.WILL_NOT_LEAVE: Meaning(
        "E43", End.REFERRED, P.OFFICER_IS_COMING, "Somebody will not leave the lane, or cannot.", S.CRITICAL,
        closes_lane=True,
    ),
    R.FAULT_OF_OURS: _failed("E38", "The lane's own program failed; the doors are safe.", S.CRITICAL, True),
}  # fmt: skip

NOT_AN_END: dict[str, str] = {
    "E30": "the crossing goes on; its record is sent later",
    "E46": "duplicate commands and late answers are dropped by their transaction id",
}
"""Exceptional paths that end nothing by themselves, and why."""


class Referral(Exception):
    """The procedure ends here and an officer takes over, or the traveller starts again. An outcome, not an error."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
