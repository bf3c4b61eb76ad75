"""A register of a few invented holders, and a clock that stands still."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from link.travel import PassageClaim, RegisterQuery
from register.local import LocalRegister
from register.model import Visa
from register.store import Store

T = TypeVar("T")
TODAY = datetime(2026, 5, 1, 12, tzinfo=UTC)

# The worked example of ICAO 9303 part 4.
VISA = Visa(
    record="V-1",
    issuing_state="UTO",
    document_number="L898902C3",
    birth_date="740812",
    surname="ERIKSSON",
    given_names="ANNA MARIA",
    nationality="UTO",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    portrait=b"an encoded image",
)
QUERY = RegisterQuery("t1", "UTO", "L898902C3", "740812", "ERIKSSON", "ANNA MARIA", "UTO")


@dataclass(frozen=True)
class Fixed:
    at: datetime = TODAY

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


@pytest.fixture
def fill(path: Path) -> Callable[..., None]:
    """Put visas (changes of VISA) and alerts into the register."""

    def filled(*changes: dict[str, Any], alerts: Any = ()) -> None:
        with Store(path, create=True) as store:
            store.add([replace(VISA, **change) for change in changes], alerts)

    return filled


def claim(transaction: str, record: str = "V-1") -> PassageClaim:
    return PassageClaim(transaction, record, TODAY)


def asked(path: Path, question: Callable[[LocalRegister], Coroutine[Any, Any, T]], **options: Any) -> T:
    """Open the register, ask it, close it."""

    async def ask() -> T:
        register = LocalRegister(path, Fixed(), **options)
        await register.open()
        try:
            return await question(register)
        finally:
            await register.close()
            await register.close()

    return asyncio.run(ask())
