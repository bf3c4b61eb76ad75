"""What is done when the procedure has ended: the traveller is told, the officer decides, the doors become safe.

For the first seconds after any referral with somebody inside, the lane looks, sounds and times alike, whatever the
reason: the officer is asked, and only then a door moves. The way back to the hall opens unless the officer holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self, cast

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Health, LaneOrder, OfficerAction, OfficerCase, OfficerDecision, Prompt
from kiosk.concurrent import first_of, together
from kiosk.crossing import Crossing
from kiosk.guard import DoorCommandDenied
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.modes import InForce, Signals, observe
from kiosk.reasons import MEANINGS, Outcome, Reason, Referral, Severity
from kiosk.steps.admission import until_enclosed
from kiosk.steps.register import alert_since, end_use
from kiosk.steps.release import record_passage, release
from link.travel import UseEnd
from records.errors import JournalFailed
from records.model import Fact

DESK_ONLY = frozenset(
    {
        Reason.WATCHLIST_HIT,
        Reason.CHIP_REFUTED,
        Reason.DOCUMENT_REPORTED_LOST,
        Reason.ATTACK_SUSPECTED,
        Reason.RECORD_NOT_DURABLE,
    }
)
"""No officer lets these through at the lane: they are cleared at the desk (or nothing can be recorded)."""


AT_ONCE = frozenset(
    {
        Reason.OFFICER_SENT_BACK,
        Reason.OFFICER_RELEASED,
        Reason.LANE_CLOSED,
        Reason.POWER_LOST,
        Reason.DOOR_FORCED,
        Reason.SECOND_PERSON_AT_EXIT,
    }
)
"""Nothing is left to decide for whoever is inside: the way back opens at once, and no door waits for a screen."""


TRY_AGAIN = frozenset(
    {
        Reason.NO_USABLE_FACE,
        Reason.FACE_DIFFERS,
        Reason.FACE_GREY_ZONE,
        Reason.SEVERAL_PERSONS,
        Reason.COUNT_UNCLEAR,
        Reason.HELP_REQUESTED,
        Reason.TIME_LIMIT,
    }
)
"""What may be otherwise the next time; an officer may offer that as often as kiosk/tries.py lets him."""


LOOK_ALIKE = DESK_ONLY | {Reason.FACE_DIFFERS, Reason.FACE_GREY_ZONE, Reason.PAGE_PORTRAIT_DIFFERS}
LOOK_ALIKE_S = 15.0
"""For this long after any of these nothing moves, so that nobody inside can tell an alert from a doubtful picture."""


@dataclass(frozen=True, slots=True)
class Ending:
    reason: Reason
    outcome: Outcome

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(reason, MEANINGS[reason].outcome)


async def settle(lane: Lane, tx: Crossing, reason: Reason) -> Ending:
    """Bring the lane to rest after `reason`, with the traveller told and the officer asked where one is inside."""
    if reason in AT_ONCE:
        _, ending = await together(try_to_show(lane, tx, MEANINGS[reason].prompt), _settled(lane, tx, reason))
        return cast(Ending, ending)
    await try_to_show(lane, tx, MEANINGS[reason].prompt)
    return await _settled(lane, tx, reason)


async def _settled(lane: Lane, tx: Crossing, reason: Reason) -> Ending:
    case = open_case(lane, tx, reason)
    await try_to_tell(lane, tx, case, reason)
    try:
        status = await lane.doors.status()
        tx.modes.update(modes_of(status, await is_camera_bad(lane, reason)))
        if status.emergency or reason is Reason.PASSAGE_UNSETTLED:
            return Ending.of(reason)
        if status.persons == 0:
            await lane.doors.close_both()
            return Ending.of(reason)
        return await hand_over(lane, tx, case, reason)
    except (DeviceError, DoorCommandDenied) as failure:
        tx.note("not_settled", how=type(failure).__name__)
        return Ending.of(reason)


async def is_camera_bad(lane: Lane, reason: Reason) -> bool:
    """Whether the camera that ended this crossing fails its self-test too: then the lane is in that mode already."""
    if reason is not Reason.CAMERA_FAILED:
        return False
    try:
        return await lane.camera.health() is Health.FAILED
    except DeviceError:
        return True


def modes_of(status: DoorStatus, camera_failed: bool = False) -> frozenset[str]:
    """The degraded modes that this tells of: a crossing may end sooner than the lane looks for modes."""
    seen = Signals(camera_failed=camera_failed, on_battery=status.on_battery, emergency=status.emergency)
    return observe(InForce(), seen, 0.0).names


def open_case(lane: Lane, tx: Crossing, reason: Reason) -> OfficerCase:
    now_s = lane.clock.monotonic()
    may_retry = reason in TRY_AGAIN and lane.tries.may(tx.mark, now_s)
    return OfficerCase(tx.transaction, lane.name, reason.value, MEANINGS[reason].words, now_s, may_retry)


async def hand_over(lane: Lane, tx: Crossing, case: OfficerCase, reason: Reason) -> Ending:
    """Somebody is inside: the officer has `adjudicate_s` to decide; without a word from him the way back opens."""
    if reason in AT_ONCE:
        return await way_out(lane, tx) or Ending.of(reason)
    decision = await ask_officer(lane, tx, case)
    action = decision.action if decision else OfficerAction.REFER
    tx.note("officer", action=action.value, answered=decision is not None)
    if decision and action is OfficerAction.PASS and reason not in DESK_ONLY:
        return await let_pass(lane, tx, decision, reason)
    if action is OfficerAction.HOLD or reason is Reason.OFFICER_HELD:
        return Ending(reason, Outcome.HELD)
    if reason in LOOK_ALIKE:
        quiet_s = case.opened_at_s + LOOK_ALIKE_S - lane.clock.monotonic()
        await first_of(lane.clock.sleep(quiet_s), lane.commands.let_out.wait())
    tries_again = action is OfficerAction.RETRY and case.may_retry
    if tries_again:
        lane.tries.give(tx.mark, lane.clock.monotonic())
        await try_to_show(lane, tx, Prompt.START_AGAIN)
    if onward := await way_out(lane, tx):
        return onward
    sends_back = action is OfficerAction.SEND_BACK or tries_again
    sent_back = sends_back and MEANINGS[reason].outcome is Outcome.REFERRED
    return Ending(reason, Outcome.SENT_BACK if sent_back else MEANINGS[reason].outcome)


async def ask_officer(lane: Lane, tx: Crossing, case: OfficerCase) -> OfficerDecision | None:
    """The officer's answer to this very case, or None; none is waited for once everybody is to be let out."""
    try:
        async with limit(lane.limits.adjudicate_s):
            decision = await first_of(lane.officer.ask(case), lane.commands.let_out.wait())
    except (DeviceError, TimeIsUp):
        return None
    is_answer = isinstance(decision, OfficerDecision) and decision.transaction == tx.transaction
    return decision if is_answer else None


