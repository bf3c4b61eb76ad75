"""The console's end of the line to each lane: both prove themselves, then words both ways; silence ends it."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field

from pydantic import ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from console.hearing import Hearing
from console.lanes import Lane, Picture
from console.room import Room
from link.console_seal import Seal, SealBroken, connection_key, proof, proves, unpack_picture
from link.console_words import (
    BEAT_S,
    FROM_LANE,
    SILENCE_S,
    Alive,
    Beat,
    Challenge,
    Command,
    Introduction,
    Noticed,
    Reveal,
    Welcome,
)

UNKNOWN, BROKEN, REPLACED = 4001, 4002, 4003
MAX_WAITING = 64
MAX_JPEG = 60_000


class _Full(Exception):
    """A lane takes nothing any more: its line is let go."""


@dataclass(slots=True)
class LaneLine:
    """Satisfies console.lanes.Line."""

    socket: WebSocket = field(repr=False)
    seal: Seal = field(repr=False)
    boot: str = ""
    gone: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _waiting: deque[str] = field(default_factory=deque, repr=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def tell(self, word: Command | Reveal | Beat) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self.gone.set()
            return
        self._waiting.append(word.model_dump_json())
        self._wake.set()

    async def send(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self.socket.send_text(self.seal.close(self._waiting.popleft()))


async def attend(room: Room, socket: WebSocket) -> None:
    """One lane, from its introduction until it is gone. A stranger learns nothing but that he is one."""
    if socket.headers.get("origin"):  # a browser: lanes send none
        await socket.close(1008)
        return
    await socket.accept()
    try:
        async with asyncio.timeout(SILENCE_S):
            introduced = await _introduced(room, socket)
    except (TimeoutError, ValidationError, SealBroken, WebSocketDisconnect, KeyError, RuntimeError):
        introduced = None
    if introduced is None:
        await _close(socket, UNKNOWN)
        return
    lane, line = introduced
    if isinstance(lane.line, LaneLine):
        lane.line.gone.set()
    lane.line = line
    Hearing(room).connected(lane)
    code = BROKEN
    try:
        code = await _converse(room, lane, line)
    finally:
        if lane.line is line:
            Hearing(room).lost(lane)
        await _close(socket, code)


async def _introduced(room: Room, socket: WebSocket) -> tuple[Lane, LaneLine] | None:
    nonce = secrets.token_hex(32)
    await socket.send_text(Challenge(nonce=nonce).model_dump_json())
    about = Introduction.model_validate_json(await socket.receive_text())
    key = room.lanes.key_of(about.lane)
    if key is None or not proves(about.proof, key, "lane", about.lane, nonce, about.nonce):
        return None
    await socket.send_text(Welcome(proof=proof(key, "console", about.lane, nonce, about.nonce)).model_dump_json())
    lane = room.lanes.lanes[about.lane]
    lane.about = about
    return lane, LaneLine(socket, Seal(connection_key(key, about.lane, nonce, about.nonce), "console"), about.boot)


async def _converse(room: Room, lane: Lane, line: LaneLine) -> int:
    tasks = [
        asyncio.create_task(work)
        for work in (_hear(room, lane, line), line.send(), _beat(room, lane, line), _replaced(line))
    ]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception) and not isinstance(
            result, WebSocketDisconnect | RuntimeError | TimeoutError | SealBroken | ValidationError | KeyError
        ):
            raise result
    return REPLACED if tasks[-1] in done else BROKEN


async def _replaced(line: LaneLine) -> None:
    """The same lane has come back on another connection, or takes nothing any more."""
    await line.gone.wait()


async def _beat(room: Room, lane: Lane, line: LaneLine) -> None:
    while True:
        taken = room.store.heard(lane.name, line.boot)
        line.tell(Beat(on_duty=room.on_duty, watched=room.is_watched(lane.name), taken=taken))
        waiting = asyncio.create_task(room.beat.wait())
        await asyncio.wait((waiting,), timeout=BEAT_S)
        waiting.cancel()
        await asyncio.sleep(0)
        room.beat.clear()


async def _hear(room: Room, lane: Lane, line: LaneLine) -> None:
    hearing = Hearing(room)
    while True:
        async with asyncio.timeout(SILENCE_S):
            message = await line.socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        if (data := message.get("bytes")) is not None:
            _take_picture(room, lane, line.seal.open_bytes(data))
            continue
        word = FROM_LANE.validate_json(line.seal.open(message.get("text") or ""))
        if isinstance(word, Noticed):
            hearing.noticed(lane, line.boot, word)
        elif isinstance(word, Alive):
            lane.heard_at_s = room.now_s
        else:
            hearing.heard(lane, word)


def _take_picture(room: Room, lane: Lane, data: bytes) -> None:
    channel, transaction, taken_ms, jpeg = unpack_picture(data)
    if len(jpeg) > MAX_JPEG or not jpeg.startswith(b"\xff\xd8"):
        raise SealBroken("a picture of the console link is none")
    lane.put_picture(channel, Picture(transaction, taken_ms, jpeg))
    room.hub.picture(f"{lane.name}|{channel}", packed(lane.name, channel, transaction, taken_ms, jpeg))


def packed(lane: str, channel: str, transaction: str, taken_ms: float, jpeg: bytes) -> bytes:
    """For a screen: two bytes of length, `lane|channel|transaction|ms`, JPEG."""
    head = f"{lane}|{channel}|{transaction}|{taken_ms:.0f}".encode()
    return len(head).to_bytes(2, "big") + head + jpeg


async def _close(socket: WebSocket, code: int) -> None:
    if socket.client_state is WebSocketState.CONNECTED and socket.application_state is WebSocketState.CONNECTED:
        try:
            await asyncio.wait_for(socket.close(code), 1.0)
        except (TimeoutError, RuntimeError, WebSocketDisconnect):
            return
