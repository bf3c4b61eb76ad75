"""kill -9 of lane, door controller and image worker in the middle of crossings, hundreds of times on the virtual clock.

Each run is a whole lane with two travellers. Something dies at one exact place of the first crossing: before or after a
write of the journal reaches the disk, before or after a device hears a call, or at a random moment. What comes after is
the lane's own restart. Then the journal's file, the doors and the travellers are asked what became of them.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.plain import PlainMeasure
from benchmarks.spread import spread
from benchmarks.tiny import once, tiny
from cli.scenario_play import DOWN_S, KEY, SITES, VIRTUAL_START, Play, site_of
from cli.scratch import scratch
from drivers.around import Around, Call, Proceed
from drivers.clock import LoopClock
from kiosk.measure import ImageWorkLost, Measure, Measurer
from kiosk.offload import Inline
from kiosk.service import LaneState
from records.model import DECIDED, SEALED, Entry
from records.reading import JournalReader
from simulators.scenario import Scenario
from simulators.scenario_process import FragileJournal, ProcessKilled
from simulators.scenario_stage import Stage
from simulators.scenario_watch import Seen, WatchedWorld
from simulators.virtual_time import run_virtual
from simulators.world import World

BACK_IN_SERVICE_S = 10.0
LOOK_S = 0.05
LEAVES_S = 1.0
"""A traveller in the hall whose lane has died goes away after so long."""
MOMENTS_S = 7.5
"""Random moments are drawn from this long after the document was laid down; a good crossing takes longer."""
BY_PEOPLE = ("pass", "release_onward")
"""Decisions of officers that open the exit."""
STORY = Scenario.model_validate(
    {
        "scenario": {"title": "Something dies in the middle", "proves": ["8.1"], "lasts_s": 300.0},
        "traveller": [{"name": "first"}, {"name": "second"}, {"name": "third"}],
        "expect": {},
    }
)


@dataclass(frozen=True, slots=True)
class Blow:
    """Who dies, and where: "write" and "written" count the journal's writes, "call" and "answered" the devices' calls,
    "ask" what the worker is asked, all from 1; "moment" is in seconds from the document's being laid down.
    """

    victim: str
    place: str
    nth: int = 0
    at_s: float = 0.0


@dataclass(slots=True)
class Found:
    """What was found afterwards. Each sentence is something that may not be."""

    wrong: list[str] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    opened_wrongly: int = 0
    struck: bool = False
    back_after_s: float = 0.0
    endings: tuple[str, ...] = ()


class StruckJournal(FragileJournal):
    """Tells of each write, before and after, and keeps what it has acknowledged."""

    before: Callable[[], object]
    after: Callable[[], object]
    acknowledged: list[str]

    def flush(self) -> None:
        if self.is_dead or not self.waiting:
            return
        self.before()
        super().flush()
        if not self.is_dead:
            self.after()
        if not self.is_dead:
            self.acknowledged.append(self._written)


@dataclass(slots=True)
class Crash(Play):
    """One run with one blow; without one it counts the places where it could fall."""

    blow: Blow | None = None
    measurer: Measurer | None = field(default=None, repr=False)
    counted: Counter[str] = field(default_factory=Counter)
    struck_at_s: float | None = None
    acknowledged: list[str] = field(default_factory=list, repr=False)
    found: Found = field(default_factory=Found)
    stage: Stage | None = field(default=None, repr=False)
    laid_at_s: float | None = None
    _emptied_at_s: float = 0.0
    _back_at_s: float | None = None

    def crash(self) -> Found:
        """Run, and look what is left."""
        self.opens, self.around, self.sees, self.come = self._opened, self._around, tiny, once

        async def run() -> None:
            asyncio.get_running_loop().set_exception_handler(the_dead_say_nothing)
            await self.run(LoopClock(VIRTUAL_START), self._measure(), Inline(), f"seed-{self.seed}")

        run_virtual(run())
        self._judge()
        return self.found

    def _set_going(self, stage: Stage) -> tuple[asyncio.Task[None], ...]:
        self.stage = stage
        return (*Play._set_going(self, stage), asyncio.create_task(self._watch(stage)))

    # --- where it strikes ---

    def _pass(self, place: str) -> bool:
        """Something comes to this place once more; True when it is the one where the blow falls."""
        if self.struck_at_s is not None or self.begun != 1:
            return False
        self.counted[place] += 1
        blow = self.blow
        return blow is not None and blow.place == place and blow.nth == self.counted[place] and self._strike(blow)

    def _strike(self, blow: Blow) -> bool:
        assert self.stage is not None  # noqa: S101  (it was set before anything ran)
        self.struck_at_s, self.found.struck = self.stage.clock.monotonic(), True
        if blow.victim == "lane":
            self._kill()
        elif blow.victim == "controller":
            self.stage.rig.plant.restart()
        return True

    def _opened(self, path: Path, gate: str, boot: str, key: bytes) -> FragileJournal:
        journal = StruckJournal.open(path, gate, boot, key)
        journal.acknowledged = self.acknowledged
        journal.before, journal.after = lambda: self._pass("write"), lambda: self._pass("written")
        return journal

    def _around(self, plan: Around) -> Around:
        async def strike(call: Call, proceed: Proceed) -> object:
            if self._pass("call") and self.blow and self.blow.victim == "lane":
                raise ProcessKilled
            answer = await plan(call, proceed)
            if self._pass("answered") and self.blow and self.blow.victim == "lane":
                raise ProcessKilled
            return answer

        return strike

    def _measure(self) -> Measure:
        async def ask(operation: str, *arguments: object) -> object:
            if self._pass("ask"):
                raise ImageWorkLost("image worker", "it was killed in the middle of its work")
            return getattr(self.measurer, operation)(*arguments)

        return Measure(ask)

    async def _watch(self, stage: Stage) -> None:
        """Lets a random moment come, and sees when the lane is empty and in service again."""
        blow, seen = self.blow, stage.world
        while True:
            now_s = stage.clock.monotonic()
            if self.laid_at_s is None and self.begun:
                self.laid_at_s = now_s
            waits = blow is not None and blow.place == "moment" and self.struck_at_s is None
            if blow and waits and self.laid_at_s is not None and now_s - self.laid_at_s >= blow.at_s:
                self._strike(blow)
            if self.struck_at_s is not None:
                self._look_after(seen, now_s)
            await stage.clock.sleep(LOOK_S)

    def _look_after(self, world: World, now_s: float) -> None:
        assert self.struck_at_s is not None  # noqa: S101  (only asked after the blow)
        first = self.actors.get("first")
        if (world.in_chamber() or not self._is_idle()) and self._back_at_s is None:
            self._emptied_at_s = now_s  # what goes on of the crossing, and who is still inside, comes first
        if first and not world.in_chamber() and now_s - self.struck_at_s > LEAVES_S and self._is_idle():
            first.gone = True
        serves = self.service is not None and self.service.state is LaneState.IN_SERVICE and self.journal is not None
        alive = self.journal is not None and not self.journal.is_dead
        if serves and alive and self._back_at_s is None and not world.in_chamber() and self._is_idle():
            self._back_at_s = now_s

    # --- what is left ---

    def _judge(self) -> None:
        found, stage = self.found, self.stage
        assert stage is not None and isinstance(stage.world, WatchedWorld)  # noqa: S101  (made so by `run`)
        entries, fault = read_back(self.folder / self.site.journal.path)
        found.wrong += [fault] if fault else []
        kept = {entry.digest for entry in entries}
        found.lost = sum(digest not in kept for digest in self.acknowledged)
        seals = [entry for entry in entries if entry.kind == SEALED]
        found.doubled = len(seals) - len({seal.transaction for seal in seals})
        found.doubled += len(entries) - len({(entry.boot, entry.seq) for entry in entries})
        found.endings = tuple(f"{seal.fact('outcome')} {seal.fact('reason')}" for seal in seals)
        found.opened_wrongly = opened_wrongly(entries, stage.world.seen)
        self._judge_lane(stage.world)

    def _judge_lane(self, world: World) -> None:
        found = self.found
        where = {name: actor.where for name, actor in self.actors.items()}
        if "inside" in where.values():
            found.wrong.append("somebody is still inside")
        if where.get("third") != "state_side":
            found.wrong.append(f"the next traveller did not cross: {', '.join(found.endings)}")
        if (world.entry_permille, world.exit_permille) != (0, 0):
            found.wrong.append("a door is not shut")
        if self.struck_at_s is None or self.blow is None:
            return
        since_s = max(self.struck_at_s + (DOWN_S if self.blow.victim == "lane" else 0.0), self._emptied_at_s)
        if self._back_at_s is None:
            found.wrong.append("the lane was never in service again")
        else:
            found.back_after_s = max(0.0, self._back_at_s - since_s)
            if found.back_after_s > BACK_IN_SERVICE_S:
                found.wrong.append(f"back in service only after {found.back_after_s:.1f} s")


def read_back(file: Path) -> tuple[list[Entry], str]:
    """The journal's entries, and what is wrong with the whole of it; empty when nothing is."""
    with JournalReader(file) as reader:
        verified = reader.verify(KEY)
        entries = [entry for _, entry in reader.walk()]
    whole = verified.holds and not verified.unsealed
    return entries, "" if whole else f"journal: {verified.fault or 'a crossing was never sealed'}"


