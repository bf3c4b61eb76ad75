"""The doors that a transaction is handed: what reaches the controller, and what never does."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from drivers.errors import DeviceRefused
from drivers.model import CommandResult, DoorCommand, DoorEvent, DoorOrder, DoorStatus, Health
from kiosk.guard import CLEARED, PERMIT_DS, DoorCommandDenied, GuardedDoors, transaction_number
from kiosk.interlock import Denial
from records.model import DecisionReceipt, DecisionRow, Entry
from tests.kiosk.statuses import status
from tests.kiosk.test_interlock import GRANT

NAME = "gate-boot-000001"
RECEIPT = DecisionReceipt(NAME, "digest", 0xBEEF)


@dataclass
class StillClock:
    """It is always 100 s."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, tzinfo=UTC)

    def monotonic(self) -> float:
        return 100.0

    async def sleep(self, seconds: float) -> None: ...


@dataclass
class RecordingDoors:
    """Says what it is told to say, and keeps what it was ordered."""

    says: DoorStatus
    result: CommandResult = CommandResult.ACCEPTED
    orders: list[DoorOrder] = field(default_factory=list)

    async def open(self) -> None: ...
    async def close(self) -> None: ...

    async def health(self) -> Health:
        return Health.READY

    async def command(self, order: DoorOrder) -> CommandResult:
        self.orders.append(order)
        return self.result

    async def status(self) -> DoorStatus:
        return self.says

    async def events(self) -> tuple[DoorEvent, ...]:
        return ()


@dataclass
class Evidence:
    """A journal's file with at most one clearance and one decision, both of NAME."""

    cleared: bool = True
    decision: DecisionRow | None = None

    def read(self, transaction: str) -> tuple[Entry, ...]:
        facts = (("lifted", True), ("register", "valid"))
        known = transaction == NAME and self.cleared
        return (Entry("g", "b", 1, NAME, CLEARED, 99.0, facts, "", ""),) if known else ()

    def holds_decision(self, transaction: str, claimed: str) -> DecisionRow | None:
        return self.decision if (transaction, claimed) == (NAME, "digest") else None


def guarded(says: DoorStatus, evidence: Evidence | None = None) -> tuple[GuardedDoors, RecordingDoors]:
    bare = RecordingDoors(says)
    doors = GuardedDoors(bare, evidence or Evidence(), StillClock())
    doors.begin(NAME)
    return doors, bare


def granted() -> Evidence:
    return Evidence(decision=DecisionRow(NAME, "digest", 99.5, {**GRANT, "first_frame_at_s": 100.0}))


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def denied(work: Coroutine[Any, Any, None]) -> Denial:
    with pytest.raises(DoorCommandDenied) as refusal:
        run(work)
    return refusal.value.denial


def test_the_exit_is_ordered_once_with_permit_tag_and_transaction() -> None:
    doors, bare = guarded(status(), granted())
    run(doors.open_exit(RECEIPT))
    (order,) = bare.orders
    assert order == DoorOrder(DoorCommand.OPEN_EXIT, transaction_number(NAME), PERMIT_DS, 0xBEEF, 1)
    assert denied(doors.open_exit(RECEIPT)) is Denial.USED
    assert len(bare.orders) == 1


def test_a_new_transaction_inherits_nothing() -> None:
    doors, bare = guarded(status(), granted())
    run(doors.open_exit(RECEIPT))
    doors.expect(2)
    doors.begin("gate-boot-000002")
    assert doors.custody.expected == 1
    assert denied(doors.open_exit(RECEIPT)) is Denial.NO_DECISION
    assert denied(guarded(status(persons=0), Evidence(cleared=False))[0].open_entry()) is Denial.NOT_CLEARED
    assert len(bare.orders) == 1


def test_what_is_not_on_the_disk_orders_nothing() -> None:
    doors, bare = guarded(status())
    assert denied(doors.open_exit(RECEIPT)) is Denial.NO_DECISION
    assert denied(doors.open_exit(DecisionReceipt(NAME, "another", 1))) is Denial.NO_DECISION
    assert bare.orders == []


def test_the_entry_carries_no_permit() -> None:
    doors, bare = guarded(status(persons=0))
    run(doors.open_entry())
    assert bare.orders == [DoorOrder(DoorCommand.OPEN_ENTRY, transaction_number(NAME))]


def test_the_way_back_and_closing() -> None:
    doors, bare = guarded(status(persons=None))
    run(doors.release_backwards())
    run(doors.close_both())
    assert [order.command for order in bare.orders] == [DoorCommand.RELEASE_BACKWARDS, DoorCommand.CLOSE_BOTH]
    assert denied(guarded(status(exit_closed=False))[0].release_backwards()) is Denial.EXIT_NOT_LOCKED


OBEYED = (CommandResult.ACCEPTED, CommandResult.DONE)


@pytest.mark.parametrize("result", [r for r in CommandResult if r not in (*OBEYED, CommandResult.REFUSED_EMERGENCY)])
def test_a_refusal_of_the_controller_is_raised_with_its_name(result: CommandResult) -> None:
    doors, bare = guarded(status())
    bare.result = result
    with pytest.raises(DeviceRefused, match=result.name):
        run(doors.close_both())


def test_an_alarm_between_our_look_and_our_order_is_no_broken_device() -> None:
    doors, bare = guarded(status())
    bare.result = CommandResult.REFUSED_EMERGENCY
    assert denied(doors.close_both()) is Denial.EMERGENCY


def test_expecting_another_number_starts_custody_anew() -> None:
    doors, _ = guarded(status())
    asyncio.run(doors.status())
    assert doors.custody.since_s == 100.0
    doors.expect(2)
    assert doors.custody.since_s is None


def test_no_transaction_is_number_nought() -> None:
    assert 0 < transaction_number(NAME) < 1 << 32
    assert transaction_number(NAME) != transaction_number("gate-boot-000002")
