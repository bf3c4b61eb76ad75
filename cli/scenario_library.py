"""A folder of scenarios, played one after another; the same pixels are measured once for all of them."""

import difflib
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cli.scenario_play import SITES, play_virtual, play_wall, site_of
from cli.scenario_seen import Observed, differences
from cli.scratch import scratch
from cli.tape import tapes_in
from config.load import ConfigRefused, load
from config.toml_lines import Path as KeyPath
from config.toml_lines import key_lines
from kiosk.image_models import image_models, load_image_models, load_measurer
from kiosk.measure import Measurer
from kiosk.reasons import Outcome, Reason
from kiosk.recorded import RecordedMeasure
from simulators.scenario import Scenario, load_scenario, scenario_files

Play = Callable[[Scenario, Path, int], Observed]
WORTH_SHARING = 8
"""Fewer scenarios than this are played sooner than another process has begun."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one scenario ended."""

    name: str
    paths: tuple[str, ...]
    endings: str
    differences: tuple[str, ...]
    not_yet: str = ""
    played_again: int | None = None
    """So many of its crossings were played again from their journal; None = that was not asked for."""

    def to_json(self) -> dict[str, Any]:
        return {
            "scenario": self.name,
            "paths": list(self.paths),
            "outcome": self.endings,
            "as_expected": None if self.not_yet else not self.differences,
            "differences": list(self.differences),
            "not_yet": self.not_yet,
            "played_again": self.played_again,
        }


def checked(file: Path) -> Scenario:
    """A scenario whose endings, and whose cases, are ones that the lane has. Raises ConfigRefused with the line."""
    scenario = load_scenario(file)
    lines = key_lines(file.read_text(encoding="utf-8"))
    for path, said, known in _names(scenario):
        if said not in known:
            line = next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 1)
            key = ".".join(map(str, path))
            near = difflib.get_close_matches(said, known, 1)
            hint = f": did you mean '{near[0]}'?" if near else ": look into kiosk/reasons.py."
            raise ConfigRefused([f"{file}:{line}: '{said}' is no {path[-1]} of a crossing ('{key}'){hint}"])
    return scenario


def _names(scenario: Scenario) -> Iterator[tuple[KeyPath, str, Sequence[str]]]:
    """What a scenario calls by a name that only the lane knows: where it stands, the name, and the known ones."""
    outcomes, reasons = [each.value for each in Outcome], [each.value for each in Reason]
    for number, crossing in enumerate(scenario.expect.crossing):
        yield ("expect", "crossing", number, "outcome"), crossing.outcome, outcomes
        yield ("expect", "crossing", number, "reason"), crossing.reason, reasons
    for number, entry in enumerate(scenario.officer):
        if entry.on:
            yield ("officer", number, "on"), entry.on, reasons
    for key, said in (("alarms", scenario.expect.alarms or ()), ("told", scenario.expect.told)):
        for reason in said:
            yield ("expect", key), reason, reasons


def play_library(
    where: Path,
    wall: bool,
    wire: bool,
    seed: int | None,
    told: Callable[[str, int], None] = lambda _name, _of: None,
    jobs: int = 1,
    again: bool = False,
) -> tuple[Result, ...]:
    """Every scenario of a file or folder; over wires only those that say so. `told` hears each name and how many.

    On the virtual clock `jobs` processes share the work; what is observed does not depend on how many. With `again`
    each crossing is then played from its journal, and must end and move the doors as it did.
    """
    files = scenario_files(where)
    if not files:
        raise ConfigRefused([f"{where}: there is no scenario in this folder: check its path."])
    library = {file: checked(file) for file in files}
    if wire and len(library) > 1:
        library = {file: scenario for file, scenario in library.items() if scenario.scenario.wire}
    if not wall and jobs > 1 and len(library) > WORTH_SHARING:
        return tuple(_shared(tuple(library), seed, jobs, told, again))
    play = _on_the_wall(wire) if wall else _virtual(recorded())
    results = []
    for file, scenario in library.items():
        told(file.stem, len(library))
        results.append(result_of(file.stem, scenario, seed, play, again))
    return tuple(results)


def _shared(
    files: Sequence[Path], seed: int | None, jobs: int, told: Callable[[str, int], None], again: bool
) -> Iterator[Result]:
    """The same on several processes; each measures its own pictures once. Results in the order of the files."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin_job) as pool:
        for result in pool.map(partial(_job, seed=seed, again=again), files):
            told(result.name, len(files))
            yield result


_jobs_play: list[Play] = []
"""Of this process of the pool; filled when it begins."""


def _begin_job() -> None:
    _jobs_play.append(_virtual(recorded()))


def _job(file: Path, seed: int | None, again: bool) -> Result:
    return result_of(file.stem, checked(file), seed, _jobs_play[0], again)


def result_of(name: str, scenario: Scenario, seed: int | None, play: Play, again: bool = False) -> Result:
    """Play one scenario in a folder of its own, and judge it; `again`: and its journal too."""
    about = scenario.scenario
    if about.not_yet:
        return Result(name, about.paths, "", (), about.not_yet)
    with scratch("egate-scenario-") as folder:
        observed = play(scenario, Path(folder), about.seed if seed is None else seed)
        found = differences(scenario, observed)
        if not again:
            return Result(name, about.paths, observed.endings, found)
        journal = Path(folder) / site_of(scenario, SITES / "virtual.toml").journal.path
        count, otherwise = _played_again(journal) if observed.crossings else (0, ())
    return Result(name, about.paths, observed.endings, (*found, *otherwise), played_again=count)


def _played_again(journal: Path) -> tuple[int, tuple[str, ...]]:
    """How many crossings of a journal were played again, and a sentence for each that went otherwise."""
    from cli.replay_play import replay  # it needs this module's neighbours, and few commands need it

    results = [replay(tape) for tape in tapes_in(journal)]
    return len(results), tuple(sentence for each in results if (sentence := each.difference))


def recorded() -> RecordedMeasure:
    """The real image work, each picture measured once."""
    return RecordedMeasure(load_measurer(load(SITES / "virtual.toml").site))


def _virtual(measurer: Measurer) -> Play:
    return lambda scenario, folder, seed: play_virtual(scenario, measurer, folder, seed)


def _on_the_wall(wire: bool) -> Play:
    site = load(SITES / ("demo.toml" if wire else "virtual.toml")).site
    make = partial(load_image_models, image_models(site))
    return lambda scenario, folder, seed: play_wall(scenario, make, folder, seed, wire)
