"""The door controller's reachable states, and that the exploration finds what was broken on purpose."""

from collections.abc import Callable

import pytest

from simulators import door_commands, door_controller, door_motion
from simulators.door_exploration import ALL, Violation, explore
from simulators.door_scene import Disturbance, host_choices, plain_choices
from simulators.door_state import DoorInputs, Drive

FAST_STATES = 1500


def test_nothing_unsafe_near_the_start() -> None:
    found = explore(ALL, plain_choices(), limit=FAST_STATES)
    assert found.states > FAST_STATES


@pytest.mark.slow
def test_nothing_unsafe_whatever_the_host_sends() -> None:
    """Complete: any command, binding, sequence, complement and heartbeat; people, but nothing that is broken."""
    found = explore(())
    assert found.is_complete
    assert found.states > 10_000
    assert found.need_button == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "disturbance",
    [Disturbance.FIRE, Disturbance.MAINS_OFF, Disturbance.COUNT_UNKNOWN],
    ids=lambda disturbance: disturbance.name,
)
def test_nothing_unsafe_while_one_thing_fails(disturbance: Disturbance) -> None:
    """The first states, in the order of their distance from the start, with any command."""
    found = explore((disturbance,), host_choices(), limit=3000)
    assert found.states > 3000


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_nothing_unsafe_whatever_fails(long_scale: float) -> None:
    """Everything that can fail, one at a time, at any moment and again: as many states as the scale allows."""
    limit = max(FAST_STATES, round(300_000 * long_scale))
    found = explore(ALL, plain_choices(), limit=limit)
    assert found.states > limit


Bug = Callable[..., object]
ALARM_OR_LOST = (Disturbance.FIRE, Disturbance.EXIT_POSITION_LOST)


def never_refuses(*_: object) -> None:
    """Every guard of one command is gone."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "bug", "rule"),
    [
        (door_commands, "_refusal_of_exit", never_refuses, "permit_is_granted_lawfully"),
        (door_commands, "is_locked", lambda *_: True, "permit_is_granted_lawfully"),
        (door_commands, "_refusal_of_reset", never_refuses, "alarm_releases_both"),
        (door_controller, "is_new", lambda _state, order: order.command != 0, "permit_is_granted_lawfully"),
        (door_controller, "is_silent", lambda *_: False, "silence_withdraws_the_permit"),
        (door_controller, "_retreat", lambda state, *_: state, "silence_lets_out_backwards"),
        (door_controller, "_watch_emergency", lambda state, *_: state, "alarm_releases_both"),
        (door_controller, "_watch_permit", lambda state, *_: state, "silence_withdraws_the_permit"),
        (door_motion, "is_locked", lambda *_: True, "entry_unlocks_only_before_a_locked_exit"),
        (door_motion, "_drive", lambda _door, wires, wanted: drive_blindly(wires, wanted), "leaf_closes_only"),
    ],
)
def test_finds_what_is_broken_on_purpose(
    module: object, name: str, bug: Bug, rule: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, bug)
    hosts = host_choices() if name == "is_new" else plain_choices()
    with pytest.raises(Violation) as violation:
        explore(ALARM_OR_LOST, hosts, limit=2 * FAST_STATES)
    assert violation.value.rule.startswith(rule)
    assert violation.value.way


def drive_blindly(wires: DoorInputs, wanted: bool) -> Drive:
    """Shut without a look at who stands there."""
    if wanted:
        return Drive.OPEN
    return Drive.LOCK if not wires.permille else Drive.CLOSE
