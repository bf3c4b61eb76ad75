"""What `egate mrz read`, `bench` and `train` do and print."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.mrz import ReaderBroke, TruthMissing, in_every_way, outcomes, summary, truth_of
from benchmarks.mrz_outcome import Outcome
from benchmarks.mrz_soak import Amount, soak
from cli.exits import DEVICE, REFERRED, USAGE, CommandFailed
from cli.progress import progress
from link.images import ImageRefused, decode
from mrz.backends.table import BACKENDS, BackendMissing, MrzBackend, load
from mrz.model import MrzRead, RescanReason, Verdict
from mrz.parse import inspect
from mrz.reader import MrzReader
from tools.train_mrz.schedule import Plan

_SHOWN = (
    "images", "exact_percent", "accepted", "false_accepts", "characters_percent", "cpu_ms_p50", "cpu_ms_p95", "peak_mb",
)  # fmt: skip
NOT_READ = MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)


def backend_of(name: str, traineddata: str) -> MrzBackend:
    """The reader of that name, or one sentence that says what is missing."""
    if name not in BACKENDS:
        raise CommandFailed(f"--backend: must be one of {', '.join(BACKENDS)}", USAGE)
    try:
        return MrzReader(perf_counter) if name == "own" else load(name, traineddata)
    except BackendMissing as missing:
        raise CommandFailed(str(missing), DEVICE) from None


# --- read ---------------------------------------------------------------------------------------------------


def read_file(file: Path, reader: MrzBackend, today: date) -> dict[str, Any]:
    """One file's answer, in the form that other tools parse. A file that is no image has `error` as well."""
    started = perf_counter()
    try:
        read = reader.read(decode(file.read_bytes()), today)
    except ImageRefused as refused:
        return described(file, NOT_READ, 0.0, today) | {"error": f"{file}: {refused}"}
    except OSError as failed:
        return described(file, NOT_READ, 0.0, today) | {"error": f"{file}: {failed.strerror}"}
    return described(file, read, (perf_counter() - started) * 1000, today)


def described(file: Path, read: MrzRead, ms: float, today: date) -> dict[str, Any]:
    """The contract of `egate mrz read --json`: keys may be added, none changed."""
    inspection = inspect(read.lines, today)
    return {
        "file": str(file),
        "verdict": read.verdict.name,
        "reason": read.reason.value if read.reason else None,
        "type": read.document_type.value if read.document_type else None,
        "lines": list(read.lines),
        "check_digits": {name: digit.result.value for name, digit in read.check_digits.items()},
        "fields": dict(inspection.fields) if read.document_type else {},
        "confidence": round(read.confidence, 4),
        "ms": round(ms, 1),
        "field_confidence": {name: round(value, 4) for name, value in read.field_confidence.items()},
        "faults": [f"{fault.field}: {fault.fault.value}" for fault in inspection.faults] if read.lines else [],
        "quadrilateral": read.quadrilateral,
        "stages_ms": {name: round(value, 1) for name, value in read.ms.items()},
    }


def show(answers: Sequence[dict[str, Any]]) -> None:
    table = Table("file", "verdict", "type", "lines", "confidence", "ms")
    for answer in answers:
        verdict = answer["verdict"] + (f"\n{answer['reason']}" if answer["reason"] else "")
        lines = "\n".join(answer["lines"]).replace("[", "\\[")
        table.add_row(
            answer["file"], verdict, answer["type"] or "", lines, f"{answer['confidence']:.2f}", f"{answer['ms']:.0f}"
        )
    Console().print(table)


# --- bench --------------------------------------------------------------------------------------------------


def measured(
    folder: Path, names: Sequence[str], traineddata: str, today: date, every_way: bool
) -> dict[str, list[Outcome]]:
    """Every reader over every image, with progress on standard error."""
    try:
        known = in_every_way(truth_of(folder)) if every_way else truth_of(folder)
    except TruthMissing as missing:
        raise CommandFailed(str(missing), USAGE) from None
    result: dict[str, list[Outcome]] = {}
    for name in names:
        backend_of(name, traineddata)
        run = outcomes(known, name, traineddata, today)
        try:
            result[name] = []
            with progress(name, len(known)) as advance:
                for outcome in run:
                    result[name].append(outcome)
                    advance()
        except ReaderBroke as broke:
            raise CommandFailed(f"--backend {name}: {broke}", REFERRED) from None
        except (ImageRefused, OSError) as failed:
            raise CommandFailed(f"{folder}: an image of the list cannot be used: {failed}", USAGE) from None
    return result


def bench_json(results: dict[str, list[Outcome]], with_images: bool) -> str:
    report = {name: summary(run) for name, run in results.items()}
    if with_images:
        for name, run in results.items():
            report[name]["by_image"] = [asdict(one) for one in run]
    return json.dumps(report, indent=1)


def show_bench(results: dict[str, list[Outcome]]) -> None:
    columns = ("n", "exact %", "accept", "false", "char %", "p50 ms", "p95 ms", "MB")
    table = Table("reader", "type", *columns, caption="false: accepted though wrong; ms: processor time; MB: at most")
    for name, run in results.items():
        for kind, figures in summary(run).items():
            table.add_row(name, kind, *(str(figures[key]) for key in _SHOWN))
    Console().print(table)


# --- soak ---------------------------------------------------------------------------------------------------


def soaked(pages: int, junk: int, forged: int, seed: int) -> dict[str, Any]:
    """The whole search, with progress on standard error."""
    with progress("reading", pages + junk + forged) as advance:
        return soak(MrzReader(), seed, Amount(pages, junk, forged), advance)


def show_soak(report: dict[str, Any]) -> None:
    table = Table("", "pages", "exact", "accept", "refer", "false")
    rows = {"all": report, **report["by_type"], **{f"up to {k}": v for k, v in report["by_strength"].items()}}
    for name, row in rows.items():
        table.add_row(name, *(str(row[key]) for key in ("pages", "exact", "accepted", "referred", "false_accepts")))
    Console().print(table)
    Console().print(f"a digit for a letter: {report['forged']} read, {len(report['forged_seeds'])} accepted")
    Console().print(f"junk: {report['junk']} read, {report['junk_accepted']} accepted")
    Console().print(f"CPU a page: p50 {report['cpu_ms_p50']} ms, p95 {report['cpu_ms_p95']} ms")


# --- train --------------------------------------------------------------------------------------------------


def train(net: str, plan: Plan) -> Path:
    """Train one net; the ONNX file. Says how to install torch where it is missing."""
    try:
        from tools.train_mrz.train_lines import train_lines, train_second
        from tools.train_mrz.train_pages import train_pages
    except ImportError:
        raise CommandFailed("mrz train: torch is not installed; pip install 'egate[train]'", DEVICE) from None
    trainers = {"lines": train_lines, "second": train_second, "pages": train_pages}
    if net not in trainers:
        raise CommandFailed("--net: must be lines, second or pages", USAGE)
    plan.folder.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    return trainers[net](plan, lambda progress: console.print(progress))
