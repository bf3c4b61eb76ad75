"""Every breakdown by its name: it can happen and be mended, and a lane that meets it stays accountable."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulators.breakdowns import BREAKDOWNS, Bench, Breakdown, NotBreakable, breaks
from simulators.camera_wire import WireCamera
from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.faults import FaultPlan
from simulators.officer import SimulatedOfficer
from simulators.population import Story
from simulators.reader_wire import WireReader
from tests.faults.test_sweep import require_accountable, require_sealed
from tests.kiosk.toy import ToyRun, cross

OF_THE_COMPUTER = frozenset(
    {
        Breakdown.DISK_FULL,
        Breakdown.PROCESS_KILLED,
        Breakdown.CLOCK_HOUR_AHEAD,
        Breakdown.CLOCK_HOUR_BACK,
        Breakdown.CLOCK_YEARS_BACK,
        Breakdown.NETWORK_LOST,
    }
)
"""The toy's disk, process and clock are real, and it has no network: scenarios break them."""
FREES_THE_EXIT = frozenset({Breakdown.EXIT_FORCED, Breakdown.FIRE, Breakdown.EMERGENCY_BUTTON})
"""By force or by wire, whatever the lane decides."""
IN_THE_WORLD = [what for what in Breakdown if what not in OF_THE_COMPUTER]


@dataclass
class Ends:
    """Everything in this process."""

    plant: DoorPlant
    officer: SimulatedOfficer
    doors: WireDoors | None = None
    reader: WireReader | None = None
    camera: WireCamera | None = None


def bench_of(run: ToyRun, plan: FaultPlan) -> Bench:
    assert run.plant is not None
    assert run.officer is not None
    assert run.lane is not None
    return Bench(run.world, Ends(run.plant, run.officer), run.lane.raw, plan)


def test_every_name_has_its_line() -> None:
    assert set(BREAKDOWNS) == set(Breakdown)
    assert all(named.words.endswith(".") for named in BREAKDOWNS.values())


@pytest.mark.parametrize("what", sorted(OF_THE_COMPUTER, key=lambda what: what.value))
def test_what_a_lane_does_not_have_is_said_so(what: Breakdown, tmp_path: Path) -> None:
    refused: list[str] = []

    def prepare(run: ToyRun) -> None:
        with pytest.raises(NotBreakable) as raised:
            breaks(bench_of(run, FaultPlan()), what)
        refused.append(str(raised.value))

    cross(ToyRun(tmp_path, prepare=prepare), patience_s=1.0)
    assert len(refused) == 1


def test_what_was_broken_is_mended(tmp_path: Path) -> None:
    mended: list[bool] = []

    def prepare(run: ToyRun) -> None:
        plan = FaultPlan()
        bench = bench_of(run, plan)
        camera, line = run.lane.raw["camera"], run.lane.raw["doors"].line  # type: ignore[union-attr]  # it stands
        for what in (Breakdown.CAMERA_FROZEN, Breakdown.CONTROLLER_SILENT, Breakdown.REGISTER_SILENT):
            undo = breaks(bench, what)
            broken = camera.faults.frozen, line.cut, bool(plan.faults)  # type: ignore[attr-defined]  # simulated
            assert sum(broken) == 1
            undo()
        mended.append(not (camera.faults.frozen or line.cut or plan.faults))  # type: ignore[attr-defined]  # simulated

    cross(ToyRun(tmp_path, prepare=prepare), patience_s=1.0)
    assert mended == [True]


def test_one_too_many_and_one_too_few_overlap_and_end_each_for_itself(tmp_path: Path) -> None:
    seen: list[int] = []

    def prepare(run: ToyRun) -> None:
        bench = bench_of(run, FaultPlan())
        mend_more = breaks(bench, Breakdown.COUNTER_ONE_MORE)
        mend_less = breaks(bench, Breakdown.COUNTER_ONE_LESS)
        for mend in (mend_more, mend_less):
            seen.append(run.world.sensor_offset)
            mend()
        seen.append(run.world.sensor_offset)

    cross(ToyRun(tmp_path, prepare=prepare), patience_s=1.0)
    assert seen == [0, -1, 0]


@pytest.mark.slow
@pytest.mark.parametrize("what", IN_THE_WORLD, ids=lambda what: what.value)
def test_whatever_breaks_around_somebody_inside_the_lane_stays_accountable(what: Breakdown, tmp_path: Path) -> None:
    plan = FaultPlan()
    happened: list[Breakdown] = []

    async def live(run: ToyRun) -> None:
        while not (run.world.in_chamber() and run.world.entry_permille == 0):  # noqa: ASYNC110  (plain data)
            await asyncio.sleep(0.05)
        mend = breaks(bench_of(run, plan), what)
        happened.append(what)
        await asyncio.sleep(30.0)
        mend()

    def prepare(run: ToyRun) -> None:
        run.background.append(asyncio.get_running_loop().create_task(live(run)))

    run = cross(ToyRun(tmp_path, faults=plan, prepare=prepare), Story.GENUINE, patience_s=160.0)
    assert happened
    if what in FREES_THE_EXIT:
        require_sealed(run)
    else:
        require_accountable(run)
