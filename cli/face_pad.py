"""`egate face pad-bench`: presentation attack detection on simulated attacks."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.face_shared import interval, percent, refusals, with_progress


def pad_bench(
    people: Annotated[
        int, typer.Option(help="How many of the rendered cast to show; all 36 take minutes.", min=6)
    ] = 36,
    seed: Annotated[int, typer.Option(help="Other seed, other prints, screens, light and noise.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processes that draw and look side by side.", min=1)] = 2,
    fit: Annotated[Path | None, typer.Option("--fit", help="Also write the profile made of all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for tools.")] = False,
) -> None:
    """Presentation attack detection on simulated attacks: APCER of each species, held out, and BPCER."""
    import numpy as np

    from benchmarks import attack

    shown = attack.presentations(people, seed)
    with refusals():
        measured = with_progress(shown, lambda advance: attack.measure(shown, advance, jobs))
    stated = attack.report(measured)
    if fit:
        attack.fit(measured, np.ones(len(measured.cues), bool)).save(fit)
    if as_json:
        typer.echo(json.dumps(stated, indent=1))
    else:
        _print_pad(stated)


def _print_pad(stated: dict[str, Any]) -> None:
    title = f"profile {stated['profile']}: SIMULATED attacks, no real artefact"
    table = Table("", "unseen species and faces", "95 %", "profile in use", "95 %", "of", title=title)
    for (name, rate), (_, in_use) in zip(_rates(stated), _rates(stated["in_use"]), strict=True):
        ends = interval(rate["ci95"]), interval(in_use["ci95"])
        table.add_row(name, percent(rate["rate"]), ends[0], percent(in_use["rate"]), ends[1], str(rate["of"]))
    Console().print(table)


def _rates(stated: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("BPCER", stated["bpcer"]), *((f"APCER {name}", rate) for name, rate in stated["apcer"].items())]
