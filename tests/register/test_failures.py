"""A register that is locked, slow, damaged, foreign or away: a typed answer or one sentence, never a traceback."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import Health
from link.travel import TravelState, WatchlistState
from register.local import LocalRegister
from register.store import Store
from tests.register.conftest import QUERY, TODAY, Fixed, asked, claim

Fill = Callable[..., None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """These are about the file."""
    return tmp_path / "register.sqlite"


async def inline(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


def test_the_same_answers_without_a_thread(path: Path, fill: Fill) -> None:
    fill({})
    before = threading.active_count()
    answer = asked(path, lambda register: register.look_up(QUERY), offload=inline)
    assert answer.state is TravelState.VALID
    assert threading.active_count() == before


def test_a_file_locked_against_reading_is_unreachable(path: Path, fill: Fill) -> None:
    fill({})
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(DeviceUnavailable, match=r"register: .* locked by another process"):
        asked(path, lambda register: register.look_up(QUERY))
    other.close()


def test_a_passage_that_meets_a_lock_can_be_claimed_again(path: Path, fill: Fill) -> None:
    fill({"entries": 1})

    async def meet() -> None:
        register = LocalRegister(path, Fixed())
        await register.open()
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert (await register.look_up(QUERY)).state is TravelState.VALID
        with pytest.raises(DeviceTimeout, match="claim it again"):
            await register.consume_entry(claim("t1"))
        other.close()
        await register.consume_entry(claim("t1"))
        assert (await register.look_up(QUERY)).state is TravelState.USED_UP
        await register.close()

    asyncio.run(meet())


def test_a_register_that_answers_too_late_is_unreachable(path: Path, fill: Fill) -> None:
    fill({})

    async def late(work: Callable[..., Any], *arguments: Any) -> Any:
        if work is not Store and getattr(work, "__name__", "") != "close":
            await asyncio.Event().wait()
        return work(*arguments)

    async def ask(register: LocalRegister) -> None:
        record = await register.look_up(QUERY)
        assert (record.state, record.transaction, record.answered_at) == (TravelState.UNREACHABLE, "t1", TODAY)
        assert (await register.screen(QUERY)).state is WatchlistState.UNREACHABLE
        assert await register.health() is Health.FAILED
        with pytest.raises(DeviceTimeout):
            await register.consume_entry(claim("t1"))

    asked(path, ask, offload=late, limit_s=0.01)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"no database at all, but long enough to be looked at " * 99, "is not a register"), (b"", "")],
)
def test_a_foreign_file(path: Path, content: bytes, sentence: str) -> None:
    path.write_bytes(content)
    if not sentence:  # an empty file is an empty register: SQLite makes no difference
        assert asked(path, lambda register: register.look_up(QUERY)).state is TravelState.NONE
        return
    with pytest.raises(DeviceUnavailable, match=f"^register: .*{sentence}"):
        asked(path, lambda register: register.look_up(QUERY))


def test_a_file_that_is_not_there(path: Path) -> None:
    with pytest.raises(DeviceUnavailable, match=r"there is no register .*egate register import"):
        asked(path, lambda register: register.look_up(QUERY))
    assert not path.exists()


@pytest.mark.parametrize(
    ("statement", "sentence"), [("user_version = 9", "version 9"), ("application_id = 1", "not a")]
)
def test_a_register_of_another_kind(path: Path, fill: Fill, statement: str, sentence: str) -> None:
    fill({})
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA {statement}")
    connection.close()
    with pytest.raises(DeviceUnavailable, match=sentence):
        asked(path, lambda register: register.look_up(QUERY))


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(bytes(content))


def test_damage_found_while_asking_fails_the_device(path: Path, fill: Fill) -> None:
    fill(*({"record": f"V-{number}", "portrait": bytes(3000)} for number in range(30)))

    async def ask(register: LocalRegister) -> None:
        damage(path)
        with pytest.raises(DeviceUnavailable, match="damaged: replace it"):
            await register.look_up(QUERY)
        assert await register.health() is Health.FAILED

    asked(path, ask)


def test_damage_found_while_opening(path: Path, fill: Fill) -> None:
    fill({})
    damage(path)
    with pytest.raises(DeviceUnavailable, match="damaged: replace it"):
        asked(path, lambda register: register.look_up(QUERY))


def test_a_row_that_is_no_visa_fails_the_device(path: Path, fill: Fill) -> None:
    fill({})
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE visas SET valid_until = 'soon'")
    connection.close()
    with pytest.raises(DeviceUnavailable, match="a row that is no visa"):
        asked(path, lambda register: register.look_up(QUERY))


def test_a_closed_register_is_not_asked(path: Path) -> None:
    register = LocalRegister(path, Fixed())
    assert asyncio.run(register.health()) is Health.FAILED
    with pytest.raises(DeviceUnavailable, match="not open"):
        asyncio.run(register.look_up(QUERY))
