"""The lane posts its outbox by itself: in the background, in order, with a limit on every wait.

A crossing never waits for it: the journal is read on connections of its own and the blocking work has a thread of its
own. A centre that is silent is asked less and less often, up to once a minute; what it has not acknowledged stays.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.errors import JournalFailed
from records.heads import Head, sign
from records.model import Fact
from records.outbox import Outbox
from records.posting import CentreLine, CentreRefused, NotTaken, Offload, drain
from records.reading import JournalReader

MOST_S = 60.0
"""The longest pause between two tries."""
BATCH = 500


class Clock(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


Told = Callable[[str, dict[str, Fact]], object]
"""Kind and facts of an entry about the line to the centre."""


@dataclass(slots=True)
class Poster:
    """One gate's way to the centre. `told` hears when the line changes: it goes into the journal."""

    journal: Path
    line: CentreLine
    clock: Clock = field(repr=False)
    offload: Offload = field(repr=False)
    signer: Ed25519PrivateKey | None = field(default=None, repr=False)
    every_s: float = 2.0
    heads_every_s: float = 60.0
    batch: int = BATCH
    told: Told = field(default=lambda _kind, _facts: None, repr=False)
    sent: int = 0
    """Entries that the centre has acknowledged in this run."""
    trouble: str = ""
    """Why the last try failed; empty when it did not."""
    _failed: int = 0
    _head_due_s: float = float("-inf")
    _signed: int = 0
    """Entries that the last kept head speaks of."""

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.once()
            await self.clock.sleep(self.pause_s)

    @property
    def pause_s(self) -> float:
        """Until the next try: doubled by each failure in a row."""
        return float(min(self.every_s * 2 ** min(self._failed, 16), max(MOST_S, self.every_s)))

    async def once(self) -> bool:
        """Send what is there and, when due, a signed head. False, with `trouble`, when the centre has not all."""
        try:
            outbox = await self.offload(Outbox, self.journal)
            try:
                if outbox.began_anew:
                    self.told("outbox", {"cursor": "damaged, set aside: everything is sent again"})
                self.sent += await drain(outbox, self.line, self.offload, self.batch)
                reached = await self.offload(lambda: outbox.acknowledged)
            finally:
                await self.offload(outbox.close)
            await self._post_head(reached)
        except (NotTaken, JournalFailed) as failed:
            self._is(str(failed), "refused" if isinstance(failed, CentreRefused) else "silent")
            return False
        self._is("", "reached")
        return True

    async def _post_head(self, reached: int) -> None:
        """When its time has come: for all that the centre has, so that nobody can cut it off here unseen."""
        due = self.clock.monotonic() >= self._head_due_s and reached > self._signed
        if self.signer is None or not due:
            return
        line = await self.offload(signed_head, self.journal, reached, self.clock.now(), self.signer)
        await self.line.post_head(line)
        self._signed, self._head_due_s = reached, self.clock.monotonic() + self.heads_every_s

    def _is(self, trouble: str, state: str) -> None:
        """The first failure and the first success after one are told; what lies between is not news."""
        if bool(trouble) != bool(self._failed):
            self.told("centre", {"state": state})
        self.trouble, self._failed = trouble, self._failed + 1 if trouble else 0


def signed_head(journal: Path, entries: int, at: datetime, key: Ed25519PrivateKey) -> str:
    """The gate's word on its first `entries` entries, as one line. Raises JournalFailed when there are not so many."""
    with JournalReader(journal) as reader:
        last = reader.at(entries)
    if last is None:
        raise JournalFailed(f"the journal {journal} ends before entry {entries}: keep it for the inquiry.")
    return sign(Head(last.gate, entries, last.digest, at.isoformat()), key)
