"""Who may cross. Pure: no device, no clock, no wait. Each rule is a function in a list; the first objection ends it.

The rules look at facts that others established and at the site's policy; the interlock (kiosk/interlock.py) holds the
recorded decision against floors of its own besides.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from biometrics.model import AttackAssessment, AttackState, MatchResult
from config.schema import Policy
from drivers.model import ChipVerdict
from kiosk.document import Assurance, TravelDocument
from kiosk.reasons import Reason
from link.travel import (
    LostAnswer,
    LostState,
    RegisterQuery,
    TravelRecord,
    TravelState,
    UseAnswer,
    UseState,
    WatchlistAnswer,
    WatchlistState,
)
from mrz.model import Mrz
from mrz.transliterate import may_be, to_zone

VERSION = "3"

STATE_REASONS: dict[TravelState, Reason] = {
    TravelState.NONE: Reason.VISA_NONE,
    TravelState.EXPIRED: Reason.VISA_EXPIRED,
    TravelState.NOT_YET_VALID: Reason.VISA_NOT_YET_VALID,
    TravelState.USED_UP: Reason.VISA_USED_UP,
    TravelState.SUSPENDED: Reason.VISA_SUSPENDED,
    TravelState.CANCELLED: Reason.VISA_CANCELLED,
    TravelState.OTHER_DOCUMENT: Reason.VISA_OTHER_DOCUMENT,
    TravelState.NEAR_MATCH: Reason.VISA_NEAR_MATCH,
    TravelState.SEVERAL: Reason.VISA_SEVERAL,
    TravelState.NOT_SYNCHRONISED: Reason.VISA_NOT_SYNCHRONISED,
    TravelState.UNREACHABLE: Reason.REGISTER_UNREACHABLE,
}


CHIP_REASONS = {ChipVerdict.SILENT: Reason.CHIP_SILENT, ChipVerdict.NOT_CHECKED: Reason.CHIP_NOT_CHECKED}
"""Why a chip that is asked for did not help; everything else is an assurance too low."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a decision rests on."""

    document: TravelDocument
    record: TravelRecord
    watchlist: WatchlistAnswer
    match: MatchResult
    page_match: MatchResult | None
    """The page's printed portrait against the record's; None when the page gave no portrait."""
    attack: AttackAssessment
    first_frame_at_s: float
    """When the oldest of the matched frames was taken, of the lane's monotonic clock."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Grant or refer, why, and the numbers it rests on. Holds nothing personal: it is written to the journal."""

    granted: bool
    reason: Reason
    facts: dict[str, str | int | float | bool | None]


# --- eligibility: before the register is asked (E8, E9) ---


def _of_this_lane(document: TravelDocument, policy: Policy, _today: date) -> Reason | None:
    mrz = document.mrz
    accepted = mrz.document_type.value in policy.document_types and (
        not policy.nationalities or mrz.nationality in policy.nationalities
    )
    return None if accepted else Reason.NOT_ELIGIBLE


def _unexpired(document: TravelDocument, _policy: Policy, today: date) -> Reason | None:
    return Reason.DOCUMENT_EXPIRED if document.mrz.is_expired(today) else None


def _old_enough(document: TravelDocument, policy: Policy, today: date) -> Reason | None:
    age = document.mrz.age_on(today)
    if age is None:
        return Reason.NOT_ELIGIBLE
    return Reason.TOO_YOUNG if age < policy.minimum_age else None


def _not_refuted(document: TravelDocument, _policy: Policy, _today: date) -> Reason | None:
    return Reason.CHIP_REFUTED if document.chip is ChipVerdict.REFUTED else None


def _assured(document: TravelDocument, policy: Policy, _today: date) -> Reason | None:
    """A document goes on its zone alone where the site accepts its issuer so; else its chip must be proved."""
    accepted = {"any", document.mrz.issuing_state} & policy.mrz_only_issuers
    if document.assurance is Assurance.CHIP_PROVED or accepted:
        return None
    if document.assurance is Assurance.CHIP_REPORTED and policy.accept_reported_chip:
        return None
    return CHIP_REASONS.get(document.chip, Reason.ASSURANCE_TOO_LOW)


