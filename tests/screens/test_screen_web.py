"""The web screen's server side over real sockets: paint confirmed, silence is a failed device, touches taken."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect

from drivers.clock import WallClock
from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import Button, Health, Prompt
from drivers.screen_web import WebPanel, WebScreen
from drivers.screen_web_app import recordings

pytestmark = pytest.mark.wire
DEADLINE_S = 60.0


@asynccontextmanager
async def opened() -> AsyncIterator[WebScreen]:
    screen = WebScreen("lane-1", WallClock())
    await screen.open()
    try:
        yield screen
    finally:
        await screen.close()


@asynccontextmanager
async def page(screen: WebScreen, query: str = "") -> AsyncIterator[ClientConnection]:
    origin, _, path = screen.address.partition("/traveller")
    async with connect(f"ws{origin[4:]}/traveller{path}/ws{query}", origin=origin) as socket:  # type: ignore[arg-type]  # Origin is a NewType
        yield socket


async def told(socket: ClientConnection, type_: str) -> dict[str, Any]:
    async with asyncio.timeout(DEADLINE_S):
        while True:
            text = await socket.recv()
            if isinstance(text, str) and (envelope := json.loads(text))["type"] == type_:
                return envelope["data"]  # type: ignore[no-any-return]  # JSON


async def paint(socket: ClientConnection) -> None:
    """What the page does with every prompt."""
    while True:
        data = await told(socket, "prompt")
        await socket.send(json.dumps({"painted": data["rev"]}))


def test_a_prompt_is_shown_when_the_page_painted_it() -> None:
    async def run() -> None:
        async with opened() as screen, page(screen) as socket:
            await told(socket, "snapshot")
            painting = asyncio.create_task(paint(socket))
            await screen.show(Prompt.WALK_IN)
            assert await screen.health() is Health.READY
            painting.cancel()

    asyncio.run(run())


def test_a_screen_that_paints_nothing_is_named_and_failed() -> None:
    async def run() -> None:
        async with opened() as screen:
            with pytest.raises(DeviceTimeout, match="walk_in was not confirmed"):
                await screen.show(Prompt.WALK_IN)
            assert await screen.health() is Health.FAILED

    asyncio.run(run())


def test_a_mirror_confirms_nothing_for_the_gate() -> None:
    async def run() -> None:
        async with opened() as screen, page(screen, "?mirror=1") as socket:
            await told(socket, "snapshot")
            painting = asyncio.create_task(paint(socket))
            with pytest.raises(DeviceTimeout):
                await screen.show(Prompt.WALK_IN)
            painting.cancel()

    asyncio.run(run())


def test_a_confirmation_of_a_prompt_that_was_never_sent_counts_for_nothing() -> None:
    async def run() -> None:
        async with opened() as screen, page(screen) as socket:
            await told(socket, "snapshot")
            await socket.send(json.dumps({"painted": 99}))
            with pytest.raises(DeviceTimeout):
                await screen.show(Prompt.WALK_IN)

    asyncio.run(run())


def test_buttons_and_languages_are_taken_and_what_is_neither_is_not() -> None:
    async def run() -> None:
        async with opened() as screen, page(screen) as socket:
            await told(socket, "snapshot")
            for message in ({"button": "open the exit"}, {"language": "xx"}, {"button": "officer"}, {"language": "ja"}):
                await socket.send(json.dumps(message))
            async with asyncio.timeout(DEADLINE_S):
                assert await WebPanel(screen).pressed() is Button.OFFICER
            assert (await told(socket, "language"))["language"] == "ja"

    asyncio.run(run())


def test_the_language_of_one_traveller_is_forgotten_before_the_next() -> None:
    async def run() -> None:
        async with opened() as screen, page(screen) as socket:
            await told(socket, "snapshot")
            screen.choose("fr")
            screen.say(Prompt.WALK_IN)
            assert (await told(socket, "prompt"))["language"] == "fr"
            screen.say(Prompt.WELCOME)
            assert (await told(socket, "prompt"))["language"] == ""

    asyncio.run(run())


def test_a_port_that_is_taken_is_named() -> None:
    async def run() -> None:
        async with opened() as screen:
            port = int(screen.address.split(":")[2].split("/")[0])
            with pytest.raises(DeviceUnavailable, match=str(port)):
                await WebScreen("lane-2", WallClock(), port=port).open()

    asyncio.run(run())


def test_a_recording_is_offered_where_there_is_one_and_nothing_else_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "doc.take.opus").write_bytes(b"OggS")
    (tmp_path / "secret.txt").write_text("not for the hall")

    async def run() -> None:
        screen = WebScreen("lane-1", WallClock(), voice=tmp_path)
        await screen.open()
        try:
            base = screen.address.partition("/traveller")[0]
            async with httpx.AsyncClient(base_url=base) as client:
                assert (await client.get("/voice/index.json")).json() == {"en": ["doc.take"]}
                assert (await client.get("/voice/audio/en/doc.take.opus")).content == b"OggS"
                assert (await client.get("/voice/audio/secret.txt")).status_code == 404
        finally:
            await screen.close()

    asyncio.run(run())


def test_a_gate_without_recordings_is_silent() -> None:
    assert recordings(None) == {}
