"""A lane's end of the line to its console: it comes back by itself, and the lane never waits for it.

It has a thread and an event loop of its own, on the wall clock whatever the lane's loop does; what the console says is
handed over to the lane's loop.

Of the lane's state only the newest waits to be sent, of each picture's channel only the newest; notices are kept until
the console has them on its disk, and told again after a cut. What the console said is believed only while it is heard:
after SILENCE_S the officer counts as gone.
"""

import asyncio
import json
import secrets
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from pydantic import ValidationError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from link.console_seal import Seal, SealBroken, connection_key, pack_picture, proof, proves
from link.console_words import (
    BEAT_S,
    SILENCE_S,
    TO_LANE,
    Alive,
    Beat,
    Challenge,
    Command,
    Doors,
    Introduction,
    Notice,
    Noticed,
    Now,
    Reveal,
    Revealed,
    Welcome,
)

T = TypeVar("T")

PATH = "/api/link/v1"
FIRST_RETRY_S, LAST_RETRY_S = 0.2, 2.0
CONNECT_S = 5.0
MAX_MESSAGE_BYTES = 65_536
MAX_NOTICES = 20_000
"""A day without the console. Then the oldest is dropped and counted; the journal has it all the same."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who this lane is to its console. `address` is http(s)://host:port."""

    address: str
    lane: str
    boot: str
    key: bytes = field(repr=False)
    direction: Literal["entry", "exit"] = "entry"
    software: str = ""
    simulated: bool = False
    ca_file: str = ""
    """Whom an https console must be vouched for by; empty = the system's authorities."""

    def tls(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=self.ca_file or None) if self.address.startswith("https:") else None


