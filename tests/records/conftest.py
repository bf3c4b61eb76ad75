"""A journal in a folder of its own, on a clock that only moves when it is told to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from records.journal import Journal

KEY = b"a key of the gate, for tests only"


@dataclass
class SteppingClock:
    """Every look at it is a quarter of a second later."""

    at_s: float = 0.0

    def now(self) -> datetime:
        return datetime(2026, 5, 1, tzinfo=UTC) + timedelta(seconds=self.at_s)

    def monotonic(self) -> float:
        self.at_s += 0.25
        return self.at_s


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        yield journal
