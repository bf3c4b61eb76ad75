"""The lane's own states: commands, latches, lock-out, self-test. On the virtual clock, with the toy's eyes."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.model import Button, DoorCommand, LaneCommand, LaneOrder, Prompt
from kiosk.selftest import broken, occupied
from kiosk.service import LaneState
from link.staff import StaffRole
from simulators.population import Story
from simulators.world import World
from tests.kiosk.statuses import status
from tests.kiosk.toy import ToyRun, cross

Act = Callable[[ToyRun], None]
FAIR = status(persons=0)


def command(what: LaneCommand, role: StaffRole = StaffRole.SHIFT_SUPERVISOR, name: str = "") -> Act:
    def give(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.command(LaneOrder(name or what.value, what, "o-1", role, "drill"))

    return give


def plot(*acts: tuple[Callable[[ToyRun], bool], Act]) -> Act:
    """One act after another, each when its moment has come."""

    def prepare(run: ToyRun) -> None:
        async def play() -> None:
            for when, act in acts:
                while not when(run):  # noqa: ASYNC110  (the world is plain data: nothing to await)
                    await asyncio.sleep(0.05)
                act(run)

        run.background.append(asyncio.get_running_loop().create_task(play()))

    return prepare


def shows(prompt: Prompt) -> Callable[[ToyRun], bool]:
    return lambda run: run.world.prompt is prompt


def state(run: ToyRun) -> LaneState:
    assert run.lane is not None
    return run.lane.service.state


def answers(run: ToyRun) -> list[str]:
    assert run.officer is not None
    return [refusal for _, refusal in run.officer.answered]


def passed(run: ToyRun) -> bool:
    return bool(run.records)


def waits(seconds: float) -> Callable[[ToyRun], bool]:
    began: list[float] = []

    def is_over(_run: ToyRun) -> bool:
        now_s = asyncio.get_running_loop().time()
        began.append(now_s)
        return now_s - began[0] >= seconds

    return is_over


# --- commands ---


@pytest.mark.slow
def test_a_lane_closed_after_this_traveller_takes_the_next_one_when_it_is_opened(tmp_path: Path) -> None:
    seen: list[LaneState] = []
    prepare = plot(
        (shows(Prompt.LOOK_HERE), command(LaneCommand.CLOSE_AFTER_CURRENT)),
        (waits(0.2), lambda run: seen.append(state(run))),
        (shows(Prompt.CLOSED), lambda run: seen.append(state(run))),
        (waits(30.0), command(LaneCommand.OPEN)),
    )
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE)
    assert seen == [LaneState.CLOSING, LaneState.CLOSED]
    assert [record.outcome for record in run.records] == ["PASSED", "PASSED"]
    assert run.records[1].opened_at_s > run.records[0].sealed_at_s + 30.0
    assert answers(run) == ["", ""]


def test_closed_now_whoever_is_inside_is_sent_back(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.LOOK_HERE), command(LaneCommand.CLOSE_NOW)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE, patience_s=60.0)
    assert [(record.outcome, record.reason) for record in run.records] == [("SENT_BACK", "lane_closed")]
    assert run.world.exit_opened_at_s == []
    assert run.world.persons == []
    assert state(run) is LaneState.CLOSED


def test_closed_now_whoever_is_on_the_way_out_walks_on(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.GO_AHEAD), command(LaneCommand.CLOSE_NOW)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE, patience_s=60.0)
    assert [record.outcome for record in run.records] == ["PASSED"]


@pytest.mark.slow
def test_released_everybody_gets_out_and_the_lane_waits_for_somebody_to_look(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.LOOK_HERE), command(LaneCommand.RELEASE, StaffRole.ASSISTANT)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE, patience_s=90.0)
    assert [(record.outcome, record.reason) for record in run.records] == [("EMERGENCY", "officer_released")]
    assert run.world.persons == []


def test_a_supervisor_lets_them_out_to_the_state_side_by_a_decision_that_is_on_the_disk(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.LOOK_HERE), command(LaneCommand.RELEASE_ONWARD)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.IMPOSTOR, Story.GENUINE, patience_s=90.0)
    assert [(record.outcome, record.reason) for record in run.records] == [("OFFICER_PASSED", "released_onward")]
    assert len(run.world.exit_opened_at_s) == 1
    assert run.world.persons == []
    (decided,) = [dict(entry.facts) for entry in run.record.entries if entry.kind == "decided"]
    assert (decided["officer_action"], decided["officer_role"]) == ("release_onward", "shift_supervisor")
    assert decided["officer"] and decided["officer_reason"] and decided["persons"] == 1
    assert state(run) is LaneState.CLOSED


@pytest.mark.parametrize("role", [role for role in StaffRole if role is not StaffRole.SHIFT_SUPERVISOR])
def test_nobody_else_lets_anybody_out_to_the_state_side(tmp_path: Path, role: StaffRole) -> None:
    prepare = plot((shows(Prompt.LOOK_HERE), command(LaneCommand.RELEASE_ONWARD, role)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.IMPOSTOR)
    assert run.world.exit_opened_at_s == []
    assert "may not release onward" in answers(run)[0]


def test_where_nobody_crosses_there_is_no_state_side_to_let_anybody_out_to(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.WELCOME), command(LaneCommand.RELEASE_ONWARD)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE)
    assert "back to the hall" in answers(run)[0]


@pytest.mark.slow
def test_where_nobody_knows_how_many_are_inside_the_way_is_back(tmp_path: Path) -> None:
    def release(run: ToyRun) -> None:
        run.world.sensor_healthy = False
        command(LaneCommand.RELEASE_ONWARD)(run)

    run = cross(ToyRun(tmp_path, prepare=plot((shows(Prompt.LOOK_HERE), release))), Story.IMPOSTOR, patience_s=90.0)
    assert run.world.exit_opened_at_s == []
    assert run.records[0].outcome == "EMERGENCY"


def test_a_hold_ends_when_everybody_is_let_out(tmp_path: Path) -> None:
    let_out_s: list[float] = []

    def held(run: ToyRun) -> bool:
        return bool(run.records) and run.record.outcome == "HELD"

    def release(run: ToyRun) -> None:
        let_out_s.append(asyncio.get_running_loop().time())
        command(LaneCommand.RELEASE)(run)

    def opened(run: ToyRun) -> bool:
        return run.world.entry_permille == 1000

    prepare = plot((held, release), (opened, lambda _run: let_out_s.append(asyncio.get_running_loop().time())))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.SHOWS_PRINT, patience_s=120.0)
    assert run.record.outcome == "HELD"
    assert let_out_s[1] - let_out_s[0] <= 2.0


@pytest.mark.slow
def test_the_same_order_twice_is_carried_out_once_and_answered_twice(tmp_path: Path) -> None:
    close = command(LaneCommand.CLOSE_AFTER_CURRENT, name="7")
    prepare = plot((shows(Prompt.WELCOME), close), (waits(1.0), close), (waits(1.0), command(LaneCommand.OPEN)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE)
    assert answers(run) == ["", "", ""]
    with run.journal() as journal:
        commands = [entry for _, entry in journal.reader.walk() if entry.kind == "command"]
    assert [entry.fact("order") for entry in commands] == ["7", "open"]


def test_who_has_not_the_right_is_refused_and_that_is_kept(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.LOOK_HERE), command(LaneCommand.CLOSE_NOW, StaffRole.ENGINEER)))
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE)
    assert run.record.outcome == "PASSED"
    assert "may not" in answers(run)[0]
    with run.journal() as journal:
        (entry,) = [entry for _, entry in journal.reader.walk() if entry.kind == "command"]
    assert (entry.fact("role"), bool(entry.fact("refusal"))) == ("engineer", True)


# --- maintenance ---


@pytest.mark.slow
def test_a_lock_out_takes_the_controller_out_of_service_and_outlives_a_restart(tmp_path: Path) -> None:
    enter = command(LaneCommand.ENTER_MAINTENANCE, StaffRole.ENGINEER)
    run = cross(ToyRun(tmp_path, prepare=plot((shows(Prompt.WELCOME), enter))), Story.GENUINE, patience_s=30.0)
    assert (run.records, state(run)) == ([], LaneState.MAINTENANCE)
    assert run.plant is not None
    assert run.plant.state.out_of_service
    (tmp_path / "register.db").unlink()
    again = ToyRun(tmp_path, world=type(run.world)())
    leave = command(LaneCommand.LEAVE_MAINTENANCE, StaffRole.ENGINEER)
    states: list[LaneState] = []
    again.prepare = plot(
        (waits(10.0), lambda run: states.append(state(run))),
        (waits(0.1), leave),
        (waits(10.0), lambda run: states.append(state(run))),
        (waits(0.1), command(LaneCommand.OPEN)),
    )
    cross(again, Story.GENUINE)
    assert states == [LaneState.MAINTENANCE, LaneState.CLOSED]
    assert answers(again) == ["", ""]
    assert again.record.outcome == "PASSED"


def test_maintenance_begins_after_the_traveller_inside_has_gone(tmp_path: Path) -> None:
    enter = command(LaneCommand.ENTER_MAINTENANCE, StaffRole.ENGINEER)
    run = cross(ToyRun(tmp_path, prepare=plot((shows(Prompt.LOOK_HERE), enter))), Story.GENUINE, Story.GENUINE,
        patience_s=60.0)  # fmt: skip
    assert [record.outcome for record in run.records] == ["PASSED"]
    assert state(run) is LaneState.MAINTENANCE


# --- latches ---


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "reason"), [("cabinet_open", "tampered")])
def test_what_must_be_looked_after_keeps_the_lane_closed_although_it_is_over(
    fault: str, reason: str, tmp_path: Path
) -> None:
    prepare = plot(
        (shows(Prompt.LOOK_HERE), lambda run: setattr(run.world, fault, True)),
        (passed, lambda run: setattr(run.world, fault, False)),
        (waits(60.0), command(LaneCommand.OPEN)),
    )
    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE)
    assert [record.reason for record in run.records] == [reason, "passed"]
    assert run.records[1].opened_at_s > run.records[0].sealed_at_s + 60.0


def test_a_cabinet_opened_at_an_idle_lane_calls_an_officer(tmp_path: Path) -> None:
    prepare = plot((shows(Prompt.WELCOME), lambda run: setattr(run.world, "cabinet_open", True)))
    run = cross(ToyRun(tmp_path, prepare=prepare, stays=True), patience_s=20.0)
    assert run.officer is not None
    assert [(case.reason, alarm) for case, alarm in run.officer.told] == [("tampered", True)]
    assert state(run) is LaneState.CLOSED
    assert run.world.prompt is Prompt.CLOSED


# --- self-test ---


def test_the_lane_moves_its_entry_door_before_it_serves_anybody(tmp_path: Path) -> None:
    moved: list[str] = []

    class Watching(World):
        def __setattr__(self, name: str, value: object) -> None:
            if name == "entry_permille" and value == 1000:
                moved.append(self.prompt.value)
            super().__setattr__(name, value)

    world = type("Both", (Watching, type(ToyRun(tmp_path).world)), {})()
    cross(ToyRun(tmp_path, world=world), Story.GENUINE)
    assert moved[0] == Prompt.CLOSED.value
    assert Prompt.WALK_IN.value in moved


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"safety": 1 << 7}, "cabinet"),
        ({"safety": 1 << 9}, "forced"),
        ({"fault_latched": True, "fault": 2}, "fault 2"),
        ({"out_of_service": True}, "out of service"),
        ({"key_switch": True}, "key"),
        ({"sensor_healthy": False}, "counter"),
        ({"barrier_stuck": True}, "barrier"),
        ({"barriers": 4}, "not proved empty"),
        ({"persons": 1}, "not proved empty"),
        ({"persons": None}, "not proved empty"),
        ({"confidence": 70}, "not proved empty"),
        ({"entry_closed": False}, "closed and locked"),
        ({"exit_closed": False}, "closed and locked"),
    ],
)
def test_each_thing_that_a_status_tells_is_found(changes: dict[str, object], word: str) -> None:
    assert (broken(FAIR) or occupied(FAIR)) is None
    changed = replace(FAIR, **changes)  # type: ignore[arg-type]  # by its fields
    found = broken(changed) or occupied(changed)
    assert found is not None
    assert word in found.words


def test_a_black_picture_keeps_the_lane_closed_until_there_is_light(tmp_path: Path) -> None:
    def blind(run: ToyRun) -> None:
        assert run.lane is not None
        camera = run.lane.raw["camera"]
        camera.faults.black = True  # type: ignore[attr-defined]  # simulated
        asyncio.get_running_loop().call_later(20.0, setattr, camera.faults, "black", False)  # type: ignore[attr-defined]

    run = cross(ToyRun(tmp_path, prepare=blind), Story.GENUINE)
    assert run.record.outcome == "PASSED"
    assert run.record.opened_at_s >= 20.0


@pytest.mark.slow
def test_a_device_that_fails_three_times_in_a_quarter_of_an_hour_is_permanent(tmp_path: Path) -> None:
    def prepare(run: ToyRun) -> None:
        async def fail() -> None:
            assert run.lane is not None
            camera = run.lane.raw["camera"]
            while True:
                broken = run.world.prompt in (Prompt.LOOK_HERE, Prompt.WALK_IN)
                camera.faults.stalled = broken  # type: ignore[attr-defined]  # simulated
                await asyncio.sleep(0.1)

        run.background.append(asyncio.get_running_loop().create_task(fail()))

    run = cross(ToyRun(tmp_path, prepare=prepare), *[Story.GENUINE] * 4, patience_s=400.0)
    assert [record.reason for record in run.records] == ["camera_failed"] * 3
    assert run.lane is not None
    assert run.lane.service.standing.latched
    assert run.plant is not None
    assert run.plant.state.command is not DoorCommand.OPEN_EXIT


def test_whoever_presses_again_and_again_has_called_once_and_more_time_calls_nobody(tmp_path: Path) -> None:
    def presses(run: ToyRun) -> None:
        async def press() -> None:
            await asyncio.sleep(1.0)
            run.world.pressed += [Button.MORE_TIME, Button.HELP, Button.HELP, Button.OFFICER]
            await asyncio.sleep(30.0)
            run.world.pressed.append(Button.OFFICER)

        run.background.append(asyncio.get_running_loop().create_task(press()))

    run = cross(ToyRun(tmp_path, prepare=presses, stays=True), patience_s=60.0)
    assert run.officer is not None
    assert [(case.reason, case.transaction, alarm) for case, alarm in run.officer.told] == [
        ("help_requested", "", True), ("help_requested", "", True)
    ]  # fmt: skip
    with run.journal() as journal:
        pressed = [entry.fact("button") for _, entry in journal.reader.after(0, 1000) if entry.kind == "pressed"]
    assert pressed == ["help", "officer"]