async def way_out(lane: Lane, tx: Crossing) -> Ending | None:
    """Back to the hall; on to the state side where a supervisor has ordered that and the interlock permits it."""
    if lane.commands.onward and (ending := await let_onward(lane, tx, lane.commands.onward)):
        return ending
    await lane.doors.release_backwards()
    return None


async def let_onward(lane: Lane, tx: Crossing, order: LaneOrder) -> Ending | None:
    """An emergency release to the state side is a decision too: durable first, then the interlock, then the exit.

    None when it could not be carried out: nobody, or nobody knows how many, or more than the interlock lets out.
    """
    persons = (await lane.doors.status()).persons
    if not persons:
        return None
    lane.doors.expect(persons)
    facts = {
        "officer_action": order.command.value,
        "officer": order.officer,
        "officer_role": order.role.value,
        "officer_reason": order.reason,
        "persons": persons,
    }
    if not await _decided_by_people(lane, tx, Reason.RELEASED_ONWARD, facts):
        return None
    ending = Ending.of(Reason.RELEASED_ONWARD)
    await try_to_tell(lane, tx, open_case(lane, tx, ending.reason), ending.reason)
    return ending


async def _decided_by_people(lane: Lane, tx: Crossing, reason: Reason, facts: Mapping[str, Fact]) -> bool:
    """Write the decision of somebody who answers for it, and open the exit on it; false when that was not possible."""
    try:
        async with limit(lane.limits.enclose_s):
            await until_enclosed(lane)
        since = {"first_frame_at_s": lane.clock.monotonic()}
        receipt = await lane.commit(lambda: tx.page.decide(granted=False, reason=reason.value, **facts, **since))
        await release(lane, tx, receipt)
        if tx.record:
            await record_passage(lane, tx, tx.record)
    except (Referral, TimeIsUp, JournalFailed, DoorCommandDenied) as objection:
        tx.note("officers_pass_failed", how=type(objection).__name__)
        return False
    return True


