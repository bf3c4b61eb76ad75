"""Between two travellers: nobody inside, both doors locked, nothing on the reader. Holds are renewed or end."""

from contextlib import suppress

from drivers.errors import DeviceError
from drivers.model import DoorStatus, OfficerCase, Prompt
from kiosk.concurrent import alongside, first_of
from kiosk.guard import ALARM_WATCH_S, DoorCommandDenied
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import MEANINGS, Outcome, Reason
from records.journal import Journal
from records.model import CrossingRecord

OPEN_PERMILLE = 600
"""Wide enough to walk out by."""
WAY_BACK_AGAIN_S = 1.0
"""So often the way back is tried again while it is refused: a forced exit comes to rest at last."""


async def come_to_rest(lane: Lane, journal: Journal, record: CrossingRecord) -> str:
    """Returns why the lane must close, empty when it need not."""
    try:
        if record.outcome == Outcome.HELD.value and (await lane.doors.status()).persons != 0:
            await _hold(lane, journal, record)
        await _until_empty(lane, record)
        async with limit(lane.limits.take_document_s):
            await lane.reader.wait_removed()
    except TimeIsUp:
        await _tell(lane, record, Reason.DOCUMENT_LEFT)
        with suppress(DeviceError):
            await lane.reader.wait_removed()
        return Reason.DOCUMENT_LEFT.value
    except (DeviceError, DoorCommandDenied) as failure:
        return str(failure)
    return ""


async def _hold(lane: Lane, journal: Journal, record: CrossingRecord) -> None:
    """A hold lasts `hold_s` and then as often again as an officer renews it; then the way back opens."""
    case = _case(lane, record, Reason(record.reason))
    renewed = True
    while renewed and not lane.commands.let_out.is_set():
        quiet_s = max(0.0, lane.limits.hold_s - lane.limits.adjudicate_s)
        await first_of(lane.clock.sleep(quiet_s), lane.commands.let_out.wait())
        try:
            async with limit(lane.limits.adjudicate_s):
                answered = await first_of(lane.officer.renew(case), lane.commands.let_out.wait())
            renewed = answered is True and not lane.commands.let_out.is_set()
        except (DeviceError, TimeIsUp):
            renewed = False
        journal.append("hold", record.transaction, lane.clock.monotonic(), {"renewed": renewed})
    await lane.doors.release_backwards()


async def _until_empty(lane: Lane, record: CrossingRecord) -> None:
    """Wait for the last person to leave; somebody who does not is an officer's case, with the way back open."""
    try:
        async with alongside(_show_the_way_back(lane, Reason(record.reason))), limit(lane.limits.leave_s):
            await empty(lane)
    except TimeIsUp:
        await _tell(lane, record, Reason.WILL_NOT_LEAVE)
        async with alongside(_show(lane, MEANINGS[Reason.WILL_NOT_LEAVE].prompt)):
            await empty(lane)
    await lane.doors.close_both()
    async with limit(lane.limits.close_s):
        while not ((status := await lane.doors.status()).entry_closed and status.exit_closed):
            await lane.clock.sleep(ALARM_WATCH_S)


async def _show_the_way_back(lane: Lane, reason: Reason) -> None:
    """Whoever is still inside when the way back stands open is told to take it; an alarm's words are left standing."""
    if MEANINGS[reason].prompt is Prompt.LEAVE_NOW:
        return
    while (status := await lane.doors.status()).persons != 0:
        if status.entry_permille >= OPEN_PERMILLE:
            await _show(lane, Prompt.STEP_BACK)
            return
        await lane.clock.sleep(ALARM_WATCH_S)


async def _show(lane: Lane, prompt: Prompt) -> None:
    """A screen that is dark just now is tried again: it may come back while somebody still needs it."""
    while True:
        with suppress(DeviceError):
            await lane.display.show(prompt)
            return
        await lane.clock.sleep(WAY_BACK_AGAIN_S)


async def empty(lane: Lane) -> None:
    """Return when nobody is inside. Who is shut in gets the way back as soon as it can open."""
    tried_s = lane.clock.monotonic()
    while (status := await lane.doors.status()).persons != 0:
        if _is_shut_in(status) and lane.clock.monotonic() - tried_s >= WAY_BACK_AGAIN_S:
            tried_s = lane.clock.monotonic()
            with suppress(DoorCommandDenied, DeviceError):
                await lane.doors.release_backwards()
        await lane.clock.sleep(ALARM_WATCH_S)


async def let_out_who_is_shut_in(lane: Lane) -> None:
    """For a lane that serves nobody: who is found inside gets the way back, and it closes behind the last one.

    So does who has stopped the leaf, standing in its way: the sensor may not count him yet as inside.
    """
    with suppress(DoorCommandDenied, DeviceError):
        status = await lane.doors.status()
        if _is_shut_in(status) and (status.persons != 0 or _stops_the_leaf(status)):
            await lane.doors.release_backwards()
        elif status.persons == 0 and not status.entry_closed and not status.emergency:
            await lane.doors.close_both()


def _is_shut_in(status: DoorStatus) -> bool:
    """No door to walk out by; an entry that somebody in its way has stopped on its way shut is none."""
    return status.exit_closed and status.entry_permille < OPEN_PERMILLE


def _stops_the_leaf(status: DoorStatus) -> bool:
    """The entry stands still and is not shut, and a beam is broken: a leaf that is jammed has nobody before it."""
    return not status.entry_closed and not status.entry_moving and status.barriers != 0


async def _tell(lane: Lane, record: CrossingRecord, reason: Reason) -> None:
    with suppress(DeviceError):
        await lane.officer.tell(_case(lane, record, reason), alarm=True)


def _case(lane: Lane, record: CrossingRecord, reason: Reason) -> OfficerCase:
    return OfficerCase(record.transaction, lane.name, reason.value, MEANINGS[reason].words, lane.clock.monotonic())
