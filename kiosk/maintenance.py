"""Locked out and back: what happens at the doors and to the clock when somebody works on the lane.

The controller itself is put out of service, so that nothing opens for a crossing while hands are in the machine; its
own rules about both doors, fire and the way back stay in force all the same.
"""

from contextlib import suppress

from drivers.errors import DeviceError
from kiosk.guard import DoorCommandDenied
from kiosk.lane import Lane
from records.journal import Journal

BELIEVED = "time_believed"
"""Kind of the journal's entry with a time of day that the lane believed."""


async def lock_out(lane: Lane) -> None:
    """Put the controller out of service, once nobody is inside; one that does not answer opens nothing either."""
    with suppress(DeviceError, DoorCommandDenied):
        status = await lane.doors.status()
        if status.persons == 0 and not status.out_of_service:
            await lane.doors.lock_out()


async def before_service(lane: Lane, journal: Journal) -> str:
    """End a lock-out: the controller is reset, and the clock believed anew. Returns why that cannot be, or nothing."""
    try:
        await lane.doors.reset()
    except DoorCommandDenied as denied:
        return f"doors: {denied.denial.value}; look into the lane first"
    except DeviceError as failure:
        return str(failure)
    lane.calendar.trust()
    journal.append(BELIEVED, "", lane.clock.monotonic(), {"at": lane.clock.now().isoformat()})
    return ""


async def before_opening(lane: Lane) -> None:
    """Who opens the lane has looked after what the controller had latched. What it refuses keeps the lane closed."""
    with suppress(DeviceError, DoorCommandDenied):
        if (await lane.doors.status()).fault_latched:
            await lane.doors.reset()
