"""What a door controller promises (drivers.protocols.Doors), as far as an empty lane shows it.

These checks need nothing but the controller: its doors move! Those that need somebody's hands are in doors_rig.py.
"""

import asyncio

from drivers.contract.check import SOON_S, Check, require
from drivers.contract.doors_steps import (
    MOVEMENT_S,
    SILENCE_S,
    ask,
    close,
    now_s,
    open_entry,
    refuses,
    told_since,
    until,
)
from drivers.model import CommandResult, DoorCommand, DoorEventCode, DoorOrder, Health
from drivers.protocols import Doors

R = CommandResult


async def is_ready(doors: Doors, _rig: object) -> None:
    status = await doors.status()
    require(await doors.health() is Health.READY, "its health is not READY in an empty lane")
    require(status.entry_closed and status.exit_closed, "a door is not closed and locked at the start")
    require(status.persons == 0, "it does not count zero people in an empty lane")


async def status_is_fresh(doors: Doors, _rig: object) -> None:
    first = await doors.status()
    await until(doors, lambda status: status.observed_at_s > first.observed_at_s, SOON_S, "its status stands still")
    require(now_s() - (await doors.status()).observed_at_s < 0.3, "it gave a status older than 300 ms")


async def entry_opens_and_closes(doors: Doors, _rig: object) -> None:
    before = await doors.status()
    await open_entry(doors)
    require((await doors.status()).exit_closed, "the exit is not locked while the entry is open")
    await close(doors)
    after = await doors.status()
    require(after.cycles - before.cycles == 1, "it did not count one opening as one cycle")
    told = await told_since(doors, before)
    require({DoorEventCode.ENTRY_UNLOCKED, DoorEventCode.ENTRY_LOCKED} <= told, "its event ring lacks the opening")


async def exit_stays_shut_without_grounds(doors: Doors, _rig: object) -> None:
    transaction = await open_entry(doors)
    permit = DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=50)
    await refuses(doors, DoorOrder(DoorCommand.OPEN_EXIT, transaction), R.REFUSED_NO_PERMIT)
    await refuses(doors, DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=151), R.REFUSED_NO_PERMIT)
    await refuses(doors, permit, R.REFUSED_INTERLOCK)
    await close(doors)
    await refuses(doors, permit, R.REFUSED_COUNT)
    await refuses(doors, DoorOrder(DoorCommand.OPEN_EXIT, transaction + 1, permit_ds=50), R.REFUSED_OTHER_TRANSACTION)


async def backward_release_opens_the_entry_alone(doors: Doors, _rig: object) -> None:
    require(await ask(doors, DoorCommand.RELEASE_BACKWARDS) is R.ACCEPTED, "it refused to release backwards")
    await until(doors, lambda status: status.entry_open, MOVEMENT_S, "the entry did not open backwards")
    require((await doors.status()).exit_closed, "the exit is not locked while the entry is released")
    await close(doors)


async def silent_host_ends_the_transaction(doors: Doors, _rig: object) -> None:
    transaction = await open_entry(doors)
    before = await doors.status()
    await doors.close()
    await asyncio.sleep(SILENCE_S)
    await doors.open()
    await until(doors, lambda status: status.entry_closed, MOVEMENT_S, "an empty chamber was not shut")
    require((await doors.status()).transaction == 0, "the transaction outlived its host's silence")
    require(DoorEventCode.HEARTBEAT_LOST in await told_since(doors, before), "its ring lacks the lost heartbeat")
    await refuses(doors, DoorOrder(DoorCommand.OPEN_ENTRY, transaction), R.REFUSED_OTHER_TRANSACTION)


CHECKS: tuple[Check[Doors, object], ...] = (
    Check("it is ready", is_ready),
    Check("its status is fresh", status_is_fresh),
    Check("the entry opens and closes", entry_opens_and_closes),
    Check("the exit stays shut without grounds", exit_stays_shut_without_grounds),
    Check("a backward release opens the entry alone", backward_release_opens_the_entry_alone),
    Check("a silent host ends the transaction", silent_host_ends_the_transaction),
)