def the_dead_say_nothing(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), ProcessKilled):
        loop.default_exception_handler(context)


def opened_wrongly(entries: Sequence[Entry], seen: Sequence[Seen]) -> int:
    """Openings of the exit without a durable grant of their own before them, and moments with both doors open."""
    granted_s = [entry.at_s for entry in entries if entry.kind == DECIDED and _lets_pass(entry)]
    wrong, is_open = 0, {"entry": False, "exit": False}
    for each in seen:
        if each.what != "door":
            continue
        leaf, _, does = each.value.partition(" ")
        is_open[leaf] = does == "opens"
        wrong += all(is_open.values())
        if leaf == "exit" and is_open[leaf]:
            grounds = [at_s for at_s in granted_s if at_s <= each.at_s]
            wrong += not grounds
            if grounds:
                granted_s.remove(grounds[0])
    return wrong


def _lets_pass(entry: Entry) -> bool:
    return entry.fact("granted") is True or entry.fact("officer_action") in BY_PEOPLE


# --- all of them ---


def places(measurer: Measurer) -> Counter[str]:
    """How often each place is come to in a good crossing."""
    with scratch("egate-crash-") as folder:
        run = Crash(STORY, site_of(STORY, SITES / "virtual.toml"), Path(folder), 1, measurer=measurer)
        run.crash()
    return run.counted


