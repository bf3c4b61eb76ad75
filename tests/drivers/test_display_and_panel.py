import asyncio
from datetime import UTC, datetime

import pytest

from drivers.clock import LoopClock, WallClock
from drivers.contract.check import Check, ContractBroken
from drivers.contract.display import CHECKS as DISPLAY_CHECKS
from drivers.contract.display import DisplayRig
from drivers.contract.panel import CHECKS as PANEL_CHECKS
from drivers.contract.panel import PanelRig
from drivers.errors import DeviceTimeout
from drivers.model import Button, Health, Lamp, Prompt
from drivers.protocols import Display, Panel
from simulators.display import SimulatedDisplay
from simulators.panel import SimulatedPanel
from simulators.virtual_time import run_virtual
from simulators.world import World

START = datetime(2026, 1, 1, tzinfo=UTC)


class Hands:
    """Eyes and fingers of the contract, in the world."""

    patience_s = 1.0

    def __init__(self, world: World) -> None:
        self._world = world

    def shown(self) -> Prompt | None:
        return self._world.prompt

    def lit(self) -> Lamp | None:
        return self._world.lamp

    async def press(self, button: Button) -> None:
        self._world.pressed.append(button)


@pytest.mark.parametrize("check", DISPLAY_CHECKS, ids=lambda check: check.name)
def test_the_simulated_display_keeps_its_promises(check: Check[Display, DisplayRig]) -> None:
    async def run() -> None:
        world = World()
        display: Display = SimulatedDisplay(world, LoopClock(START))
        await display.open()
        await check.run(display, Hands(world))
        await display.close()

    run_virtual(run())


@pytest.mark.parametrize("check", PANEL_CHECKS, ids=lambda check: check.name)
def test_the_simulated_panel_keeps_its_promises(check: Check[Panel, PanelRig]) -> None:
    async def run() -> None:
        world = World()
        panel: Panel = SimulatedPanel(world, LoopClock(START))
        await panel.open()
        await check.run(panel, Hands(world))
        await panel.close()

    run_virtual(run())


def test_a_dark_display_does_not_confirm() -> None:
    async def run() -> None:
        world = World()
        display = SimulatedDisplay(world, LoopClock(START))
        display.dark = True
        assert await display.health() is Health.FAILED
        with pytest.raises(DeviceTimeout, match="not confirmed"):
            await display.show(Prompt.READING)
        assert world.prompt is Prompt.CLOSED

    run_virtual(run())


def test_the_contract_finds_a_display_that_confirms_and_shows_nothing() -> None:
    class Liar(SimulatedDisplay):
        async def show(self, prompt: Prompt) -> None:
            await asyncio.sleep(0)

    world = World()
    with pytest.raises(ContractBroken, match="shows another prompt"):
        run_virtual(DISPLAY_CHECKS[1].run(Liar(world, WallClock()), Hands(world)))


def test_the_contract_finds_a_panel_that_hears_twice() -> None:
    class Echo(SimulatedPanel):
        async def pressed(self) -> Button:
            heard = await super().pressed()
            if len(world.pressed) < 2 and not echoed:
                echoed.append(heard)
                world.pressed.append(heard)
            return heard

    world, echoed = World(), list[Button]()
    with pytest.raises(ContractBroken, match="another button"):
        run_virtual(PANEL_CHECKS[2].run(Echo(world, WallClock()), Hands(world)))
