"""The outbox under fire: centre and poster killed (SIGKILL) while posting, answers lost, files cut, disks full.

Afterwards, in peace, the rest is sent, and the centre's file is held against the gate's journal: every entry once, in
the same order.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.centre_process import CONTEXT, GATE, At, Counts, free_port, post, posted, started, warm
from benchmarks.outbox import KEY
from records.centre import Centre
from records.journal import Journal
from records.reading import JournalReader

LIVES_S = 0.01
"""How long at most after an answer the blow falls."""
WAITS_S = 2.0
"""For an answer, before a blow that falls on whoever does not answer."""


def crashes(troubles: int = 1_000, seed: int = 1, advance: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """So many troubles by seed, then peace; `advance` is called for each round. `lost` and `doubled` must be 0."""
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        under_fire = UnderFire(Path(scratch), random.Random(seed))
        try:
            while under_fire.count < troubles:
                under_fire.round()
                advance()
        finally:
            under_fire.stop()
        return {**under_fire.settled(), "troubles": under_fire.count, **dict(sorted(under_fire.met.items()))}


@dataclass
class UnderFire:
    folder: Path
    rng: random.Random
    met: Counter[str] = field(default_factory=Counter)
    boots: int = 0
    centre: Any = None
    poster: Any = None

    def __post_init__(self) -> None:
        self.at = At(self.folder, free_port())
        self.journal = self.folder / "journal.sqlite"
        self.counts = Counts()
        warm(self.folder)
        self.blows: dict[str, Callable[[], None]] = {
            "centre_killed": self._centre_killed,
            "poster_killed": self._poster_killed,
            "both_killed": self._both_killed,
            "cursor_half_written": self._cursor_half_written,
            "centre_log_half_written": self._centre_log_half_written,
            "centre_disk_full": self._centre_disk_full,
            "gate_disk_full": self._gate_disk_full,
        }

    @property
    def count(self) -> int:
        return sum(self.met.values()) + int(self.counts.lost.value)

    def round(self) -> None:
        """Something new to send, both alive, and one blow."""
        self._written(self.rng.randrange(5, 60))
        if self.centre is None:
            self.centre = started(self.at)
        if self.poster is None:
            self.poster = self._posting()
        name = self.rng.choices(list(self.blows), [8, 8, 4, 1, 1, 1, 1])[0]
        self._some_answers(self.rng.randrange(4))
        time.sleep(self.rng.uniform(0.0, LIVES_S))
        self.blows[name]()
        self.met[name] += 1

    def stop(self) -> None:
        self._kill("poster")
        self._kill("centre")

    def settled(self) -> dict[str, Any]:
        """Send the rest in peace and compare."""
        self.met["answers_lost"] = int(self.counts.lost.value)
        self.counts.lost.value = 0
        centre = started(self.at)
        try:
            asyncio.run(posted(self.journal, self.at))
        finally:
            centre.kill()
            centre.join()
        with JournalReader(self.journal) as reader:
            written = [(entry.boot, entry.seq, entry.digest) for _, entry in reader.walk()]
        with Centre(self.folder / "centre.sqlite") as kept:
            taken = kept.keys_of(GATE)
        return {
            "entries": len(written),
            "answers": int(self.counts.answered.value),
            "answers_disk_full": int(self.counts.troubled.value),
            "lost": len(set(written) - set(taken)),
            "doubled": len(taken) - len(set(taken)),
            "in_order": taken == written,
        }

    def _some_answers(self, more: int) -> None:
        """Wait until the centre has answered so many times more: the blow is to fall in the middle of work."""
        wanted, ends_s = self.counts.answered.value + more, time.monotonic() + WAITS_S
        while self.counts.answered.value < wanted and time.monotonic() < ends_s:
            time.sleep(0.001)

    def _written(self, entries: int) -> None:
        self.boots += 1
        with Journal.open(self.journal, GATE, f"boot-{self.boots}", KEY) as journal:
            for number in range(entries):
                journal.append("event", f"t{number // 5}", float(number), {"number": number})

    def _posting(self, disk_bytes: int | None = None) -> Any:
        arguments = (self.journal, self.at, self.rng.randrange(1 << 30), self.counts, disk_bytes)
        process = CONTEXT.Process(target=post, args=arguments, daemon=True)
        process.start()
        return process

    def _kill(self, who: str) -> None:
        process = getattr(self, who)
        setattr(self, who, None)
        if process is not None:
            process.kill()
            process.join()

    # --- blows --------------------------------------------------------------------------------------------

    def _centre_killed(self) -> None:
        self._kill("centre")

    def _poster_killed(self) -> None:
        self._kill("poster")

    def _both_killed(self) -> None:
        self._kill("poster")
        self._kill("centre")

    def _cursor_half_written(self) -> None:
        self._kill("poster")
        cursor = self.journal.with_name(f"{self.journal.name}.outbox")
        if cursor.exists():
            content = cursor.read_bytes()
            cursor.write_bytes(content[: self.rng.randrange(len(content) + 1)])

    def _centre_log_half_written(self) -> None:
        """A frame that the power cut off: bytes after the last commit of the write-ahead log."""
        self._kill("centre")
        log = self.folder / "centre.sqlite-wal"
        if log.exists():
            with log.open("ab") as file:
                file.write(self.rng.randbytes(self.rng.randrange(1, 4200)))

    def _centre_disk_full(self) -> None:
        self._kill("centre")
        log = self.folder / "centre.sqlite-wal"
        room = (log.stat().st_size if log.exists() else 0) + self.rng.randrange(8_000)
        self.centre = started(self.at, max(room, 40_000))
        self.poster = self.poster or self._posting()
        self._some_answers(2)
        self._kill("centre")

    def _gate_disk_full(self) -> None:
        self._kill("poster")
        self.poster = self._posting(self.rng.randrange(1, 9_000))
        time.sleep(0.05)
        self._kill("poster")
