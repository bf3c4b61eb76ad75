"""What a scenario can do to the lane's own computer: fill its disk, kill its process, turn its clock, cut it off."""

from datetime import datetime, timedelta
from pathlib import Path

from drivers.around import Around, Call, Proceed
from drivers.protocols import Clock
from records.errors import JournalFailed
from records.journal import Journal

CUT_AFTER_S = 5.0
"""A silence of so long is no slow answer any more (mode D2)."""


class ProcessKilled(BaseException):
    """The process that would do this is dead. No lane catches it: a dead process runs no handler."""


class FragileJournal(Journal):
    """A journal whose disk may be full, and whose process may be killed: what waits then is lost."""

    is_full = False
    is_dead = False

    def flush(self) -> None:
        if self.is_dead:
            return
        if self.is_full and self.waiting:
            raise JournalFailed(f"the journal {self.path} has no room left: free space on its disk.")
        super().flush()


class Mortal:
    """An Around: after `killed` no call of the dead process reaches a device any more."""

    def __init__(self, inner: Around) -> None:
        self.killed = False
        self._inner = inner

    async def __call__(self, call: Call, proceed: Proceed) -> object:
        if self.killed:
            raise ProcessKilled
        return await self._inner(call, proceed)


class SteppedClock:
    """A clock whose time of day can jump; time-outs go by its monotonic time, which never does."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._ahead = clock, timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)

    def jump(self, seconds: float) -> None:
        self._ahead += timedelta(seconds=seconds)


class CutNetwork:
    """The way to the register's service as a gate that has no copy sees it: pulled, and told as cut after a while."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since_s: float | None = None

    def cut(self) -> None:
        self._since_s = self._clock.monotonic()

    def mend(self) -> None:
        self._since_s = None

    def is_cut(self) -> bool:
        return self._since_s is not None and self._clock.monotonic() - self._since_s > CUT_AFTER_S


def journal_in(folder: Path, path: str, lane: str, boot: str, key: bytes) -> FragileJournal:
    """Open or create."""
    return FragileJournal.open(folder / path, lane, boot, key)
