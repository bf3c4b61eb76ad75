"""What a scenario may touch, and how it waits for a moment of the lane."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from drivers.protocols import Clock
from register.store import Store
from simulators.breakdowns import Bench
from simulators.door_state import Drive
from simulators.faults import FaultPlan
from simulators.rig import Rig
from simulators.scenario import Event, Moment, Officer
from simulators.scenario_people import Comer
from simulators.scenario_process import CutNetwork, FragileJournal, SteppedClock
from simulators.world import CHAMBER_MM, PASSABLE_PERMILLE, World

LOOK_S = 0.02


@dataclass(slots=True)
class Stage:
    """All that a scenario may touch. `signs` says what only the lane knows: examined, decided, sealed."""

    clock: Clock
    now: SteppedClock = field(repr=False)
    world: World = field(repr=False)
    rig: Rig = field(repr=False)
    comers: Sequence[Comer] = field(repr=False)
    store: Callable[[], Store] = field(repr=False)
    signs: Mapping[str, Callable[[], bool]] = field(repr=False)
    begun: Callable[[], int] = field(repr=False)
    kill: Callable[[], None] = field(repr=False)
    began_s: float = 0.0
    journal: FragileJournal | None = field(default=None, repr=False)
    plan: FaultPlan = field(default_factory=FaultPlan, repr=False)
    devices: Mapping[str, Any] = field(default_factory=dict, repr=False)
    happened: list[Event | Officer] = field(default_factory=list)
    network: CutNetwork | None = field(default=None, repr=False)

    def bench(self) -> Bench:
        """What can be broken of the lane that lives now."""
        return Bench(self.world, self.rig, self.devices, self.plan, self.journal, self.now, self.kill, self.network)

    async def until(self, moment: Moment) -> None:
        """Return when the moment is there and `after_s` have gone by."""
        while not self._is_there(moment):
            await self.clock.sleep(LOOK_S)
        await self.clock.sleep(moment.after_s)

    def _is_there(self, moment: Moment) -> bool:
        if moment.at_s is not None and self.clock.monotonic() - self.began_s < moment.at_s:
            return False
        if moment.when is None and moment.shown is None:
            return True
        if moment.when != "start" and self.begun() < moment.crossing - (moment.when == "page_laid"):
            return False
        shown = moment.shown is None or self.world.prompt is moment.shown
        return shown and (moment.when is None or self._holds(moment.when))

    def _holds(self, name: str) -> bool:
        if name in self.signs:
            return self.signs[name]()
        return _SIGNS[name](self)


# --- moments ---

_SIGNS: Mapping[str, Callable[[Stage], bool]] = {
    "start": lambda _stage: True,
    "page_laid": lambda stage: stage.world.page is not None,
    "entry_open": lambda stage: stage.world.entry_permille >= PASSABLE_PERMILLE,
    "entering": lambda stage: bool(stage.world.in_chamber()) and stage.world.entry_permille > 0,
    "inside": lambda stage: _is_enclosed(stage.world),
    "exit_opening": lambda stage: 0 < stage.world.exit_permille < PASSABLE_PERMILLE,
    "exit_open": lambda stage: stage.world.exit_permille >= PASSABLE_PERMILLE,
    "exit_closing": lambda stage: (
        stage.rig.plant.state.exit.drive is Drive.CLOSE and stage.world.exit_permille >= PASSABLE_PERMILLE
    ),
    "passing": lambda stage: any(person.x_mm > CHAMBER_MM - 300 for person in stage.world.persons),
    "nobody_inside": lambda stage: not stage.world.in_chamber(),
}


def _is_enclosed(world: World) -> bool:
    return bool(world.in_chamber()) and world.entry_permille == 0 and world.exit_permille == 0
