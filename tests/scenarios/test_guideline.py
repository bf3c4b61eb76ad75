"""The guideline says what the scenarios prove, and every sentence of it is proved."""

from cli.scenario_commands import LIBRARY, PAGE
from cli.scenario_library import checked
from simulators.guideline import load_guideline, written
from simulators.scenario import scenario_files

SCENARIOS = {file.stem: checked(file) for file in scenario_files(LIBRARY)}


def test_the_page_is_what_the_scenarios_say() -> None:
    page = written(load_guideline(LIBRARY), SCENARIOS)
    assert PAGE.read_text(encoding="utf-8") == page, "run 'egate scenario guideline'"


def test_every_paragraph_is_proved_and_every_proof_has_its_paragraph() -> None:
    proved = {each for scenario in SCENARIOS.values() for each in scenario.scenario.proves}
    assert proved == set(load_guideline(LIBRARY).paragraphs())


def test_nothing_is_put_off() -> None:
    assert [name for name, scenario in SCENARIOS.items() if scenario.scenario.not_yet] == []
