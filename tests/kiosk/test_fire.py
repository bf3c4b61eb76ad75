"""N15: fire in every state of a crossing. Both doors are commanded within 100 ms; it ends as EMERGENCY."""

import asyncio
from pathlib import Path

import pytest

from drivers.model import Prompt
from simulators.door_state import Drive
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

COMMANDED_S = 0.1
"""The in-process doors look every 100 ms; on the wire it is every 20 ms."""
STATES = (
    Prompt.WELCOME, Prompt.READING, Prompt.TAKE_DOCUMENT, Prompt.WALK_IN, Prompt.LOOK_HERE, Prompt.GO_AHEAD,
)  # fmt: skip


def burn_when(prompt: Prompt, took_s: list[float]) -> ToyRun:
    """A run in which the fire input is set as soon as `prompt` is shown."""

    def prepare(run: ToyRun) -> None:
        async def burn() -> None:
            assert run.plant is not None
            time = asyncio.get_running_loop().time
            while run.world.prompt is not prompt or not run.travellers:  # noqa: ASYNC110  (plain data)
                await asyncio.sleep(0.01)
            run.world.fire, began_s = True, time()
            while (run.plant.state.entry.drive, run.plant.state.exit.drive) != (Drive.OPEN, Drive.OPEN):  # noqa: ASYNC110  (plain data)
                await asyncio.sleep(0.005)
            took_s.append(time() - began_s)

        run.background.append(asyncio.get_running_loop().create_task(burn()))

    return ToyRun(Path(), prepare=prepare)


@pytest.mark.parametrize("prompt", STATES)
def test_fire_frees_both_doors_in_time_whatever_goes_on(prompt: Prompt, tmp_path: Path) -> None:
    took_s: list[float] = []
    run = burn_when(prompt, took_s)
    run.folder = tmp_path
    cross(run, Story.GENUINE, patience_s=60.0)
    assert [seconds <= COMMANDED_S + 0.005 for seconds in took_s] == [True]
    assert (run.world.entry_permille, run.world.exit_permille) == (1000, 1000)
    assert [record.outcome for record in run.records] in ([], ["EMERGENCY"])
    assert [record.entries[-1].fact("modes") for record in run.records] in ([], ["emergency"])
    assert run.world.prompt is Prompt.LEAVE_NOW
