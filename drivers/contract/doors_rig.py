"""What a door controller promises, shown by hands that walk through the lane, press its buttons and break its line.

A simulator has such hands, and so has a test bench.
"""

import asyncio
from typing import Protocol

from drivers.contract.check import SOON_S, Check, ContractBroken, require
from drivers.contract.doors_steps import (
    MOVEMENT_S,
    POLL_S,
    SILENCE_S,
    ask,
    close,
    now_s,
    open_entry,
    refuses,
    until,
)
from drivers.door_registers import COMMAND_RESULT, COMMAND_SEQUENCE_ACK, encode_command
from drivers.errors import DeviceError, DeviceTimeout, DeviceUnavailable
from drivers.model import CommandResult, DoorCommand, DoorEventCode, DoorOrder, DoorStatus, Health
from drivers.protocols import Doors

R = CommandResult


class DoorsRig(Protocol):
    """Hands at the lane and at its line. Each returns at once; a person moves only where doors let him."""

    def enter(self) -> None:
        """One person walks from the hall into the chamber."""

    def pass_through(self) -> None:
        """Whoever is inside walks out by the exit."""

    def step_back(self) -> None:
        """Whoever is inside walks out to the hall."""

    def fire(self, on: bool) -> None:
        """The fire input."""

    def key(self, on: bool) -> None:
        """The maintenance key."""

    def restart(self) -> None:
        """Controller off and on."""

    def cut(self, on: bool) -> None:
        """Nothing arrives any more; the port stays."""

    def garble(self, on: bool) -> None:
        """What arrives is broken."""

    def unplug(self, on: bool) -> None:
        """The port is gone."""

    async def inject(self, registers: list[int]) -> list[int]:
        """Write a command block past the driver and return the status registers."""


async def one_person_passes(doors: Doors, rig: DoorsRig) -> None:
    before = await doors.status()
    transaction = await _admit(doors, rig)
    await _release(doors, transaction)
    require((await doors.status()).entry_closed, "the entry is not locked while the exit is open")
    rig.pass_through()
    await until(doors, lambda status: status.exit_closed, MOVEMENT_S, "the exit did not close after the passage")
    after = await doors.status()
    require(after.passages_in - before.passages_in == 1, "it did not count one passage")
    require(after.permit_ms == 0 and not after.permit_live, "the permit outlived the passage")
    await refuses(doors, DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=50), R.REFUSED_OTHER_TRANSACTION)
    await refuses(doors, DoorOrder(DoorCommand.OPEN_ENTRY, transaction), R.REFUSED_OTHER_TRANSACTION)


async def a_permit_expires(doors: Doors, rig: DoorsRig) -> None:
    transaction = await _admit(doors, rig)
    order = DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=3)
    require(await doors.command(order) is R.ACCEPTED, "it refused a lawful permit")
    await until(doors, lambda status: not status.permit_live, SOON_S, "a permit of 0.3 s lives on")
    await until(doors, lambda status: status.exit_closed, MOVEMENT_S, "the exit did not close when its permit expired")
    require((await doors.status()).persons == 1, "somebody passed by an expired permit")
    await _send_back(doors, rig)


async def a_foreign_permit_is_refused(doors: Doors, rig: DoorsRig) -> None:
    transaction = await _admit(doors, rig)
    foreign = DoorOrder(DoorCommand.OPEN_EXIT, transaction ^ 1, permit_ds=50)
    await refuses(doors, foreign, R.REFUSED_OTHER_TRANSACTION)
    two = DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=50, expected_persons=2)
    await refuses(doors, two, R.REFUSED_COUNT)
    await _send_back(doors, rig)


