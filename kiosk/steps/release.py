"""Step 5 (T9-T12): the exit opens for one person, who walks out; the lane is proved clear."""

from contextlib import nullcontext, suppress

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Prompt
from kiosk.crossing import Crossing
from kiosk.guard import WATCH_S
from kiosk.informing import informed
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from link.travel import PassageClaim
from records.model import DecisionReceipt

WRAP = 1 << 16
"""The controller's passage counters are 16 bit."""


async def release(lane: Lane, tx: Crossing, receipt: DecisionReceipt) -> Reason:
    """Open the exit for the persons expected and see them through.

    What counts is the controller's passage counter, read after the doors are closed again: whoever slips out at the
    last moment has passed. Raises DID_NOT_LEAVE when nobody went.
    """
    before = await lane.doors.status()
    await lane.display.show(Prompt.GO_AHEAD)
    tx.exit_ordered = True
    with tx.machine("order_exit"):
        await lane.doors.open_exit(receipt)
    tx.note("exit_opened")
    left = await until_left(lane, before)
    await lane.doors.close_both()
    async with informed(lane, Prompt.WAIT_BEHIND_LINE) if left else nullcontext():
        locked = await until_locked(lane)
    now = await lane.doors.status()
    went, intruded = passages(before, now), (now.tailgates - before.tailgates) % WRAP
    tx.note("passed" if went else "annulled", passages=went, intruders=intruded)
    if not went:
        raise Referral(Reason.DID_NOT_LEAVE if locked else Reason.DOOR_OBSTRUCTED)
    if not locked:
        return Reason.DOOR_OBSTRUCTED
    alone = went <= lane.doors.custody.expected and not intruded
    return Reason.PASSED if alone else Reason.SECOND_PERSON_AT_EXIT


def passages(before: DoorStatus, now: DoorStatus) -> int:
    """People who went out through the exit between two statuses."""
    return (now.passages_in - before.passages_in) % WRAP


async def until_left(lane: Lane, before: DoorStatus) -> bool:
    """Wait until the chamber emptied through the exit, for as long as one may take to walk out; whether it did."""
    with suppress(TimeIsUp):
        async with limit(lane.limits.leave_s):
            while (await lane.doors.status()).persons != 0 or not passages(before, await lane.doors.status()):
                await lane.clock.sleep(WATCH_S)
        return True
    return False


async def until_locked(lane: Lane) -> bool:
    """True when both doors are closed and locked within the time that a door may take."""
    try:
        async with limit(lane.limits.close_s):
            while not ((status := await lane.doors.status()).entry_closed and status.exit_closed):
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        return False
    return True


async def record_passage(lane: Lane, tx: Crossing, record: str) -> None:
    """By the passage, not by the grant, an entry is used up or an exit recorded. A register away is told later."""
    told, owed = ("entry_consumed", "entry_owed") if lane.direction == "entry" else ("exit_recorded", "exit_owed")
    try:
        async with limit(lane.limits.register_s):
            claim = PassageClaim(tx.transaction, record, lane.clock.now(), lane.direction)
            await lane.register.consume_entry(claim)
        tx.note(told)
    except (DeviceError, TimeIsUp):
        tx.note(owed, record=record)


async def left_behind(lane: Lane) -> Reason | None:
    """What a light barrier or the overhead sensor goes on seeing in an empty chamber was left there (E16)."""
    if not _is_something_there(await lane.doors.status()):
        return None
    try:
        async with informed(lane, Prompt.TAKE_BELONGINGS), limit(lane.limits.clear_s):
            while _is_something_there(await lane.doors.status()):
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        return Reason.OBJECT_LEFT
    return None


def _is_something_there(status: DoorStatus) -> bool:
    return bool(status.barriers) or status.object_seen
