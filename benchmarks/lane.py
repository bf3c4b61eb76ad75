"""Figures of the whole lane: the machine's share, the heartbeat under load, the virtual clock, the start.

Each function measures on this computer, now, and returns a dict; `egate bench` prints them beside what is wanted.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from cli.simulation import VIRTUAL_START, Simulation, make_visitors
from config.load import load
from config.schema import Site
from drivers.doors_registers import RegisterDoors
from kiosk.image_models import load_measurer
from kiosk.recorded import RecordedMeasure
from simulators.population import Story, Visitor

SITES = Path(__file__).parents[1] / "config" / "sites"
CLOSED_S = 60.0
"""A lane that has closed itself so long is not measured any more: its reason is told."""
REGULARS = 6
"""The virtual bench lets this many genuine travellers come again and again."""


def percentile(values: Sequence[float], percent: int) -> float:
    """By linear interpolation; of one value, that value."""
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


def machine_share(travellers: int = 20, seed: int = 1, speed: float = 1.0) -> dict[str, Any]:
    """Milliseconds of a genuine crossing that are no person's and no door's, over the demo's wires."""
    site = load(SITES / "demo.toml").site
    visitors = make_visitors(travellers, seed, datetime.now(UTC), told=[Story.GENUINE] * travellers)
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        simulation = Simulation(site, visitors, Path(folder), seed, speed, gives_up_after_s=CLOSED_S)
        ended = [each.to_json() for each in simulation.on_the_wall_clock()]
    shares = [row["machine_ms"] for row in ended]
    totals = [row["total_ms"] for row in ended]
    decided = [row["frame_to_decision_ms"] for row in ended if row["frame_to_decision_ms"] is not None]
    return {
        "crossings": len(ended),
        "passed": sum(row["outcome"] == "PASSED" for row in ended),
        "machine_ms": {"p50": percentile(shares, 50), "p95": percentile(shares, 95)},
        "total_ms": {"p50": percentile(totals, 50), "p95": percentile(totals, 95)},
        "last_frame_to_decision_ms": {"p50": percentile(decided, 50), "p95": percentile(decided, 95)},
        "by_part_ms_p50": {
            name: percentile([row["machine"].get(name, 0) for row in ended], 50) for name in ended[0]["machine"]
        },
    }


def heartbeat(seconds: float = 600.0, seed: int = 2) -> dict[str, Any]:
    """Late cycles of the 50 Hz exchange while crossing follows crossing."""
    site = load(SITES / "demo.toml").site
    travellers = max(1, int(seconds / 6.0))
    visitors = make_visitors(travellers, seed, datetime.now(UTC), told=[Story.GENUINE] * travellers)
    statistics: dict[str, Any] = {}

    async def watch(running: Any) -> None:
        doors: RegisterDoors = running.lane.raw["doors"]
        ends_s = time.monotonic() + seconds
        while time.monotonic() < ends_s:
            await asyncio.sleep(0.5)
            statistics.update(
                cycles=doors.statistics.cycles,
                late=doors.statistics.late,
                worst_ms=round(1000 * doors.statistics.worst_s, 1),
            )
        raise TimeoutError

    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        simulation = Simulation(site, visitors, Path(folder), seed, watch=watch)
        began_s = time.monotonic()
        with suppress(TimeoutError):
            simulation.on_the_wall_clock()
    return {"seconds": round(time.monotonic() - began_s, 1), "crossings": len(simulation.ended), **statistics}


def virtual(crossings: int = 400, recorded: bool = True, processes: int = 2) -> dict[str, Any]:
    """Crossings a minute on the virtual clock, with recorded measurements or with all image work."""
    share = max(1, crossings // processes)
    began_s = time.perf_counter()
    with ProcessPoolExecutor(processes) as pool:
        results = list(pool.map(_virtual_part, [(share, seed, recorded) for seed in range(processes)]))
    wall_s = time.perf_counter() - began_s
    slowest_s = max(seconds for _passed, seconds in results)
    return {
        "crossings": share * processes,
        "passed": sum(passed for passed, _seconds in results),
        "processes": processes,
        "per_minute": round(60 * share * processes / slowest_s, 1),
        "with_start_per_minute": round(60 * share * processes / wall_s, 1),
    }


def _virtual_part(task: tuple[int, int, bool]) -> tuple[int, float]:
    count, seed, recorded = task
    site = load(SITES / "virtual.toml").site
    visitors = regulars(count, seed)
    measure = load_measurer(site)
    if recorded:
        measure = RecordedMeasure(measure)
        _cross(site, visitors[:REGULARS], measure, seed)  # the recording
    began_s = time.perf_counter()
    ended = _cross(site, visitors, measure, seed)
    return sum(each.record.outcome == "PASSED" for each in ended), time.perf_counter() - began_s


def regulars(count: int, seed: int) -> list[Visitor]:
    """A few genuine travellers with visas for any number of entries, over and over."""
    few = make_visitors(REGULARS, seed, VIRTUAL_START, told=[Story.GENUINE] * REGULARS)
    many = [replace(each, visas=tuple(replace(visa, entries=None) for visa in each.visas)) for each in few]
    again = [replace(each, visas=()) for each in many]
    return (many + again * (count // REGULARS + 1))[:count]


def _cross(site: Site, visitors: Sequence[Visitor], measure: Any, seed: int) -> list[Any]:
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as folder:
        return Simulation(site, visitors, Path(folder), seed, measurer=lambda: measure).on_the_virtual_clock()


def start() -> dict[str, Any]:
    """`egate demo --once` as a process of its own: when its crossing began, and what memory it took."""
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--once", "--json"], capture_output=True, text=True, check=True
    )
    told = json.loads(done.stdout)
    return {
        "outcome": told["outcome"],
        "begun_after_s": round(told["begun_at_monotonic_s"] - began_s, 2),
        "peak_rss_mb": told["peak_rss_mb"],
    }
