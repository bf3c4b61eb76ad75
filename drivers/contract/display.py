"""What the traveller's screen promises (drivers.protocols.Display)."""

from typing import Protocol

from drivers.contract.check import SOON_S, Check, require, within
from drivers.model import Health, Prompt
from drivers.protocols import Display


class DisplayRig(Protocol):
    """Eyes on the screen."""

    def shown(self) -> Prompt | None:
        """What it shows now; None when that cannot be seen from here."""


async def is_ready(display: Display, _rig: DisplayRig) -> None:
    require(await display.health() is Health.READY, "its health is not READY though it was just opened")


async def shows_every_prompt(display: Display, rig: DisplayRig) -> None:
    for prompt in Prompt:
        await within(SOON_S, display.show(prompt), f"it did not confirm {prompt.value}")
        require(rig.shown() in (prompt, None), f"it confirmed {prompt.value} and shows another prompt")


CHECKS: list[Check[Display, DisplayRig]] = [
    Check("it is ready when it was opened", is_ready),
    Check("it paints and confirms every prompt", shows_every_prompt),
]
