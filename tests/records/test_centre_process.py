"""`egate centre serve` as a process of its own over mutual TLS: killed in the middle, asked afterwards, stopped."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.exits import CommandFailed
from cli.lane_services import posting
from cli.main import app
from config.services import Centre as Section
from drivers.clock import WallClock
from records.centre import Centre
from records.journal import Journal
from records.poster import Poster
from tests.records.conftest import KEY
from tests.records.test_audit import CliRunner
from tests.records.test_centre import all_at, all_of, fill

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]
LIMIT_S = 60.0


def egate(*arguments: object) -> str:
    return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False).stdout


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@contextmanager
def centre(folder: Path, port: int, gates: int = 1) -> Iterator[subprocess.Popen[str]]:
    """The process, once it listens."""
    arguments = [
        "centre",
        "serve",
        "--file",
        folder / "centre.sqlite",
        "--keys",
        folder / "keys/centre",
        "--port",
        port,
    ]
    command = [sys.executable, "-m", "cli", *map(str, arguments)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    ) as it:
        try:
            assert it.stdout is not None
            assert re.match(rf"centre on https://127\.0\.0\.1:\d+, {gates} gates known", it.stdout.readline())
            yield it
        finally:
            it.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    egate("certs", "make", tmp_path / "keys", "--gate", "gate-1")
    return tmp_path


def section(port: int, gate: str = "gate-1") -> Section:
    own = f"keys/gates/{gate}"
    return Section(
        url=f"https://127.0.0.1:{port}", authority=f"{own}/ca.pem", certificate=f"{own}/gate.pem",
        certificate_key=f"{own}/gate.key", token_file="keys/gates/gate-1/token",  # noqa: S106
        heads_key=f"{own}/heads.key",
        post_every_s=0.1, heads_every_s=1.0,
    )  # fmt: skip


def lane(folder: Path, about: Section, scene: Callable[[Poster, Journal], bool]) -> None:
    """A journal that is posted until `scene` says that it is enough."""

    async def run() -> None:
        with Journal.open(folder / "journal.sqlite", "gate-1", f"boot-{time.monotonic_ns()}", KEY) as journal:
            async with asyncio.timeout(LIMIT_S), posting(about, folder, journal, WallClock()) as poster:
                while not scene(poster, journal):  # noqa: ASYNC110  (the scene looks at what has no event)
                    await asyncio.sleep(0.02)

    asyncio.run(run())


def test_a_killed_centre_has_everything_once_after_it_came_back(folder: Path) -> None:
    port = free_port()

    def growing(poster: Poster, journal: Journal) -> bool:
        fill(journal, 10)
        return poster.sent >= 100

    def cut(poster: Poster, journal: Journal) -> bool:
        fill(journal, 10)
        return bool(poster.trouble)

    with centre(folder, port) as process:
        lane(folder, section(port), growing)
        process.send_signal(signal.SIGKILL)
        process.wait(LIMIT_S)
        lane(folder, section(port), cut)
    with centre(folder, port) as process:
        lane(folder, section(port), lambda poster, _journal: poster.sent > 0)
        table = egate("centre", "gates", "--file", folder / "centre.sqlite", "--silent-after", 600)
        process.send_signal(signal.SIGTERM)
        assert process.wait(LIMIT_S) == 0
    with Centre(folder / "centre.sqlite") as kept:
        taken, written = all_at(kept), all_of(folder / "journal.sqlite")
    assert taken == written[: len(taken)]
    assert len(written) - len(taken) <= 1, "all but what was noted after the last post"
    assert "holds" in table
    with pytest.raises(CommandFailed, match="1 of 1 gates need looking after: gate-1"):
        time.sleep(1.1)
        egate("centre", "gates", "--file", folder / "centre.sqlite", "--silent-after", 1)


def test_another_gates_certificate_does_not_carry_this_gates_token(folder: Path) -> None:
    egate("certs", "make", folder / "keys", "--gate", "gate-2")
    port = free_port()
    with centre(folder, port, gates=2):
        lane(folder, section(port, "gate-2"), lambda poster, _journal: "403" in poster.trouble)
