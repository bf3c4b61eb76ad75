"""A crossing as the officers see it: steps against their limits, checks as a tree, scores. Pure; nothing personal."""

from collections.abc import Mapping, Sequence

from biometrics.model import AttackState
from config.schema import Limits
from kiosk.crossing import Crossing
from kiosk.reasons import MEANINGS, Reason
from kiosk.watched import Seen
from link.console_words import Check, Match, Sealed, StepTaken
from mrz.model import Mrz
from records.model import CrossingRecord, Entry

STEPS = ("document", "register", "passport_taken", "admission", "face", "decision", "release")
MASK = "···"


def limits_ms(limits: Limits) -> dict[str, int]:
    """How long each step may take."""
    seconds = {
        "document": limits.read_document_s + limits.place_document_s,
        "register": limits.register_s,
        "passport_taken": limits.take_document_s,
        "admission": limits.enter_s + limits.enclose_s,
        "face": limits.face_s,
        "decision": limits.commit_s + limits.match_s,
        "release": limits.leave_s + limits.close_s,
    }
    return {name: round(1000 * value) for name, value in seconds.items()}


def begun(entries: Sequence[Entry]) -> dict[str, float]:
    """When each step began, in their order."""
    return {str(entry.fact("name")): entry.at_s for entry in entries if entry.kind == "step"}


def steps(
    crossing: Crossing, limits: Mapping[str, int], now_s: float, ended_well: bool | None = None
) -> tuple[StepTaken, ...]:
    """`ended_well` None while it runs; a crossing that ended badly did so in its last step."""
    starts = begun(crossing.page.entries)
    told = []
    for name, began_s in starts.items():
        took_s = crossing.steps_s.get(name)
        is_last = name == next(reversed(starts))
        state = "running" if took_s is None else "failed" if is_last and ended_well is False else "done"
        ms = round(1000 * (now_s - began_s if took_s is None else took_s))
        told.append(StepTaken(name=name, ms=max(0, ms), limit_ms=limits.get(name, 0), state=state))
    return tuple(told)


def _result(passed: bool) -> str:
    return "passed" if passed else "failed"


def checks(entries: Sequence[Entry]) -> tuple[Check, ...]:
    """From the crossing's own entries, newest of each."""
    found: dict[tuple[str, str], Check] = {}

    def put(under: str, name: str, result: str, detail: str = "") -> None:
        found[under, name] = Check(under=under, name=name, result=result, detail=detail)

    for entry in entries:
        facts = dict(entry.facts)
        match entry.kind:
            case "page_read":
                good = facts["verdict"] == "accept"
                put("document", "zone_and_check_digits", _result(good), f"reading {facts['attempt']}")
            case "register_answered":
                objection = facts.get("objection")
                put("register", "linked_visa", _result(not objection), str(objection or facts["state"]))
                put("register", "answered_by", "passed", str(facts["source"]))
            case "register_failed":
                put("register", "linked_visa", "failed", "no answer")
            case "watchlist_failed" | "watchlist_stale":
                put("register", "watchlist", "failed", "no answer" if entry.kind == "watchlist_failed" else "too old")
            case "cleared":
                put("lane", "passport_taken", "passed")
            case "reference":
                put("face", "portrait_of_the_record", _result(facts["state"] == "ok"), str(facts["state"]))
            case "face_attempt":
                detail = f"attempt {facts['attempt']}, {facts['frames']} frames"
                put("face", "live_face", _result(bool(facts["matched"])), detail)
            case "decided":
                _decided(put, facts)
    return tuple(found.values())


def _decided(put: "object", facts: Mapping[str, object]) -> None:
    assert callable(put)  # noqa: S101  (for the type checker)
    if "watchlist" not in facts:  # an officer's decision carries no scores
        return
    put("register", "watchlist", _result(facts["watchlist"] == "clear"), str(facts["watchlist"]))
    put("document", "assurance", "passed", str(facts["assurance"]))
    put(
        "face",
        "live_face",
        _result(_at_least(facts["score"], facts["threshold"])),
        f"{facts['score']:.3f} of {facts['threshold']:.3f}",
    )
    if facts["page_score"] is not None:
        put(
            "document",
            "printed_portrait",
            _result(facts["reason"] != "page_portrait_differs"),
            f"{facts['page_score']:.3f}",
        )
    attack = str(facts["attack"])
    put("face", "no_artefact", {"passed": "passed", "suspected": "failed"}.get(attack, "not_done"), attack)


def _at_least(score: object, threshold: object) -> bool:
    return isinstance(score, float) and isinstance(threshold, float) and score >= threshold


def match_of(seen: Seen) -> Match | None:
    """The newest score with the earlier ones of this crossing."""
    if not seen.matches:
        return None
    newest = seen.matches[-1]
    return Match(
        score=round(newest.score, 4),
        threshold=round(newest.threshold, 4),
        earlier=tuple(round(match.score, 4) for match in seen.matches[-13:-1]),
        frames=newest.frames,
        attack=(seen.attack.state if seen.attack else AttackState.NOT_ASSESSED).value,
        quality=None if seen.quality is None else round(seen.quality, 3),
    )


def masked(holder: Mrz | None) -> str:
    """Kind and state of the document, the end of its number, its expiry: enough to know which of two it is."""
    if holder is None:
        return ""
    number = f"{MASK}{holder.document_number[-2:]}"
    return f"{holder.document_code} {holder.issuing_state} {number} until {holder.expiry_date.text}"


def holder_fields(holder: Mrz) -> dict[str, str]:
    """For the officer who asked, with a reason; nobody keeps it."""
    return {
        "surname": holder.surname,
        "given_names": holder.given_names,
        "document_number": holder.document_number,
        "issuing_state": holder.issuing_state,
        "nationality": holder.nationality,
        "birth_date": holder.birth_date.text,
        "expiry_date": holder.expiry_date.text,
        "sex": holder.sex.value,
    }


def sealed_word(
    record: CrossingRecord, crossing: Crossing, seen: Seen, limits: Mapping[str, int], document_hash: str
) -> Sealed:
    facts = {entry.kind: dict(entry.facts) for entry in record.entries}
    seal, opened = facts["sealed"], facts["opened"]
    officer = facts.get("officer_requested") or facts.get("officer") or {}
    decided = facts.get("decided", {})
    return Sealed(
        transaction=record.transaction,
        outcome=record.outcome,
        reason=record.reason,
        words=MEANINGS[Reason(record.reason)].words,
        began_at=str(opened["at"]),
        total_ms=int(seal["total_ms"] or 0),
        machine_ms=int(seal["machine_ms"] or 0),
        steps=steps(crossing, limits, record.sealed_at_s, record.outcome in ("PASSED", "OFFICER_PASSED")),
        checks=checks(record.entries),
        match=match_of(seen),
        prompts={name: round(ms) for name, ms in seen.prompts_ms.items()},
        modes=tuple(sorted(crossing.modes)),
        officer=str(decided.get("officer") or officer.get("officer") or ""),
        officer_action=str(officer.get("action") or ""),
        document_hash=document_hash,
        digest=record.digest,
        durable=record.durable,
    )