@dataclass(slots=True)
class ConsoleLink:
    """`start`, and `stop` at the end; everything else returns at once."""

    me: Identity
    commanded: Callable[[Command], None] = field(default=lambda _command: None, repr=False)
    asked: Callable[[Reveal], None] = field(default=lambda _asked: None, repr=False)
    refused: str = ""
    """Why the console does not know this lane, one sentence; empty while there is nothing to say."""
    dropped: int = 0
    _on_duty: bool = False
    _watched: bool = False
    _heard_at_s: float = float("-inf")
    _newest: dict[str, str] = field(default_factory=dict, repr=False)
    _passing: deque[str] = field(default_factory=lambda: deque(maxlen=64), repr=False)
    _pictures: dict[str, bytes] = field(default_factory=dict, repr=False)
    _shown: dict[str, bytes] = field(default_factory=dict, repr=False)
    """The crossing's pictures so far: a console that comes back is shown them again."""
    _notices: deque[Noticed] = field(default_factory=deque, repr=False)
    _number: int = 0
    _told: int = 0
    """The last notice that this connection was told."""
    _lane: asyncio.AbstractEventLoop | None = field(default=None, repr=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)
    _stop: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    _wake: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def start(self, lane: asyncio.AbstractEventLoop) -> None:
        """`lane`: the loop in which `commanded` and `asked` are called."""
        self._lane, self._loop = lane, asyncio.new_event_loop()
        self._stop, self._wake = asyncio.Event(), asyncio.Event()
        self._thread = threading.Thread(target=self._live, args=(self._loop,), name="console-link", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        thread, loop, self._thread, self._loop = self._thread, self._loop, None, None
        if thread is not None and loop is not None:
            loop.call_soon_threadsafe(self._stop.set)
            while thread.is_alive():  # noqa: ASYNC110  (a thread has no event for it)
                await asyncio.sleep(0.01)
            loop.close()

    @property
    def is_up(self) -> bool:
        return time.monotonic() - self._heard_at_s < SILENCE_S

    @property
    def on_duty(self) -> bool:
        """An officer who answers is signed in, as of the last beat that was heard."""
        return self._on_duty and self.is_up

    @property
    def watched(self) -> bool:
        return self._watched and self.is_up

    def state(self, word: Now | Doors) -> None:
        self._newest[word.kind] = word.model_dump_json()
        self._woken()

    def notice(self, notice: Notice) -> None:
        self._number += 1
        self._notices.append(Noticed(number=self._number, notice=notice))
        if len(self._notices) > MAX_NOTICES:
            self._notices.popleft()
            self.dropped += 1
        self._woken()

    def reveal(self, word: Revealed) -> None:
        """To this very connection, or not at all."""
        if self.is_up:
            self._passing.append(word.model_dump_json())
            self._woken()

    def picture(self, channel: str, transaction: str, jpeg: bytes) -> None:
        self._pictures[channel] = self._shown[channel] = pack_picture(channel, transaction, 1000 * time.time(), jpeg)
        self._woken()

    def forget_pictures(self) -> None:
        self._pictures.clear()
        self._shown.clear()

    def _live(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.run_until_complete(self._until_stopped())

    async def _until_stopped(self) -> None:
        running = asyncio.create_task(self._run())
        await self._stop.wait()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    def _woken(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                async with asyncio.timeout(CONNECT_S):
                    socket = await connect(
                        _socket_address(self.me.address),
                        max_size=MAX_MESSAGE_BYTES,
                        ping_interval=None,
                        compression=None,
                        ssl=self.me.tls(),
                    )
                try:
                    retry_s = FIRST_RETRY_S
                    await self._converse(socket)
                finally:
                    self._heard_at_s = float("-inf")
                    await socket.close()
            except (OSError, WebSocketException, TimeoutError, SealBroken, ValidationError, ValueError) as failure:
                self.refused = failure.__class__.__name__
            await asyncio.sleep(retry_s * (0.5 + secrets.randbelow(500) / 1000))
            retry_s = min(LAST_RETRY_S, 2 * retry_s)

    # ---------------------------------------------------------------------------------------------------------

    async def _converse(self, socket: ClientConnection) -> None:
        async with asyncio.timeout(CONNECT_S):
            seal = await self._prove(socket)
        self._told = self._notices[0].number - 1 if self._notices else self._number
        self._passing.clear()
        self._pictures.update(self._shown)
        self.refused = ""
        tasks = [
            asyncio.create_task(work) for work in (self._send(socket, seal), self._hear(socket, seal), self._beat())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _prove(self, socket: ClientConnection) -> Seal:
        me, nonce = self.me, secrets.token_hex(32)
        theirs = Challenge.model_validate_json(await socket.recv()).nonce
        introduction = Introduction(
            lane=me.lane,
            boot=me.boot,
            nonce=nonce,
            proof=proof(me.key, "lane", me.lane, theirs, nonce),
            direction=me.direction,
            software=me.software,
            simulated=me.simulated,
        )
        await socket.send(introduction.model_dump_json())
        welcome = Welcome.model_validate_json(await socket.recv())
        if not proves(welcome.proof, me.key, "console", me.lane, theirs, nonce):
            raise SealBroken("the console does not hold this lane's key")
        self._heard_at_s = time.monotonic()
        return Seal(connection_key(me.key, me.lane, theirs, nonce), "lane")

    async def _send(self, socket: ClientConnection, seal: Seal) -> None:
        sent: dict[str, str] = {}
        while True:
            for notice in [each for each in list(self._notices) if each.number > self._told]:
                self._told = notice.number
                await socket.send(seal.close(notice.model_dump_json()))
            while self._passing:
                await socket.send(seal.close(self._passing.popleft()))
            for kind, text in list(self._newest.items()):
                if sent.get(kind) != text:
                    sent[kind] = text
                    await socket.send(seal.close(text))
            if self._pictures:
                channel = next(iter(self._pictures))
                await socket.send(seal.close_bytes(self._pictures.pop(channel)))
                continue
            if not self._waits(sent):
                self._wake.clear()
                await self._wake.wait()

    def _waits(self, sent: dict[str, str]) -> bool:
        notices = bool(self._notices) and self._notices[-1].number > self._told
        return (
            notices or bool(self._passing) or any(sent.get(kind) != text for kind, text in list(self._newest.items()))
        )

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            self._passing.append(Alive().model_dump_json())
            self._woken()

    async def _hear(self, socket: ClientConnection, seal: Seal) -> None:
        """Silence ends it: nothing that comes later on this connection is carried out."""
        while True:
            async with asyncio.timeout(SILENCE_S):
                sealed = await socket.recv()
            word = TO_LANE.validate_json(seal.open(sealed if isinstance(sealed, str) else ""))
            self._heard_at_s = time.monotonic()
            if isinstance(word, Command):
                self._hand_over(self.commanded, word)
            elif isinstance(word, Reveal):
                self._hand_over(self.asked, word)
            else:
                self._take(word)

    def _hand_over(self, take: Callable[[T], None], word: T) -> None:
        if self._lane is not None and not self._lane.is_closed():
            self._lane.call_soon_threadsafe(take, word)

    def _take(self, beat: Beat) -> None:
        self._on_duty, self._watched = beat.on_duty, beat.watched
        while self._notices and self._notices[0].number <= beat.taken:
            self._notices.popleft()


def _socket_address(address: str) -> str:
    return f"ws{address.removeprefix('http')}{PATH}"


def identity_key(text: str) -> tuple[str, bytes]:
    """Lane and key of a key file: one JSON object {"lane": ..., "key": hex}. Raises ValueError."""
    content = json.loads(text)
    key = bytes.fromhex(content["key"])
    if len(key) < 32:
        raise ValueError("the key is shorter than 32 bytes")
    return str(content["lane"]), key