Eligibility = Callable[[TravelDocument, Policy, date], Reason | None]
ELIGIBILITY: tuple[Eligibility, ...] = (_not_refuted, _of_this_lane, _unexpired, _old_enough, _assured)


def eligibility(document: TravelDocument, policy: Policy, today: date) -> Reason | None:
    """Why this document may not use this lane, or None."""
    return next((reason for rule in ELIGIBILITY if (reason := rule(document, policy, today))), None)


# --- clearance: what the register answered (E10, E11) ---


def clearance(document: TravelDocument, record: TravelRecord, query: RegisterQuery) -> Reason | None:
    """Why this record does not let this document pass, or None. The binding is checked here again, not believed."""
    if record.transaction != query.transaction:
        return Reason.REGISTER_UNREACHABLE  # a late answer to another crossing is no answer
    if record.state is not TravelState.VALID:
        return STATE_REASONS[record.state]
    if record.direction != query.direction:
        return Reason.REGISTER_UNREACHABLE  # good for leaving is not good for entering
    mrz = document.mrz
    bound = (record.issuing_state, record.document_number) == (mrz.issuing_state, mrz.document_number)
    if not bound or record.birth_date != mrz.birth_date.text or not same_name(record, mrz):
        return Reason.RECORD_DIFFERS
    return None if record.portrait else Reason.RECORD_WITHOUT_PORTRAIT


def same_name(record: TravelRecord, mrz: Mrz) -> bool:
    """Whether the zone's name can be the record's: as the register writes it, transliterated, or cut short (E11)."""
    written = (record.surname, record.given_names)
    printed = (mrz.surname, mrz.given_names)
    return all(_same_part(*each, mrz.name_may_be_truncated) for each in zip(written, printed, strict=True))


def _same_part(written: str, printed: str, truncated: bool) -> bool:
    spelt, zone = _letters(to_zone(written)), _letters(printed)
    return spelt == zone or (truncated and spelt.startswith(zone)) or may_be(written, printed)


def _letters(name: str) -> str:
    """As it is compared: capitals alone, for fillers, hyphens and apostrophes are written in many ways."""
    return "".join(character for character in name.upper() if character.isalpha())


def reported(answer: LostAnswer, transaction: str, policy: Policy, now: datetime) -> Reason | None:
    """Why the list of lost documents keeps this one from being used, or None (E8)."""
    if answer.transaction != transaction or answer.state is LostState.UNREACHABLE:
        return Reason.REGISTER_UNREACHABLE
    if answer.state in (LostState.LOST, LostState.STOLEN):
        return Reason.DOCUMENT_REPORTED_LOST
    if answer.state is LostState.NOT_SUPPORTED:
        return Reason.REGISTER_UNREACHABLE if policy.require_lost_list else None
    age_s = (now - answer.answered_at).total_seconds()
    return Reason.REGISTER_UNREACHABLE if age_s > policy.watchlist_max_age_s else None


def used(answer: UseAnswer, transaction: str, policy: Policy) -> Reason | None:
    """Why the hall's ledger keeps this document from being used here and now, or None (E17).

    A ledger that is away is not waited for where the site lets its lanes grant without a network (D2).
    """
    if answer.transaction != transaction:
        return Reason.REGISTER_UNREACHABLE
    if answer.state is UseState.UNREACHABLE:
        return None if policy.grants_offline else Reason.REGISTER_UNREACHABLE
    if answer.state is UseState.IN_USE:
        return Reason.DOCUMENT_IN_USE
    if answer.state is UseState.REFERRED:
        return Reason.DOCUMENT_REFERRED
    if answer.state is UseState.PASSED and answer.since is not None:
        lately = (answer.answered_at - answer.since).total_seconds() < policy.document_pause_s
        return Reason.DOCUMENT_IN_USE if lately else None
    return None


def copied(record: TravelRecord, policy: Policy) -> Reason | None:
    """Why a record from the gate's own copy is not enough, or None. The register's own answer always is."""
    if record.copied_at is None:
        return None
    age_s = (record.answered_at - record.copied_at).total_seconds()
    limit_s = policy.copy_max_age_s if policy.grants_offline else policy.copy_fresh_s
    return None if age_s <= limit_s else Reason.REGISTER_UNREACHABLE


