"""`egate face drift`: do the scores in the journals change from lane to lane, or with time?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from biometrics.drift import BIN
from cli.exits import DEVICE, REFERRED, USAGE, CommandFailed

if TYPE_CHECKING:
    from biometrics.drift import GroupReport, Scored


def drift(
    journals: Annotated[list[Path], typer.Argument(help="Journals of one or more gates.")],
    by: Annotated[
        str, typer.Option(help="`gate`, `age_band`, `sex`, another fact of the decision, or several: gate,sex")
    ] = "gate",
    limit: Annotated[float, typer.Option(help="Standard errors above the others, or above before, that alarm.")] = 3.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for tools.")] = False,
) -> None:
    """Score histograms and non-match rates by lane, from the journals' numbers. Ends with 1 on an alarm."""
    from biometrics.drift import drift as drifting

    reports = drifting(scored for path in journals for scored in _scored(path, by))
    rows = [_row(report, report.alarms(limit)) for report in reports]
    if as_json:
        typer.echo(json.dumps({"by": by, "limit": limit, "groups": rows}, indent=1))
    else:
        _print(rows)
    if any(row["alarm"] for row in rows):
        raise typer.Exit(REFERRED)


def _scored(path: Path, by: str) -> "Iterator[Scored]":
    from biometrics.drift import Scored
    from records.errors import JournalFailed
    from records.model import DECIDED
    from records.reading import JournalReader

    if not path.is_file():
        raise CommandFailed(f"there is no journal {path}: check the path.", USAGE)
    try:
        with JournalReader(path) as reader:
            for _, entry in reader.walk():
                score, threshold = entry.fact("score"), entry.fact("threshold")
                if entry.kind == DECIDED and isinstance(score, float) and isinstance(threshold, float):
                    group = (entry.gate if name == "gate" else str(entry.fact(name)) for name in by.split(","))
                    yield Scored("/".join(group), score, threshold)
    except JournalFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None


def _row(report: "GroupReport", alarm: bool) -> dict[str, Any]:
    return {
        "group": report.group,
        "comparisons": report.comparisons,
        "non_match_rate": report.non_match_rate,
        "median_score": report.median_score,
        "against_others": report.against_others,
        "against_earlier": report.against_earlier,
        "histogram": [list(pair) for pair in report.histogram],
        "alarm": alarm,
    }


def _print(rows: list[dict[str, Any]]) -> None:
    table = Table("group", "comparisons", "non-match", "median score", "above others", "above before", "alarm")
    for row in rows:
        errors = ["-" if row[key] is None else f"{row[key]:+.1f}" for key in ("against_others", "against_earlier")]
        table.add_row(
            row["group"], str(row["comparisons"]), f"{100 * row['non_match_rate']:.2g} %", f"{row['median_score']:.3f}",
            *errors, "ALARM" if row["alarm"] else "",
        )  # fmt: skip
    lowest, highest = _scores_shown(rows)
    scores = Table("group", f"scores, from {lowest:g} to {highest + BIN:g} in steps of {BIN:g}")
    for row in rows:
        scores.add_row(row["group"], _bars(row["histogram"], lowest, highest))
    Console().print(table, scores)


BARS = "▁▂▃▄▅▆▇█"


def _scores_shown(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Lower edges of the first and the last bin that any group has."""
    edges = [edge for row in rows for edge, _ in row["histogram"]]
    return min(edges, default=0.0), max(edges, default=0.0)


def _bars(histogram: list[list[float]], lowest: float, highest: float) -> str:
    """One character a bin, as high as its share of the group's largest; a gap for none."""
    counts = {round(edge / BIN): count for edge, count in histogram}
    most = max(counts.values())
    shares = (counts.get(number, 0) / most for number in range(round(lowest / BIN), round(highest / BIN) + 1))
    return "".join(BARS[min(len(BARS) - 1, int(share * len(BARS)))] if share else " " for share in shares)
