"""egate console: people, lanes and tokens enrolled; what is shown once is kept nowhere."""

import json
import sys
from pathlib import Path

import pytest

from cli.main import main
from console.room import FILE
from console.staff import Staff
from console.store import Store


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["egate", "console", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.slow
def test_a_person_signs_in_with_what_was_shown_and_must_change_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path)
    assert run(monkeypatch, "user", "add", "m.keller", "--role", "shift_supervisor", "--folder", folder) == 0
    password = capsys.readouterr().out.strip().rpartition(" ")[2]
    assert password.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    with Store(tmp_path / FILE) as store:
        _token, session = Staff(store).sign_in("m.keller", password, 0.0)
        assert Staff(store).users[session.user].must_change
    assert run(monkeypatch, "user", "add", "m.keller", "--role", "viewer", "--folder", folder) == 2
    assert run(monkeypatch, "user", "disable", "m.keller", "--folder", folder) == 0
    assert run(monkeypatch, "user", "disable", "nobody", "--folder", folder) == 2


def test_a_lanes_key_and_a_machines_token_are_written_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "lane.json"
    folder = str(tmp_path / "console")
    assert run(monkeypatch, "lane", "add", "A1", "--out", str(out), "--folder", folder) == 0
    assert out.stat().st_mode & 0o077 == 0
    assert json.loads(out.read_text())["lane"] == "A1"
    assert run(monkeypatch, "token", "add", "hall", "--folder", folder) == 0
    token = capsys.readouterr().out.strip().rpartition(" ")[2]
    assert token.encode() not in (tmp_path / "console" / FILE).read_bytes()


def test_beyond_this_computer_there_is_no_plain_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "serve", "--folder", str(tmp_path), "--host", "0.0.0.0") == 2  # noqa: S104  (refused)
    assert "https" in capsys.readouterr().err
