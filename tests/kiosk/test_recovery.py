"""After a restart in the middle of a crossing: what journal and event ring say together."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.model import DoorEvent, DoorEventCode
from kiosk.guard import transaction_number
from kiosk.reasons import Outcome, Reason
from kiosk.recovery import ending_of
from records.journal import Journal
from records.model import DECIDED, Entry
from simulators.population import Story
from simulators.world import Person
from tests.kiosk.statuses import ENCLOSED
from tests.kiosk.toy import ToyRun, cross

NAME = "gate-boot-000001"
OURS = replace(ENCLOSED, transaction=transaction_number(NAME))
E = DoorEventCode


def entry(kind: str) -> Entry:
    return Entry("gate", "boot", 1, NAME, kind, 1.0, (), "", "")


def ring(*codes: DoorEventCode) -> tuple[DoorEvent, ...]:
    return tuple(DoorEvent(number, code | 0x300, number * 10) for number, code in enumerate(codes))


@pytest.mark.parametrize(
    ("kinds", "codes", "outcome", "reason"),
    [
        (["opened", "step"], [E.EXIT_UNLOCKED, E.PASSAGE_IN], Outcome.INTERRUPTED, Reason.CONTROLLER_RESTARTED),
        ([DECIDED], [E.PERMIT_GRANTED], Outcome.INTERRUPTED, Reason.CONTROLLER_RESTARTED),
        ([DECIDED], [E.EXIT_UNLOCKED, E.PASSAGE_IN], Outcome.PASSED, Reason.CONTROLLER_RESTARTED),
        ([DECIDED], [E.PASSAGE_IN, E.EXIT_UNLOCKED], Outcome.PASSAGE_UNKNOWN, Reason.PASSAGE_UNSETTLED),
        ([DECIDED], [E.EXIT_UNLOCKED], Outcome.PASSAGE_UNKNOWN, Reason.PASSAGE_UNSETTLED),
    ],
)
def test_what_the_controller_saw_settles_it(
    kinds: list[str], codes: list[DoorEventCode], outcome: Outcome, reason: Reason
) -> None:
    ending = ending_of(NAME, [entry(kind) for kind in kinds], OURS, ring(*codes))
    assert (ending.outcome, ending.reason) == (outcome, reason)


def test_a_ring_of_another_transaction_settles_nothing() -> None:
    ending = ending_of(NAME, [entry(DECIDED)], ENCLOSED, ring(E.EXIT_UNLOCKED, E.PASSAGE_IN))
    assert ending.outcome is Outcome.PASSAGE_UNKNOWN


def test_what_the_last_run_left_open_is_sealed_before_anybody_is_served(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db", "toy", "before", b"k" * 16) as journal:
        journal.append("opened", "toy-before-000007", 1.0, {})
    run = cross(ToyRun(tmp_path), Story.GENUINE)
    assert run.record.outcome == "PASSED"
    with run.journal() as journal:
        assert journal.unsealed() == ()
        (seal,) = [e for e in journal.read("toy-before-000007") if e.kind == "sealed"]
        assert seal.fact("outcome") == "INTERRUPTED"
        first = min(e.seq for e in journal.read(run.record.transaction))
        assert seal.seq < first


def test_whoever_is_still_inside_after_a_restart_gets_the_way_back(tmp_path: Path) -> None:
    person = Person("stranded", "Bo Sample", x_mm=900.0)

    def leaves_when_the_way_back_opens(run: ToyRun) -> None:
        async def leave() -> None:
            while run.world.entry_permille < 900:  # noqa: ASYNC110  (the world is plain data: nothing to await)
                await asyncio.sleep(0.1)
            run.world.persons.remove(person)

        run.background.append(asyncio.get_running_loop().create_task(leave()))

    run = ToyRun(tmp_path, prepare=leaves_when_the_way_back_opens)
    run.world.persons.append(person)
    cross(run, Story.GENUINE)
    assert run.record.outcome == "PASSED"
    assert len(run.world.exit_opened_at_s) == 1


def test_whoever_stands_in_the_doorway_of_a_controller_that_wakes_is_let_back(tmp_path: Path) -> None:
    """He has stopped the leaf on its way shut, too near to be walked out by; nobody would move it but the lane."""
    seen = []

    def sleeps_while_somebody_walks_in(run: ToyRun) -> None:
        async def sleep() -> None:
            plant, world = run.plant, run.world
            assert plant is not None
            while not (standing := world.in_chamber()):  # noqa: ASYNC110  (plain data: nothing to await)
                await asyncio.sleep(0.02)
            plant.power_on(134.0, 0.0, finished=plant.state.transaction, cycles=plant.state.cycles)
            while world.entry_permille < 600:
                standing[0].x_mm = 40.0
                await asyncio.sleep(0.02)
            seen.append(world.entry_permille)

        run.background.append(asyncio.get_running_loop().create_task(sleep()))

    cross(ToyRun(tmp_path, prepare=sleeps_while_somebody_walks_in), Story.GENUINE, Story.GENUINE)
    assert seen
