"""egate check-config and egate config."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from config.history import accept
from config.load import load


def run(*arguments: object) -> str:
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False).stdout


def test_a_good_file(site_file: Path) -> None:
    assert "good; lane demo-1, version 1" in run("check-config", site_file)
    answer = json.loads(run("check-config", site_file, "--json"))
    assert answer == {"ok": True, "lane": "demo-1", "version": "1", "digest": load(site_file).digest}


def test_a_typo_ends_with_2_and_tells_every_fault(site_file: Path, demo: str) -> None:
    site_file.write_text(demo.replace("baud = 115200", "buad = 1").replace("minimum_age", "minimum_ages"))
    with pytest.raises(CommandFailed) as failed:
        run("check-config", site_file)
    assert failed.value.exit_code == 2
    first, second = str(failed.value).split("\n")
    assert first.endswith("did you mean 'baud'?")
    assert second.endswith("did you mean 'minimum_age'?")


def test_history_and_rollback(site_file: Path, demo: str) -> None:
    assert "no lane has accepted it yet" in run("config", "history", site_file)
    for version in ("1", "2"):
        site_file.write_text(demo.replace('version = "1"', f'version = "{version}"'))
        accept(load(site_file), datetime(2026, 5, 1, tzinfo=UTC))
    assert [each["version"] for each in json.loads(run("config", "history", site_file, "--json"))] == ["1", "2"]
    assert "version 1 is back" in run("config", "rollback", site_file)
    assert site_file.read_text() == demo
    assert "version 2" in run("config", "history", site_file)


def test_rollback_without_a_history_has_one_sentence(site_file: Path) -> None:
    with pytest.raises(CommandFailed, match="nothing to go back to") as failed:
        run("config", "rollback", site_file)
    assert failed.value.exit_code == 2


def test_describe_prints_the_reference() -> None:
    assert run("config", "describe").startswith("# The site file\n")
