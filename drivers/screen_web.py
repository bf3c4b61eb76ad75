"""The traveller's screen: a page that the gate's own process serves to the browser at the gate.

The page confirms each prompt when it is painted; a screen that does not is a failed device, and the lane closes over
it. Nothing personal is ever sent to it: a prompt, a language, and the picture of the traveller while the face is taken.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.websockets import WebSocket

from drivers.errors import DeviceTimeout, DeviceUnavailable
from drivers.model import Button, Health, Lamp, Prompt
from drivers.protocols import Clock, FaceCamera
from drivers.screen_web_app import LANGUAGES, language_of_state, make_app
from drivers.screen_web_messages import LimitMessage, PromptMessage, TravellerSnapshot
from drivers.screen_web_prompts import BEGINS, Screen, screen_of
from drivers.screen_web_view import SelfView
from web.errors import ServingFailed
from web.hub import Hub
from web.serve import serving

CONFIRM_S = 0.9
"""Just under the lane's own limit, so that the screen is named in the journal."""
ALIVE_S = 6.0
"""The page tells every two seconds that it paints."""
BUTTONS_KEPT = 8
"""Presses that nobody took: enough for a hand, too few for a flood."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What the traveller is told to be done by; 0 seconds = nothing ends."""

    seconds: float = 0.0
    ends_at_s: float = 0.0
    may_ask: bool = False


class WebScreen:
    """Satisfies drivers.protocols.Display; its buttons are taken by WebPanel."""

    def __init__(
        self,
        lane: str,
        clock: Clock,
        camera: FaceCamera | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        voice: Path | None = None,
    ) -> None:
        """`voice` is a folder of recordings; without one the page is silent."""
        self.address = ""
        """Of the page, once it is open."""
        self.buttons: asyncio.Queue[Button] = asyncio.Queue(BUTTONS_KEPT)
        self.app, build = make_app(lane, self._attended, voice)
        self.hub = Hub(build)
        self.prompt = Prompt.CLOSED
        self.painted: dict[str, float] = {}
        """What the page told of itself last: heap in MB, pictures a second, lag of a picture in ms."""
        self._lane, self._clock, self._host, self._port = lane, clock, host, port
        self._view = SelfView(camera, clock, self.hub) if camera else None
        self._rev, self._confirmed_rev = 0, 0
        self._confirmed = asyncio.Event()
        self._alive_at_s = float("-inf")
        self._times: Counter[Prompt] = Counter()
        """How often each prompt was shown to this traveller."""
        self._limit = Limit()
        self._language = ""
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        try:
            base = await self._stack.enter_async_context(serving(self.app, self._host, self._port))
        except ServingFailed as failed:
            raise DeviceUnavailable("display", str(failed)) from None
        self.address = f"{base}/traveller/{self._lane}"
        if self._view:
            self._stack.push_async_callback(self._view.close)

    async def close(self) -> None:
        await self._stack.aclose()

    async def health(self) -> Health:
        """FAILED while no page at the gate says that it paints what it was last told."""
        if self._clock.monotonic() - self._alive_at_s > ALIVE_S:
            return Health.FAILED
        return Health.READY if self._confirmed_rev == self._rev else Health.DEGRADED

    async def show(self, prompt: Prompt) -> None:
        """Return when the page has painted it."""
        self.say(prompt)
        try:
            async with asyncio.timeout(CONFIRM_S):
                while self._confirmed_rev < self._rev:
                    self._confirmed.clear()
                    await self._confirmed.wait()
        except TimeoutError:
            raise DeviceTimeout(
                "display", f"{prompt.value} was not confirmed in {CONFIRM_S:g} s: look at the screen at {self.address}"
            ) from None

    def say(self, prompt: Prompt) -> None:
        """Send it without waiting for the paint."""
        if prompt in BEGINS:
            self._language = ""
            self._times.clear()
        self._rev += 1
        if prompt is not self.prompt:
            self._times[prompt] += 1
        self.prompt, self._limit = prompt, Limit()
        if self._view:
            self._view.set_wanted(self._screen.self_view)
        self.hub.publish("prompt", self._shown(), lane=self._lane)

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        self._limit = Limit(seconds, self._clock.monotonic() + seconds, may_ask)
        self.hub.publish("limit", self._left(), lane=self._lane)

    async def speak(self, issuing_state: str) -> None:
        self.choose(language_of_state(issuing_state))

    def choose(self, language: str) -> None:
        """From here to the next traveller; a touch on the language row changes it again."""
        if language in LANGUAGES and language != self._language:
            self._language = language
            self.hub.publish("language", {"language": language}, lane=self._lane)

    # ---------------------------------------------------------------------------------------------------------

    @property
    def _screen(self) -> Screen:
        return screen_of(self.prompt, self._times[self.prompt])

    def _left(self) -> LimitMessage:
        left_s = max(0.0, self._limit.ends_at_s - self._clock.monotonic()) if self._limit.seconds else 0.0
        return {"limit_s": self._limit.seconds, "left_s": round(left_s, 2), "may_ask": self._limit.may_ask}

    def _shown(self) -> PromptMessage:
        return {
            **self._screen.to_message(),
            "rev": self._rev,
            "prompt": self.prompt.value,
            "limit": self._left(),
            "language": self._language,
            "idle": self.prompt in BEGINS,
        }

    def _snapshot(self) -> TravellerSnapshot:
        return {**self._shown(), "lane": self._lane, "languages": list(LANGUAGES)}

    async def mirror(self, socket: WebSocket) -> None:
        """Serve a page that shows the same and is not the gate's screen: it confirms nothing."""
        await self.hub.attend(socket, self._snapshot, self._heard_mirror)

    async def _attended(self, socket: WebSocket) -> None:
        """A page that says `?mirror=1` is a mirror."""
        if socket.query_params.get("mirror") == "1":
            await self.mirror(socket)
        else:
            await self.hub.attend(socket, self._snapshot, self._heard)

    def _heard(self, message: Mapping[str, Any]) -> None:
        if isinstance(rev := message.get("painted"), int) and self._confirmed_rev < rev <= self._rev:
            self._confirmed_rev = rev
            self._confirmed.set()
        if "alive" in message or "painted" in message:
            self._alive_at_s = self._clock.monotonic()
        if isinstance(figures := message.get("alive"), Mapping):
            self.painted = {
                str(name): float(value) for name, value in figures.items() if isinstance(value, int | float)
            }
        self._heard_mirror(message)

    def _heard_mirror(self, message: Mapping[str, Any]) -> None:
        if isinstance(language := message.get("language"), str):
            self.choose(language)
        button = message.get("button")
        if button in {each.value for each in Button} and not self.buttons.full():
            self.buttons.put_nowait(Button(button))


class WebPanel:
    """Satisfies drivers.protocols.Panel with the buttons on the screen. It has no lamp."""

    def __init__(self, screen: WebScreen) -> None:
        self._screen = screen

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return await self._screen.health()

    async def light(self, lamp: Lamp) -> None:
        """The sign over the entry; a site without one has the page alone."""

    async def pressed(self) -> Button:
        return await self._screen.buttons.get()
