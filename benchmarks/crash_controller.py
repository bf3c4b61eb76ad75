"""The door controller's simulator in a process of its own, made to be killed.

What its hardware has without power lies in memory that both processes share: where the leaves stand, what the
controller has noted for good, and (written by the parent) who stands where. A controller that is started again finds
it as a real one would.
"""

import asyncio
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators.door_plant import DoorPlant
from simulators.doors_wire import WireDoors
from simulators.line import Line
from simulators.world import Person, World

LOOK_S = 0.01
PEOPLE = 4
OF_PERSON = 3
ENTRY, EXIT, FINISHED, CYCLES = range(4)
"""Places in what is kept: permille of both leaves, last transaction, openings."""


class Far(Line):
    """The controller's end of a line that another process keeps: no thread and no pty of its own."""

    def __init__(self, a: str, b: str) -> None:
        self.a, self.b = a, b

    def close(self) -> None:
        """Whoever keeps the line closes it."""


class KeptPlant(DoorPlant):
    """A plant that takes its leaves and memory over, and writes them down at every scan."""

    def __init__(self, world: World, travel_s: float, kept: Any) -> None:
        super().__init__(world, travel_s=travel_s)
        self.kept = kept
        self.power_on(kept[ENTRY], kept[EXIT], int(kept[FINISHED]), int(kept[CYCLES]))

    def _live(self, now_s: float, command: Sequence[int] | None) -> None:
        DoorPlant._live(self, now_s, command)
        kept, state = self.kept, self.state
        kept[ENTRY], kept[EXIT] = self.world.entry_permille, self.world.exit_permille
        kept[FINISHED], kept[CYCLES] = state.transaction or state.finished, state.cycles


def controller(a: str, b: str, kept: Any, people: Any, travel_s: float) -> None:
    """Serve until killed."""
    asyncio.run(_controller(Far(a, b), kept, people, travel_s))


async def _controller(line: Far, kept: Any, people: Any, travel_s: float) -> None:
    world = World()
    doors = WireDoors(KeptPlant(world, travel_s, kept), line)
    await doors.open()
    while True:
        world.persons = persons_of(people)
        await asyncio.sleep(LOOK_S)


def persons_of(people: Any) -> list[Person]:
    """Who stands where, by the shared memory: a count, then x, y and height of each."""
    placed = [people[1 + OF_PERSON * index : 1 + OF_PERSON * (index + 1)] for index in range(int(people[0]))]
    return [Person(f"p{index}", "", x, y, height_mm=int(mm)) for index, (x, y, mm) in enumerate(placed)]


@dataclass(slots=True)
class ControllerProcess:
    """Starts it, kills it, and mirrors its doors into the parent's world."""

    world: World
    travel_s: float
    line: Line = field(default_factory=Line)
    process: Any = None
    _context: Any = field(default_factory=lambda: multiprocessing.get_context("forkserver"), repr=False)
    kept: Any = None
    people: Any = None

    def start(self) -> None:
        if self.kept is None:
            self.kept = self._context.Array("d", 4, lock=False)
            self.people = self._context.Array("d", 1 + OF_PERSON * PEOPLE, lock=False)
        arguments = (self.line.a, self.line.b, self.kept, self.people, self.travel_s)
        self.process = self._context.Process(target=controller, args=arguments)
        self.process.start()

    def kill(self) -> None:
        self.process.kill()
        self.process.join()

    async def mirror(self) -> None:
        """For ever: people go there, leaves come here."""
        while True:
            persons = self.world.persons[:PEOPLE]
            flat = [value for each in persons for value in (each.x_mm, each.y_mm, float(each.height_mm))]
            self.people[1 : 1 + len(flat)] = flat
            self.people[0] = len(persons)
            self.world.entry_permille, self.world.exit_permille = round(self.kept[ENTRY]), round(self.kept[EXIT])
            await asyncio.sleep(LOOK_S)

    def close(self) -> None:
        if self.process is not None and self.process.is_alive():
            self.kill()
        self.line.close()
