"""Events and pictures to any number of screens over WebSockets: hello, then a snapshot or what was missed, then news.

A screen never slows its server down: each has a bounded queue, and one whose queue is full is let go with close code
4008; it comes back and takes a snapshot. Of pictures only the newest is kept for each channel. Everything runs in one
event loop; `publish` and `picture` return at once.

A client connects with `?resume=<boot>-<seq>` of the last event it saw; who missed a great deal gets a snapshot
all the same. Every BEAT_S it hears a beat.
"""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from web.envelope import Envelope, seen_seq
from web.headers import is_same_origin

BEAT_S = 2.0
RING = 10_000
QUEUE = 1_000
CLOSE_S = 1.0
MAX_MESSAGE = 16_384
"""Characters that a screen may send at once."""
UNREADABLE, TOO_SLOW = 4000, 4008

Snapshot = Callable[[], Mapping[str, Any]]
Wanted = Callable[[Envelope], bool]
Sees = Callable[[str], bool]
Heard = Callable[[Mapping[str, Any]], None]


def _everything(_envelope: Envelope) -> bool:
    return True


def _every_channel(_channel: str) -> bool:
    return True


def _nothing_heard(_message: Mapping[str, Any]) -> None:
    pass


@dataclass(slots=True, eq=False)
class _Subscriber:
    wants: Wanted
    limit: int
    sees: Sees = _every_channel
    waiting: deque[str] = field(default_factory=deque, repr=False)
    pictures: dict[str, bytes] = field(default_factory=dict, repr=False)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    overrun: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, text: str) -> None:
        if len(self.waiting) >= self.limit:
            self.overrun.set()
            return
        self.waiting.append(text)
        self.wake.set()


@dataclass(slots=True, eq=False)
class _Listener:
    wants: Wanted
    limit: int
    waiting: deque[Envelope] = field(repr=False)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    overrun: bool = False

    def put(self, envelope: Envelope) -> None:
        """Nothing is kept for one that does not keep up: it resumes by the last event it has seen."""
        if self.overrun or not self.wants(envelope):
            return
        if len(self.waiting) >= self.limit:
            self.overrun = True
            self.waiting.clear()
        else:
            self.waiting.append(envelope)
        self.wake.set()


