"""The centre and a gate's poster as processes that can be killed; on loopback, over mutual TLS or plain."""

import asyncio
import hashlib
import multiprocessing
import os
import random
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from kiosk.offload import Threaded
from records.centre import Centre
from records.centre_app import Gates, make_centre
from records.outbox import Outbox
from records.poster import Poster
from records.posting import CentreLine, drain
from web.certificates import authority
from web.serve import serving
from web.tls import client_side, server_side

GATE = "bench-1"
TOKEN = "a token of the bench, no secret"  # noqa: S105
READY_S = 30.0
BATCH = 7
"""Small, so that many batches are on their way when somebody dies."""
CONTEXT = multiprocessing.get_context("fork")
"""A start costs milliseconds; nobody here keeps a lock, a thread or a database open while one is forked."""


@dataclass(frozen=True, slots=True)
class At:
    """Where the centre is, and the folder with the certificates; without TLS no certificate is used."""

    folder: Path
    port: int
    tls: bool = False
    pid: int = 0
    """Of the centre, where one was started for it."""

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def client(self, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
        verify: Any = False
        if self.tls:
            own = self.folder / "keys" / "gates" / GATE
            verify = client_side(own / "ca.pem", own / "gate.pem", own / "gate.key")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.AsyncClient(
            base_url=self.url, headers=headers, verify=verify, transport=transport, trust_env=False
        )


@contextmanager
def centre_process(folder: Path, tls: bool = False) -> Iterator[At]:
    """One that is left in peace."""
    at = At(folder, free_port(), tls)
    if tls:
        own = authority(folder / "keys", datetime.now(UTC), 2)
        own.service("centre", ("127.0.0.1",))
        own.gate(GATE)
    process = started(at)
    try:
        yield replace(at, pid=process.pid)
    finally:
        process.kill()
        process.join()


def cpu_s(pid: int) -> float:
    """Seconds of processor time that a process has had; 0 where /proc does not tell. What else runs is not in it."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def started(at: At, disk_bytes: int | None = None) -> Any:
    """A centre that answers. `disk_bytes`: no file of it can grow beyond, as on a full disk."""
    process = CONTEXT.Process(target=serve, args=(at, disk_bytes), daemon=True)
    process.start()
    ends_s = time.monotonic() + READY_S
    while time.monotonic() < ends_s:
        with socket.socket() as trial:
            trial.settimeout(1.0)
            if trial.connect_ex(("127.0.0.1", at.port)) == 0:
                return process
        time.sleep(0.002)
    raise AssertionError("the centre did not start")


def serve(at: At, disk_bytes: int | None) -> None:
    """The centre's process."""
    limited(disk_bytes)
    keys = at.folder / "keys" / "centre"
    tls = server_side(keys / "ca.pem", keys / "server.pem", keys / "server.key") if at.tls else None
    gates = Gates({hashlib.sha256(TOKEN.encode()).hexdigest(): GATE})

    async def run() -> None:
        with Centre(at.folder / "centre.sqlite") as centre:
            async with serving(make_centre(centre, gates, time.time), "127.0.0.1", at.port, tls):
                await asyncio.Event().wait()

    asyncio.run(run())


def warm(folder: Path) -> None:
    """Serve and post once in this process, so that the forked ones find every module loaded."""
    at = At(folder, free_port())

    async def run() -> None:
        with Centre(folder / "warm.sqlite") as centre:
            async with serving(make_centre(centre, Gates({}), time.time), "127.0.0.1", at.port), at.client() as http:
                await http.post("/v1/entries", content=b"no batch")

    asyncio.run(run())


def limited(disk_bytes: int | None) -> None:
    """The system refuses every write beyond, in whatever file: EFBIG in the place of ENOSPC."""
    if disk_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (disk_bytes, resource.RLIM_INFINITY))


class Hurried:
    """A clock that hardly waits: troubles come one after another here."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, _seconds: float) -> None:
        await asyncio.sleep(0.003)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counters that every process sees."""

    answered: Any = field(default_factory=lambda: CONTEXT.Value("q", 0), repr=False)
    lost: Any = field(default_factory=lambda: CONTEXT.Value("q", 0), repr=False)
    troubled: Any = field(default_factory=lambda: CONTEXT.Value("q", 0), repr=False)
    """Answers in which the centre said that its disk had refused."""


@dataclass
class LosingAnswers(httpx.AsyncBaseTransport):
    """One answer in four is lost on its way back, after the centre has committed."""

    real: httpx.AsyncBaseTransport
    rng: random.Random
    counts: "Counts"

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self.real.handle_async_request(request)
        with self.counts.answered.get_lock():
            self.counts.answered.value += 1
            self.counts.troubled.value += answer.status_code == 503
        if self.rng.random() < 0.25:
            await answer.aread()
            with self.counts.lost.get_lock():
                self.counts.lost.value += 1
            raise httpx.ReadError("the answer was lost")
        return answer


def post(journal: Path, at: At, seed: int, counts: Counts, disk_bytes: int | None) -> None:
    """The poster's process: small batches, without a pause, until it is killed or all is sent."""
    limited(disk_bytes)

    async def run() -> None:
        transport = LosingAnswers(httpx.AsyncHTTPTransport(verify=False), random.Random(seed), counts)
        async with at.client(transport) as http:
            poster = Poster(journal, CentreLine(http, 5.0), Hurried(), Threaded("post"), batch=BATCH)
            await poster.run()

    asyncio.run(run())


async def posted(path: Path, at: At, limit: int = 500) -> int:
    """In peace, from this process."""

    async def offload(work: Any, *arguments: Any) -> Any:
        return await asyncio.to_thread(work, *arguments)

    async with at.client() as http:
        with Outbox(path) as outbox:
            return await drain(outbox, CentreLine(http, 30.0), offload, limit)
