"""Random people, faults and orders at the doors: nothing unsafe is seen, and what is unsafe would be."""

from typing import Any

import pytest

from benchmarks.soak import REACHED, Unsafe, soak
from simulators import door_controller, door_plant
from simulators.door_state import Drive, State


@pytest.mark.slow
def test_nothing_unsafe_in_random_events() -> None:
    result = soak(30_000, seed=7)
    assert result["violations"] == 0
    assert [name for name in REACHED if not result[name.lower()]] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_unsafe_in_a_million_random_events(long_scale: float) -> None:
    assert soak(max(10_000, round(1_000_000 * long_scale)), seed=8)["violations"] == 0


def opens_both(state: State) -> State:
    return state._replace(exit=state.exit._replace(drive=state.entry.drive)) if state.entry.drive else state


def forgets_the_alarm(state: State) -> State:
    return state._replace(exit=state.exit._replace(drive=Drive.LOCK)) if state.emergency else state


@pytest.mark.parametrize(("spoil", "rule"), [(opens_both, "I1"), (forgets_the_alarm, "I9")])
def test_a_controller_that_is_unsafe_is_found_out(spoil: Any, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door_plant, "step", lambda *scan: spoil(door_controller.step(*scan)))
    with pytest.raises(Unsafe, match=rule):
        soak(10_000, seed=7)
