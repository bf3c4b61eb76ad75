"""A scenario file that is wrong says where and what is nearest."""

from pathlib import Path

import pytest

from cli.scenario_library import checked
from config.load import ConfigRefused
from simulators.scenario import load_scenario
from simulators.scenario_party import CARRIED_AT
from simulators.world import Luggage

GOOD = """[scenario]
title = "Somebody passes"
proves = ["1.1"]

[[traveller]]

[expect]

[[expect.crossing]]
outcome = "PASSED"
reason = "passed"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "one.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_good_file_is_loaded(tmp_path: Path) -> None:
    assert checked(written(tmp_path, GOOD)).expect.crossing[0].reason == "passed"


def test_an_unknown_key_names_its_line_and_the_nearest(tmp_path: Path) -> None:
    wrong = GOOD.replace("[[traveller]]\n", '[[traveller]]\nbehavior = "stays"\n')
    with pytest.raises(ConfigRefused) as refused:
        load_scenario(written(tmp_path, wrong))
    assert "one.toml:6" in str(refused.value)
    assert "behaviour" in str(refused.value)


def test_a_scenario_without_travellers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match="at least one"):
        load_scenario(written(tmp_path, "traveller = []\n" + GOOD.replace("[[traveller]]\n", "")))


def test_an_ending_that_no_crossing_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigRefused, match=r"one.toml:11: 'strolled' is no reason"):
        checked(written(tmp_path, GOOD.replace('reason = "passed"', 'reason = "strolled"')))


def test_a_passport_of_nobody_is_refused(tmp_path: Path) -> None:
    wrong = GOOD.replace("[[traveller]]\n", '[[traveller]]\npassport = { of = "nobody" }\n')
    with pytest.raises(ConfigRefused, match="'nobody' is no traveller"):
        load_scenario(written(tmp_path, wrong))


@pytest.mark.parametrize("entry", ["[[officer]]\nat_s = 3.0\n", '[[event]]\nwhen = "never"\n'])
def test_an_entry_that_does_nothing_or_never_comes_is_refused(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ConfigRefused):
        load_scenario(written(tmp_path, f"{GOOD}\n{entry}"))


@pytest.mark.parametrize("said", ['luggage = ["cabin_cse"]', 'companion = "child_on_arms"'])
def test_luggage_and_companions_that_nobody_knows_are_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(ConfigRefused, match=r"one.toml:6"):
        load_scenario(written(tmp_path, GOOD.replace("[[traveller]]\n", f"[[traveller]]\n{said}\n")))


def test_every_piece_of_luggage_has_its_place() -> None:
    assert set(CARRIED_AT) == set(Luggage)
