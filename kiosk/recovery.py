"""After a restart: crossings that were begun and never sealed are settled before anybody is served (E38).

The door controller is a computer of its own and kept its event ring: it knows whether the exit was unlocked and whether
somebody went through. What it cannot settle ends as PASSAGE_UNKNOWN and goes to an officer; nothing is granted.
"""

from collections.abc import Sequence
from contextlib import suppress

from drivers.errors import DeviceError
from drivers.model import DoorEvent, DoorEventCode, DoorStatus, OfficerCase, Prompt
from drivers.protocols import Clock
from kiosk.checks import checks_of
from kiosk.ending import Ending, use_end
from kiosk.guard import DoorCommandDenied, transaction_number
from kiosk.lane import Lane
from kiosk.reasons import MEANINGS, Outcome, Reason
from kiosk.rest import empty
from link.travel import UseEnded
from records.errors import JournalFailed
from records.journal import Journal
from records.model import DECIDED, Entry

AGAIN_S = 1.0


async def recover(lane: Lane, journal: Journal) -> None:
    """Somebody inside comes first: the way back opens. Then what was left open is sealed, and an officer is told.

    What the controller remembers is read before anything moves: its next order may be what it forgets it by.
    """
    status, events = await _as_the_doors_have_it(lane)
    with suppress(DeviceError, DoorCommandDenied):
        if status.persons != 0:
            await lane.display.show(Prompt.SEE_OFFICER)
            await lane.doors.release_backwards()
    for name, ending in settle_unsealed(journal, lane.clock, status, events):
        await _tell(lane, name, ending)
    with suppress(DeviceError, DoorCommandDenied):
        if status.persons != 0:
            await empty(lane)
            await lane.doors.close_both()


async def _as_the_doors_have_it(lane: Lane) -> tuple[DoorStatus, tuple[DoorEvent, ...]]:
    """Waits for a controller that does not answer yet: without it nobody is served anyway."""
    while True:
        try:
            return await lane.doors.status(), await lane.doors.events()
        except DeviceError:
            await lane.clock.sleep(AGAIN_S)


async def _tell(lane: Lane, name: str, ending: Ending) -> None:
    case = OfficerCase(name, lane.name, ending.reason.value, MEANINGS[ending.reason].words, lane.clock.monotonic())
    with suppress(DeviceError):
        await lane.officer.tell(case, alarm=True)
    with suppress(DeviceError):
        await lane.register.end_use(UseEnded(name, use_end(ending), lane.clock.now()))


def settle_unsealed(
    journal: Journal, clock: Clock, status: DoorStatus, events: Sequence[DoorEvent]
) -> tuple[tuple[str, Ending], ...]:
    """Seal every crossing that the last run left open; returns what became of each."""
    endings = tuple((name, ending_of(name, journal.read(name), status, events)) for name in journal.unsealed())
    for name, ending in endings:
        checks = checks_of(journal.read(name), ending.reason)
        journal.seal(name, clock.monotonic(), ending.outcome.value, ending.reason.value, checks)
    with suppress(JournalFailed):  # it waits in memory, and RECORD_STORE_BAD keeps the lane closed meanwhile
        journal.flush()
    return endings


def ending_of(name: str, entries: Sequence[Entry], status: DoorStatus, events: Sequence[DoorEvent]) -> Ending:
    """Pure: what the journal and the controller's ring say together."""
    granted = any(entry.kind == DECIDED for entry in entries)
    if not granted:
        return Ending.of(Reason.CONTROLLER_RESTARTED)
    if status.transaction != transaction_number(name):
        return Ending.of(Reason.PASSAGE_UNSETTLED)
    codes = [event.code & 0xFF for event in events]
    if DoorEventCode.EXIT_UNLOCKED not in codes:
        return Ending.of(Reason.CONTROLLER_RESTARTED)
    since = codes[len(codes) - codes[::-1].index(DoorEventCode.EXIT_UNLOCKED) :]
    if DoorEventCode.PASSAGE_IN in since:
        return Ending(Reason.CONTROLLER_RESTARTED, Outcome.PASSED)
    return Ending.of(Reason.PASSAGE_UNSETTLED)
