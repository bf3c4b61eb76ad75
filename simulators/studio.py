"""The engineer's hand on a simulated lane: who comes, what breaks, how time goes, and a record of it all.

It acts through the scenario language (simulators/scenario_acts.py) and looks through the same world as every simulated
device; of the lane itself it knows only what `look` tells.
"""

import asyncio
import random
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

from drivers.model import Prompt
from link.travel import PassageClaim
from register.store import Store
from simulators import faults
from simulators.breakdowns import Breakdown, NotBreakable, Undo
from simulators.paced_time import Pace
from simulators.scenario import Event, Fault, Officer, Traveller
from simulators.scenario_actor import Actor, behaviour_of
from simulators.scenario_acts import THINGS, act_of_officer, begin
from simulators.scenario_party import party_of
from simulators.scenario_people import Comer, newest
from simulators.scenario_stage import Stage
from simulators.studio_deck import CARDS, UNUSUAL
from simulators.studio_model import LaneNow, Traffic
from simulators.studio_record import Instant, Recording
from simulators.world import READER_MM, Person, Thing

LOOK_S = 0.1
WAITING_MAX = 20
"""Travellers who wait to come; more are refused."""
CAST = 12


class StudioRefused(Exception):
    """One sentence: what cannot be done now, and why."""


@dataclass(slots=True)
class Active:
    """Something that was begun and is not over."""

    id: str
    words: str
    work: asyncio.Task[None] = field(repr=False)
    over: asyncio.Event = field(repr=False)
    has_begun: bool = False


