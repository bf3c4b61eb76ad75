"""The demo as a process of its own: over real wires, and without a trace after Ctrl-C."""

import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "cli", "demo"]
INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv[0] = "egate"
runpy.run_module("cli", run_name="__main__")
"""
"""A test that runs in the background hands on that Ctrl-C is ignored: this undoes it."""
"""A job that a shell starts in the background ignores Ctrl-C, and so would all below it."""


def demo(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*DEMO, *arguments, "--keep", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=180,
    )


def entries(folder: Path) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(folder / "journal.sqlite")
    try:
        return connection.execute("SELECT * FROM entries ORDER BY position").fetchall()
    finally:
        connection.close()


def test_one_crossing_goes_over_ptys_and_the_mjpeg_stream(tmp_path: Path) -> None:
    done = demo(tmp_path, "--once", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["outcome"], told["durable"]) == ("PASSED", True)
    assert told["wires"]["doors"].startswith("modbus rtu on ")
    assert told["wires"]["reader"].startswith("serial on ")
    assert told["wires"]["camera"].startswith("mjpeg on http://127.0.0.1:")
    assert {path.name for path in tmp_path.iterdir()} == {
        "journal.sqlite",
        "register.sqlite",
        "copy.sqlite",  # the site's encrypted copy of the register's grants,
        "copy.key",  # and its key, the owner's to read
    }
    assert stat.S_IMODE((tmp_path / "copy.key").stat().st_mode) == 0o600


def test_two_processes_with_the_same_seed_write_the_same_journal(tmp_path: Path) -> None:
    """Real image work, another hash seed each time: nothing but the seed decides."""
    journals = []
    for number in ("1", "2"):
        folder = tmp_path / number
        folder.mkdir()
        done = demo(folder, "--virtual", "--travellers", "3", "--seed", "11", "--json", PYTHONHASHSEED=number)
        assert done.stdout, done.stderr
        journals.append(entries(folder))
    assert journals[0] == journals[1]
    assert len(journals[0]) > 30


def until(condition: Callable[[], object], patience_s: float = 60.0) -> None:
    ends_s = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < ends_s, "it never happened"
        time.sleep(0.05)


def children_of(pid: int) -> set[int]:
    """The process and everything below it."""
    family, found = {pid}, True
    while found:
        found = False
        for status in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = status.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            child = int(status.parent.name)
            if int(fields[1]) in family and child not in family and fields[0] != "Z":
                family.add(child)
                found = True
    return family


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the demo's processes in /proc")
def test_ctrl_c_leaves_no_process_pty_or_port_behind(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTIBLE, "demo", "--travellers", "50"],
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(scratch)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        until(lambda: len(list(scratch.glob("egate-line-*"))) == 2 and len(children_of(running.pid)) > 2)
        family = children_of(running.pid)
        ports = listening(family)
        os.killpg(running.pid, signal.SIGINT)
        out, _ = running.communicate(timeout=30)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.communicate()
    assert b"Traceback" not in out
    assert running.returncode == 130
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family), 10)
    assert list(scratch.iterdir()) == []
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def listening(family: set[int]) -> set[int]:
    """Ports on which the demo's processes listen."""
    inodes = set()
    for pid in family:
        for handle in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(handle.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {int(row[1].rpartition(":")[2], 16) for row in rows if row[3] == "0A" and row[9] in inodes}
