"""One set of promises for every door controller: the driver over its wire, and in this process on the virtual clock."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from drivers.contract.check import Check, ContractBroken
from drivers.contract.doors import CHECKS
from drivers.contract.doors_rig import RIG_CHECKS, DoorsRig
from drivers.protocols import Doors
from simulators import door_commands, door_controller
from simulators.virtual_time import run_virtual
from tests.doors import rigs

Setup = Callable[[], AbstractAsyncContextManager[rigs.Opened]]
ALL: tuple[Check[Doors, DoorsRig], ...] = (*CHECKS, *RIG_CHECKS)
every_check = pytest.mark.parametrize("check", ALL, ids=lambda check: check.name)


async def keeps(check: Check[Doors, DoorsRig], setup: Setup) -> None:
    async with setup() as (doors, rig):
        await check.run(doors, rig)


@every_check
def test_in_process_on_the_virtual_clock(check: Check[Doors, DoorsRig]) -> None:
    run_virtual(keeps(check, rigs.in_process))


@pytest.mark.slow
@pytest.mark.wire
@every_check
def test_over_the_wire(check: Check[Doors, DoorsRig]) -> None:
    asyncio.run(keeps(check, rigs.wire))


@pytest.mark.parametrize(
    ("module", "name", "lie", "caught_by"),
    [
        (door_commands, "_refusal_of_exit", lambda *_: None, "the exit stays shut without grounds"),
        (door_controller, "is_new", lambda _state, order: order.command != 0, "a repeated or old command does nothing"),
        (door_controller, "_watch_emergency", lambda state, _inputs: state, "fire releases both until the key"),
        (door_controller, "_retreat", lambda state, _inputs, _limits: state, "silence lets out backwards"),
    ],
)
def test_the_contract_finds_a_controller_that_breaks_it(
    module: object, name: str, lie: Callable[..., object], caught_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, lie)
    check = next(check for check in ALL if check.name == caught_by)
    with pytest.raises(ContractBroken):
        run_virtual(keeps(check, rigs.in_process))
