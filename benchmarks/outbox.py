"""Figures of the outbox: journal entries a second from a gate's file to the centre's, acknowledged."""

import tempfile
import time
from pathlib import Path
from typing import Any

from records.centre import Centre
from records.journal import Journal
from records.outbox import Outbox
from records.wire import from_wire, to_wire

PIECE = 500


def catch_up(entries: int = 20_000) -> dict[str, Any]:
    """After an outage: batches of 500, each committed at the centre before it is acknowledged. No network between."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        folder = Path(scratch)
        path = _journal(folder, entries)
        with Outbox(path) as outbox, Centre(folder / "centre.sqlite") as centre:
            began_s = time.perf_counter()
            while batch := outbox.batch(PIECE):
                outbox.acknowledge(centre.receive("bench-1", from_wire(to_wire(batch)), 0.0))
            took_s = time.perf_counter() - began_s
            taken = centre.gate("bench-1").entries
    return {"entries": entries, "taken": taken, "batch": PIECE, "entries_per_s": round(entries / took_s)}


def _journal(folder: Path, entries: int) -> Path:
    path = folder / "journal.sqlite"
    with Journal.open(path, "bench-1", "boot-1", b"a key of the bench, no secret") as journal:
        for number in range(entries):
            journal.append("step", f"t{number // 12}", float(number), {"name": "register", "took_ms": number % 900})
            if number % PIECE == 0:
                journal.flush()
    return path
