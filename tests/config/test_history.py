"""What was accepted is kept, and comes back."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.history import accept, history, rollback
from config.load import ConfigRefused, load

DAY = datetime(2026, 5, 1, tzinfo=UTC)


def in_use(file: Path, text: str, day: int) -> None:
    """The lane starts with this text on this day."""
    file.write_text(text)
    accept(load(file), DAY + timedelta(days=day))


def test_each_configuration_is_kept_once_with_version_digest_and_day(site_file: Path, demo: str) -> None:
    in_use(site_file, demo, 0)
    in_use(site_file, demo, 1)
    in_use(site_file, demo.replace('version = "1"', 'version = "2"'), 2)
    first, second = history(site_file)
    assert (first.number, first.version, first.accepted_at) == (1, "1", "2026-05-01T00:00:00+00:00")
    assert (second.number, second.version, second.accepted_at) == (2, "2", "2026-05-03T00:00:00+00:00")
    assert second.digest == load(site_file).digest


def test_rollback_brings_the_one_before_back_and_again_the_other(site_file: Path, demo: str) -> None:
    newer = demo.replace('version = "1"', 'version = "2"')
    in_use(site_file, demo, 0)
    in_use(site_file, newer, 1)
    assert rollback(site_file, DAY).version == "1"
    assert site_file.read_text() == demo
    assert rollback(site_file, DAY).version == "2"
    assert site_file.read_text() == newer
    assert [each.version for each in history(site_file)] == ["1", "2", "1", "2"]


@pytest.mark.parametrize("broken", ["lane = [", "", 'version = "3"'])
def test_an_edited_file_goes_back_to_what_was_in_use(site_file: Path, demo: str, broken: str) -> None:
    in_use(site_file, demo, 0)
    site_file.write_text(broken)
    rollback(site_file, DAY)
    assert site_file.read_text() == demo
    assert len(history(site_file)) == 1


def test_a_site_file_that_was_lost_comes_back(site_file: Path, demo: str) -> None:
    in_use(site_file, demo, 0)
    site_file.unlink()
    rollback(site_file, DAY)
    assert site_file.read_text() == demo


def test_there_may_be_nothing_to_go_back_to(site_file: Path) -> None:
    assert history(site_file) == ()
    with pytest.raises(ConfigRefused, match="nothing to go back to"):
        rollback(site_file, DAY)


def test_a_history_that_was_changed_is_not_brought_back(site_file: Path, demo: str) -> None:
    in_use(site_file, demo, 0)
    kept = site_file.with_name("site.toml.history") / "0001.toml"
    kept.write_text(demo.replace("minimum_age = 12", "minimum_age = 0"))
    site_file.write_text("")
    with pytest.raises(ConfigRefused, match="somebody has changed the history"):
        rollback(site_file, DAY)
    assert site_file.read_text() == ""


def test_a_history_that_cannot_be_read_has_one_sentence(site_file: Path, demo: str) -> None:
    in_use(site_file, demo, 0)
    (site_file.with_name("site.toml.history") / "index.jsonl").write_text("{")
    with pytest.raises(ConfigRefused, match=r"index.jsonl: the history cannot be read"):
        history(site_file)
