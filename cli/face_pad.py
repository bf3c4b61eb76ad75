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
    fit: Annotated[Path | None, typer.Option("--fit", help="Also write the profile made of all of them.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for tools.")] = False,
) -> None:
    """Presentation attack detection on simulated attacks: APCER of each species, held out, and BPCER."""
    import numpy as np

    from benchmarks import attack
    from biometrics import backends

    shown = attack.presentations(people, seed)
    with refusals():
        matcher = backends.load("sface")
    measured = with_progress(shown, lambda advance: attack.measure(matcher, shown, advance))
    stated = attack.report(measured)
    if fit:
        attack.fit(measured, np.ones(len(measured.cues), bool)).save(fit)
    if as_json:
        typer.echo(json.dumps(stated, indent=1))
    else:
        _print_pad(stated)


def _print_pad(stated: dict[str, Any]) -> None:
    table = Table("", "rate", "95 %", "of", title=f"profile {stated['profile']}: SIMULATED attacks, no real artefact")
    rows = [("BPCER", stated["bpcer"]), *((f"APCER {name}", rate) for name, rate in stated["apcer"].items())]
    for name, rate in rows:
        table.add_row(name, percent(rate["rate"]), interval(rate["ci95"]), str(rate["of"]))
    Console().print(table)