async def let_pass(lane: Lane, tx: Crossing, decision: OfficerDecision, reason: Reason) -> Ending:
    """The officer's pass is a decision like the machine's: durable first, then the interlock, then the exit."""
    if lane.doors.custody.expected != decision.expected_persons:
        lane.doors.expect(decision.expected_persons)
    facts = {
        "officer_action": decision.action.value,
        "officer": decision.officer,
        "officer_reason": decision.reason,
        "persons": decision.expected_persons,
    }
    if await _decided_by_people(lane, tx, reason, facts):
        return Ending.of(Reason.OFFICER_PASSED)
    await lane.doors.release_backwards()
    return Ending.of(reason)


async def look_after(lane: Lane, tx: Crossing, ending: Ending) -> Ending:
    """When everybody has gone: the hall's ledger is told, and an alert that came too late to hold anybody (E22b)."""
    passed = ending.outcome in (Outcome.PASSED, Outcome.OFFICER_PASSED)
    telling = end_use(lane, tx, use_end(ending))
    if not passed:
        await telling
        return ending
    _, hit = await together(telling, alert_since(lane, tx))
    if not hit:
        return ending
    late = Ending(Reason.WATCHLIST_HIT_LATE, ending.outcome)
    await try_to_tell(lane, tx, open_case(lane, tx, late.reason), late.reason)
    return late


def use_end(ending: Ending) -> UseEnd:
    """What the hall's ledger is told of the document: referred to the desk, or free to be laid down again."""
    if ending.outcome in (Outcome.PASSED, Outcome.OFFICER_PASSED):
        return UseEnd.PASSED
    handed_over = ending.outcome in (Outcome.REFERRED, Outcome.HELD, Outcome.PASSAGE_UNKNOWN)
    return UseEnd.REFERRED if handed_over and not MEANINGS[ending.reason].may_retry else UseEnd.FREE


async def make_safe(lane: Lane, tx: Crossing) -> None:
    """For a fault of ours: take freedom from the doors; the controller releases backwards when the heartbeat stops."""
    try:
        await lane.doors.close_both()
    except (DeviceError, DoorCommandDenied) as failure:
        tx.note("not_safe", how=type(failure).__name__)


async def try_to_show(lane: Lane, tx: Crossing, prompt: Prompt) -> None:
    """A dark screen must not keep the record from being sealed; the lane closes over it afterwards."""
    try:
        await lane.display.show(prompt)
    except DeviceError as failure:
        tx.note("not_shown", device=failure.device)


async def try_to_tell(lane: Lane, tx: Crossing, case: OfficerCase, reason: Reason) -> None:
    severity = MEANINGS[reason].severity
    if severity.value < Severity.LOW.value:
        return
    try:
        await lane.officer.tell(case, alarm=severity.value >= Severity.HIGH.value)
    except DeviceError as failure:
        tx.note("officer_not_told", device=failure.device)
