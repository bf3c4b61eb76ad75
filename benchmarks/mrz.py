"""Readers of the zone, measured on images whose truth is known: exactness, false accepts, time and memory."""

import csv
import json
import resource
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.mrz_ways import AS_IT_IS, WAYS
from link.images import decode
from mrz.backends.table import MrzBackend, load
from mrz.model import Verdict


class TruthMissing(Exception):
    """The folder has no list of what its images say. One sentence with the folder and what is wanted."""


@dataclass(frozen=True, slots=True)
class Known:
    """An image and what is printed on it."""

    file: Path
    document_type: str
    lines: tuple[str, ...] = field(repr=False)
    way: str = AS_IT_IS
    """One of WAYS: how the image comes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One image read by one reader."""

    file: str
    document_type: str
    way: str
    is_exact: bool
    is_accepted: bool
    right_characters: float
    """Share, by edit distance."""
    cpu_ms: float
    """Of the process and the ones that it started."""
    wall_ms: float
    peak_mb: float

    @property
    def is_false_accept(self) -> bool:
        return self.is_accepted and not self.is_exact


def truth_of(folder: Path) -> list[Known]:
    """From `truth.csv` (file, type, line1, line2, line3; images beside it or in images/), or from one JSON file beside
    each image, as `egate mrz render` writes them. Raises TruthMissing."""
    listed = folder / "truth.csv"
    known = list(_from_table(listed) if listed.is_file() else _from_json(folder))
    if not known:
        raise TruthMissing(f"{folder}: has neither a truth.csv nor images with a .json beside each; see docs/mrz.md")
    return known


def _from_table(listed: Path) -> Iterator[Known]:
    images = listed.parent / "images"
    folder = images if images.is_dir() else listed.parent
    with listed.open(newline="", encoding="utf-8") as table:
        for row in csv.DictReader(table):
            lines = tuple(row[name] for name in ("line1", "line2", "line3") if row.get(name))
            yield Known(folder / row["file"], row["type"], lines)


def _from_json(folder: Path) -> Iterator[Known]:
    for beside in sorted(folder.glob("*.json")):
        truth = json.loads(beside.read_text(encoding="utf-8"))
        yield Known(folder / Path(truth["file"]).name, truth["type"], tuple(truth["lines"]))


def in_every_way(known: Sequence[Known]) -> list[Known]:
    """The same images, each in all WAYS."""
    return [replace(one, way=way) for way in WAYS for one in known]


def outcomes(known: Sequence[Known], backend: str, traineddata: str, today: date) -> Iterator[Outcome]:
    """One after the other in a process of its own, so that time and memory are this reader's alone."""
    load(backend, traineddata)  # what is missing is said here, not in the other process
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        for one in known:
            yield pool.submit(_outcome, one, backend, traineddata, today).result()


def _outcome(one: Known, backend: str, traineddata: str, today: date) -> Outcome:
    reader, image = _reader(backend, traineddata), WAYS[one.way](decode(one.file.read_bytes()))
    before, started = _cpu_s(), perf_counter()
    read = reader.read(image, today)
    cpu_ms, wall_ms = (_cpu_s() - before) * 1000, (perf_counter() - started) * 1000
    return Outcome(
        file=one.file.name,
        document_type=one.document_type,
        way=one.way,
        is_exact=read.lines == one.lines,
        is_accepted=read.verdict is Verdict.ACCEPT,
        right_characters=right_share("\n".join(read.lines), "\n".join(one.lines)),
        cpu_ms=cpu_ms,
        wall_ms=wall_ms,
        peak_mb=_peak_mb(),
    )


@cache
def _reader(backend: str, traineddata: str) -> MrzBackend:
    return load(backend, traineddata)


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mb() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024


def right_share(read: str, truth: str) -> float:
    """1 less the edit distance over the truth's length, not below 0."""
    previous = np.arange(len(read) + 1)
    for row, character in enumerate(truth, 1):
        different = np.array([other != character for other in read], int)
        best = np.concatenate([[row], np.minimum(previous[1:] + 1, previous[:-1] + different)])
        previous = np.minimum.accumulate(best - np.arange(len(best))) + np.arange(len(best))
    return max(0.0, 1 - float(previous[-1]) / max(len(truth), 1))


def summary(measured: Sequence[Outcome]) -> dict[str, Any]:
    """Figures for all images, for each document type and, where there are several, for each way that they come."""
    types = sorted({one.document_type for one in measured})
    groups = {"all": list(measured)} | {name: [one for one in measured if one.document_type == name] for name in types}
    ways = list(dict.fromkeys(one.way for one in measured))
    if len(ways) > 1:
        groups |= {way: [one for one in measured if one.way == way] for way in ways}
    return {name: _figures(group) for name, group in groups.items()}


def _figures(group: Sequence[Outcome]) -> dict[str, Any]:
    cpu = np.percentile([one.cpu_ms for one in group], (50, 95))
    exact = sum(one.is_exact for one in group)
    return {
        "images": len(group),
        "exact": exact,
        "exact_percent": round(100 * exact / len(group), 2),
        "accepted": sum(one.is_accepted for one in group),
        "false_accepts": sum(one.is_false_accept for one in group),
        "characters_percent": round(100 * float(np.mean([one.right_characters for one in group])), 2),
        "cpu_ms_p50": round(float(cpu[0]), 1),
        "cpu_ms_p95": round(float(cpu[1]), 1),
        "peak_mb": round(max(one.peak_mb for one in group)),
    }
