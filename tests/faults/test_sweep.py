"""Every device call of a good crossing is broken in turn, in every way that a device can fail.

Whatever breaks: there is exactly one sealed record, it is on the disk, and no exit opened before its decision was.
"""

import random
from collections import Counter
from pathlib import Path

import pytest

from drivers.around import Call, Proceed
from drivers.errors import DeviceError
from records.model import DECIDED, SEALED, Entry
from simulators.faults import Fault, FaultPlan, How
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

SEED = 20261123
POLLED = {("doors", "status"), ("officer", "present")}
"""Asked many times a second: each call is a place to break, but a sample of them is enough by day."""


class Counting:
    """An Around that only counts."""

    def __init__(self) -> None:
        self.calls: Counter[tuple[str, str]] = Counter()

    async def __call__(self, call: Call, proceed: Proceed) -> object:
        self.calls[call.device, call.operation] += 1
        return await proceed()


def places(folder: Path) -> list[tuple[str, str, int]]:
    """Every call of a good crossing, but for the opening of devices before it: device, operation, its number."""
    counting = Counting()
    run = cross(ToyRun(folder, faults=counting), Story.GENUINE)
    assert run.record.outcome == "PASSED"
    return [
        (*call, nth)
        for call, times in sorted(counting.calls.items())
        if call[1] != "open"
        for nth in range(1, times + 1)
    ]


def broken(folder: Path, device: str, operation: str, nth: int, how: How) -> ToyRun:
    folder.mkdir()
    plan = FaultPlan([Fault(device, operation, how, nth)])
    run = cross(ToyRun(folder, faults=plan), Story.GENUINE, patience_s=200.0)
    assert plan.fired, "the fault was never reached"
    return run


def require_accountable(run: ToyRun) -> None:
    """One sealed record for each crossing that began, and no exit without a durable grant before it."""
    entries = require_sealed(run)
    granted_s = [
        entry.at_s for entry in entries
        if entry.kind == DECIDED and (entry.fact("granted") or entry.fact("officer_action") == "pass")
    ]  # fmt: skip
    opened_s = run.world.exit_opened_at_s
    assert len(opened_s) <= len(granted_s)
    for granted, opened in zip(granted_s, opened_s, strict=False):
        assert granted <= opened


def require_sealed(run: ToyRun) -> list[Entry]:
    """One seal for each crossing that began, in time and in a whole chain; returns the journal's entries.

    The journal is asked, not the service: a fault of ours ends the service after the record is sealed.
    """
    with run.journal() as journal:
        assert journal.verify().holds
        assert journal.unsealed() == ()
        entries = [entry for _, entry in journal.reader.after(0, 100_000)]
    for transaction in {entry.transaction for entry in entries if entry.transaction}:
        of_it = [entry for entry in entries if entry.transaction == transaction]
        assert [entry.kind for entry in of_it].count(SEALED) == 1
    for record in run.records:
        assert record.sealed_at_s - record.opened_at_s <= 75.0
    return entries


def sample(folder: Path, share: float) -> list[tuple[tuple[str, str, int], How]]:
    rng = random.Random(SEED)
    chosen = []
    for place in places(folder):
        few = place[:2] in POLLED
        chosen += [(place, how) for how in How if rng.random() < (0.03 + share if few else max(share, 0.12))]
    return chosen


def test_a_sample_of_single_faults_leaves_a_sealed_record(tmp_path: Path) -> None:
    rng = random.Random(SEED)
    every = [(place, how) for place in places(tmp_path) if place[:2] not in POLLED for how in How]
    for number, ((device, operation, nth), how) in enumerate(rng.sample(every, 12)):
        require_accountable(broken(tmp_path / str(number), device, operation, nth, how))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_every_single_fault_leaves_a_sealed_record(tmp_path: Path, long_scale: float) -> None:
    for number, ((device, operation, nth), how) in enumerate(sample(tmp_path, long_scale)):
        run = broken(tmp_path / str(number), device, operation, nth, how)
        try:
            require_accountable(run)
        except AssertionError as error:
            raise AssertionError(f"{device}.{operation} #{nth} {how.value}: {error}") from error


@pytest.mark.parametrize("how", [How.UNAVAILABLE, How.HANG, How.ANSWER_LOST])
@pytest.mark.parametrize("device", ["reader", "camera", "doors", "display", "panel", "officer", "register"])
def test_a_device_that_does_not_open_is_named_and_nobody_is_served(device: str, how: How, tmp_path: Path) -> None:
    with pytest.raises(DeviceError) as failure:
        cross(ToyRun(tmp_path, faults=FaultPlan([Fault(device, "open", how)])), Story.GENUINE)
    assert failure.value.device == device
    assert str(failure.value).startswith(f"{device}: ")