async def a_repeated_or_old_command_does_nothing(doors: Doors, rig: DoorsRig) -> None:
    """The very registers of a permit that was spent, again and again, with every sequence that is not new."""
    transaction = await _admit(doors, rig)
    sequence = (await doors.status()).command_sequence + 1 & 0xFFFF
    spent = encode_command(DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=50), 1, sequence)
    await rig.inject(spent)
    await until(doors, lambda status: status.exit_open, MOVEMENT_S, "a lawful permit did not open the exit")
    rig.pass_through()
    await until(doors, lambda status: status.exit_closed, MOVEMENT_S, "the exit did not close after the passage")
    before = await doors.status()
    for heartbeat, offset in enumerate((0, -1, -2, -1000, -0x8000), start=2):
        answer = await rig.inject([heartbeat, *spent[1:3], sequence + offset & 0xFFFF, *spent[4:]])
        require(answer[COMMAND_SEQUENCE_ACK] == sequence, "it looked at a command that was not new")
    after = await doors.status()
    require(after.exit_closed and after.cycles == before.cycles, "a replayed permit moved a door")
    answer = await rig.inject([9, *spent[1:3], sequence + 1 & 0xFFFF, *spent[4:]])
    require(answer[COMMAND_RESULT] == R.REFUSED_OTHER_TRANSACTION, "it took a permit of a finished transaction")


async def a_wrong_complement_is_refused(doors: Doors, rig: DoorsRig) -> None:
    sequence = (await doors.status()).command_sequence + 1 & 0xFFFF
    registers = encode_command(DoorOrder(DoorCommand.OPEN_ENTRY, 77), 1, sequence)
    answer = await rig.inject([*registers[:2], registers[2] ^ 0x10, *registers[3:]])
    require(answer[COMMAND_RESULT] == R.BAD_COMPLEMENT, "it took a command whose complement is wrong")
    require((await doors.status()).entry_closed, "a command with a wrong complement moved a door")


async def silence_lets_out_backwards(doors: Doors, rig: DoorsRig) -> None:
    await _admit(doors, rig)
    await doors.close()
    await asyncio.sleep(SILENCE_S)
    await doors.open()
    await until(doors, lambda status: status.entry_open, MOVEMENT_S, "a silent host's traveller was not let out")
    require((await doors.status()).exit_closed, "the exit is not locked while the entry is released")
    rig.step_back()
    await close(doors)


async def fire_releases_both_until_the_key(doors: Doors, rig: DoorsRig) -> None:
    rig.fire(True)
    await until(
        doors, lambda status: status.entry_open and status.exit_open, MOVEMENT_S, "fire did not open both doors"
    )
    require((await doors.status()).emergency, "it does not tell the emergency")
    await refuses(doors, DoorOrder(DoorCommand.CLOSE_BOTH, 0), R.REFUSED_EMERGENCY)
    rig.fire(False)
    await refuses(doors, DoorOrder(DoorCommand.RESET_FAULT, 0), R.REFUSED_EMERGENCY)
    rig.key(True)
    await until(doors, lambda status: status.key_switch, SOON_S, "it does not see the key switch")
    require(await ask(doors, DoorCommand.RESET_FAULT) is R.ACCEPTED, "it refused a reset with the key")
    rig.key(False)
    both_closed = lambda status: status.entry_closed and status.exit_closed  # noqa: E731  (used once, read in place)
    await until(doors, both_closed, MOVEMENT_S, "the doors did not close after the reset")


async def a_restart_is_noticed_and_harmless(doors: Doors, rig: DoorsRig) -> None:
    await open_entry(doors)
    await asyncio.sleep(1.2)
    before = await doors.status()
    rig.restart()
    await until(doors, lambda status: status.uptime_s < before.uptime_s, SOON_S, "its uptime did not go back")
    await until(doors, lambda status: status.entry_closed, MOVEMENT_S, "the entry did not close after the restart")
    after = await doors.status()
    require(after.transaction == 0 and after.cycles >= before.cycles, "it kept a transaction or lost its cycles")
    require(DoorEventCode.BOOT in {event.code & 0xFF for event in await doors.events()}, "its ring lacks the restart")
    require(await ask(doors, DoorCommand.LAMP_TEST) is R.ACCEPTED, "it takes no command after a restart")


