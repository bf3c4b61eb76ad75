"""The only doors that a transaction is ever given: every order passes the interlock first.

Each status that anybody asks for is folded into the custody (kiosk/interruptions.py asks twenty times a second), so
that a change between two looks of the transaction is not missed. The decision is read back from the journal's file, not
taken from the transaction's hand.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

from drivers.errors import DeviceRefused
from drivers.model import CommandResult, DoorCommand, DoorEvent, DoorOrder, DoorStatus
from drivers.protocols import Clock, Doors
from kiosk.interlock import (
    Custody,
    Denial,
    Facts,
    denies_entry,
    denies_exit,
    denies_reset,
    denies_way_back,
    keep,
)
from kiosk.tracking import Track
from records.model import DecisionReceipt, DecisionRow, Entry

CLEARED = "cleared"
"""Kind of the journal's entry that says that the register answered for this document and that it was lifted."""
WATCH_S = 0.05
ALARM_WATCH_S = 0.025
"""Where fire is looked for: with a controller that is asked every 20 ms it is seen within 50."""
PERMIT_DS = 100
"""The exit permit lives this long at the controller, in tenths of a second."""


class DoorCommandDenied(Exception):
    """The interlock did not permit a movement."""

    def __init__(self, command: DoorCommand, denial: Denial) -> None:
        super().__init__(f"{command.name}: {denial.value}")
        self.command, self.denial = command, denial


class EvidenceStore(Protocol):
    """What is durable about a transaction, read back from the journal's file (records.reading.JournalReader)."""

    def read(self, transaction: str) -> tuple[Entry, ...]: ...
    def holds_decision(self, transaction: str, claimed: str) -> DecisionRow | None: ...


def transaction_number(transaction: str) -> int:
    """The controller's 32-bit name of a transaction; never 0."""
    return int.from_bytes(hashlib.sha256(transaction.encode()).digest()[:4], "big") or 1


@dataclass(slots=True)
class GuardedDoors:
    doors: Doors = field(repr=False)
    evidence: EvidenceStore = field(repr=False)
    clock: Clock = field(repr=False)
    transaction: str = ""
    custody: Custody = field(default_factory=Custody)
    used: bool = False
    track: Track = field(default_factory=Track, repr=False)

    def begin(self, transaction: str) -> None:
        """Bind to a new transaction. What was proved for another one is forgotten."""
        self.transaction, self.custody, self.used = transaction, Custody(), False
        self.track = Track(self.clock.monotonic())

    def expect(self, persons: int) -> None:
        """Another number of people is expected (an officer's action): custody starts anew."""
        self.custody = Custody(expected=persons)

    async def status(self) -> DoorStatus:
        """The newest status, folded into the custody."""
        status = await self.doors.status()
        self.custody = keep(self.custody, status)
        self.track.see(status)
        return status

    async def events(self) -> tuple[DoorEvent, ...]:
        return await self.doors.events()

    async def open_entry(self) -> None:
        status = await self.status()
        denial = denies_entry(status, self.clock.monotonic(), self._clearance())
        self._permit(DoorCommand.OPEN_ENTRY, denial)
        await self._order(DoorCommand.OPEN_ENTRY)

    async def open_exit(self, receipt: DecisionReceipt) -> None:
        """At most once a transaction: a decision is used up by its order, whatever becomes of it."""
        status = await self.status()
        decision = self.evidence.holds_decision(self.transaction, receipt.digest)
        denial = denies_exit(self.custody, status, self.clock.monotonic(), decision)
        self._permit(DoorCommand.OPEN_EXIT, Denial.USED if self.used else denial)
        self.used = True
        await self._order(DoorCommand.OPEN_EXIT, PERMIT_DS, receipt.permit_tag)

    async def release_backwards(self) -> None:
        status = await self.status()
        self._permit(DoorCommand.RELEASE_BACKWARDS, denies_way_back(status, self.clock.monotonic()))
        await self._order(DoorCommand.RELEASE_BACKWARDS)

    async def lock_out(self) -> None:
        """Always permitted: the controller closes both doors and opens none for a crossing any more."""
        await self._order(DoorCommand.OUT_OF_SERVICE)

    async def reset(self) -> None:
        """End a lock-out, and clear the controller's latched faults."""
        status = await self.status()
        self._permit(DoorCommand.RESET_FAULT, denies_reset(status, self.clock.monotonic()))
        await self._order(DoorCommand.RESET_FAULT)

    async def close_both(self) -> None:
        """Always permitted: it only takes freedom from doors, and the controller closes none on a person."""
        await self._order(DoorCommand.CLOSE_BOTH)

    @staticmethod
    def _permit(command: DoorCommand, denial: Denial | None) -> None:
        if denial is not None:
            raise DoorCommandDenied(command, denial)

    def _clearance(self) -> Facts | None:
        """The newest durable clearance of this transaction."""
        entries = self.evidence.read(self.transaction)
        return next((dict(entry.facts) for entry in reversed(entries) if entry.kind == CLEARED), None)

    async def _order(self, command: DoorCommand, permit_ds: int = 0, permit_tag: int = 0) -> None:
        result = await self.doors.command(
            DoorOrder(
                command=command,
                transaction=transaction_number(self.transaction),
                permit_ds=permit_ds,
                permit_tag=permit_tag,
                expected_persons=self.custody.expected,
            )
        )
        if result is CommandResult.REFUSED_EMERGENCY:
            raise DoorCommandDenied(command, Denial.EMERGENCY)  # the alarm came between our look and our order
        if result not in (CommandResult.ACCEPTED, CommandResult.DONE):
            raise DeviceRefused("doors", f"{command.name} was refused: {result.name}")
