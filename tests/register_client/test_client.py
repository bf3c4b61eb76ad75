"""The gate's end of the service: no lie is believed, no silence is waited out, no question is asked twice in vain."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.errors import DeviceGarbled, DeviceRefused, DeviceTimeout, DeviceUnavailable
from link.signing import MAX_SKEW, Asked, document_digest, signed
from link.travel import TravelState, WatchlistState
from register.breaker import Breaker
from register.client import MAX_ANSWER_BYTES, ServiceClient, mutual_tls
from register.service.desk import GOOD_FOR
from register.store import Store
from tests.register.conftest import QUERY, TODAY, VISA, claim
from tests.register_client.conftest import BEARER, KEY, LIMIT_S, Hand, Line, client_on, line_to, told

SUBJECT = document_digest(QUERY.issuing_state, QUERY.document_number, QUERY.birth_date)
Played = Callable[[Line, ServiceClient, Hand], Awaitable[Any]]


@pytest.fixture
def play(path: Path, fill: Callable[..., None]) -> Callable[..., Any]:
    """Run a coroutine with the line, the client and their clock."""

    def played(scene: Played, **change: Any) -> Any:
        async def run(store: Store) -> Any:
            time = Hand()
            line = line_to(store, time, change.pop("key", KEY))
            client = client_on(line, time, change.pop("bearer", BEARER), change.pop("limit_s", LIMIT_S))
            try:
                return await scene(line, client, time)
            finally:
                await client.close()

        fill({"entries": 1, **change.pop("visa", {})})
        with Store(path) as store:
            return asyncio.run(run(store))

    return played


def test_a_record_a_watchlist_and_a_passage_are_answered(play: Callable[..., Any]) -> None:
    async def scene(_line: Line, client: ServiceClient, _time: Hand) -> None:
        record = await client.record(QUERY)
        assert (record.state, record.record, record.portrait) == (TravelState.VALID, "V-1", VISA.portrait)
        assert record.transaction == QUERY.transaction
        assert (await client.watchlist(QUERY)).state is WatchlistState.CLEAR
        assert await client.passage(claim("t1")) is True
        assert await client.passage(claim("t1")) is True
        assert await client.passage(claim("t2")) is False
        assert (await client.record(QUERY)).state is TravelState.USED_UP

    play(scene)


LIES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a changed answer": lambda got: {**got, "payload": got["payload"].replace('"entries_left":1', '"entries_left":7')},
    "another signature": lambda got: {**got, "signature": got["signature"][::-1]},
    "no signature": lambda got: {"payload": got["payload"], "key": got["key"]},
    "another key": lambda got: {**got, "key": "0" * 16},
    "more than an answer": lambda got: {**got, "more": 1},
    "a list": lambda got: [got],
    "a text": lambda _got: "granted",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_no_lie_is_believed(play: Callable[..., Any], lie: Callable[[dict[str, Any]], Any]) -> None:
    async def scene(line: Line, client: ServiceClient, _time: Hand) -> None:
        line.changing(lie)
        with pytest.raises(DeviceGarbled) as refused:
            await client.record(QUERY)
        assert not any(secret in str(refused.value) for secret in ("ERIKSSON", "L898902C3", "740812"))

    play(scene)


def test_a_replayed_answer_is_refused(play: Callable[..., Any]) -> None:
    async def scene(line: Line, client: ServiceClient, _time: Hand) -> None:
        kept: list[bytes] = []

        async def listening(request: httpx.Request) -> httpx.Response:
            answer = await line.app.handle_async_request(request)
            kept.append(await answer.aread())
            return told(kept[0])

        line.way = listening
        assert (await client.record(QUERY)).state is TravelState.VALID
        with pytest.raises(DeviceGarbled, match="answers another question"):
            await client.record(QUERY)

    play(scene)


@pytest.mark.parametrize("moved_by", [-MAX_SKEW - timedelta(seconds=1), GOOD_FOR + timedelta(seconds=1)])
def test_a_clock_that_was_set_clears_nobody(play: Callable[..., Any], moved_by: timedelta) -> None:
    async def scene(line: Line, client: ServiceClient, time: Hand) -> None:
        async def while_the_clock_is_set(request: httpx.Request) -> httpx.Response:
            answer = await line.app.handle_async_request(request)
            time.at = TODAY + moved_by
            return answer

        line.way = while_the_clock_is_set
        with pytest.raises(DeviceGarbled, match=r"in the future|older than it may be"):
            await client.record(QUERY)

    play(scene)


@pytest.mark.parametrize(
    "answer",
    [
        {"state": "valid", "record": "V-1", "issuing_state": "UTO", "document_number": "L898902C4"},
        {"state": "valid", "record": "", "issuing_state": "UTO", "document_number": "L898902C3"},
        {"state": "valid", "record": "V-1", "document_number": "L898902C3", "issuing_state": "UTO", "entries_left": 0},
        {"state": "valid", "record": "V-1", "document_number": "L898902C3", "issuing_state": "UTO", "portrait": "%"},
        {"state": "granted"},
    ],
    ids=["another document", "no record", "no entry left", "no picture", "no such state"],
)
def test_a_signed_answer_that_contradicts_itself_is_refused(play: Callable[..., Any], answer: dict[str, Any]) -> None:
    async def scene(line: Line, client: ServiceClient, time: Hand) -> None:
        async def dishonest(request: httpx.Request) -> httpx.Response:
            question = json.loads(await request.aread())
            lie = {"answered_at": TODAY.isoformat(), "birth_date": "740812", **answer}
            asked = Asked("record", "t1", question["nonce"], SUBJECT)
            return told(signed(KEY, asked, lie, TODAY, GOOD_FOR).model_dump_json().encode())

        line.way = dishonest
        with pytest.raises(DeviceGarbled):
            await client.record(QUERY)

    play(scene)


def test_a_service_with_another_key_is_not_believed(play: Callable[..., Any]) -> None:
    async def scene(_line: Line, client: ServiceClient, _time: Hand) -> None:
        with pytest.raises(DeviceGarbled, match="another key"):
            await client.record(QUERY)

    play(scene, key=Ed25519PrivateKey.generate())


def test_a_guessed_token_is_a_refusal_and_no_silence(play: Callable[..., Any]) -> None:
    async def scene(_line: Line, client: ServiceClient, _time: Hand) -> None:
        with pytest.raises(DeviceRefused, match="401"):
            await client.record(QUERY)
        assert client.breaker.failed == 0

    play(scene, bearer="guessed")


def test_more_than_an_answer_is_not_read(play: Callable[..., Any]) -> None:
    async def scene(line: Line, client: ServiceClient, _time: Hand) -> None:
        async def flood(_request: httpx.Request) -> httpx.Response:
            return told(bytes(MAX_ANSWER_BYTES + 1))

        line.way = flood
        with pytest.raises(DeviceGarbled, match="far more"):
            await client.record(QUERY)

    play(scene)


def test_a_hanging_service_is_left_within_the_limit(play: Callable[..., Any]) -> None:
    async def scene(line: Line, client: ServiceClient, _time: Hand) -> None:
        async def hang(_request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

        line.way = hang
        async with asyncio.timeout(LIMIT_S):
            with pytest.raises(DeviceTimeout):
                await client.record(QUERY)

    play(scene, limit_s=0.2)


def test_a_dead_service_is_tried_now_and_then_and_found_again(play: Callable[..., Any]) -> None:
    async def scene(line: Line, client: ServiceClient, time: Hand) -> None:
        line.way = line.cut
        for _ in range(10):
            with pytest.raises(DeviceUnavailable):
                await client.record(QUERY)
        assert len(line.asked) == 2
        time.seconds += 3.0
        with pytest.raises(DeviceUnavailable, match="cannot be reached"):
            await client.record(QUERY)
        assert len(line.asked) == 3
        line.way, time.seconds = None, time.seconds + 3.0
        assert (await client.record(QUERY)).state is TravelState.VALID
        assert (await client.record(QUERY)).state is TravelState.VALID

    play(scene)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_service_in_trouble_is_silence(play: Callable[..., Any], status: int) -> None:
    async def scene(line: Line, client: ServiceClient, _time: Hand) -> None:
        async def trouble(_request: httpx.Request) -> httpx.Response:
            return told(status=status)

        line.way = trouble
        with pytest.raises(DeviceUnavailable, match=str(status)):
            await client.record(QUERY)
        assert client.breaker.failed == 1

    play(scene)


def test_the_breaker_knows_since_when() -> None:
    breaker = Breaker(failures=2, pause_s=3.0)
    assert breaker.lets_through(0.0)
    breaker.silent(1.0)
    assert not breaker.is_open
    assert breaker.lets_through(1.5)
    breaker.silent(2.0)
    assert breaker.is_open
    assert breaker.cut_since_s == 1.0
    assert not breaker.lets_through(4.9)
    assert breaker.lets_through(5.0)
    assert not breaker.lets_through(5.1)
    breaker.answered()
    assert breaker.lets_through(5.2)
    assert breaker.cut_since_s is None


def test_what_is_no_certificate_is_told(tmp_path: Path) -> None:
    file = tmp_path / "gate.pem"
    file.write_text("no certificate")
    file.chmod(0o600)
    with pytest.raises(DeviceUnavailable, match="no certificate or key"):
        mutual_tls(file, file, file)
