"""Figures of the gate's own copy of the register: look-up beside a plain primary-key read, and filling it."""

import secrets
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.lane import percentile
from register.copied_visa import CopiedVisa
from register.copy import OfflineCopy
from register.model import Visa
from register.sealing import FileKey

PIECE = 5_000
ASKED = 3_000
SMALL_BYTES = 512
"""Of a portrait in the look-up's million: a million of 20 kB are 20 GB."""
TOKEN_BYTES = 19_000


def look_up(records: int = 1_000_000) -> dict[str, Any]:
    """Milliseconds for one visa found, opened and read, among so many; asked at random, the file warm."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder, _copy(Path(folder)) as copy:
        portrait = secrets.token_bytes(SMALL_BYTES)
        for begin in range(0, records, PIECE):
            copy.apply(_visas(begin, min(begin + PIECE, records), portrait))
        chosen = Random(7).choices(range(records), k=ASKED)
        own = _times(lambda number: bool(copy.find("UTO", _number(number), "740812")), chosen)
        plain = _plain(copy.path, chosen)
        size_mb = sum(file.stat().st_size for file in Path(folder).glob("copy.sqlite*")) // 1_000_000
    ratio = round(percentile(own, 50) / percentile(plain, 50), 1)
    return {
        "records": records,
        "portrait_bytes": SMALL_BYTES,
        "file_mb": size_mb,
        "look_up_ms": _figures(own),
        "primary_key_read_ms": _figures(plain),
        "ratio": ratio,
    }


def fill(travellers: int = 5_000) -> dict[str, Any]:
    """Seconds to seal and store so many expected travellers with token portraits; without any network."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder, _copy(Path(folder)) as copy:
        portrait = secrets.token_bytes(TOKEN_BYTES)
        began_s = time.perf_counter()
        for begin in range(0, travellers, 500):
            copy.apply(_visas(begin, min(begin + 500, travellers), portrait))
        took_s = time.perf_counter() - began_s
    return {"travellers": travellers, "token_portrait_bytes": TOKEN_BYTES, "sealed_and_stored_s": round(took_s, 2)}


def _copy(folder: Path) -> OfflineCopy:
    key = folder / "gate.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(32))
    return OfflineCopy(folder / "copy.sqlite", "bench-1", FileKey(key))


def _number(number: int) -> str:
    return f"X{number:08d}"


def _visas(begin: int, end: int, portrait: bytes) -> Iterator[CopiedVisa]:
    fresh_until = datetime.now(UTC) + timedelta(hours=12)
    for number in range(begin, end):
        days = date(2026, 1, 1), date(2026, 12, 31)
        visa = Visa(
            f"V-{number}", "UTO", _number(number), "740812", "MADE", "UP", "UTO", *days, portrait=portrait
        )  # fmt: skip
        yield CopiedVisa(visa, 1, fresh_until)


def _plain(path: Path, chosen: list[int]) -> list[float]:
    """The same rows by SQLite's own primary key, nothing opened."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        query = "SELECT sealed FROM records WHERE place = ?"
        return _times(lambda number: bool(connection.execute(query, (number + 1,)).fetchone()), chosen)
    finally:
        connection.close()


def _times(ask: Callable[[int], bool], chosen: list[int]) -> list[float]:
    taken_ms = []
    for number in chosen:
        began_s = time.perf_counter()
        found = ask(number)
        taken_ms.append(1000 * (time.perf_counter() - began_s))
        if not found:
            raise AssertionError("the bench asked for a record that is not there")
    return taken_ms


def _figures(taken_ms: list[float]) -> dict[str, float]:
    return {f"p{share}": round(percentile(taken_ms, share), 4) for share in (50, 95)}
