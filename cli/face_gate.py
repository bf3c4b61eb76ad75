"""`egate face gate-bench`: cooperative, frontal pairs as a lane sees them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.face_shared import interval, percent, refusals, with_progress


def gate_bench(
    folder: Annotated[Path, typer.Option("--folder", help="Where the images lie.", exists=True, file_okay=False)],
    labels: Annotated[
        Path | None,
        typer.Option("--labels", help="CSV with identity,file. Without it: one folder a person, or NAME_anything.jpg."),
    ] = None,
    calibration: Annotated[
        Path | None, typer.Option("--calibration", help="Another calibration than the committed one.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for tools.")] = False,
) -> None:
    """Each person's first image as a portrait of 15 kB against the others in degraded frames, the lane's own way."""
    from benchmarks import face, face_gate
    from biometrics.calibration import Calibration, committed
    from biometrics.engine import FaceEngine

    with refusals():
        made = Calibration.load(calibration or committed("sface"))
        engine = FaceEngine(made, face_gate.RATES[0])
        labelled = face.read_labels(folder, labels) if labels else face.by_folder(folder)
        seen = with_progress(labelled, lambda advance: face_gate.look(engine, labelled, advance))
        stated = face_gate.report(engine, seen, made)
    if as_json:
        typer.echo(json.dumps(stated, indent=1))
    else:
        _print(stated)


def _print(stated: dict[str, Any]) -> None:
    console, refused = Console(), stated["refused"]
    console.print(
        f"{stated['backend']}: {stated['people']} people; refused by the limits: {refused['portraits']} portraits, "
        f"{refused['frames']} frames; genuine scores from {stated['genuine_scores']['lowest']}"
    )
    table = Table("stated FMR", "threshold", "missed", "FNMR", "95 %", "false matches", "FMR here")
    for point in stated["operating_points"]:
        table.add_row(
            f"{point['fmr']:g}", f"{point['threshold']:.4f}", f"{point['missed']} of {stated['genuine_pairs']}",
            percent(point["fnmr"]), interval(point["ci95"]),
            f"{point['false_matches']} of {stated['impostor_pairs']}", percent(point["fmr_here"]),
        )  # fmt: skip
    console.print(table)
