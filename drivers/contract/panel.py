"""What lane sign and buttons promise (drivers.protocols.Panel)."""

from typing import Protocol

from drivers.contract.check import SOON_S, Check, require, stays_waiting, within
from drivers.model import Button, Health, Lamp
from drivers.protocols import Panel

QUIET_S = 0.3


class PanelRig(Protocol):
    """Eyes on the sign and a finger on the buttons."""

    patience_s: float

    def lit(self) -> Lamp | None:
        """What the sign shows now; None when that cannot be seen from here."""

    async def press(self, button: Button) -> None: ...


async def is_ready(panel: Panel, _rig: PanelRig) -> None:
    require(await panel.health() is Health.READY, "its health is not READY though it was just opened")


async def shows_every_light(panel: Panel, rig: PanelRig) -> None:
    for lamp in Lamp:
        await within(SOON_S, panel.light(lamp), f"it did not set the sign to {lamp.value}")
        require(rig.lit() in (lamp, None), f"it was told {lamp.value} and shows another light")


async def hears_every_button_once(panel: Panel, rig: PanelRig) -> None:
    for button in Button:
        await rig.press(button)
        heard: list[Button] = []
        await within(rig.patience_s, _hear(panel, heard), f"it did not hear {button.value}")
        require(heard == [button], f"{button.value} was pressed and it heard another button")
    await stays_waiting(QUIET_S, panel.pressed(), "it heard a press that was none")


async def _hear(panel: Panel, heard: list[Button]) -> None:
    heard.append(await panel.pressed())


CHECKS: list[Check[Panel, PanelRig]] = [
    Check("it is ready when it was opened", is_ready),
    Check("its sign shows every light", shows_every_light),
    Check("it hears every button once", hears_every_button_once),
]
