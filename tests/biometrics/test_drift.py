import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from biometrics.drift import FEWEST, Scored, drift
from cli.exits import PASSED, REFERRED, CommandFailed
from cli.main import app
from records.journal import Journal

THRESHOLD = 0.3


def scores(group: str, count: int, missed: int, seed: int = 1) -> list[Scored]:
    """`missed` non-matches spread evenly among `count` comparisons."""
    low = {round(number * count / missed) for number in range(missed)} if missed else set()
    rng = np.random.default_rng(seed)
    return [Scored(group, 0.1 if n in low else float(rng.uniform(0.5, 0.9)), THRESHOLD) for n in range(count)]


def test_lanes_that_are_alike_raise_no_alarm() -> None:
    reports = drift([*scores("a", 500, 5), *scores("b", 500, 6)])
    assert [report.group for report in reports] == ["a", "b"]
    assert not any(report.alarms(3.0) for report in reports)


def test_a_lane_that_misses_more_than_the_others_alarms() -> None:
    good, bad = drift([*scores("good", 900, 9), *scores("spoilt", 300, 30)])
    assert bad.alarms(3.0)
    assert not good.alarms(3.0)
    assert bad.non_match_rate == pytest.approx(0.1)


def test_a_lane_that_gets_worse_alarms_by_itself() -> None:
    (report,) = drift([*scores("a", 300, 0), *scores("a", 300, 30)])
    assert report.against_others is None
    assert report.against_earlier is not None
    assert report.alarms(3.0)


def test_too_few_say_nothing() -> None:
    (report,) = drift(scores("a", FEWEST, FEWEST - 1))
    assert (report.against_others, report.against_earlier) == (None, None)
    assert not report.alarms(0.0)


def test_the_histogram_holds_every_score() -> None:
    (report,) = drift(scores("a", 123, 4))
    assert sum(count for _, count in report.histogram) == 123
    assert min(edge for edge, _ in report.histogram) <= 0.1


def journal(folder: Path, gate: str, missed: int) -> Path:
    path = folder / f"{gate}.sqlite"
    with Journal.open(path, gate, "boot-1", b"k" * 32) as kept:
        for number, each in enumerate(scores(gate, 200, missed)):
            facts = {"score": each.score, "threshold": each.threshold, "assurance": "mrz_only", "sex": "FM"[number % 2]}
            kept.append("decided", f"{gate}-{number}", float(number), facts)
        kept.append("face_attempt", f"{gate}-0", 1.0, {"frames": 1})
        kept.flush()
    return path


def test_the_report_reads_journals_and_ends_with_1_on_an_alarm(tmp_path: Path) -> None:
    paths = [str(journal(tmp_path, "lane-1", 2)), str(journal(tmp_path, "lane-2", 40))]
    result = CliRunner().invoke(app, ["face", "drift", *paths, "--json"])
    answer = json.loads(result.stdout)
    assert result.exit_code == REFERRED
    assert [(group["group"], group["comparisons"], group["alarm"]) for group in answer["groups"]] == [
        ("lane-1", 200, False),
        ("lane-2", 200, True),
    ]


def test_people_see_each_groups_scores_as_bars(tmp_path: Path) -> None:
    paths = [str(journal(tmp_path, "lane-1", 2)), str(journal(tmp_path, "lane-2", 40))]
    result = CliRunner().invoke(app, ["face", "drift", *paths])
    lines = [line for line in result.stdout.splitlines() if "lane-" in line]
    assert ["ALARM" in line for line in lines] == [False, True, False, False]
    assert ["█" in line for line in lines] == [False, False, True, True]


def test_any_fact_of_the_decision_can_group(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["face", "drift", str(journal(tmp_path, "lane-1", 2)), "--by", "assurance"])
    assert result.exit_code == PASSED
    assert "mrz_only" in result.stdout


def test_several_facts_can_group_together(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["face", "drift", str(journal(tmp_path, "lane-1", 2)), "--by", "gate,sex", "--json"]
    )
    assert [group["group"] for group in json.loads(result.stdout)["groups"]] == ["lane-1/F", "lane-1/M"]


def test_a_missing_journal_has_a_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["face", "drift", str(tmp_path / "absent.sqlite")])
    assert isinstance(result.exception, CommandFailed)
    assert "absent.sqlite" in str(result.exception)
