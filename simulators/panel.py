"""Lane sign and buttons in the world: a scenario presses by appending to `world.pressed`."""

from drivers.model import Button, Health, Lamp
from drivers.protocols import Clock
from simulators.world import World

LOOK_S = 0.05


class SimulatedPanel:
    """Satisfies drivers.protocols.Panel."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world, self._clock = world, clock

    async def open(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def health(self) -> Health:
        return Health.READY

    async def light(self, lamp: Lamp) -> None:
        self._world.lamp = lamp

    async def pressed(self) -> Button:
        """The oldest press that nobody took yet."""
        while not self._world.pressed:
            await self._clock.sleep(LOOK_S)
        return self._world.pressed.pop(0)