@dataclass(slots=True)
class Studio:
    """`wired`: the lane has real wires, which go no faster than real time. `network` cuts and mends the register's."""

    stage: Stage = field(repr=False)
    look: Callable[[], LaneNow] = field(repr=False)
    plan: faults.FaultPlan = field(repr=False)
    pace: Pace = field(repr=False)
    seed: int
    wired: bool
    network: Callable[[bool], Awaitable[None]] | None = field(default=None, repr=False)
    traffic: Traffic = field(default_factory=lambda: Traffic(per_hour=0))
    waiting: deque[Comer] = field(default_factory=deque, repr=False)
    active: dict[str, Active] = field(default_factory=dict, repr=False)
    by_hand: dict[str, Comer] = field(default_factory=dict, repr=False)
    network_is_cut: bool = False
    sent: list[Traveller] = field(default_factory=list, repr=False)
    recording: Recording = field(init=False)
    prompt: Prompt = Prompt.CLOSED
    prompt_since_s: float = 0.0
    _ids: "count[int]" = field(default_factory=lambda: count(1), repr=False)
    _rng: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.recording = Recording(self._now_s, self.stage.begun())
        self._rng = random.Random(f"traffic-{self.seed}")

    async def live(self) -> None:
        """Until cancelled: travellers come, those who wait and those of the traffic."""
        try:
            await asyncio.gather(self._arrivals(), self._flow(), self._watch_prompt())
        finally:
            for each in self.active.values():
                each.work.cancel()

    # --- people ----------------------------------------------------------------------------------------------

    async def send(self, said: Traveller, by_hand: bool = False) -> str:
        """Let somebody come as soon as the lane is free; `by_hand`: now, and only as the engineer moves them."""
        if len(self.waiting) >= WAITING_MAX:
            raise StudioRefused(f"{WAITING_MAX} travellers wait already")
        number = len(self.sent)
        name = f"{'hand' if by_hand else 'traveller'}_{number + 1}"
        said = said.model_copy(update={"name": name, "cast": number % CAST if said.cast is None else said.cast})
        self.sent.append(said)
        today = self.stage.clock.now().date()
        comer = await asyncio.to_thread(newest, tuple(self.sent[: number + 1]), today, self.seed)  # draws the page
        self._admit(comer)
        if by_hand:
            self.by_hand[name] = comer
            self.stage.world.persons.append(
                Person(name, comer.face, x_mm=READER_MM, height_mm=comer.height_mm, artefact=said.shows)
            )
        else:
            self.recording.travellers.append(said)
            self.waiting.append(comer)
        return name

    def _admit(self, comer: Comer) -> None:
        """Visas and alerts into the register; `stage.comers` are those of the recording, as in its scenario."""
        with self.stage.store() as store:
            store.add(list(comer.visas), list(comer.alerts))
            if comer.said.visa == "used_up":
                _use_up(store, comer, self.stage)
        self.stage.comers = (*(self.stage.comers if self.recording.travellers else ()), comer)

    def move(self, name: str, x_mm: float, y_mm: float | None = None) -> None:
        """As far as doors and walls let a body pass."""
        person = self._person(name)
        self.stage.world.place(person, x_mm, person.y_mm if y_mm is None else y_mm)

    def remove(self, name: str) -> None:
        """Take somebody who is moved by hand off the scene."""
        comer, person = self.by_hand.pop(name, None), self._person(name)
        if comer is None:
            raise StudioRefused(f"{name} goes by itself")
        self.stage.world.persons.remove(person)
        if self.stage.world.page is comer.page:
            self.stage.world.page = None

    def handle(self, name: str, lays: bool) -> None:
        """Somebody who is moved by hand lays the passport down, or takes it."""
        if name not in self.by_hand:
            raise StudioRefused(f"{name} goes by itself")
        if lays and self.stage.world.page is not None:
            raise StudioRefused("a document lies on the reader already")
        self.stage.world.page = self.by_hand[name].page if lays else None

    def put(self, kind: str, x_mm: float) -> None:
        self.stage.world.things.append(Thing(kind, x_mm, THINGS[kind]))

    def clear_things(self) -> None:
        self.stage.world.things.clear()

    def _person(self, name: str) -> Person:
        try:
            return self.stage.world.person(name)
        except StopIteration:
            raise StudioRefused(f"there is no {name} any more") from None

    async def _arrivals(self) -> None:
        while True:
            if self.waiting and self._is_welcome():
                await self._visit(self.waiting.popleft())
            await self.stage.clock.sleep(LOOK_S)

    def _is_welcome(self) -> bool:
        world = self.stage.world
        return world.prompt is Prompt.WELCOME and all(person.name in self.by_hand for person in world.persons)

    async def _visit(self, comer: Comer) -> None:
        said, party = comer.said, party_of(comer)
        await Actor(
            self.stage.world,
            self.stage.clock,
            random.Random(f"{self.seed}-{said.name}"),
            party.traveller,
            comer.page,
            behaviour_of(said.behaviour),
            party.companion,
            place_mm=party.place_mm,
            speed=said.pace,
            said=said.behaviour,
        ).live()
        self.clear_things()  # an officer looks after what was left behind, so that the next one can come

    async def _flow(self) -> None:
        """Arrivals at random, `per_hour` on average; nobody joins a long queue."""
        while True:
            if not self.traffic.per_hour:
                await self.stage.clock.sleep(LOOK_S)
                continue
            await self.stage.clock.sleep(min(60.0, self._rng.expovariate(self.traffic.per_hour / 3600.0)))
            if self.traffic.per_hour and len(self.waiting) < 2:
                await self.send(self._drawn())

    def _drawn(self) -> Traveller:
        wanted = self._rng.choice(UNUSUAL) if 100 * self._rng.random() < self.traffic.unusual_percent else "genuine"
        return Traveller.model_validate(next(card.traveller for card in CARDS if card.id == wanted))

    # --- what happens -----------------------------------------------------------------------------------------

    async def happen(self, event: Event, words: str) -> str:
        """Begin an event, now or at its moment; it stays until it is over or switched off."""
        if Breakdown.PROCESS_KILLED in event.breaks:
            raise StudioRefused("this page would go down with the lane's process: see `egate scenario run`")
        if event.when or event.shown:
            event = event.model_copy(update={"crossing": event.crossing + self._crossings_over})
        elif event.at_s is None and not event.after_s:
            return await self._happens_now(event, words)
        self.recording.note_event(event, self._instant())
        return self._start(words, lambda active: self._happens(event, active))

    async def _happens_now(self, event: Event, words: str) -> str:
        undoes = await self._begun(event)
        self.recording.note_event(event, self._instant())
        return self._start(words, lambda active: self._until_over(event, undoes, active))

    async def _begun(self, event: Event) -> list[Undo]:
        try:
            return await begin(self.stage, event)
        except NotBreakable as refused:
            raise StudioRefused(str(refused)) from None

    @property
    def _crossings_over(self) -> int:
        """Of an event that waits for its moment, crossing 1 is the one that runs, or else the next."""
        runs = bool(self.look().transaction) and not self.look().outcome
        return self.stage.begun() - runs

    async def _happens(self, event: Event, active: Active) -> None:
        await self.stage.until(event)
        with suppress(StudioRefused):  # it was there when it was asked for, and is not any more
            await self._until_over(event, await self._begun(event), active)

    async def _until_over(self, event: Event, undoes: list[Undo], active: Active) -> None:
        active.has_begun = True
        try:
            if event.breaks or event.world or event.appears:
                async with asyncio.timeout(event.lasts_s or None):
                    await active.over.wait()
        except TimeoutError:
            pass
        finally:
            for undo in undoes:
                undo()

    def break_calls(self, fault: Fault, words: str) -> str:
        """Let the next calls of a device's operation go wrong: `nth` 0 = all until it is switched off."""
        self.recording.note_fault(fault)
        seen = self.plan.seen(fault.device, fault.operation)
        planned = faults.Fault(fault.device, fault.operation, fault.how, seen + fault.nth or None, fault.late_s)
        if not fault.nth:
            planned = faults.Fault(fault.device, fault.operation, fault.how, None, fault.late_s)
        return self._start(words, lambda active: self._broken(planned, active))

    async def _broken(self, fault: faults.Fault, active: Active) -> None:
        self.plan.faults.append(fault)
        active.has_begun = True
        try:
            while not active.over.is_set() and (fault.nth is None or fault not in self.plan.fired):
                await self.stage.clock.sleep(LOOK_S)
        finally:
            self.plan.faults.remove(fault)

    def end(self, id_: str) -> None:
        if id_ not in self.active:
            raise StudioRefused("it is over already")
        self.active[id_].over.set()
        if not self.active[id_].has_begun:
            self.active[id_].work.cancel()

    async def officer(self, entry: Officer) -> None:
        """Signs in or out, acts of his own accord, or is told what to answer to a reason (`on`)."""
        self.recording.note_officer(entry, self._instant())
        if entry.on and entry.does is not None:
            self.stage.rig.officer.plan = {**self.stage.rig.officer.plan, entry.on: entry.does}
            return
        await act_of_officer(self.stage, entry)

    async def cut(self, is_cut: bool) -> None:
        if self.network is None:
            raise StudioRefused("this lane reads its register from a file: there is no network to cut")
        await self.network(is_cut)
        self.network_is_cut = is_cut

    def _start(self, words: str, work: Callable[[Active], Awaitable[None]]) -> str:
        id_ = str(next(self._ids))

        async def run() -> None:
            try:
                await work(self.active[id_])
            finally:
                self.active.pop(id_, None)

        self.active[id_] = Active(id_, words, asyncio.create_task(run()), asyncio.Event())
        return id_

    # --- the record -------------------------------------------------------------------------------------------

    def begin_recording(self) -> None:
        self.recording = Recording(self._now_s, self.stage.begun())

    async def replay(self) -> None:
        """Do it all again from here: the same people with new passports, the same things at the same moments."""
        old = self.recording
        if old.is_empty:
            raise StudioRefused("nothing was recorded yet")
        self.begin_recording()
        began_s, before = self._now_s - self.stage.began_s, self.stage.begun()
        for said in old.travellers:
            await self.send(said)
        for event in old.events:
            later = {} if event.at_s is None else {"at_s": event.at_s + began_s}
            absolute = event.model_copy(update={"crossing": event.crossing + before, **later})
            self.recording.events.append(event)
            self._start("replayed", lambda active, event=absolute: self._happens(event, active))  # type: ignore[misc]  # one binding each
        for fault in old.faults:
            self.break_calls(fault, "replayed")

    def ended(self, outcome: str, reason: str) -> None:
        """A crossing was sealed."""
        self.recording.endings.append((outcome, reason))

    def scenario(self, title: str = "Copied from the engineer's page") -> str:
        return self.recording.to_toml(title, self.seed)

    def _instant(self) -> Instant:
        now_s = self._now_s
        return Instant(
            now_s - self.recording.began_s,
            self.stage.begun(),
            self.recording.crossings_before,
            self.prompt,
            now_s - self.prompt_since_s,
        )

    async def _watch_prompt(self) -> None:
        while True:
            if self.prompt is not self.stage.world.prompt:
                self.prompt, self.prompt_since_s = self.stage.world.prompt, self._now_s
            await self.stage.clock.sleep(LOOK_S / 4)

    @property
    def _now_s(self) -> float:
        return self.stage.clock.monotonic()


def _use_up(store: Store, comer: Comer, stage: Stage) -> None:
    store.consume_entry(PassageClaim(f"before-{comer.said.name}", comer.visas[0].record, stage.clock.now()))
