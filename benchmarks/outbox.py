"""Figures of the outbox: journal entries a second from a gate's file to the centre's, acknowledged."""

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.centre_process import GATE, centre_process, cpu_s, posted
from records.centre import Centre
from records.journal import Journal
from records.outbox import Outbox
from records.wire import from_wire, to_wire

PIECE = 500
KEY = b"a key of the bench, no secret"


def catch_up(entries: int = 20_000) -> dict[str, Any]:
    """After an outage, batches of 500: from file to file, and to a centre in a process of its own over mutual TLS."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        folder = Path(scratch)
        path = write(folder, entries)
        with Outbox(path, "bench") as outbox, Centre(folder / "bare.sqlite") as centre:
            began_s = time.perf_counter()
            while batch := outbox.batch(PIECE):
                outbox.acknowledge(centre.receive(GATE, from_wire(to_wire(batch)), 0.0))
            bare_s = time.perf_counter() - began_s
        with centre_process(folder, tls=True) as at:
            began_s, used_s = time.perf_counter(), time.process_time() + cpu_s(at.pid)
            asyncio.run(posted(path, at))
            http_s, used_s = time.perf_counter() - began_s, time.process_time() + cpu_s(at.pid) - used_s
        with Centre(folder / "centre.sqlite") as centre:
            taken = centre.gate(GATE).entries
    return {
        "entries": entries,
        "lost_or_doubled": taken - entries,
        "batch": PIECE,
        "file_to_file_per_s": round(entries / bare_s),
        "over_https_per_s": round(entries / http_s),
        "over_https_per_cpu_s_of_both": round(entries / used_s),
    }


def write(folder: Path, entries: int, boot: str = "boot-1") -> Path:
    """A journal with so many entries more; its path."""
    path = folder / "journal.sqlite"
    with Journal.open(path, GATE, boot, KEY) as journal:
        for number in range(entries):
            journal.append("step", f"t{number // 12}", float(number), {"name": "register", "took_ms": number % 900})
            if number % PIECE == 0:
                journal.flush()
    return path
