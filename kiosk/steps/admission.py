"""Step 3 (T4-T5): the passport is taken, and one person, and only one, is let in."""

from drivers.model import DoorStatus, Prompt
from kiosk.crossing import Crossing
from kiosk.guard import CLEARED, WATCH_S
from kiosk.informing import informed
from kiosk.interlock import is_countable
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import Reason, Referral
from link.travel import TravelRecord

BLIND_S = 1.5


async def see_document_taken(lane: Lane, tx: Crossing, record: TravelRecord) -> None:
    """The entry stays shut until the passport is off the reader; then the clearance is made durable."""
    await lane.display.show(Prompt.TAKE_DOCUMENT)
    try:
        async with lane.patience.limit(lane.limits.take_document_s, lane.display):
            await lane.reader.wait_removed()
    except TimeIsUp:
        raise Referral(Reason.DOCUMENT_LEFT) from None
    tx.note(CLEARED, register=record.state.value, record=record.record, lifted=True)
    with tx.machine("commit"):
        await lane.commit(tx.page.journal.flush)


async def admit_one_person(lane: Lane, tx: Crossing) -> None:
    """Returns when exactly the expected number of people is alone between two locked doors."""
    await lane.display.show(Prompt.WALK_IN)
    with tx.machine("order_entry"):
        await lane.doors.open_entry()
    try:
        async with lane.patience.limit(lane.limits.enter_s, lane.display):
            await until_somebody_entered(lane)
    except TimeIsUp:
        await lane.doors.close_both()
        raise Referral(Reason.NOBODY_ENTERED) from None
    await lane.doors.close_both()
    try:
        async with informed(lane, Prompt.DOORS_CLOSING), limit(lane.limits.enclose_s):
            await until_enclosed(lane)
    except TimeIsUp:
        status = await lane.doors.status()
        raise Referral(_miscounted(lane, status) or Reason.DOOR_OBSTRUCTED) from None


async def until_somebody_entered(lane: Lane) -> None:
    """A counter that goes blind meanwhile is waited for a moment, and then nobody knows who is inside (E14)."""
    blind_s = 0.0
    while not (status := await lane.doors.status()).persons:
        blind_s = blind_s + WATCH_S if status.persons is None or not status.sensor_healthy else 0.0
        if blind_s >= BLIND_S:
            raise Referral(Reason.COUNT_UNCLEAR)
        await lane.clock.sleep(WATCH_S)


async def until_enclosed(lane: Lane) -> None:
    """Custody begins; a wrong count behind a locked entry ends it at once."""
    while lane.doors.custody.since_s is None:
        status = await lane.doors.status()
        if status.entry_closed and (reason := _miscounted(lane, status)):
            raise Referral(reason)
        await lane.clock.sleep(WATCH_S)


def _miscounted(lane: Lane, status: DoorStatus) -> Reason | None:
    expected = lane.doors.custody.expected
    if is_countable(status, expected):
        return None
    if status.persons is None or not status.sensor_healthy:
        return Reason.COUNT_UNCLEAR
    if status.persons > expected:
        return Reason.SEVERAL_PERSONS
    return Reason.NOBODY_ENTERED if status.persons == 0 else Reason.COUNT_UNCLEAR
