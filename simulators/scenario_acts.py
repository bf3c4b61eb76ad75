"""Lets a scenario's events happen: the world, the rig or the lane's computer is changed, never a simulator."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from drivers.model import DoorCommand, DoorOrder, LaneOrder, OfficerAction
from simulators import faults
from simulators.breakdowns import Undo, breaks
from simulators.scenario import Event, Fault, Officer
from simulators.scenario_stage import Stage
from simulators.world import CHAMBER_MM, Person, Thing, World

BESIDE_MM = CHAMBER_MM / 2
BEYOND_MM = CHAMBER_MM + 1200.0
ASIDE_MM = 320.0
"""Nobody can stand where somebody stands."""
STRANGER_STAYS_S = 25.0
THINGS = {"bag": 400, "trolley": 900}


async def happen(stage: Stage, event: Event) -> None:
    """One event at its moment; undone after `lasts_s` where that was asked."""
    await stage.until(event)
    stage.happened.append(event)
    undoes = await begin(stage, event)
    if event.lasts_s:
        await stage.clock.sleep(event.lasts_s)
        for undo in undoes:
            undo()


async def begin(stage: Stage, event: Event) -> list[Undo]:
    """Let it happen now; gives back how it is undone, where it can be."""
    undoes = [undo for act in _ACTS if (undo := act(stage, event))]
    if event.reset_fault:
        await stage.devices["doors"].command(DoorOrder(DoorCommand.RESET_FAULT, 0))
    return undoes


async def act_of_officer(stage: Stage, entry: Officer) -> None:
    """Something that the officer does of his own accord."""
    await stage.until(entry)
    stage.happened.append(entry)
    if entry.signs is not None:
        stage.rig.officer.is_present = entry.signs == "in"
    if entry.does is not None:
        stage.rig.officer.act(entry.does)
    if entry.commands is not None:
        order = f"{entry.commands.value}-{len(stage.happened)}"
        stage.rig.officer.command(LaneOrder(order, entry.commands, "officer-1", entry.role, "scenario"))


def brief(stage: Stage, entries: Sequence[Officer]) -> None:
    """Tell the officer what to answer to which case, before anything begins."""
    officer = stage.rig.officer
    plan: dict[str, OfficerAction] = {}
    for entry in entries:
        if entry.on and entry.does is not None:
            plan[entry.on] = entry.does
            officer.persons, officer.delay_s = entry.persons, entry.takes_s
        officer.renewals += entry.renews
    officer.plan = plan


def plan_of(said: Sequence[Fault]) -> faults.FaultPlan:
    """The calls that go wrong. They are counted from the first crossing on: the lane's self-test has its own calls."""
    plan = [faults.Fault(each.device, each.operation, each.how, each.nth or None, each.late_s) for each in said]
    return faults.FaultPlan(plan, armed=False)


# --- what can happen; each gives back how it is undone, where it can be ---


def _wires(stage: Stage, event: Event) -> Undo | None:
    if event.world is None:
        return None
    changes = event.world.model_dump(exclude_none=True)
    before = {name: getattr(stage.world, name) for name in changes}

    def put(values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(stage.world, name, value)

    put(changes)
    return lambda: put(before)


def _breakdowns(stage: Stage, event: Event) -> Undo | None:
    undoes = [breaks(stage.bench(), what) for what in event.breaks]

    def mend() -> None:
        for undo in undoes:
            undo()

    return mend


def _people(stage: Stage, event: Event) -> Undo | None:
    world = stage.world
    if event.press:
        world.pressed.append(event.press)
    if event.uncovers:
        for person in world.persons:
            person.covered = False
    if event.swap_face:
        face = next(comer.face for comer in stage.comers if comer.said.name == event.swap_face)
        for person in world.in_chamber():
            person.face = face
    if event.left:
        world.things.append(Thing(event.left, BESIDE_MM, THINGS[event.left]))
    if not (event.appears or event.through_exit):
        return None
    return _stranger(world, stage.comers[0].companion, BEYOND_MM if event.through_exit else BESIDE_MM)


def _stranger(world: World, face: str, at_mm: float) -> Undo:
    person = Person("stranger", face, x_mm=at_mm, y_mm=ASIDE_MM)
    world.persons.append(person)
    if at_mm > CHAMBER_MM:
        world.move(person, BESIDE_MM)
        asyncio.get_running_loop().call_later(STRANGER_STAYS_S, world.persons.remove, person)
        return lambda: None
    return lambda: world.persons.remove(person)


def _alert(stage: Stage, event: Event) -> Undo | None:
    if event.alert:
        with stage.store() as store:
            store.add(alerts=[stage.comers[0].alert_to_come])
    return None


_ACTS = (_wires, _breakdowns, _people, _alert)
