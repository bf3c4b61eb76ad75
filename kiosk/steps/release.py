"""Step 5 (T9-T12): the exit opens for one person, who walks out; the lane is proved clear."""

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Prompt
from kiosk.crossing import Crossing
from kiosk.guard import WATCH_S
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from link.travel import PassageClaim
from records.model import DecisionReceipt

WRAP = 1 << 16
"""The controller's passage counters are 16 bit."""


async def release(lane: Lane, tx: Crossing, receipt: DecisionReceipt) -> Reason:
    """Open the exit for the persons expected and see them through. Raises DID_NOT_LEAVE when nobody goes."""
    before = await lane.doors.status()
    await lane.display.show(Prompt.GO_AHEAD)
    tx.exit_ordered = True
    with tx.machine("order_exit"):
        await lane.doors.open_exit(receipt)
    tx.note("exit_opened")
    left = await until_left(lane, before)
    await lane.doors.close_both()
    if not left:
        tx.note("annulled")
        raise Referral(Reason.DID_NOT_LEAVE)
    status = await until_locked(lane)
    tx.note("passed", passages=passages(before, status))
    return Reason.PASSED if passages(before, status) <= lane.doors.custody.expected else Reason.SECOND_PERSON_AT_EXIT


def passages(before: DoorStatus, now: DoorStatus) -> int:
    """People who went out through the exit between two statuses."""
    return (now.passages_in - before.passages_in) % WRAP


async def until_left(lane: Lane, before: DoorStatus) -> bool:
    """True when the chamber emptied through the exit within its time."""
    try:
        async with limit(lane.limits.leave_s):
            while True:
                status = await lane.doors.status()
                if status.persons == 0 and passages(before, status) >= 1:
                    return True
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        return False


async def until_locked(lane: Lane) -> DoorStatus:
    """Both doors closed and locked, within the time that a door may take. The last status."""
    try:
        async with limit(lane.limits.close_s):
            while True:
                status = await lane.doors.status()
                if status.entry_closed and status.exit_closed:
                    return status
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        raise Referral(Reason.DOOR_OBSTRUCTED) from None


async def record_passage(lane: Lane, tx: Crossing, record: str) -> None:
    """The visa's entry is used up by the passage, not by the grant. A register that is away is told later."""
    try:
        async with limit(lane.limits.register_s):
            await lane.register.consume_entry(PassageClaim(tx.transaction, record, lane.clock.now()))
        tx.note("entry_consumed")
    except (DeviceError, TimeIsUp):
        tx.note("entry_owed", record=record)


async def left_behind(lane: Lane) -> Reason | None:
    """Something that goes on interrupting a light barrier in an empty chamber was left there (E16)."""
    try:
        async with limit(lane.limits.clear_s):
            while (await lane.doors.status()).barriers:
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        return Reason.OBJECT_LEFT
    return None
