"""After a restart: crossings that were begun and never sealed are settled before anybody is served (E38).

The door controller is a computer of its own and kept its event ring: it knows whether the exit was unlocked and whether
somebody went through. What it cannot settle ends as PASSAGE_UNKNOWN and goes to an officer; nothing is granted.
"""

from collections.abc import Sequence

from drivers.model import DoorEvent, DoorEventCode, DoorStatus
from drivers.protocols import Clock
from kiosk.checks import checks_of
from kiosk.ending import Ending
from kiosk.guard import GuardedDoors, transaction_number
from kiosk.reasons import Outcome, Reason
from records.journal import Journal
from records.model import DECIDED, Entry


async def settle_unsealed(journal: Journal, doors: GuardedDoors, clock: Clock) -> tuple[tuple[str, Ending], ...]:
    """Seal every crossing that the last run left open; returns what became of each."""
    unsealed = journal.unsealed()
    if not unsealed:
        return ()
    status, events = await doors.status(), await doors.events()
    endings = tuple((name, ending_of(name, journal.read(name), status, events)) for name in unsealed)
    for name, ending in endings:
        checks = checks_of(journal.read(name), ending.reason)
        journal.seal(name, clock.monotonic(), ending.outcome.value, ending.reason.value, checks)
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
