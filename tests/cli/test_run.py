"""egate run and bench: what is wrong with a site, its devices or its files is one sentence and an exit code."""

import socket
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.main import main

SITES = Path(__file__).parents[2] / "config" / "sites"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def egate(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def site(folder: Path, *changes: tuple[str, str]) -> Path:
    """The demo's site file with some text exchanged."""
    text = (SITES / "demo.toml").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "site.toml"
    path.write_text(text)
    return path


DOORS = '[doors]\nkind = "modbus"\nport = "simulated"'


@pytest.mark.slow
@pytest.mark.wire
@pytest.mark.parametrize(
    ("changes", "device"),
    [
        ([(DOORS, DOORS.replace('"simulated"', '"/dev/no-such-port"'))], "doors"),
        ([('kind = "serial"\nport = "simulated"', 'kind = "serial"\nport = "/dev/no-such-port"')], "reader"),
        ([('source = "simulated"', 'source = "http://127.0.0.1:9/stream.mjpg"')], "camera"),
    ],
)
def test_a_device_that_is_absent_at_start_is_named(
    egate: Run, tmp_path: Path, changes: list[tuple[str, str]], device: str
) -> None:
    code, _, err = egate("run", "--site", site(tmp_path, *changes), "--travellers", "1")
    assert code == 3
    assert f"egate: {device}: " in err
    assert "Traceback" not in err


@pytest.mark.slow
@pytest.mark.wire
def test_a_port_that_is_taken_is_named(egate: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path = site(tmp_path, ("port = 0 ", f"port = {port} "))
        code, _, err = egate("run", "--site", path, "--travellers", "1")
    assert code == 3
    assert f"127.0.0.1:{port}" in err


@pytest.mark.slow
@pytest.mark.parametrize("name", ["journal.sqlite", "register.sqlite"])
def test_a_damaged_file_is_named_and_kept(egate: Run, tmp_path: Path, name: str) -> None:
    damaged = b"no database " * 400
    (tmp_path / name).write_bytes(damaged)
    code, _, err = egate("run", "--site", site(tmp_path), "--travellers", "1")
    assert code in (1, 3)
    assert name in err
    assert (tmp_path / name).read_bytes() == damaged


def test_a_typo_in_the_site_file_is_named_with_line_and_nearest_key(egate: Run, tmp_path: Path) -> None:
    path = site(tmp_path, ("cycle_hz", "cicle_hz"))
    code, _, err = egate("run", "--site", path)
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if "cicle_hz" in text)
    assert code == 2
    assert f"{path}:{line}" in err.replace("\n", "")
    assert "cycle_hz" in err


def test_an_unknown_bench_names_those_that_there_are(egate: Run) -> None:
    code, _, err = egate("bench", "no-such-thing")
    assert code == 2
    assert "machine" in err


def test_every_command_has_help_with_an_example(egate: Run) -> None:
    for command in ("demo", "cross", "run", "bench"):
        code, out, _ = egate(command, "--help")
        assert code == 0
        assert f"egate {command}" in out
