"""The figure of a look-up at the register's service: a million visas, a hundred questions a second, signed answers.

The service is `egate register serve` as a process of its own over mutual TLS; a gate's own client asks, at set times
whatever the last answer took, and proves each answer. Only the visas that are asked about have a portrait: a million of
19 kB would be 19 GB.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import insert

from benchmarks.centre_process import cpu_s, free_port
from benchmarks.lane import percentile
from benchmarks.postgresql import BINARIES, running
from cli.certs_commands import fill as make_keys
from drivers.clock import WallClock
from drivers.errors import DeviceError
from link.travel import RegisterQuery, TravelState
from register.client import Address, ServiceClient
from register.store import Store
from register.tables import documents, portraits, visas
from web.tls import client_side
from web.tokens import read_secret

GATE = "bench-1"
A_SECOND = 100
ASKED = 2_000
TOKEN_BYTES = 19_000
PIECE = 10_000


def look_up(records: int = 1_000_000, seconds: float = 20.0) -> dict[str, Any]:
    """Milliseconds from the moment when a question was due until its answer was proved, on each database there is."""
    found: dict[str, Any] = {"visas": records, "a_second": A_SECOND}
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        folder = Path(scratch)
        make_keys(folder / "keys", [GATE])
        found["sqlite"] = _measured(folder / "register.sqlite", folder / "keys", records, seconds)
        if BINARIES is None:
            found["postgresql"] = "not installed here: apt-get install postgresql"
        else:
            with running(BINARIES) as server:
                found["postgresql"] = _measured(server.database(), folder / "keys", records, seconds)
    return found


def _measured(where: Path | str, keys: Path, records: int, seconds: float) -> dict[str, Any]:
    asked = Random(7).sample(range(records), min(ASKED, records))
    with Store(where, create=True) as store:
        began_s = time.perf_counter()
        _fill(store, records, frozenset(asked))
        filled_s = time.perf_counter() - began_s
    with _service(where, keys) as (url, pid):
        before_s = cpu_s(pid)
        taken_ms, failed = asyncio.run(_asked(url, keys / "gates" / GATE, asked, seconds))
        used_s = cpu_s(pid) - before_s
    return {
        "questions": len(taken_ms),
        "failed": failed,
        **{f"p{share}_ms": round(percentile(taken_ms, share), 1) for share in (50, 95, 99)},
        "service_cpu_ms_a_question": round(1000 * used_s / max(1, len(taken_ms)), 2),
        "filled_s": round(filled_s),
    }


def _fill(store: Store, records: int, with_portrait: frozenset[int]) -> None:
    portrait, until = Random(7).randbytes(TOKEN_BYTES), datetime.now(UTC).date() + timedelta(days=90)
    for begin in range(0, records, PIECE):
        numbers = range(begin, min(begin + PIECE, records))
        pictured = [number for number in numbers if number in with_portrait]
        with store.database.writing() as connection:
            connection.execute(insert(documents), [_document(number) for number in numbers])
            connection.execute(insert(visas), [_visa(number, until) for number in numbers])
            if pictured:
                rows = [{"record": f"V-{number}", "image": portrait} for number in pictured]
                connection.execute(insert(portraits), rows)


def _document(number: int) -> dict[str, Any]:
    """Names and birth dates are spread, as they are in a register: near matches are looked for among them."""
    names = f"MADE{number % 90_000}", f"UP{number % 7_000}"
    born = f"{50 + number % 50:02d}{1 + number % 12:02d}{1 + number % 28:02d}"
    return {
        "document": number + 1,
        "issuing_state": "UTO",
        "document_number": f"X{number:08d}",
        "birth_date": born,
        "surname": names[0],
        "given_names": names[1],
        "nationality": "UTO",
        "name_key": "/".join(names),
    }


def _visa(number: int, until: date) -> dict[str, Any]:
    return {
        "record": f"V-{number}",
        "document": number + 1,
        "valid_from": date(2026, 1, 1),
        "valid_until": until,
        "entries": 1,
        "restrictions": [],
        "cancelled": False,
        "synchronised": True,
    }


@contextmanager
def _service(where: Path | str, keys: Path) -> Iterator[tuple[str, int]]:
    """Its address and its process."""
    port = free_port()
    arguments = ["--register", str(where), "--keys", str(keys / "register"), "--port", str(port)]
    command = [sys.executable, "-u", "-m", "cli", "register", "serve", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise AssertionError("the register's service did not start")
            yield f"https://127.0.0.1:{port}", process.pid
        finally:
            process.kill()


async def _asked(url: str, own: Path, asked: list[int], seconds: float) -> tuple[list[float], int]:
    key = load_pem_public_key((own / "answers.pem").read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise AssertionError("the bench's own key is none")
    tls = client_side(own / "ca.pem", own / "gate.pem", own / "gate.key")
    client = ServiceClient(Address(url, key, read_secret(own / "token"), tls), WallClock(), limit_s=5.0)
    taken_ms, failed = list[float](), 0

    async def ask(number: int, due_s: float) -> None:
        nonlocal failed
        document = _document(asked[number % len(asked)])
        query = RegisterQuery(
            f"t{number}", document["issuing_state"], document["document_number"], document["birth_date"],
            document["surname"], document["given_names"], document["nationality"],
        )  # fmt: skip
        try:
            record = await client.record(query)
        except DeviceError:
            failed += 1
            return
        failed += record.state is not TravelState.VALID or len(record.portrait) != TOKEN_BYTES
        taken_ms.append(1000 * (time.perf_counter() - due_s))

    try:
        await ask(0, time.perf_counter())  # the first connection
        taken_ms.clear()
        began_s, asking = time.perf_counter(), set[asyncio.Task[None]]()
        for number in range(round(seconds * A_SECOND)):
            due_s = began_s + number / A_SECOND
            await asyncio.sleep(max(0.0, due_s - time.perf_counter()))
            asking.add(asyncio.create_task(ask(number, due_s)))
        await asyncio.gather(*asking)
    finally:
        await client.close()
    return taken_ms, failed
