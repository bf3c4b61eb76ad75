"""What a commissioning run does to a site: seeded travellers, an outage, restarts, fire, parties and forgotten things.

The site's own rules, limits and operating points are in force; its wires are simulated on the virtual clock, so that
the same seed gives the same figures. What needs the site's own wires is measured by `egate bench machine`.
"""

import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.crash import Found, places, strike
from benchmarks.crash import blows as blows_of
from benchmarks.fire import fire
from benchmarks.plain import PlainMeasure
from benchmarks.sensing import is_alarm, leaves, walk_through
from benchmarks.soak import soak
from cli.scenario_play import SITES, play_site
from cli.scenario_seen import Observed
from cli.simulation import VIRTUAL_START, Ended, Simulation, make_visitors
from config.load import load
from config.schema import Site
from kiosk.image_models import load_measurer
from kiosk.recorded import RecordedMeasure, TimedMeasure
from simulators.population import Story
from simulators.scenario import Scenario
from simulators.walks import OBJECTS, TWO, random_traveller, varied

IMAGE_MARKS = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"RIFF")
WIRED = ("reader", "camera", "doors", "display", "panel", "officer")
RESTARTS = 8
SOAK_EVENTS = 20_000
WALKS = 40
MIX = (Story.GENUINE, Story.GENUINE, Story.GENUINE, Story.IMPOSTOR, Story.EXPIRED_VISA, Story.TWO_PERSONS)


@dataclass(slots=True)
class Seen:
    """Everything that was measured. Seconds and milliseconds are of the simulated lane unless said otherwise."""

    travellers: list[Ended] = field(default_factory=list)
    genuine: list[Ended] = field(default_factory=list)
    lane_s: float = 0.0
    real_s: float = 0.0
    image_ms: dict[str, list[float]] = field(default_factory=dict)
    """Real milliseconds on this computer, by operation."""
    same_again: bool = False
    bytes_on_disk: list[str] = field(default_factory=list)
    outage: Observed | None = None
    restarts: list[Found] = field(default_factory=list)
    alarms: dict[str, object] = field(default_factory=dict)
    parties_missed: list[str] = field(default_factory=list)
    walks_alarmed: int = 0
    objects_missed: list[str] = field(default_factory=list)
    soaked: int = 0
    short_and_tall: bool = False
    shut_in_s: float = 0.0
    loaded_s: float = 0.0


def on_the_virtual_clock(site: Site) -> Site:
    """The site with simulators in place of its wires, its register in a file of its own, and nowhere to post to."""
    base = load(SITES / "virtual.toml").site
    changes: dict[str, object] = {name: getattr(base, name) for name in WIRED}
    changes |= {"travel_register": base.travel_register, "journal": base.journal, "centre": None, "retention": None}
    changes["production"] = False
    return site.model_copy(update=changes)


def commission(site: Site, travellers: int, seed: int, told: Callable[[str], None]) -> Seen:
    """Everything, one after another; `told` hears what is under way."""
    site, seen = on_the_virtual_clock(site), Seen()
    began_s = time.perf_counter()
    timed = TimedMeasure(load_measurer(site))
    seen.loaded_s = time.perf_counter() - began_s
    told("seeded travellers")
    _travellers(site, seen, timed, travellers, seed)
    told("short and tall")
    measure = RecordedMeasure(timed)
    seen.short_and_tall = all(ending == "PASSED" for ending in _endings(site, measure, SHORT_AND_TALL))
    told("an outage of the register")
    seen.outage = _play(site, measure, OUTAGE)
    told("restarts")
    _restarts(seen, seed)
    told("fire and emergency stop")
    seen.alarms = fire(1)
    told("two persons, luggage, things left behind")
    _sensors(seen, seed)
    told("random events")
    seen.soaked = int(soak(SOAK_EVENTS, seed)["events"])
    seen.image_ms = timed.ms
    return seen


def _travellers(site: Site, seen: Seen, timed: TimedMeasure, count: int, seed: int) -> None:
    digests = []
    for round_ in range(2):
        visitors = make_visitors(count, seed, VIRTUAL_START, told=[MIX[index % len(MIX)] for index in range(count)])
        with tempfile.TemporaryDirectory(prefix="egate-accept-") as folder:
            measure = RecordedMeasure(timed)
            simulation = Simulation(site, visitors, Path(folder), seed, measurer=lambda measure=measure: measure)  # type: ignore[misc]
            began_s = time.perf_counter()
            ended = simulation.on_the_virtual_clock()
            digests.append([each.record.digest for each in ended])
            if round_ == 0:
                seen.real_s = time.perf_counter() - began_s
                seen.travellers = ended
                seen.genuine = [each for each in ended if each.story is Story.GENUINE]
                seen.lane_s = ended[-1].record.sealed_at_s - ended[0].record.opened_at_s
                seen.bytes_on_disk = _pictures_in(Path(folder), site)
    seen.same_again = digests[0] == digests[1]


def _pictures_in(folder: Path, site: Site) -> list[str]:
    """Files in which the sign of an image is found; the register's own is the authority's."""
    found = []
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(Path(site.register_file).name):
            content = path.read_bytes()
            found += [path.name for mark in IMAGE_MARKS if mark in content]
    return found


def _story(**tables: object) -> Scenario:
    about = {"title": "Commissioning", "proves": ["8.1"], "lasts_s": 120.0}
    return Scenario.model_validate({"scenario": about, "expect": {}, **tables})


SHORT_AND_TALL = _story(
    traveller=[{"name": "short", "height_mm": 1200}, {"name": "tall", "height_mm": 2050}],
)
OUTAGE = _story(
    traveller=[{"name": "first"}, {"name": "second"}],
    fault=[{"device": "register", "operation": "look_up", "how": "hang", "nth": 1}],
)


def _play(site: Site, measure: RecordedMeasure, story: Scenario) -> Observed:
    with tempfile.TemporaryDirectory(prefix="egate-accept-") as folder:
        return play_site(story, site, measure, Path(folder), 1)


def _endings(site: Site, measure: RecordedMeasure, story: Scenario) -> Sequence[str]:
    return [each.outcome for each in _play(site, measure, story).crossings]


def _restarts(seen: Seen, seed: int) -> None:
    measure = PlainMeasure()
    plan = blows_of(0, places(measure), seed)
    lanes = [blow for blow in plan if blow.victim == "lane"]
    seen.restarts = [strike(blow, measure) for blow in random.Random(seed).sample(lanes, min(RESTARTS, len(lanes)))]


def _sensors(seen: Seen, seed: int) -> None:
    rng = random.Random(seed)
    for name, make in TWO.items():
        passage = walk_through(varied(make(), rng))
        if passage.one or not passage.refused:
            seen.parties_missed.append(name)
    seen.objects_missed = [name for name, make in OBJECTS.items() if not leaves(make())]
    seen.walks_alarmed = sum(bool(is_alarm(walk_through(random_traveller(rng)))) for _ in range(WALKS))
