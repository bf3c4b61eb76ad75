"""One reader in a process of its own, so that processor time and peak memory are this reader's alone.

Started by benchmarks/mrz.py as `python -m benchmarks.mrz_worker BACKEND TRAINEDDATA DAY`; takes one image a line on
standard input and answers each with one line, both JSON. It imports nothing of the command line, and its memory is
kept as that of the lane's image worker is.
"""

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import cv2

from benchmarks.mrz_outcome import Outcome, right_share
from benchmarks.mrz_ways import WAYS
from kiosk.lean_memory import IMAGE_WORK, give_pictures_back
from link.images import ImageRefused, decode
from mrz.backends.table import MrzBackend, load
from mrz.model import Verdict


def main(backend: str, traineddata: str, day: str) -> None:
    give_pictures_back(IMAGE_WORK)
    cv2.setNumThreads(1)  # one core's time is the figure: threads that wait for each other would be counted as work
    answers, sys.stdout = sys.stdout, sys.stderr  # whatever a reader prints must not mix with the answers
    reader, today = load(backend, traineddata), date.fromisoformat(day)
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line), reader, today)), file=answers, flush=True)


def _answer(asked: Mapping[str, Any], reader: MrzBackend, today: date) -> dict[str, Any]:
    try:
        return asdict(_outcome(asked, reader, today))
    except (ImageRefused, OSError) as refused:
        return {"refused": f"{asked['file']}: {refused}"}


def _outcome(asked: Mapping[str, Any], reader: MrzBackend, today: date) -> Outcome:
    image = WAYS[asked["way"]](decode(Path(asked["file"]).read_bytes()))
    before, started = _cpu_s(), perf_counter()
    read = reader.read(image, today)
    cpu_ms, wall_ms = (_cpu_s() - before) * 1000, (perf_counter() - started) * 1000
    return Outcome(
        file=Path(asked["file"]).name,
        document_type=asked["document_type"],
        way=asked["way"],
        is_exact=list(read.lines) == asked["lines"],
        is_accepted=read.verdict is Verdict.ACCEPT,
        right_characters=right_share("\n".join(read.lines), "\n".join(asked["lines"])),
        cpu_ms=cpu_ms,
        wall_ms=wall_ms,
        peak_mb=_peak_mb(),
    )


def _cpu_s() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak_mb() -> float:
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(each).ru_maxrss for each in who) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