def blows(moments: int, counted: Counter[str], seed: int) -> list[Blow]:
    """At every write, at every question to the worker, at some calls, and at random moments."""
    rng = random.Random(seed)
    plan = [
        Blow(victim, place, nth)
        for victim in ("lane", "controller")
        for place in ("write", "written")
        for nth in range(1, counted[place] + 1)
    ]
    plan += [Blow("worker", "ask", nth) for nth in range(1, counted["ask"] + 1)]
    for _ in range(moments):
        victim = rng.choice(("lane", "lane", "controller", "worker"))
        if victim == "worker":
            plan.append(Blow(victim, "ask", rng.randint(1, counted["ask"])))
        elif rng.random() < 0.5:
            plan.append(Blow(victim, "moment", at_s=rng.uniform(0.0, MOMENTS_S)))
        else:
            place = rng.choice(("call", "answered"))
            plan.append(Blow(victim, place, rng.randint(1, counted[place])))
    return plan


def strike(blow: Blow, measurer: Measurer, seed: int = 1) -> Found:
    with scratch("egate-crash-") as folder:
        site = site_of(STORY, SITES / "virtual.toml")
        return Crash(STORY, site, Path(folder), seed, blow=blow, measurer=measurer).crash()


def _struck(blow: Blow) -> Found:
    return strike(blow, PlainMeasure())


def crash(moments: int, seed: int = 1, progress: Callable[[int], None] = lambda _done: None) -> dict[str, Any]:
    """The figures on the virtual clock. `wrong` names each blow after which something was not as it must be."""
    began_s = time.perf_counter()
    plan = blows(moments, places(PlainMeasure()), seed)
    wrong: dict[str, str] = {}
    sums: Counter[str] = Counter()
    worst_s = 0.0
    for number, (blow, found) in enumerate(zip(plan, spread(_struck, plan), strict=True)):
        sums.update({f"killed {blow.victim}": int(found.struck), "lost": found.lost, "doubled": found.doubled})
        sums["opened wrongly"] += found.opened_wrongly
        worst_s = max(worst_s, found.back_after_s)
        if found.wrong:
            wrong[str(blow)] = "; ".join(found.wrong)
        progress(number + 1)
    return {
        "injections": sum(sums[f"killed {victim}"] for victim in ("lane", "controller", "worker")),
        "of_lane": sums["killed lane"],
        "of_door_controller": sums["killed controller"],
        "of_image_worker": sums["killed worker"],
        "records_lost": sums["lost"],
        "records_doubled": sums["doubled"],
        "doors_wrongly_opened": sums["opened wrongly"],
        "else_wrong": wrong or 0,
        "back_in_service_worst_s": round(worst_s, 1),
        "seed": seed,
        "seconds": round(time.perf_counter() - began_s, 1),
    }
