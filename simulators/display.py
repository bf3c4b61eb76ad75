"""The traveller's screen as a value in the world: what it shows, or that it is dark."""

from drivers.errors import DeviceTimeout
from drivers.model import Health, Prompt
from drivers.protocols import Clock
from simulators.world import World

PAINT_S = 0.03
CONFIRM_S = 1.0


class SimulatedDisplay:
    """Satisfies drivers.protocols.Display. `dark`: it paints nothing and confirms nothing."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.dark = False
        self.issuing_state = ""
        """Whose language it speaks."""
        self._world, self._clock = world, clock

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return Health.FAILED if self.dark else Health.READY

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        """The people of the world do not look at it."""

    async def speak(self, issuing_state: str) -> None:
        self.issuing_state = issuing_state

    async def show(self, prompt: Prompt) -> None:
        await self._clock.sleep(PAINT_S)
        if self.dark:
            await self._clock.sleep(CONFIRM_S)
            raise DeviceTimeout("display", f"{prompt.value} was not confirmed in {CONFIRM_S:g} s: look at the screen")
        self._world.prompt = prompt
