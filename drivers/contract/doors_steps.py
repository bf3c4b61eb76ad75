"""Steps that the checks of a door controller are made of."""

import asyncio
from collections.abc import Callable

from drivers.contract.check import ContractBroken, require
from drivers.model import CommandResult, DoorCommand, DoorOrder, DoorStatus
from drivers.protocols import Doors

MOVEMENT_S = 6.0
"""A leaf has arrived by then, or it is broken."""
SILENCE_S = 0.9
"""A host that is quiet for so long has lost its permits."""
POLL_S = 0.02


def now_s() -> float:
    return asyncio.get_running_loop().time()


async def until(doors: Doors, holds: Callable[[DoorStatus], bool], limit_s: float, sentence: str) -> None:
    until_s = now_s() + limit_s
    while not holds(await doors.status()):
        if now_s() > until_s:
            raise ContractBroken(sentence)
        await asyncio.sleep(POLL_S)


async def ask(doors: Doors, command: DoorCommand, transaction: int = 0) -> CommandResult:
    return await doors.command(DoorOrder(command, transaction))


async def refuses(doors: Doors, order: DoorOrder, expected: CommandResult) -> None:
    before = await doors.status()
    result = await doors.command(order)
    require(result is expected, f"it answered {result.name} to {order.command.name} where {expected.name} was due")
    require((await doors.status()).cycles == before.cycles, "a refused command moved a door")


async def open_entry(doors: Doors) -> int:
    """Open the entry for a transaction that was never used before, and return its number."""
    status = await doors.status()
    transaction = (status.uptime_s << 16 | status.event_head) + 2 & 0xFFFF_FFFE
    result = await ask(doors, DoorCommand.OPEN_ENTRY, transaction)
    require(result is CommandResult.ACCEPTED, f"it answered {result.name} to OPEN_ENTRY in an empty lane")
    await until(doors, lambda status: status.entry_open, MOVEMENT_S, "the entry did not open")
    return transaction


async def close(doors: Doors) -> None:
    require(await ask(doors, DoorCommand.CLOSE_BOTH) is CommandResult.ACCEPTED, "it refused to close")
    await until(doors, lambda status: status.entry_closed, MOVEMENT_S, "the entry did not close and lock")


async def told_since(doors: Doors, before: DoorStatus) -> set[int]:
    events = await doors.events()
    return {event.code & 0xFF for event in events if 0 < (event.sequence - before.event_head & 0xFFFF) < 0x8000}
