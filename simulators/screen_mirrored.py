"""The simulated screen, whose prompts also go to a page in a browser, and whose page also presses.

What confirms and what the travellers of the world read is the simulated screen: the lane runs with no browser open.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from drivers.model import Button, Health, Prompt
from drivers.screen_web import WebScreen
from simulators.display import SimulatedDisplay


class MirroredDisplay:
    """Satisfies drivers.protocols.Display. `press` is given each button that is touched on the page."""

    def __init__(self, screen: WebScreen, simulated: SimulatedDisplay, press: Callable[[Button], None]) -> None:
        self.screen, self.simulated = screen, simulated
        self._press = press
        self._pressing: asyncio.Task[None] | None = None

    @property
    def dark(self) -> bool:
        return self.simulated.dark

    @dark.setter
    def dark(self, dark: bool) -> None:
        self.simulated.dark = dark

    async def open(self) -> None:
        await self.screen.open()
        self._pressing = asyncio.create_task(self._pass_presses())

    async def close(self) -> None:
        pressing, self._pressing = self._pressing, None
        if pressing is not None:
            pressing.cancel()
            with suppress(asyncio.CancelledError):
                await pressing
        await self.screen.close()

    async def health(self) -> Health:
        return await self.simulated.health()

    async def speak(self, issuing_state: str) -> None:
        await self.screen.speak(issuing_state)
        await self.simulated.speak(issuing_state)

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        await self.screen.count_down(seconds, may_ask)

    async def show(self, prompt: Prompt) -> None:
        if not self.simulated.dark:
            self.screen.say(prompt)
        await self.simulated.show(prompt)

    async def _pass_presses(self) -> None:
        while True:
            self._press(await self.screen.buttons.get())
