"""Door controllers for the contract: over the wire, and in this process; with hands in their world."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from drivers import door_registers as registers
from drivers.contract.doors_rig import DoorsRig
from drivers.doors_modbus import ModbusTransport
from drivers.doors_registers import RegisterDoors, RegisterTransport
from drivers.protocols import Doors
from simulators.door_plant import DoorPlant
from simulators.doors_inprocess import InProcessDoors
from simulators.doors_wire import WireDoors
from simulators.line import Line
from simulators.world import CHAMBER_MM, Person, World

Opened = tuple[Doors, DoorsRig]


@dataclass
class Hands:
    """What both rigs do alike: walk through the world and press its buttons."""

    plant: DoorPlant
    transport: RegisterTransport

    def enter(self) -> None:
        visitor = Person("visitor", "nobody", x_mm=-600.0)
        self.plant.world.persons.append(visitor)
        assert self.plant.world.move(visitor, CHAMBER_MM / 2)

    def pass_through(self) -> None:
        assert self.plant.world.move(self.plant.world.person("visitor"), CHAMBER_MM + 1000)

    def step_back(self) -> None:
        assert self.plant.world.move(self.plant.world.person("visitor"), -1000.0)

    def fire(self, on: bool) -> None:
        self.plant.world.fire = on

    def key(self, on: bool) -> None:
        self.plant.world.key_switch = on

    def restart(self) -> None:
        self.plant.restart()

    async def inject(self, block: list[int]) -> list[int]:
        return await self.transport.exchange(block, registers.STATUS, registers.STATUS_COUNT)


@dataclass
class WireHands(Hands):
    line: Line

    def cut(self, on: bool) -> None:
        self.line.cut = on

    def garble(self, on: bool) -> None:
        self.line.flip = 0.01 if on else 0.0
        self.line.drop = self.line.dup = 0.003 if on else 0.0

    def unplug(self, on: bool) -> None:
        if on:
            self.line.unplug()
        else:
            self.line.replug()


@dataclass
class InProcessHands(Hands):
    doors: InProcessDoors

    def cut(self, on: bool) -> None:
        self.doors.line.cut = on

    def garble(self, on: bool) -> None:
        self.doors.line.garbled = on

    def unplug(self, on: bool) -> None:
        self.doors.line.unplugged = on


@asynccontextmanager
async def wire() -> AsyncIterator[Opened]:
    """The production driver on one end of a paced line, the simulated controller on the other."""
    controller = WireDoors(DoorPlant(World(), travel_s=0.3), Line(seed=5))
    transport = ModbusTransport(controller.port, parity="N")
    doors = RegisterDoors(transport, stale_s=1.0, answer_s=2.0)  # a busy computer is not what is tested here
    await controller.open()
    try:
        await doors.open()
        yield doors, WireHands(controller.plant, transport, controller.line)
    finally:
        await doors.close()
        await controller.close()


@asynccontextmanager
async def in_process() -> AsyncIterator[Opened]:
    """The same register client without a wire; on the virtual clock too."""
    doors = InProcessDoors(DoorPlant(World()))
    await doors.open()
    try:
        yield doors, InProcessHands(doors.line.plant, doors.line, doors)
    finally:
        await doors.close()
        await asyncio.sleep(0)
