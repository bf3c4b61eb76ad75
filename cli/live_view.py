"""The demo's live view: where the traveller is, what the screen says, how the doors stand, how long each step took."""

import asyncio
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from cli.simulation import Ended, Running, Simulation
from simulators.world import CHAMBER_MM, World

REFRESH_S = 0.1
STEPS = ("document", "register", "passport_taken", "admission", "face", "decision", "release")
WIDTH = 60
HALL_MM = 2400.0


def floor(world: World) -> Text:
    """The lane from above: hall, entry door, chamber, exit door, state side."""
    scale = WIDTH / (2 * HALL_MM + CHAMBER_MM)
    cells = [" "] * (WIDTH + 1)
    for plane_mm, permille in ((0.0, world.entry_permille), (CHAMBER_MM, world.exit_permille)):
        cells[round((plane_mm + HALL_MM) * scale)] = "┃" if permille == 0 else "╎" if permille < 1000 else "·"
    for thing in world.things:
        cells[max(0, min(WIDTH, round((thing.x_mm + HALL_MM) * scale)))] = "▪"
    for person in world.persons:
        cells[max(0, min(WIDTH, round((person.x_mm + HALL_MM) * scale)))] = "☻"
    return Text("hall " + "".join(cells) + " state")


def times(steps_s: dict[str, float], machine_s: dict[str, float]) -> Table:
    table = Table.grid(padding=(0, 2))
    for name in STEPS:
        done = name in steps_s
        table.add_row(
            Text(name.replace("_", " "), style="green" if done else "dim"),
            f"{steps_s[name]:6.2f} s" if done else "",
        )
    table.add_row("machine's share", f"{sum(machine_s.values()):6.2f} s")
    return table


class LiveView:
    """A context: while it is open, the simulation's lane is drawn several times a second."""

    def __init__(self, console: Console, simulation: Simulation) -> None:
        self._simulation = simulation
        self._live = Live(Text("starting ..."), console=console, refresh_per_second=8, transient=False)
        simulation.watch = self._watch
        simulation.told = self._told

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.update(Text(""))
        self._live.__exit__(kind, error, trace)

    async def _watch(self, running: Running) -> None:
        while True:
            self._live.update(self._drawn(running))
            await asyncio.sleep(REFRESH_S)

    def _told(self, ended: Ended) -> None:
        style = "green" if ended.as_expected else "red"
        seconds = ended.record.sealed_at_s - ended.record.opened_at_s
        story = ended.story.value if ended.story else "visitor"
        line = f"{story:18} {ended.record.outcome:20} {ended.record.reason:24} {seconds:5.1f} s"
        self._live.console.print(Text(line, style=style))

    def _drawn(self, running: Running) -> RenderableType:
        world, crossing = running.world, running.crossing
        parts: list[RenderableType] = [
            *(Text(f"{name:20} {address}", style="cyan") for name, address in self._simulation.pages.items()),
            Text(f"screen: {world.prompt.value.replace('_', ' ')}", style="bold"),
            floor(world),
        ]
        if modes := running.lane.service.modes.names:
            parts.append(Text(f"degraded: {', '.join(sorted(modes)).replace('_', ' ')}", style="bold yellow"))
        if crossing:
            parts.append(times(crossing.steps_s, crossing.machine_s))
        parts.append(Text(_progress(self._simulation), style="dim"))
        return Group(*parts)


def _progress(simulation: Simulation) -> str:
    of = "" if simulation.endless else f" of {len(simulation.visitors)}"
    return f"{len(simulation.ended)}{of} travellers; Ctrl-C ends"
