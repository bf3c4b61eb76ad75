"""A register of a few invented holders, and a clock that stands still."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from benchmarks.postgresql import BINARIES, Server, running
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


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if BINARIES is None:
        pytest.skip("no PostgreSQL here: install Debian's package postgresql")
    with running(BINARIES) as server:
        yield server


ON_POSTGRESQL = (pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("postgresql"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=ON_POSTGRESQL)])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a register is, or will be: a file that is not there yet, and a PostgreSQL database with its tables."""
    if request.param == "sqlite":
        return tmp_path / "register.sqlite"
    server: Server = request.getfixturevalue("server")
    return server.database()


@pytest.fixture
def fill(path: Path | str) -> Callable[..., None]:
    """Put visas (changes of VISA) and alerts into the register."""

    def filled(*changes: dict[str, Any], alerts: Any = ()) -> None:
        with Store(path, create=True) as store:
            store.add([replace(VISA, **change) for change in changes], alerts)

    return filled


def claim(transaction: str, record: str = "V-1") -> PassageClaim:
    return PassageClaim(transaction, record, TODAY)


def asked(path: Path | str, question: Callable[[LocalRegister], Coroutine[Any, Any, T]], **options: Any) -> T:
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
