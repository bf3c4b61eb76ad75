"""The whole library on the virtual clock: every file that can run ends as it says, and can be played again."""

from pathlib import Path

import pytest

from cli.scenario_commands import LIBRARY
from cli.scenario_library import Play, checked, recorded, result_of
from cli.scenario_play import play_virtual
from kiosk.modes import Mode
from simulators.scenario import Scenario, scenario_files

FILES = scenario_files(LIBRARY)


@pytest.fixture(scope="module")
def play() -> Play:
    measurer = recorded()
    return lambda scenario, folder, seed: play_virtual(scenario, measurer, folder, seed)


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_ends_as_it_says_and_every_crossing_is_played_again_to_the_same_end_and_movements(
    file: Path, play: Play
) -> None:
    scenario = checked(file)
    if scenario.scenario.not_yet:
        pytest.skip(f"not yet: {scenario.scenario.not_yet}")
    result = result_of(file.stem, scenario, None, play, again=True)
    assert result.differences == ()
    assert result.played_again == len(scenario.expect.crossing)


def library() -> dict[str, Scenario]:
    return {file.stem: checked(file) for file in FILES}


def test_at_least_sixty_can_run() -> None:
    assert sum(not scenario.scenario.not_yet for scenario in library().values()) >= 60


def test_every_exceptional_path_is_told_of() -> None:
    told = {path for scenario in library().values() for path in scenario.scenario.paths}
    assert told == {"E22b", *(f"E{number}" for number in range(1, 47))}


def test_every_degraded_mode_is_stamped_on_a_record_of_some_story() -> None:
    facts = [crossing.facts for scenario in library().values() for crossing in scenario.expect.crossing]
    assert {mode.value for mode in Mode} <= {each.get("sealed.modes") for each in facts}


def test_at_least_eight_also_run_over_wires() -> None:
    assert sum(scenario.scenario.wire for scenario in library().values()) >= 8
