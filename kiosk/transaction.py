"""One traveller, from the document on the reader to the closed exit door.

This file is the operational guideline, in order. Each line of `cross` is one step of it and lives in kiosk/steps. A
step that cannot go on raises Referral; a device that breaks raises DeviceError; anything else is a fault of ours: the
doors are made safe, the record is sealed, and the fault is raised again. However it ends, there is one sealed record.
"""

from contextlib import AsyncExitStack
from dataclasses import replace

from drivers.errors import DeviceError
from drivers.model import Prompt
from kiosk.asked_again import asked_again
from kiosk.checks import checks_of
from kiosk.concurrent import alongside, unless
from kiosk.crossing import Crossing
from kiosk.ending import Ending, look_after, make_safe, settle
from kiosk.failures import reason_of_denial, reason_of_failure
from kiosk.guard import DoorCommandDenied
from kiosk.informing import LATE_S, informed
from kiosk.interruptions import interruptions
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.policy import Evidence, decide, eligibility
from kiosk.reasons import Reason, Referral
from kiosk.steps.admission import admit_one_person, see_document_taken
from kiosk.steps.document import read_document
from kiosk.steps.face import match_live_face, page_match, page_portrait, prepare_reference
from kiosk.steps.register import ask_register, ask_watchlist
from kiosk.steps.release import left_behind, record_passage, release
from records.errors import JournalFailed
from records.model import CrossingRecord, DecisionReceipt
from records.track import KIND as TRACK
from records.track import packed


async def cross(lane: Lane, tx: Crossing) -> Reason:
    """The procedure. Returns how it ended; raises what ended it early."""
    async with limit(lane.limits.until_decision_s), AsyncExitStack() as meanwhile:
        with tx.step("document"):
            document = await read_document(lane, tx)
            tx.mark = tx.page.mark(document.mrz.issuing_state, document.mrz.document_number)
            tx.note("document", mark=tx.mark)
        if objection := eligibility(document, lane.policy, lane.calendar.today()):
            raise Referral(objection)
        with tx.step("register"):
            async with informed(lane, Prompt.ONE_MOMENT, LATE_S):
                record = await ask_register(lane, tx, document)
        watchlist = await meanwhile.enter_async_context(alongside(ask_watchlist(lane, tx, document)))
        reference = await meanwhile.enter_async_context(alongside(prepare_reference(lane, tx, record)))
        portrait = await meanwhile.enter_async_context(alongside(page_portrait(lane, document)))
        with tx.step("passport_taken"):
            await see_document_taken(lane, tx, record)
        with tx.step("admission"):
            await admit_one_person(lane, tx)
        with tx.step("face"):
            live = await match_live_face(lane, tx, await reference)
        with tx.step("decision"), tx.machine("decision"):
            async with informed(lane, Prompt.FACE_DONE):
                page = await page_match(lane, await reference, await portrait)
                heard = await watchlist
                evidence = Evidence(document, record, heard, live.match, page, live.attack, live.first_frame_at_s)
                decision = decide(evidence, lane.policy)
                receipt = await commit(lane, tx, decision.granted, decision.reason, decision.facts)
            tx.frame_to_decision_s = lane.clock.monotonic() - live.last_frame_at_s
    if not decision.granted:
        raise Referral(decision.reason)
    with tx.step("release"):
        ended = await release(lane, tx, receipt)
    await record_passage(lane, tx, record.record)
    return ended if ended is not Reason.PASSED else await left_behind(lane) or ended


async def commit(
    lane: Lane, tx: Crossing, granted: bool, reason: Reason, facts: dict[str, str | int | float | bool | None]
) -> DecisionReceipt:
    """Write the decision ahead of everything that rests on it; it is on the disk when this returns."""
    try:
        async with limit(lane.limits.commit_s):
            return await lane.commit(lambda: tx.page.decide(granted=granted, reason=reason.value, **facts))
    except TimeIsUp:
        raise Referral(Reason.RECORD_NOT_DURABLE) from None


async def run_crossing(lane: Lane, tx: Crossing) -> CrossingRecord:
    """Carry out one crossing and leave a sealed record, however it ends."""
    try:
        reason = await why_it_ended(lane, tx)
        ending = await look_after(lane, tx, await settle(lane, tx, reason))
    except BaseException:
        await make_safe(lane, tx)
        await seal(lane, tx, Ending.of(Reason.FAULT_OF_OURS))
        raise
    return await seal(lane, tx, ending)


async def why_it_ended(lane: Lane, tx: Crossing) -> Reason:
    """The crossing's end as a Reason: outcomes, failing devices and denials are told apart here and nowhere else."""
    measuring = replace(lane, measure=asked_again(lane.measure, tx))
    try:
        return await unless(interruptions(lane, tx), cross(measuring, tx))
    except Referral as referral:
        return referral.reason
    except TimeIsUp:
        return Reason.TIME_LIMIT
    except DoorCommandDenied as denied:
        tx.note("denied", command=denied.command.name, why=denied.denial.name)
        return reason_of_denial(denied.denial)
    except DeviceError as failure:
        tx.note("device_failed", device=failure.device, how=type(failure).__name__)
        return reason_of_failure(failure, tx.exit_ordered)
    except JournalFailed:
        return Reason.RECORD_NOT_DURABLE


async def seal(lane: Lane, tx: Crossing, ending: Ending) -> CrossingRecord:
    """Close the page with every check's result, the times in whole milliseconds, versions and degraded modes met."""
    machine_ms = round(1000 * sum(tx.machine_s.values()))
    total_ms = round(1000 * (lane.clock.monotonic() - tx.started_at_s))
    took_s = (
        tx.steps_s if tx.frame_to_decision_s is None else tx.steps_s | {"frame_to_decision": tx.frame_to_decision_s}
    )
    facts = {f"{name}_ms": round(1000 * seconds) for name, seconds in took_s.items()}
    for samples in packed(lane.doors.track.samples):
        tx.note(TRACK, samples=samples)
    checks = checks_of(tx.page.entries, ending.reason)
    modes = ",".join(sorted(tx.modes)) or "normal"
    return await lane.commit(
        lambda: tx.page.seal(
            ending.outcome.value,
            ending.reason.value,
            machine_ms=machine_ms,
            total_ms=total_ms,
            modes=modes,
            **lane.versions,
            **checks,
            **facts,
        )
    )
