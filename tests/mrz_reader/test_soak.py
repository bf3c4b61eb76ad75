"""The search for false accepts: it counts what a reader takes wrongly, and says by which seed to find it again."""

import json
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.mrz_drawn import TODAY, disturbed, forged
from benchmarks.mrz_soak import Amount, soak
from cli.exits import REFERRED, CommandFailed
from cli.mrz_commands import app
from mrz.errors import Fault
from mrz.model import MrzRead, Verdict
from mrz.parse import inspect
from mrz.reader import MrzReader


class Credulous:
    """Accepts everything, and reads it as one document."""

    def __init__(self, lines: tuple[str, ...]) -> None:
        self._lines = lines

    def read(self, image: np.ndarray, today: date) -> MrzRead:
        return MrzRead(verdict=Verdict.ACCEPT, lines=self._lines)


@pytest.mark.slow
def test_what_is_accepted_wrongly_is_counted_and_named() -> None:
    told: list[None] = []
    report = soak(Credulous(disturbed(8).lines), 7, Amount(3, 2, 1), lambda: told.append(None))
    assert (report["pages"], report["exact"], report["accepted"], report["false_accepts"]) == (3, 1, 3, 2)
    assert (report["false_seeds"], report["junk_seeds"], len(told)) == ([7, 9], [7, 8], 6)
    assert (report["forged_exact"], report["forged_seeds"]) == (0, [7])
    assert sum(row["pages"] for row in report["by_type"].values()) == 3
    assert sum(row["false_accepts"] for row in report["by_strength"].values()) == 2


def test_the_command_prints_one_object() -> None:
    result = CliRunner().invoke(app, ["soak", "--pages", "2", "--junk", "2", "--forged", "1", "--seed", "0", "--json"])
    report = json.loads(result.stdout)
    assert (result.exit_code, report["pages"], report["junk"], report["false_seeds"]) == (0, 2, 2, [])


def test_a_find_ends_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.mrz_reading.MrzReader", lambda: Credulous(("A", "B")))
    result = CliRunner().invoke(app, ["soak", "--pages", "1", "--junk", "0", "--forged", "0", "--seed", "0"])
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == REFERRED


@pytest.mark.parametrize("seed", range(6))
def test_a_forged_page_breaks_its_rules_by_one_digit(seed: int) -> None:
    faults = inspect(forged(seed).lines, TODAY).faults
    assert {fault.fault for fault in faults} >= {Fault.CHARACTER_NOT_ALLOWED}


@pytest.mark.slow
def test_no_digit_for_a_letter_is_accepted(reader: MrzReader) -> None:
    assert [seed for seed in range(6) if reader.read(forged(seed).image, TODAY).verdict is Verdict.ACCEPT] == []
