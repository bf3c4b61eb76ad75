"""The lane's own posting: in the background, with pauses that grow, and every change of the line in the journal."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.centre import Centre
from records.centre_app import Gates
from records.centre_heads import HeadState
from records.heads import proved
from records.journal import Journal
from records.outbox import Outbox
from records.poster import MOST_S, Poster
from records.posting import CentreLine
from tests.records.test_centre import GATE, all_at, all_of, fill
from tests.records.test_posting import BEARER, Bent, in_place, straight

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KNOWN = Gates({hashlib.sha256(BEARER.encode()).hexdigest(): GATE}, {GATE: SIGNER.public_key()})


class Hand:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 27, tzinfo=UTC) + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return sum(self.slept)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


def posters(
    centre: Centre, journal: Journal, scene: Callable[[Poster, Bent], Awaitable[None]], **about: Any
) -> tuple[Poster, Hand]:
    clock, line = Hand(), Bent(centre, straight, KNOWN)

    async def run() -> Poster:
        headers = {"Authorization": f"Bearer {BEARER}"}
        async with httpx.AsyncClient(transport=line, base_url="http://centre", headers=headers) as http:

            def told(kind: str, facts: Any) -> None:
                journal.append(kind, "", clock.monotonic(), facts)
                journal.flush()

            poster = Poster(journal.path, CentreLine(http), clock, in_place, told=told, **about)
            await scene(poster, line)
            return poster

    return asyncio.run(run()), clock


async def silent(_app: Any, _request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route to host")


@contextmanager
def opened(tmp_path: Path) -> Iterator[Centre]:
    with Centre(tmp_path / "centre.sqlite") as centre:
        yield centre


def test_pauses_grow_while_the_centre_is_silent_and_everything_comes_after(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 1200)

    async def scene(poster: Poster, line: Bent) -> None:
        line.way = silent
        running = asyncio.create_task(poster.run())
        while len(poster.clock.slept) < 8:  # type: ignore[attr-defined]  # noqa: ASYNC110  (a Hand)
            await asyncio.sleep(0)
        line.way = straight
        while poster.trouble:  # noqa: ASYNC110  (it has no event for it)
            await asyncio.sleep(0)
        running.cancel()

    with opened(tmp_path) as centre:
        poster, clock = posters(centre, journal, scene)
        assert clock.slept[:7] == [4.0, 8.0, 16.0, 32.0, MOST_S, MOST_S, MOST_S]
        assert poster.sent >= 1200
        posters(centre, journal, lambda again, _line: again.once())
        assert all_at(centre) == all_of(journal.path)
    notes = [entry.fact("state") for _, entry in journal.reader.walk() if entry.kind == "centre"]
    assert notes == ["silent", "reached"]


def test_a_head_goes_with_what_the_centre_has_and_only_when_due(tmp_path: Path, journal: Journal) -> None:
    async def scene(poster: Poster, _line: Bent) -> None:
        for _ in range(4):
            fill(journal, 5)
            assert await poster.once()
            await poster.clock.sleep(30.0)

    with opened(tmp_path) as centre:
        posters(centre, journal, scene, signer=SIGNER, heads_every_s=60.0)
        seen = centre.gate(GATE)
        assert (seen.entries, seen.signed, seen.head_state) == (20, 15, HeadState.HOLDS)
        assert proved(centre.head_line(GATE), SIGNER.public_key()).entries == 15


def test_a_refusal_is_told_apart_from_silence_and_moves_nothing(tmp_path: Path, journal: Journal) -> None:
    fill(journal, 5)

    async def refused(_app: Any, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(409)

    async def scene(poster: Poster, line: Bent) -> None:
        line.way = refused
        assert not await poster.once()
        assert "409" in poster.trouble

    with opened(tmp_path) as centre:
        posters(centre, journal, scene)
    with Outbox(journal.path) as outbox:
        assert outbox.acknowledged == 0
    assert [entry.fact("state") for _, entry in journal.reader.walk() if entry.kind == "centre"] == ["refused"]


@pytest.mark.parametrize("left", [0, 1, 100, 4096, 5000, 8192])
def test_a_half_written_cursor_is_set_aside_and_nothing_is_doubled(tmp_path: Path, journal: Journal, left: int) -> None:
    fill(journal, 50)
    cursor = journal.path.with_name(f"{journal.path.name}.outbox")
    with opened(tmp_path) as centre:
        posters(centre, journal, lambda poster, _line: poster.once())
        whole = cursor.read_bytes()
        cursor.write_bytes(whole[:left] if left < len(whole) else whole[:4096] + bytes(len(whole) - 4096))
        fill(journal, 5)
        poster, _ = posters(centre, journal, lambda poster, _line: poster.once())
        assert not poster.trouble
        posters(centre, journal, lambda poster, _line: poster.once())
        assert all_at(centre) == all_of(journal.path)
