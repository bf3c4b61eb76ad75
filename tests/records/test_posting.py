"""The outbox over HTTP: whatever the line does, the centre has every entry once and in order."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from records.centre import Centre
from records.centre_app import Gates, make_centre
from records.errors import JournalFailed
from records.journal import Journal
from records.outbox import Outbox
from records.posting import CentreLine, CentreRefused, NotTaken, drain
from records.wire import MAX_BYTES
from tests.records.test_centre import GATE, all_at, all_of, fill

BEARER = "of-gate-1"
KNOWN = {hashlib.sha256(BEARER.encode()).hexdigest(): GATE}
Way = Callable[[httpx.Request], Awaitable[httpx.Response]]


class Bent(httpx.AsyncBaseTransport):
    """A line to the centre's app; `way` says what becomes of a question, given how it would have gone."""

    def __init__(
        self,
        centre: Centre,
        way: Callable[[Way, httpx.Request], Awaitable[httpx.Response]],
        gates: Gates = Gates(KNOWN),  # noqa: B008  (frozen)
    ) -> None:
        self._app, self.way = httpx.ASGITransport(make_centre(centre, gates, lambda: 7.0)), way

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self.way(self._app.handle_async_request, request)


async def straight(app: Way, request: httpx.Request) -> httpx.Response:
    return await app(request)


async def in_place(work: Callable[..., Any], *arguments: Any) -> Any:
    return work(*arguments)


def posted(centre: Centre, path: Path, way: Any = straight, bearer: str = BEARER, limit: int = 500) -> int:
    async def run() -> int:
        headers = {"Authorization": f"Bearer {bearer}"}
        async with httpx.AsyncClient(transport=Bent(centre, way), base_url="http://centre", headers=headers) as http:
            with Outbox(path) as outbox:
                return await drain(outbox, CentreLine(http, 5.0), in_place, limit)

    return asyncio.run(run())


def test_everything_is_sent_once_and_an_idle_gate_still_speaks(tmp_path: Path, journal: Journal, path: Path) -> None:
    fill(journal, 120)
    with Centre(tmp_path / "centre.sqlite") as centre:
        assert posted(centre, path, limit=50) == 120
        assert posted(centre, path, limit=50) == 0
        assert all_at(centre) == all_of(path)
        assert centre.gate(GATE).heard_at_s == 7.0


@pytest.mark.parametrize(
    "answer", [b"", b"[]", b'{"acknowledged":true}', b'{"acknowledged":999}', b'{"acknowledged":3}']
)
def test_an_acknowledgement_of_anything_else_moves_nothing(
    tmp_path: Path, journal: Journal, path: Path, answer: bytes
) -> None:
    async def lying(_app: Way, _request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=answer)

    fill(journal, 20)
    with Centre(tmp_path / "centre.sqlite") as centre, Outbox(path) as outbox:
        with pytest.raises(NotTaken, match="acknowledgement is none"):
            posted(centre, path, lying)
        assert outbox.acknowledged == 0


def test_a_stranger_and_a_false_chain_are_refused(tmp_path: Path, journal: Journal, path: Path) -> None:
    async def skipping(app: Way, request: httpx.Request) -> httpx.Response:
        body = (await request.aread()).replace(b"event", b"tnevE")
        return await app(
            httpx.Request("POST", request.url, headers={"authorization": f"Bearer {BEARER}"}, content=body)
        )

    fill(journal, 20)
    with Centre(tmp_path / "centre.sqlite") as centre:
        with pytest.raises(CentreRefused, match="401"):
            posted(centre, path, bearer="guessed")
        assert centre.gates() == ()
        with pytest.raises(CentreRefused, match="409"):
            posted(centre, path, skipping)
        assert all_at(centre) == []
        assert centre.gate(GATE).refused


@pytest.mark.parametrize(("body", "status"), [(b"no batch", 400), (bytes(MAX_BYTES + 1), 413)])
def test_what_is_no_batch_has_a_code(tmp_path: Path, body: bytes, status: int) -> None:
    async def run(centre: Centre) -> httpx.Response:
        headers = {"Authorization": f"Bearer {BEARER}"}
        async with httpx.AsyncClient(transport=Bent(centre, straight), base_url="http://c", headers=headers) as http:
            return await http.post("/v1/entries", content=body)

    with Centre(tmp_path / "centre.sqlite") as centre:
        answer = asyncio.run(run(centre))
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_centre_that_cannot_write_acknowledges_nothing(
    tmp_path: Path, journal: Journal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise JournalFailed("no room")

    monkeypatch.setattr(Centre, "receive", full)
    fill(journal, 5)
    with Centre(tmp_path / "centre.sqlite") as centre, Outbox(path) as outbox:
        with pytest.raises(NotTaken, match="503"):
            posted(centre, path)
        assert outbox.acknowledged == 0


@pytest.mark.slow
def test_lost_questions_and_lost_answers_lose_and_double_nothing(tmp_path: Path, journal: Journal, path: Path) -> None:
    rng, troubles = random.Random(7), 0

    async def troubled(app: Way, request: httpx.Request) -> httpx.Response:
        nonlocal troubles
        fate = rng.randrange(4)
        troubles += fate < 3
        if fate == 0:
            raise httpx.ConnectError("cut before it arrived")
        answer = await app(request)
        if fate == 1:
            raise httpx.ReadError("cut before the answer arrived")
        return httpx.Response(503) if fate == 2 else answer

    with Centre(tmp_path / "centre.sqlite") as centre:
        while troubles < 300:
            fill(journal, rng.randrange(1, 12))
            try:
                posted(centre, path, troubled, limit=4)
            except NotTaken:
                continue
        posted(centre, path)
        assert all_at(centre) == all_of(path)
