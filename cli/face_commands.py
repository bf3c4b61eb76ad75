"""`egate face`: compare two pictures, measure the matcher, calibrate its threshold."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli import face_det, face_drift, face_gate, face_pad
from cli.exits import REFERRED, USAGE, CommandFailed
from cli.face_shared import interval, percent, refusals, with_progress

if TYPE_CHECKING:
    from benchmarks.face import Run
    from biometrics.backends import Backend
    from biometrics.engine import FaceEngine
    from biometrics.model import FaceCapture, Image, Vector

DEFAULT_FMR = 5e-4

app = typer.Typer(help="Faces: compare, measure, calibrate.", no_args_is_help=True)
app.command(epilog="Example: egate face drift lane-1.sqlite lane-2.sqlite --json")(face_drift.drift)
app.command(name="gate-bench", epilog="Example: egate face gate-bench --folder london/ --json")(face_gate.gate_bench)
app.command(name="pad-bench", epilog="Example: egate face pad-bench --people 12 --json")(face_pad.pad_bench)

BackendName = Annotated[str, typer.Option("--backend", help="Which matcher: sface, or dlib (egate install dlib).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for tools.")]
Folder = Annotated[Path, typer.Option("--folder", help="Where the images lie.", exists=True, file_okay=False)]
Labels = Annotated[
    Path | None, typer.Option("--labels", help="CSV with the columns identity,file. Without it: one folder a person.")
]
PairList = Annotated[
    Path | None, typer.Option("--pairs", help="CSV with first,second,same (1 or 0): only these, not all pairs.")
]
CalibrationFile = Annotated[
    Path | None, typer.Option("--calibration", help="Another calibration than the committed one.")
]
Det = Annotated[
    Path | None,
    typer.Option(
        "--det", help="Also write the trade-off of both errors: .csv, or .png, .svg, .pdf (egate install plots)."
    ),
]
TargetFmr = Annotated[float, typer.Option("--fmr", help="False match rate that the threshold stands for.")]


@app.command(epilog="Example: egate face compare portrait.jpg live.jpg --json")
def compare(
    reference: Annotated[Path, typer.Argument(help="The portrait.")],
    live: Annotated[
        list[Path], typer.Argument(help="One or more live pictures of one person; their scores are fused.")
    ],
    fmr: TargetFmr = DEFAULT_FMR,
    calibration: CalibrationFile = None,
    backend: BackendName = "sface",
    as_json: AsJson = False,
) -> None:
    """Hold live pictures against a portrait, with the quality of each. Ends with 1 when they do not match."""
    with refusals():
        engine = _engine(backend, calibration, fmr)
        portrait = engine.reference(_read(reference))
        captures = [engine.examine(_read(file), 0.0) for file in live]
        templates = [capture.template for capture in captures if capture.template is not None]
        result = None
        if portrait.template is not None and templates:
            result = engine.compare(portrait.template, templates)
    answer = {
        "match": result.is_match if result else None,
        "score": result.score if result else None,
        "threshold": engine.threshold,
        "target_fmr": fmr,
        "frames": len(templates),
        "backend": engine.algorithm,
        "model_digest": engine.model_digest,
        "reference": _described(portrait),
        "live": [_described(capture) for capture in captures],
    }
    if as_json:
        typer.echo(json.dumps(answer, indent=1))
    else:
        _print_comparison(answer)
    if result is None or not result.is_match:
        raise typer.Exit(REFERRED)


@app.command(epilog="Example: egate face bench --folder faces/ --labels faces.csv --json")
def bench(
    folder: Folder,
    labels: Labels = None,
    pairs: PairList = None,
    calibration: CalibrationFile = None,
    backend: BackendName = "sface",
    det: Det = None,
    as_json: AsJson = False,
) -> None:
    """Error rates of all pairs among labelled images: FNMR at FMR 1e-2, 5e-4, 1e-4, with 95 % intervals."""
    from benchmarks import face

    if det:
        face_det.require_writable(det)
    with refusals():
        matcher, run = _run(folder, labels, pairs, backend)
        average = _average_face(calibration, matcher)
        stated = face.report(matcher, run, average)
        if det:
            face_det.write(det, face.trade_off(matcher, run, average), f"{matcher.name}, {len(run.labelled)} images")
    if as_json:
        typer.echo(json.dumps(stated, indent=1))
    else:
        _print_bench(stated)
        _print_transactions(matcher, run, average, stated["operating_points"][1]["threshold"])


@app.command(
    epilog="Example: egate face calibrate --folder faces/ --labels faces.csv --out biometrics/calibrations/sface.json"
)
def calibrate(
    folder: Folder,
    out: Annotated[Path, typer.Option("--out", help="Calibration file to write.")],
    labels: Labels = None,
    pairs: PairList = None,
    backend: BackendName = "sface",
    det: Det = None,
) -> None:
    """Measure the thresholds for stated false match rates and write them as a calibration."""
    import numpy as np

    from benchmarks import face

    if det:
        face_det.require_writable(det)
    with refusals():
        matcher, run = _run(folder, labels, pairs, backend)
        made = face.calibrate(matcher, run)
        made.save(out)
        if det:
            average = np.array(made.average, np.float32)
            face_det.write(det, face.trade_off(matcher, run, average), f"{out.name}, {len(run.labelled)} images")
    table = Table("FMR", "FMR 95 %", "threshold", "FNMR", "FNMR 95 %", title=f"{out.name}: {made.impostor_pairs} pairs")
    for point in made.points:
        table.add_row(
            f"{point.fmr:g}", interval(point.fmr_ci95), f"{point.threshold:.4f}", percent(point.fnmr),
            interval(point.fnmr_ci95),
        )  # fmt: skip
    Console().print(table)


def _engine(backend: str, calibration: Path | None, fmr: float) -> "FaceEngine":
    from biometrics import backends
    from biometrics.calibration import Calibration, committed
    from biometrics.engine import FaceEngine

    backends.require_known(backend)
    return FaceEngine(Calibration.load(calibration or committed(backend)), fmr, backend)


def _average_face(calibration: Path | None, matcher: "Backend") -> "Vector":
    """From which scores are seen. Taken from a calibration of the same model, not from the images that are measured."""
    import numpy as np

    from biometrics.calibration import Calibration, committed

    made = Calibration.load(calibration or committed(matcher.name))
    made.require_model(matcher.digest)
    return np.array(made.average, np.float32)


def _read(file: Path) -> "Image":
    from link.images import ImageRefused, decode

    try:
        return decode(file.read_bytes())
    except OSError as error:
        raise CommandFailed(f"{file.name}: cannot be read ({error.strerror})", USAGE) from error
    except ImageRefused as refused:
        raise CommandFailed(f"{file.name}: {refused}", USAGE) from refused


def _run(folder: Path, labels: Path | None, pairs: Path | None, backend: str) -> "tuple[Backend, Run]":
    from benchmarks import face, face_pairs
    from biometrics import backends

    if labels and pairs:
        raise CommandFailed("--labels and --pairs are two ways to say the same: give one of them", USAGE)
    listed = face_pairs.read_pairs(folder, pairs) if pairs else None
    labelled = listed.labelled if listed else face.read_labels(folder, labels) if labels else face.by_folder(folder)
    matcher = backends.load(backend)
    run = with_progress(labelled, lambda advance: face.embed_all(matcher, labelled, advance))
    return matcher, replace(run, listed=listed.pairs if listed else ())


def _described(capture: "FaceCapture") -> dict[str, Any]:
    return {
        "state": capture.state.value,
        "hint": capture.hint.value if capture.hint else None,
        "attack": capture.attack.state.value,
        "quality": {
            measure.name: {"value": measure.value, "passed": measure.passed, "assessed": measure.assessed}
            for measure in capture.quality.measures
        },
    }


def _print_comparison(answer: dict[str, Any]) -> None:
    console = Console()
    words = {True: "match", False: "no match", None: "not compared"}
    console.print(f"[bold]{words[answer['match']]}[/]", end="")
    if answer["score"] is not None:
        console.print(f"  score {answer['score']:.3f}, threshold {answer['threshold']:.3f}", end="")
    console.print(f"  (false match rate {answer['target_fmr']:g}, {answer['backend']})")
    table = Table("picture", "state", "failed measures", "hint")
    for name, seen in [
        ("reference", answer["reference"]),
        *((f"live {n}", s) for n, s in enumerate(answer["live"], 1)),
    ]:
        failed = [measure for measure, found in seen["quality"].items() if not found["passed"]]
        table.add_row(name, seen["state"], ", ".join(failed), seen["hint"] or "")
    console.print(table)


def _print_bench(stated: dict[str, Any]) -> None:
    console = Console()
    console.print(
        f"{stated['backend']}: {stated['images']} images, {stated['undetected']} undetected, "
        f"{stated['genuine_pairs']} genuine and {stated['impostor_pairs']} impostor pairs"
    )
    table = Table("FMR", "threshold", "FNMR", "95 %")
    for point in stated["operating_points"]:
        table.add_row(f"{point['fmr']:g}", f"{point['threshold']:.4f}", percent(point["fnmr"]), interval(point["ci95"]))
    console.print(table)
    times = Table("stage", "p50 ms", "p95 ms")
    for stage, spent in stated["ms"].items():
        times.add_row(stage, f"{spent['p50']:.1f}", f"{spent['p95']:.1f}")
    console.print(times)


def _print_transactions(matcher: "Backend", run: "Run", average: "Vector", threshold: float) -> None:
    from benchmarks.face_transactions import transactions

    table = Table("frames", "impostors", "FMR, first look", "FMR, any look", "genuine", "FNMR", title="per transaction")
    for looks in (1, 2, 3, 4):
        played = transactions(matcher, run, average, threshold, looks)
        if not played.impostors:
            break
        table.add_row(
            str(looks), str(played.impostors), percent(played.false_matches_one_look),
            percent(played.false_matches), str(played.genuine), percent(played.false_non_matches),
        )  # fmt: skip
    Console().print(table)
