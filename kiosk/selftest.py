"""Is the lane fit to serve? Asked at start and between two travellers, before anybody is called.

`watch` and `look` move nothing. `prove`, at start and after maintenance, also takes a picture and moves the entry door,
with the chamber proved empty and the exit locked; the exit moves for a granted person alone, so its movement is proved
by them.
A finding that may pass by itself is tested again and again; a permanent one waits until somebody has looked after it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from drivers.errors import DeviceError
from drivers.model import DoorStatus, Health
from kiosk.guard import WATCH_S, DoorCommandDenied
from kiosk.interlock import is_countable
from kiosk.interruptions import reason_of_status
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.reasons import MEANINGS, Reason

PICTURE_S = 2.0
DARKEST = 4.0
"""Mean of a picture below which the camera sees nothing at all (0..255)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What keeps the lane from serving: one sentence without a person in it, which begins with the device's name."""

    words: str
    permanent: bool = False
    reason: Reason = Reason.DEVICE_FAILED
    """What an officer is called for, when it is permanent."""


async def watch(lane: Lane) -> Finding | None:
    """The first finding, or None, while travellers may already stand at the entry. Moves nothing."""
    return await _first(lane, (_clock, _doors_work, _answering))


async def look(lane: Lane) -> Finding | None:
    """`watch`, and the lane is empty behind locked doors."""
    return await _first(lane, (_clock, _doors_work, _lane_is_empty, _answering))


Test = Callable[[Lane], Awaitable[Finding | None]]


async def _first(lane: Lane, tests: Sequence[Test]) -> Finding | None:
    try:
        for test in tests:
            if found := await test(lane):
                return found
    except DeviceError as failure:
        return Finding(str(failure))
    return None


async def prove(lane: Lane) -> Finding | None:
    """`look`, then what only a picture and a movement show, and `look` again at what that brought to light."""
    if found := await look(lane):
        return found
    try:
        return await _picture(lane) or await _entry_moves(lane) or await look(lane)
    except DeviceError as failure:
        return Finding(str(failure))
    except DoorCommandDenied as denied:
        return Finding(f"doors: the self-test was not permitted ({denied.denial.value}); look into the lane")


async def _clock(lane: Lane) -> Finding | None:
    fault = lane.calendar.fault()
    return Finding(fault) if fault else None


async def _doors_work(lane: Lane) -> Finding | None:
    return broken(await lane.doors.status())


async def _lane_is_empty(lane: Lane) -> Finding | None:
    return occupied(await lane.doors.status())


def broken(status: DoorStatus) -> Finding | None:
    """What the controller reports of itself that nobody may be served with."""
    if (reason := reason_of_status(status)) in (Reason.TAMPERED, Reason.DOOR_FORCED):
        return Finding(f"doors: {MEANINGS[reason].words[:-1].lower()}", True, reason)
    if status.fault_latched:
        return Finding(f"doors: fault {status.fault} is latched; look at them and reset it")
    if status.out_of_service:
        return Finding("doors: the controller is out of service; reset it")
    if status.key_switch:
        return Finding("doors: the key is turned for maintenance; turn it back")
    if not status.sensor_healthy:
        return Finding("doors: the people counter cannot tell; look at its lens and its cable")
    if status.barrier_stuck:
        return Finding("doors: a light barrier stays interrupted; look for something left, then at the barrier")
    return None


def occupied(status: DoorStatus) -> Finding | None:
    """The chamber is empty when both kinds of sensor say so: where they contradict each other it is not."""
    if not is_countable(status, 0) or status.barriers or status.object_seen:
        return Finding("doors: the lane is not proved empty; look into it")
    if not (status.entry_closed and status.exit_closed):
        return Finding("doors: not both are closed and locked; look at them")
    return None


async def _answering(lane: Lane) -> Finding | None:
    asked: tuple[tuple[str, Callable[[], Awaitable[Health]]], ...] = (
        ("reader", lane.reader.health),
        ("display", lane.display.health),
        ("panel", lane.panel.health),
    )
    for name, health in asked:
        if await health() is Health.FAILED:
            return Finding(f"{name}: its self-test failed; look at its cable and its log")
    return None


async def _picture(lane: Lane) -> Finding | None:
    """A camera that gives a picture of this very moment, and of more than darkness."""
    try:
        async with limit(PICTURE_S):
            frame = await lane.camera.next_frame(lane.clock.monotonic())
    except TimeIsUp:
        return Finding(f"camera: no picture in {PICTURE_S:g} s; look at its cable and its power")
    if float(frame.image.mean()) < DARKEST:
        return Finding("camera: its picture is black; look at its lens and at the lamps")
    return None


async def _entry_moves(lane: Lane) -> Finding | None:
    """Open and closed again, back to the hall, where nobody stands to gain anything by it."""
    await lane.doors.release_backwards()
    if not await _becomes(lane, lambda status: status.entry_open):
        return Finding("doors: the entry door does not open; look at its drive", permanent=True)
    await lane.doors.close_both()
    if not await _becomes(lane, lambda status: status.entry_closed):
        return Finding("doors: the entry door does not close; look for something in its way")
    return None


async def _becomes(lane: Lane, wanted: Callable[[DoorStatus], bool]) -> bool:
    try:
        async with limit(lane.limits.close_s):
            while not wanted(await lane.doors.status()):
                await lane.clock.sleep(WATCH_S)
    except TimeIsUp:
        return False
    return True
