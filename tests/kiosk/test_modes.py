"""Degraded modes: the table by itself, and in force in the lane."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drivers.model import Prompt
from kiosk.modes import RULES, InForce, Mode, Signals, observe
from records.errors import JournalFailed
from records.journal import Journal
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

WELL = Signals()
SEEN: dict[Mode, Signals] = {
    Mode.REGISTER_SLOW: replace(WELL, register_slow=True),
    Mode.OFFLINE_CACHED: replace(WELL, register_cut=True),
    Mode.WATCHLIST_STALE: replace(WELL, watchlist_stale=True),
    Mode.NO_CHIP: replace(WELL, antenna_failed=True),
    Mode.CAMERA_BAD: replace(WELL, camera_failed=True),
    Mode.UNSUPERVISED: replace(WELL, officer_present=False),
    Mode.RECORD_STORE_BAD: replace(WELL, record_refused=True),
    Mode.POWER_LOW: replace(WELL, on_battery=True),
    Mode.EMERGENCY: replace(WELL, emergency=True),
}


def test_every_mode_has_a_rule_and_a_cause() -> None:
    assert list(RULES) == list(Mode) == list(SEEN)


@pytest.mark.parametrize("mode", Mode)
def test_a_cause_puts_its_mode_in_force_at_once_and_no_other(mode: Mode) -> None:
    modes = observe(InForce(), SEEN[mode], 5.0)
    assert modes.gravest is (mode if RULES[mode].closes else None)
    assert modes.names == {mode.value}


@pytest.mark.parametrize("mode", Mode)
def test_a_mode_is_left_when_its_cause_was_gone_long_enough(mode: Mode) -> None:
    stays_s = RULES[mode].leave_after_s
    modes = observe(observe(InForce(), SEEN[mode], 0.0), WELL, 10.0)
    assert (mode.value in modes.names) is (stays_s > 0)
    assert observe(modes, WELL, 10.0 + stays_s).names == frozenset()


def test_a_cause_that_comes_back_starts_the_wait_anew() -> None:
    modes = observe(observe(InForce(), SEEN[Mode.POWER_LOW], 0.0), WELL, 1.0)
    modes = observe(observe(modes, SEEN[Mode.POWER_LOW], 50.0), WELL, 55.0)
    assert observe(modes, WELL, 114.0).gravest is Mode.POWER_LOW
    assert observe(modes, WELL, 115.0).gravest is None


def test_the_gravest_of_several_is_told() -> None:
    assert observe(InForce(), replace(WELL, emergency=True, officer_present=False), 0.0).gravest is Mode.EMERGENCY


# --- in force in the lane ---


def once(run: ToyRun, when: Callable[[ToyRun], bool], then: Callable[[ToyRun], None]) -> None:
    async def watch() -> None:
        while not when(run):  # noqa: ASYNC110  (the world is plain data: nothing to await)
            await asyncio.sleep(0.05)
        then(run)

    run.background.append(asyncio.get_running_loop().create_task(watch()))


def test_a_crossing_in_normal_service_says_so(tmp_path: Path) -> None:
    run = cross(ToyRun(tmp_path), Story.GENUINE)
    assert run.record.entries[-1].fact("modes") == "normal"


@pytest.mark.slow
def test_the_traveller_inside_is_finished_when_the_officer_leaves_and_nobody_after(tmp_path: Path) -> None:
    def sign_out(run: ToyRun) -> None:
        assert run.officer is not None
        run.officer.is_present = False

    def prepare(run: ToyRun) -> None:
        once(run, lambda run: run.world.prompt is Prompt.WALK_IN, sign_out)

    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE, patience_s=60.0)
    assert [record.outcome for record in run.records] == ["PASSED"]
    assert run.record.entries[-1].fact("modes") == "unsupervised"
    assert run.world.prompt is Prompt.CLOSED


@pytest.mark.slow
def test_on_battery_nobody_is_served_until_the_mains_were_back_for_a_minute(tmp_path: Path) -> None:
    def prepare(run: ToyRun) -> None:
        asyncio.get_running_loop().call_later(5.0, setattr, run.world, "mains", True)

    run = ToyRun(tmp_path, prepare=prepare)
    run.world.mains = False
    cross(run, Story.GENUINE)
    assert run.record.outcome == "PASSED"
    assert 65.0 <= run.record.opened_at_s <= 75.0


@pytest.mark.slow
def test_an_idle_lane_closes_as_soon_as_a_mode_is_in_force(tmp_path: Path) -> None:
    def prepare(run: ToyRun) -> None:
        once(run, lambda run: bool(run.records), lambda run: setattr(run.world, "mains", False))

    run = cross(ToyRun(tmp_path, prepare=prepare), Story.GENUINE, Story.GENUINE, patience_s=40.0)
    assert len(run.records) == 1
    assert run.world.prompt is Prompt.CLOSED


def test_a_journal_that_cannot_be_written_closes_the_lane_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = Journal.flush

    def full(self: Journal) -> None:
        raise JournalFailed("the journal has no room left: free space on the disk")

    def prepare(run: ToyRun) -> None:
        monkeypatch.setattr(Journal, "flush", full)
        asyncio.get_running_loop().call_later(5.0, setattr, run.world, "sensor_healthy", True)
        asyncio.get_running_loop().call_later(20.0, monkeypatch.setattr, Journal, "flush", flush)

    run = ToyRun(tmp_path, prepare=prepare)
    run.world.sensor_healthy = False  # so that nobody is called before the first write has failed
    cross(run, Story.GENUINE)
    assert run.records[-1].outcome == "PASSED"
    assert run.records[-1].opened_at_s >= 20.0