class Hub:
    """`build` is told in the hello, so that a page can see that it is older than its server."""

    def __init__(
        self,
        build: str = "",
        *,
        boot: str = "",
        ring: int = RING,
        queue: int = QUEUE,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.boot = boot or secrets.token_hex(4)
        self.dropped = 0
        """Screens that were let go because they were too slow."""
        self._build, self._queue, self._now = build, queue, now
        self._ring: deque[Envelope] = deque(maxlen=ring)
        self._seq = 0
        self._subscribers: set[_Subscriber] = set()
        self._listeners: set[_Listener] = set()

    @property
    def screens(self) -> int:
        """How many are connected."""
        return len(self._subscribers)

    def publish(self, type_: str, data: Mapping[str, Any], *, lane: str = "", transaction_id: str = "") -> Envelope:
        """Tell every screen that wants it."""
        self._seq += 1
        envelope = self._enveloped(type_, data, lane, transaction_id)
        self._ring.append(envelope)
        text = envelope.to_json()
        for subscriber in self._subscribers:
            if subscriber.wants(envelope):
                subscriber.put(text)
        for listener in self._listeners:
            listener.put(envelope)
        return envelope

    def picture(self, channel: str, data: bytes) -> None:
        """The newest picture of a channel; one that was not sent yet is dropped for it."""
        for subscriber in self._subscribers:
            if subscriber.sees(channel):
                subscriber.pictures[channel] = data
                subscriber.wake.set()

    def since(self, resume: str) -> list[Envelope] | None:
        """What a client missed; None when the ring does not reach back and it needs a snapshot."""
        seq = seen_seq(resume, self.boot)
        oldest = self._ring[0].seq if self._ring else self._seq + 1
        if seq is None or seq > self._seq or seq < oldest - 1:
            return None
        return [envelope for envelope in self._ring if envelope.seq > seq]

    async def attend(
        self,
        socket: WebSocket,
        snapshot: Snapshot,
        heard: Heard = _nothing_heard,
        wants: Wanted = _everything,
        sees: Sees = _every_channel,
    ) -> None:
        """Serve one screen until it goes. `heard` is given each JSON object that it sends; `sees` chooses channels."""
        if not is_same_origin(socket.headers):
            await socket.close(1008)
            return
        await socket.accept()
        subscriber = _Subscriber(wants, self._queue, sees)
        self._greet(subscriber, socket.query_params.get("resume", ""), snapshot)
        self._subscribers.add(subscriber)
        try:
            await self._until_over(socket, subscriber, heard)
        finally:
            self._subscribers.discard(subscriber)

    async def lines(self, resume: str, wants: Wanted = _everything) -> AsyncIterator[Envelope | None]:
        """What happens, for a listener that is no screen; first what it missed. None every BEAT_S of silence.

        Ends for a listener that is too slow.
        """
        waiting: deque[Envelope] = deque(envelope for envelope in self.since(resume) or [] if wants(envelope))
        subscriber = _Listener(wants, len(waiting) + self._queue, waiting)
        self._listeners.add(subscriber)
        try:
            while not subscriber.overrun:
                if waiting:
                    yield waiting.popleft()
                    continue
                subscriber.wake.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(subscriber.wake.wait(), BEAT_S)
                if not waiting:
                    yield None
        finally:
            self._listeners.discard(subscriber)

    # ---------------------------------------------------------------------------------------------------------

    def _enveloped(self, type_: str, data: Mapping[str, Any], lane: str = "", transaction_id: str = "") -> Envelope:
        return Envelope(self._seq, self._now(), self.boot, type_, data, lane, transaction_id)

    def _greet(self, subscriber: _Subscriber, resume: str, snapshot: Snapshot) -> None:
        """No await between this and the subscription: nothing is missed and nothing comes twice."""
        missed = self.since(resume)
        if missed is not None and len(missed) > self._queue // 2:
            missed = None  # so much would overrun it at once: a snapshot is shorter
        hello = {"build": self._build, "beat_s": BEAT_S, "resumed": missed is not None}
        subscriber.waiting.append(self._enveloped("hello", hello).to_json())
        if missed is None:
            subscriber.waiting.append(self._enveloped("snapshot", snapshot()).to_json())
        else:
            subscriber.waiting.extend(envelope.to_json() for envelope in missed if subscriber.wants(envelope))
        subscriber.wake.set()

    async def _until_over(self, socket: WebSocket, subscriber: _Subscriber, heard: Heard) -> None:
        tasks = [
            asyncio.create_task(work)
            for work in (_send(socket, subscriber), self._beat(subscriber), _hear(socket, heard), _overrun(subscriber))
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        _raise_ours(results)
        codes = [task.result() for task in done if task.exception() is None]
        self.dropped += TOO_SLOW in codes
        for code in (code for code in codes if code):
            with suppress(TimeoutError, RuntimeError, WebSocketDisconnect):  # it may be gone, or never answer
                await asyncio.wait_for(socket.close(code), CLOSE_S)

    async def _beat(self, subscriber: _Subscriber) -> int:
        while True:
            await _beat_sleep(BEAT_S)
            subscriber.put(self._enveloped("beat", {}).to_json())


async def _beat_sleep(seconds: float) -> None:
    """A beat is the connection's, not the lane's: it goes on where a simulation paces or stops its loop's time."""
    loop = asyncio.get_running_loop()
    await getattr(loop, "real_sleep", asyncio.sleep)(seconds)


async def _send(socket: WebSocket, subscriber: _Subscriber) -> int:
    while True:
        await subscriber.wake.wait()
        subscriber.wake.clear()
        while subscriber.waiting or subscriber.pictures:
            while subscriber.waiting:
                await socket.send_text(subscriber.waiting.popleft())
            if subscriber.pictures:
                await socket.send_bytes(subscriber.pictures.pop(next(iter(subscriber.pictures))))


async def _hear(socket: WebSocket, heard: Heard) -> int:
    """Returns the close code when the screen goes (0) or speaks no JSON object."""
    while True:
        try:
            text = await socket.receive_text()
            message = json.loads(text) if len(text) <= MAX_MESSAGE else None
        except WebSocketDisconnect:
            return 0
        except (ValueError, KeyError, RecursionError):  # KeyError: a binary message
            return UNREADABLE
        if not isinstance(message, dict):
            return UNREADABLE
        heard(message)


async def _overrun(subscriber: _Subscriber) -> int:
    await subscriber.overrun.wait()
    return TOO_SLOW


def _raise_ours(results: list[Any]) -> None:
    """A screen that went away in the middle of a word is no fault; anything else is."""
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect | RuntimeError):
            raise result
