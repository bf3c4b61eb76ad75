"""One set of promises for every document reader, over its wire and in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

import pytest

from drivers.clock import LoopClock
from drivers.contract.check import Check, ContractBroken
from drivers.contract.reader import CHECKS, AskedPerson, ReaderRig
from drivers.errors import DeviceError
from drivers.model import Health, PageScan
from drivers.protocols import DocumentReader
from simulators.reader_inprocess import SimulatedReader
from simulators.virtual_time import run_virtual
from simulators.world import World
from tests.reader import rigs

Setup = Callable[[], AbstractAsyncContextManager[rigs.Opened]]
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)


async def keeps(check: Check[DocumentReader, ReaderRig], setup: Setup) -> None:
    async with setup() as (reader, rig):
        await check.run(reader, rig)


@every_check
def test_in_process_on_the_virtual_clock(check: Check[DocumentReader, ReaderRig]) -> None:
    run_virtual(keeps(check, rigs.in_process))


@pytest.mark.slow
@pytest.mark.wire
@every_check
@pytest.mark.parametrize(
    "setup", [rigs.serial, rigs.upload, rigs.combined, rigs.folder], ids=lambda setup: setup.__name__
)
def test_over_its_wire(setup: Setup, check: Check[DocumentReader, ReaderRig]) -> None:
    asyncio.run(keeps(check, setup))


@pytest.mark.slow
@pytest.mark.wire
@pytest.mark.parametrize("profile", ["rte", "plain_cr", "raw_mrz"])
def test_the_other_framings_over_the_wire(profile: str) -> None:
    asyncio.run(keeps(CHECKS[3], lambda: rigs.serial(profile)))


class AlwaysThere(SimulatedReader):
    async def wait_presented(self) -> None:
        pass


class NeverNotices(SimulatedReader):
    async def wait_presented(self) -> None:
        await asyncio.sleep(3600)


class NeverLifted(SimulatedReader):
    async def wait_removed(self) -> None:
        await asyncio.sleep(3600)


class ScansNothing(SimulatedReader):
    async def scan(self) -> PageScan:
        return PageScan(captured_at_s=asyncio.get_running_loop().time())


class Failed(SimulatedReader):
    async def health(self) -> Health:
        return Health.FAILED


@pytest.mark.parametrize("liar", [AlwaysThere, NeverNotices, NeverLifted, ScansNothing, Failed])
def test_the_contract_finds_a_reader_that_lies(liar: type[SimulatedReader]) -> None:
    @asynccontextmanager
    async def setup() -> AsyncIterator[rigs.Opened]:
        world = World()
        yield liar(world, LoopClock(rigs.START)), rigs.WorldHands(world, notices_lifting=True)

    broken = 0
    for check in CHECKS:
        with suppress(DeviceError):
            try:
                run_virtual(keeps(check, setup))
            except ContractBroken:
                broken += 1
    assert broken >= 1


def test_a_person_is_told_what_to_do() -> None:
    said: list[str] = []
    person = AskedPerson(said.append, notices_lifting=True)

    async def run() -> None:
        await person.lay_down()
        await person.lift()

    asyncio.run(run())
    assert len(said) == 2
    assert person.patience_s >= 10
