"""Hub, headers, parts and server over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, WebSocket
from starlette.requests import Request
from starlette.responses import Response
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from web.errors import ServingFailed
from web.headers import CONTENT_POLICY, HEADERS, SecurityHeaders
from web.hub import TOO_SLOW, UNREADABLE, Hub
from web.peer import PeerProtocol
from web.serve import serving
from web.static_files import SHARED, StaticTree

pytestmark = pytest.mark.wire
DEADLINE_S = 60.0


def app_of(hub: Hub, heard: Callable[[Any], None] = print, page: Path | None = None) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None)
    app.add_middleware(SecurityHeaders)
    tree = StaticTree({})
    tree.mount(app)
    app.state.build = tree.build

    @app.websocket("/ws")
    async def attend(socket: WebSocket) -> None:
        await hub.attend(socket, lambda: {"lanes": 1}, heard)

    if page:
        app.add_api_route("/", lambda: tree.page(page), response_class=Response)
    return app


@asynccontextmanager
async def screen(address: str, resume: str = "") -> AsyncIterator[ClientConnection]:
    async with connect(f"ws{address[4:]}/ws?resume={resume}", origin=address) as connection:  # type: ignore[arg-type]  # Origin is a NewType
        yield connection


async def told(connection: ClientConnection, type_: str) -> dict[str, Any]:
    """The next envelope of this type; beats and others are passed over."""
    async with asyncio.timeout(DEADLINE_S):
        while True:
            text = await connection.recv()
            if isinstance(text, str) and (envelope := json.loads(text))["type"] == type_:
                return envelope  # type: ignore[no-any-return]  # JSON


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_S):
        while not condition():  # noqa: ASYNC110  (any condition)
            await asyncio.sleep(0.005)


def test_a_screen_gets_a_snapshot_then_news_and_resumes_after_a_break() -> None:
    async def run() -> None:
        hub = Hub("build", boot="b")
        async with serving(app_of(hub)) as address:
            async with screen(address) as first:
                assert (await told(first, "hello"))["data"]["build"] == "build"
                assert (await told(first, "snapshot"))["data"] == {"lanes": 1}
                hub.publish("lane.step", {"n": 1})
                assert (await told(first, "lane.step"))["seq"] == 1
            await until(lambda: hub.screens == 0)
            hub.publish("lane.step", {"n": 2})
            async with screen(address, "b-1") as second:
                assert (await told(second, "hello"))["data"]["resumed"] is True
                assert (await told(second, "lane.step"))["data"] == {"n": 2}

    asyncio.run(run())


def test_what_a_screen_says_is_heard_and_what_is_no_object_ends_it() -> None:
    async def run() -> None:
        heard: list[Any] = []
        async with serving(app_of(Hub(), heard.append)) as address, screen(address) as connection:
            await connection.send('{"painted": 3}')
            await until(lambda: bool(heard))
            for bad in ("[1]", "{", '"' + "x" * 20_000 + '"', b"\0"):
                async with screen(address) as rude:
                    await rude.send(bad)
                    with pytest.raises(ConnectionClosed) as closed:
                        await told(rude, "never")
                    assert closed.value.rcvd is not None
                    assert closed.value.rcvd.code == UNREADABLE
        assert heard == [{"painted": 3}]

    asyncio.run(run())


def test_a_page_from_elsewhere_is_not_served() -> None:
    async def run() -> None:
        async with serving(app_of(Hub())) as address:
            for origin in ("http://evil.example", None):
                with pytest.raises(InvalidStatus) as refused:
                    async with connect(f"ws{address[4:]}/ws", origin=origin):  # type: ignore[arg-type]  # Origin is a NewType
                        pass
                assert refused.value.response.status_code == 403

    asyncio.run(run())


def test_a_screen_that_does_not_keep_up_is_let_go_and_the_others_are_not() -> None:
    async def run() -> None:
        hub = Hub(queue=50)
        async with serving(app_of(hub)) as address, screen(address) as quick:
            await told(quick, "snapshot")
            async with connect(f"ws{address[4:]}/ws", origin=address, max_queue=1, close_timeout=0.1) as slow:  # type: ignore[arg-type]  # Origin is a NewType
                await until(lambda: hub.screens == 2)
                sent = 0
                async with asyncio.timeout(DEADLINE_S):
                    while hub.dropped == 0:
                        hub.publish("big", {"text": "x" * 20_000})
                        sent += 1
                        while (await told(quick, "big"))["seq"] < sent:
                            pass
                        await asyncio.sleep(0)
                with pytest.raises(ConnectionClosed) as closed:
                    await told(slow, "never")
                assert closed.value.rcvd is None or closed.value.rcvd.code == TOO_SLOW
            assert hub.screens == 1

    asyncio.run(run())


def test_a_screen_that_missed_more_than_it_could_take_gets_a_snapshot_and_stays() -> None:
    """Else what it missed would be too much for its queue, and it would be let go again and again."""

    async def run() -> None:
        hub = Hub(boot="b", queue=50)
        async with serving(app_of(hub)) as address:
            for number in range(200):
                hub.publish("n", {"number": number})
            async with screen(address, "b-190") as near, screen(address, "b-1") as far:
                assert (await told(near, "hello"))["data"]["resumed"] is True
                assert (await told(far, "hello"))["data"]["resumed"] is False
                await told(far, "snapshot")
                hub.publish("last", {})
                assert (await told(near, "last"))["seq"] == (await told(far, "last"))["seq"] == 201
            assert hub.dropped == 0

    asyncio.run(run())


def test_of_pictures_the_newest_wins() -> None:
    async def run() -> None:
        hub = Hub()
        async with serving(app_of(hub)) as address, screen(address) as connection:
            await told(connection, "snapshot")
            for number in range(3):
                hub.picture("face", bytes([number]))
            async with asyncio.timeout(DEADLINE_S):
                assert await connection.recv() == b"\x02"

    asyncio.run(run())


def test_every_answer_carries_the_headers_also_a_wrong_address(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<script src='/static/{{build}}/shared/dom.js'></script>")

    async def run() -> None:
        app = app_of(Hub(), page=page)
        async with serving(app) as address, httpx.AsyncClient(base_url=address) as client:
            answers = [await client.get(path) for path in ("/", "/nowhere", f"/static/{app.state.build}/shared/dom.js")]
            for answer in answers:
                assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
            assert answers[0].headers["cache-control"] == "no-cache"
            assert f"/static/{app.state.build}/" in answers[0].text
            assert "immutable" in answers[2].headers["cache-control"]
            outside = await client.get(f"/static/{app.state.build}/shared/%2e%2e/%2e%2e/serve.py")
            assert outside.status_code == 404

    asyncio.run(run())


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    assert "unsafe" not in CONTENT_POLICY
    assert "http" not in CONTENT_POLICY
    assert CONTENT_POLICY.startswith("default-src 'none';")
    assert CONTENT_POLICY.endswith("trusted-types 'none'")


def test_the_build_is_another_when_any_file_is(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("1")
    before = StaticTree({"a": tmp_path}).build
    (tmp_path / "a.js").write_text("2")
    assert StaticTree({"a": tmp_path}).build != before


def test_a_port_in_use_is_one_clear_sentence() -> None:
    async def run() -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(ServingFailed, match="choose another port"):
                async with serving(app_of(Hub()), port=taken.getsockname()[1]):
                    pass

    asyncio.run(run())


def test_the_server_leaves_within_seconds_while_a_screen_is_open() -> None:
    async def run() -> None:
        async with asyncio.timeout(DEADLINE_S):
            async with serving(app_of(Hub())) as address:
                connection = await connect(f"ws{address[4:]}/ws", origin=address)  # type: ignore[arg-type]  # Origin is a NewType
            await connection.close()

    asyncio.run(run())


def test_no_part_builds_markup_or_code_from_text() -> None:
    parts = sorted(SHARED.parent.rglob("*.js"))
    assert parts
    for part in parts:
        text = part.read_text()
        for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
            assert forbidden not in text, f"{part.name} uses {forbidden}"
        assert "://" not in text.replace("http://www.w3.org/2000/svg", ""), f"{part.name} names another host"


def test_what_a_header_says_of_an_address_is_not_believed() -> None:
    """Rates are held against the other end's own address."""
    app = FastAPI()

    @app.get("/")
    def who(request: Request) -> str:
        return request.client.host if request.client else ""

    async def ask() -> httpx.Response:
        async with serving(app) as address, httpx.AsyncClient() as client:
            return await client.get(address, headers={"X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7"})

    assert asyncio.run(ask()).json() == "127.0.0.1"


def test_an_answer_is_not_kept_back_for_an_acknowledgement(monkeypatch: pytest.MonkeyPatch) -> None:
    """Head and body are two writes: without TCP_NODELAY the second would wait for the client's delayed ACK, 40 ms."""
    at_once = []
    made = PeerProtocol.connection_made

    def look(protocol: PeerProtocol, transport: asyncio.Transport) -> None:
        at_once.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        made(protocol, transport)

    monkeypatch.setattr(PeerProtocol, "connection_made", look)

    async def run() -> None:
        async with serving(app_of(Hub("build"))) as address, httpx.AsyncClient() as client:
            await client.get(address)

    asyncio.run(run())
    assert at_once
    assert all(at_once)