async def a_cut_line_is_a_timeout_and_heals(doors: Doors, rig: DoorsRig) -> None:
    rig.cut(True)
    await _fails(doors, DeviceTimeout)
    require(await doors.health() is Health.FAILED, "its health is not FAILED without a line")
    rig.cut(False)
    await _heals(doors)


async def an_unplugged_line_is_unavailable_and_heals(doors: Doors, rig: DoorsRig) -> None:
    rig.unplug(True)
    await _fails(doors, DeviceUnavailable)
    rig.unplug(False)
    await _heals(doors)


async def a_garbled_line_never_tells_a_lie(doors: Doors, rig: DoorsRig) -> None:
    truth = await doors.status()
    rig.garble(True)
    until_s = now_s() + SOON_S
    while now_s() < until_s:
        try:
            status = await doors.status()
        except DeviceError:
            pass
        else:
            require(_agree(status, truth), "it gave a status that was never true")
        await asyncio.sleep(POLL_S)
    rig.garble(False)
    await _heals(doors)


def _agree(status: DoorStatus, truth: DoorStatus) -> bool:
    """Nothing moves in the lane, so these never change."""
    names = ("entry_closed", "exit_closed", "persons", "transaction", "passages_in", "cycles", "permit_ms", "emergency")
    return all(getattr(status, name) == getattr(truth, name) for name in names)


async def _admit(doors: Doors, rig: DoorsRig) -> int:
    transaction = await open_entry(doors)
    rig.enter()
    await until(doors, lambda status: status.persons == 1, SOON_S, "it does not count the person who came in")
    await close(doors)
    return transaction


async def _release(doors: Doors, transaction: int) -> None:
    result = await doors.command(DoorOrder(DoorCommand.OPEN_EXIT, transaction, permit_ds=100))
    require(result is R.ACCEPTED, f"it answered {result.name} to a lawful permit")
    await until(doors, lambda status: status.exit_open, MOVEMENT_S, "the exit did not open")


async def _send_back(doors: Doors, rig: DoorsRig) -> None:
    require(await ask(doors, DoorCommand.RELEASE_BACKWARDS) is R.ACCEPTED, "it refused to release backwards")
    await until(doors, lambda status: status.entry_open, MOVEMENT_S, "the entry did not open backwards")
    rig.step_back()
    await close(doors)


async def _fails(doors: Doors, expected: type[DeviceError]) -> None:
    until_s = now_s() + SOON_S
    while now_s() < until_s:
        try:
            await doors.status()
        except expected:
            return
        await asyncio.sleep(POLL_S)
    raise ContractBroken(f"it gives a status where {expected.__name__} was due")


async def _heals(doors: Doors) -> None:
    until_s = now_s() + 2 * SOON_S
    while now_s() < until_s:
        try:
            await doors.status()
        except DeviceError:
            await asyncio.sleep(POLL_S)
        else:
            return
    raise ContractBroken("it did not come back when the line was mended")


RIG_CHECKS: tuple[Check[Doors, DoorsRig], ...] = (
    Check("one person passes", one_person_passes),
    Check("a permit expires", a_permit_expires),
    Check("a foreign permit is refused", a_foreign_permit_is_refused),
    Check("a repeated or old command does nothing", a_repeated_or_old_command_does_nothing),
    Check("a wrong complement is refused", a_wrong_complement_is_refused),
    Check("silence lets out backwards", silence_lets_out_backwards),
    Check("fire releases both until the key", fire_releases_both_until_the_key),
    Check("a restart is noticed and harmless", a_restart_is_noticed_and_harmless),
    Check("a cut line is a timeout and heals", a_cut_line_is_a_timeout_and_heals),
    Check("an unplugged line is unavailable and heals", an_unplugged_line_is_unavailable_and_heals),
    Check("a garbled line never tells a lie", a_garbled_line_never_tells_a_lie),
)