# --- decision (E7, E19-E22, E28) ------------------------------------------------------------------------------------


def _not_listed(evidence: Evidence, _policy: Policy) -> Reason | None:
    if evidence.watchlist.transaction != evidence.record.transaction:
        return Reason.WATCHLIST_UNREACHABLE
    return {
        WatchlistState.CLEAR: None,
        WatchlistState.HIT: Reason.WATCHLIST_HIT,
        WatchlistState.UNREACHABLE: Reason.WATCHLIST_UNREACHABLE,
    }[evidence.watchlist.state]


def _no_attack(evidence: Evidence, policy: Policy) -> Reason | None:
    state = evidence.attack.state
    if state is AttackState.SUSPECTED:
        return Reason.ATTACK_SUSPECTED
    unproved = state is AttackState.NOT_SUPPORTED and policy.require_attack_detection
    return Reason.ATTACK_SUSPECTED if unproved else None


def _same_face(evidence: Evidence, policy: Policy) -> Reason | None:
    match = evidence.match
    if match.is_match and match.target_fmr <= policy.target_fmr:
        return None
    near = match.score >= match.threshold - policy.grey_zone
    return Reason.FACE_GREY_ZONE if near else Reason.FACE_DIFFERS


def _looked_at_long_enough(evidence: Evidence, _policy: Policy) -> Reason | None:
    return Reason.NO_USABLE_FACE if evidence.attack.state is AttackState.NOT_ASSESSED else None


def _same_portrait(evidence: Evidence, policy: Policy) -> Reason | None:
    if evidence.page_match is None:
        return Reason.PAGE_PORTRAIT_DIFFERS if policy.require_page_portrait else None
    return None if evidence.page_match.is_match else Reason.PAGE_PORTRAIT_DIFFERS


RULES: tuple[Callable[[Evidence, Policy], Reason | None], ...] = (
    _not_listed,
    _no_attack,
    _same_face,
    _looked_at_long_enough,
    _same_portrait,
)


def decide(evidence: Evidence, policy: Policy) -> Decision:
    """Grant only when no rule objects."""
    objection = next((reason for rule in RULES if (reason := rule(evidence, policy))), None)
    return Decision(objection is None, objection or Reason.PASSED, facts_of(evidence))


AGE_BANDS = (18, 30, 45, 60, 75)


def group_of(document: TravelDocument, today: date) -> dict[str, str]:
    """Age band and sex as printed: for `egate face drift --by`, whether the matcher serves all alike. No birth date."""
    age = document.mrz.age_on(today)
    sex = document.mrz.sex.value
    return {"age_band": "unknown" if age is None else age_band(age), "sex": sex if sex in ("F", "M") else "X"}


def age_band(age: int) -> str:
    """`under 18`, `18-29`, ..., `75 and over`."""
    older = [years for years in AGE_BANDS if years > age]
    since = [years for years in AGE_BANDS if years <= age]
    if not since:
        return f"under {AGE_BANDS[0]}"
    return f"{since[-1]}-{older[0] - 1}" if older else f"{since[-1]} and over"


def facts_of(evidence: Evidence) -> dict[str, str | int | float | bool | None]:
    """The numbers behind a decision, as the journal keeps them and as the interlock re-reads them."""
    match, page = evidence.match, evidence.page_match
    return {
        "policy": VERSION,
        "assurance": evidence.document.assurance.value,
        "register": evidence.record.state.value,
        "register_source": "service" if evidence.record.copied_at is None else "copy",
        "watchlist": evidence.watchlist.state.value,
        "attack": evidence.attack.state.value,
        "attack_profile": evidence.attack.profile,
        "attack_score": None if evidence.attack.score is None else round(evidence.attack.score, 6),
        "algorithm": match.algorithm,
        "model": match.model_digest,
        "score": round(match.score, 6),
        "threshold": round(match.threshold, 6),
        "target_fmr": match.target_fmr,
        "frames": match.frames,
        "page_score": None if page is None else round(page.score, 6),
        **group_of(evidence.document, evidence.record.answered_at.date()),
        "page_threshold": None if page is None else round(page.threshold, 6),
        "first_frame_at_s": round(evidence.first_frame_at_s, 6),
    }
