"""The far ends of a simulated site's wires, and the visitors who come to it.

Kept apart from the lane: the rig knows the world, the lane knows only its devices. Where a site says "simulated" for a
wire, `wired` puts in the address at which the rig's simulator listens.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from config.devices import SIMULATED, CombinedReader, ModbusDoors, OpencvCamera, SerialReader, UploadReader
from config.schema import Site
from drivers.model import Image
from drivers.protocols import Clock
from simulators.camera_wire import WireCamera
from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.imaging_unit import ImagingUnit
from simulators.officer import SimulatedOfficer
from simulators.population import Visitor
from simulators.reader_wire import WireReader
from simulators.traveller import Traveller
from simulators.world import BESIDE_MM, Person, World

ARRIVAL_GAP_S = 1.0
FRIENDS_MM = -2600.0


@dataclass(slots=True)
class Rig:
    """One simulated gate around a world. Use `async with` around everything that talks to it."""

    clock: Clock = field(repr=False)
    view: Callable[[float], Image] = field(repr=False)
    world: World = field(repr=False)
    seed: int = 0
    speed: float = 1.0
    plant: DoorPlant = field(init=False, repr=False)
    officer: SimulatedOfficer = field(init=False)
    doors: WireDoors | None = field(default=None, repr=False)
    reader: WireReader | None = field(default=None, repr=False)
    camera: WireCamera | None = field(default=None, repr=False)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)

    def __post_init__(self) -> None:
        self.plant = DoorPlant(self.world, travel_s=0.8 / self.speed)
        self.officer = SimulatedOfficer(self.clock)

    async def wired(self, site: Site) -> Site:
        """Start what the site's wires need, and return the site with the addresses put in."""
        changes: dict[str, object] = {}
        if isinstance(site.doors, ModbusDoors) and site.doors.port == SIMULATED:
            self.doors = WireDoors(self.plant, device_id=site.doors.device_id)
            await self._open(self.doors)
            changes["doors"] = site.doors.model_copy(update={"port": self.doors.port})
        if isinstance(site.camera, OpencvCamera) and site.camera.source == SIMULATED:
            self.camera = WireCamera(self.view, seed=self.seed)
            await self._open(self.camera)
            changes["camera"] = site.camera.model_copy(update={"source": self.camera.url})
        if isinstance(site.reader, SerialReader):
            changes["reader"] = await self._serial(site.reader)
        if isinstance(site.reader, CombinedReader):
            serial = await self._serial(site.reader.serial)
            changes["reader"] = site.reader.model_copy(update={"serial": serial})
        return site.model_copy(update=changes)

    async def connect_imaging_unit(self, site: Site, reader: Any) -> None:
        """The unit uploads to where the lane's reader listens, so it is connected when the lane is open."""
        if isinstance(site.reader, CombinedReader | UploadReader):
            listening = getattr(reader, "images", reader)
            await self._open(ImagingUnit(self.world, self.clock, listening.url))

    async def close(self) -> None:
        await self._stack.aclose()

    async def _serial(self, section: SerialReader) -> SerialReader:
        if section.port != SIMULATED:
            return section
        self.reader = WireReader(self.world, self.clock, section.profile, section.baud, self.seed)
        await self._open(self.reader)
        return section.model_copy(update={"port": self.reader.port})

    async def _open(self, device: WireDoors | WireReader | WireCamera | ImagingUnit) -> None:
        self._stack.push_async_callback(device.close)
        await device.open()

    async def __aenter__(self) -> "Rig":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- visitors --------------------------------------------------------------------------------------------

    async def receive(self, visitors: Sequence[Visitor], ready: Callable[[], bool]) -> None:
        """Let the visitors come one after another, each when the lane is ready for the next."""
        for number, visitor in enumerate(visitors):
            while not ready():
                await self.clock.sleep(0.05)
            await self._visit(number, visitor)
            self._tidy()
            await self.clock.sleep(ARRIVAL_GAP_S / self.speed)

    async def _visit(self, number: int, visitor: Visitor) -> None:
        person = Person(f"traveller-{number}", visitor.face, height_mm=visitor.height_mm, artefact=visitor.artefact)
        companion = None
        if visitor.companion:
            companion = Person(f"friend-{number}", visitor.companion, x_mm=FRIENDS_MM, y_mm=BESIDE_MM)
            person.y_mm = -BESIDE_MM
        traveller = Traveller(
            self.world,
            self.clock,
            random.Random(f"{self.seed}-{number}"),
            person,
            visitor.page,
            visitor.behaviour,
            companion,
            speed=self.speed,
        )
        await traveller.live()

    def _tidy(self) -> None:
        """An officer looks after what was left behind, so that the next one can come."""
        self.world.things.clear()


async def finish(*tasks: asyncio.Task[None]) -> None:
    """Cancel and wait."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
