"""What may end a crossing from outside, in any step. A watcher raises Referral, or its device's DeviceError."""

from collections.abc import Coroutine
from typing import Any

from drivers.door_registers import DoorFault
from drivers.model import DoorStatus, OfficerAction
from kiosk.called import CALLS
from kiosk.concurrent import first_of
from kiosk.crossing import Crossing
from kiosk.guard import ALARM_WATCH_S
from kiosk.lane import Lane
from kiosk.reasons import Reason, Referral

EMERGENCY_BUTTON = 1 << 4
"""Bit of the SAFETY register: the emergency push button inside the chamber."""
FORCED = 1 << 8 | 1 << 9
TAMPER = 1 << 7
FORCED_OR_LOST = {
    DoorFault.ENTRY_FORCED,
    DoorFault.EXIT_FORCED,
    DoorFault.ENTRY_POSITION_LOST,
    DoorFault.EXIT_POSITION_LOST,
}


def interruptions(lane: Lane, tx: Crossing) -> tuple[Coroutine[Any, Any, None], ...]:
    """All that is watched while a crossing runs."""
    return (watch_doors(lane, tx), watch_buttons(lane, tx), watch_officer(lane, tx), watch_commands(lane, tx))


async def watch_doors(lane: Lane, tx: Crossing) -> None:
    """Keeps the custody up to date and raises what the door controller reports."""
    while True:
        status = await lane.doors.status()
        if reason := reason_of_status(status):
            raise Referral(reason)
        if status.on_battery and not tx.exit_ordered:  # whoever is on the way out walks on
            raise Referral(Reason.POWER_LOST)
        await lane.clock.sleep(ALARM_WATCH_S)


def reason_of_status(status: DoorStatus) -> Reason | None:
    """What in a status ends a crossing, gravest first."""
    if status.safety & EMERGENCY_BUTTON:
        return Reason.EMERGENCY_STOPPED
    if status.emergency:
        return Reason.EMERGENCY_RELEASED
    if status.safety & TAMPER:
        return Reason.TAMPERED
    if status.safety & FORCED:
        return Reason.DOOR_FORCED
    if {status.fault, status.fault_second} & FORCED_OR_LOST:
        return Reason.DOOR_FORCED
    if status.fault_latched:
        return Reason.DOORS_FAILED
    return None


async def watch_buttons(lane: Lane, tx: Crossing) -> None:
    while True:
        button = await lane.panel.pressed()
        tx.note("pressed", button=button.value)
        if button in CALLS:
            raise Referral(Reason.HELP_REQUESTED)
        if left_s := lane.patience.lengthen():
            await lane.display.count_down(left_s, may_ask=False)


async def watch_officer(lane: Lane, tx: Crossing) -> None:
    """An officer who sends back or holds does so at once; a pass needs a case to decide on.

    What was meant for another crossing comes too late for it, and moves nothing here (E46).
    """
    while True:
        said = await lane.officer.requested()
        if said.transaction not in ("", tx.transaction):
            tx.note("officer_too_late", action=said.action.value)
            continue
        tx.note("officer_requested", action=said.action.value, officer=said.officer, why=said.reason)
        if said.action is OfficerAction.SEND_BACK:
            raise Referral(Reason.OFFICER_SENT_BACK)
        if said.action is OfficerAction.HOLD:
            raise Referral(Reason.OFFICER_HELD)


async def watch_commands(lane: Lane, tx: Crossing) -> None:
    """The lane was closed now, or everybody let out (E41). Whoever is on the way out walks on: nobody is stranded."""
    await first_of(lane.commands.let_out.wait(), lane.commands.close_now.wait())
    if not tx.exit_ordered:
        raise Referral(Reason.OFFICER_RELEASED if lane.commands.let_out.is_set() else Reason.LANE_CLOSED)
