"""Readers of the zone, measured on images whose truth is known: exactness, false accepts, time and memory."""

import csv
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.mrz_outcome import Outcome
from benchmarks.mrz_ways import AS_IT_IS, WAYS
from link.images import ImageRefused
from mrz.backends.table import load

_ROOT = Path(__file__).parents[1]
_ENDED = "the reader's process ended; what it wrote stands above"


class TruthMissing(Exception):
    """The folder has no list of what its images say. One sentence with the folder and what is wanted."""


class ReaderBroke(Exception):
    """The reader being measured ended without an answer. One sentence with the image."""


@dataclass(frozen=True, slots=True)
class Known:
    """An image and what is printed on it."""

    file: Path
    document_type: str
    lines: tuple[str, ...] = field(repr=False)
    way: str = AS_IT_IS
    """One of WAYS: how the image comes."""


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
    """One after the other in a process of its own (benchmarks/mrz_worker.py). Raises ImageRefused, ReaderBroke."""
    load(backend, traineddata)  # what is missing is said here, not in the other process
    command = [sys.executable, "-m", "benchmarks.mrz_worker", backend, traineddata, today.isoformat()]
    try:
        with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
            for one in known:
                yield _asked(worker, one)
    except BrokenPipeError:
        raise ReaderBroke(_ENDED) from None


def _asked(worker: "subprocess.Popen[str]", one: Known) -> Outcome:
    if worker.stdin is None or worker.stdout is None:
        raise RuntimeError("the reader's process was started without its two ends")
    wanted = {"file": str(one.file.resolve()), "document_type": one.document_type, "lines": one.lines, "way": one.way}
    print(json.dumps(wanted), file=worker.stdin, flush=True)
    line = worker.stdout.readline()
    if not line:
        raise ReaderBroke(f"{one.file.name}: {_ENDED}")
    answer = json.loads(line)
    if "refused" in answer:
        raise ImageRefused(answer["refused"])
    return Outcome(**answer)


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
