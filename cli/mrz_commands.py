"""egate mrz: the machine readable zone as text and as a drawn page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.exits import REFERRED, USAGE, CommandFailed
from cli.progress import progress

if TYPE_CHECKING:
    from mrz.parse import Inspection

app = typer.Typer(help="Machine readable zones: read, parse, write, draw, measure.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")]
Day = Annotated[
    datetime | None, typer.Option("--today", formats=["%Y-%m-%d"], help="The day to judge by; without it, today (UTC).")
]
Backend = Annotated[str, typer.Option("--backend", help="own, passporteye or tesseract.")]
Traineddata = Annotated[str, typer.Option("--traineddata", help="Tesseract's model, for the other readers.")]


@app.command(
    epilog="Example: egate mrz parse 'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<' "
    "'L898902C36UTO7408122F1204159ZE184226B<<<<<10'"
)
def parse(
    lines: Annotated[list[str], typer.Argument(help="The zone's two or three lines; put each in quotation marks.")],
    today: Day = None,
    as_json: AsJson = False,
) -> None:
    """Take a zone apart and hold it against ICAO 9303. Ends with 1 when it breaks a rule; each one broken is named."""
    from mrz.parse import inspect

    day = _day(today)
    inspection = inspect(lines, day)
    if as_json:
        typer.echo(json.dumps(_parsed(inspection, day)))
    else:
        _show(inspection, day)
    if inspection.faults:
        raise CommandFailed("\n".join(str(fault) for fault in inspection.faults), REFERRED)


@app.command(epilog="Example: egate mrz write --from fields.json")
def write(
    source: Annotated[Path, typer.Option("--from", help="JSON object: type, document_code, issuing_state, ...")],
    today: Day = None,
    as_json: AsJson = False,
) -> None:
    """Write the zone for a document's fields: transliterated, truncated and with its check digits.

    The file is one JSON object of texts: type (TD1, TD2, TD3, MRVA, MRVB, IDFRA), document_code, issuing_state,
    document_number, surname, given_names, nationality, sex, birth_date, expiry_date (YYMMDD or YYYY-MM-DD),
    optional_data, optional_data_2.
    """
    from cli.mrz_pages import fields_of
    from mrz.write import write as write_lines

    with _refusals(source):
        fields, document_type = fields_of(source, _day(today))
        lines = write_lines(fields, document_type)
    typer.echo(json.dumps({"type": document_type.value, "lines": lines}) if as_json else "\n".join(lines))


@app.command(
    epilog="Examples: egate mrz render --from fields.json --portrait face.jpg --to page.png | "
    "egate mrz render --random 100 --type TD3 --strength 0.6 --seed 7 --to pages/"
)
def render(
    to: Annotated[Path, typer.Option(help="The image to write; with --random, the folder.")],
    source: Annotated[Path | None, typer.Option("--from", help="Fields as for egate mrz write.")] = None,
    line: Annotated[list[str] | None, typer.Option(help="The zone's lines as they are, one option each.")] = None,
    random: Annotated[int, typer.Option(min=0, help="Draw so many invented documents.")] = 0,
    kind: Annotated[str, typer.Option("--type", help="Layout of the invented ones, or any.")] = "any",
    portrait: Annotated[Path | None, typer.Option(help="A picture of the holder.")] = None,
    design: Annotated[str, typer.Option(help="harbour, meadow, dusk, terrace, glacier, orchard, or any.")] = "any",
    light: Annotated[list[str] | None, typer.Option(help="visible (alone by default), infrared, ultraviolet.")] = None,
    dpi: Annotated[float, typer.Option(min=40, max=1200)] = 300.0,
    knob: Annotated[list[str] | None, typer.Option(help="A disturbance, 0 to 1: --knob glare=0.4; see below.")] = None,
    strength: Annotated[float, typer.Option(min=0, max=1, help="Turn knobs up at random, at most so far.")] = 0.0,
    seed: Annotated[int, typer.Option(min=0, help="The same seed draws the same pixels.")] = 0,
    today: Day = None,
    as_json: AsJson = False,
) -> None:
    """Draw specimen pages, disturbed on request, each with its truth in a JSON file beside it.

    Knobs: stroke, size, ink, unsteady, infrared_contrast, background, glare, shadow, dark, blur, motion,
    low_resolution, noise, jpeg, perspective, curvature, rotation, clutter; and quarter_turns, 0 to 3.
    """
    from cli import mrz_pages as pages

    day = _day(today)
    if [bool(source), bool(line), bool(random)].count(True) != 1:
        raise CommandFailed("render: give one of --from, --line and --random", USAGE)
    with _refusals(source or portrait or to):
        manner = pages.Manner(
            lights=pages.lights_of(light or ["visible"]),
            designs=pages.designs_of(design),
            dpi=dpi,
            knobs=pages.knobs_of(knob or []),
            strength=strength,
            portrait=pages.picture_of(portrait),
        )
        if random:
            invented, written = pages.at_random(random, pages.types_of(kind), seed, day), []
            with progress("drawing", random) as advance:
                for index, each in enumerate(invented):
                    written.append(pages.save(each, manner, to / f"{index:05}.png"))
                    advance()
        else:
            one = pages.from_file(source, seed, day) if source else pages.from_lines(line or [], seed, day)
            written = [pages.save(one, manner, to)]
    for truth in written:
        typer.echo(json.dumps(truth) if as_json else truth["file"])


@app.command(epilog="Example: egate mrz read passport.jpg visa.png --json")
def read(
    files: Annotated[list[Path], typer.Argument(help="Images: JPEG, PNG, WebP or BMP.")],
    backend: Backend = "own",
    traineddata: Traineddata = "eng",
    today: Day = None,
    as_json: AsJson = False,
) -> None:
    """Read the zone off images. Ends with 1 when any of them is not accepted; nothing in a read is ever repaired."""
    from cli import mrz_reading as reading

    reader, day, answers = reading.backend_of(backend, traineddata), _day(today), []
    with progress("reading", len(files), hidden=as_json or len(files) < 20) as advance:
        for file in files:
            answers.append(reading.read_file(file, reader, day))
            if as_json:
                typer.echo(json.dumps(answers[-1]))
            advance()
    if not as_json:
        reading.show(answers)
    errors = [answer["error"] for answer in answers if "error" in answer]
    if errors:
        raise CommandFailed("\n".join(errors), REFERRED)
    if any(answer["verdict"] != "ACCEPT" for answer in answers):
        raise typer.Exit(REFERRED)


@app.command(epilog="Example: egate mrz bench documents/ --backend own --backend passporteye --json")
def bench(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Images with their truth: docs/mrz.md.")],
    backend: Annotated[list[str] | None, typer.Option(help="own (alone by default), passporteye, tesseract.")] = None,
    traineddata: Traineddata = "eng",
    today: Day = None,
    every_way: Annotated[bool, typer.Option(help="Also turned, small, blurred, dark, leaning: twenty ways.")] = False,
    by_image: Annotated[bool, typer.Option(help="With --json: every image's outcome too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure readers on images whose text is known: exact, accepted, falsely accepted, time, memory, by type."""
    from cli import mrz_reading as reading

    results = reading.measured(folder, backend or ["own"], traineddata, _day(today), every_way)
    if as_json:
        typer.echo(reading.bench_json(results, by_image))
    else:
        reading.show_bench(results)


@app.command(epilog="Example: egate mrz soak --pages 500 --junk 500 --forged 100 --seed 1000 --json")
def soak(
    pages: Annotated[int, typer.Option(min=0, help="Drawn pages, disturbed up to unreadable.")] = 10_000,
    junk: Annotated[int, typer.Option(min=0, help="Pictures of no document: noise, text, look-alikes.")] = 10_000,
    forged: Annotated[int, typer.Option(min=0, help="Such pages with a digit for a letter in a name or code.")] = 2_000,
    seed: Annotated[int, typer.Option(min=0, help="First seed; a run in pieces goes on where the last ended.")] = 1000,
    as_json: AsJson = False,
) -> None:
    """Search for what the reader accepts though it is wrong. Ends with 1 when it finds any, and names the seeds."""
    from cli import mrz_reading as reading

    report = reading.soaked(pages, junk, forged, seed)
    if as_json:
        typer.echo(json.dumps(report))
    else:
        reading.show_soak(report)
    if report["false_seeds"] or report["junk_seeds"] or report["forged_seeds"]:
        raise CommandFailed("mrz soak: accepted though wrong; --json names the seeds", REFERRED)


@app.command(epilog="Example: egate mrz train --net lines --steps 8000 --seed 1 --to models/")
def train(
    to: Annotated[Path, typer.Option(file_okay=False, help="Folder for the ONNX file and the weights.")],
    net: Annotated[str, typer.Option(help="lines or second (read), or pages (finds).")] = "lines",
    steps: Annotated[int, typer.Option(min=1)] = 8000,
    seed: Annotated[int, typer.Option(min=0)] = 1,
    batch: Annotated[int, typer.Option(min=1, help="Strips or scenes a step.")] = 32,
    start: Annotated[Path | None, typer.Option(exists=True, help="Weights (.pt) to go on from.")] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda, as torch names them.")] = "cpu",
    workers: Annotated[int, typer.Option(min=0, help="Further processes that draw scenes.")] = 0,
) -> None:
    """Train one of the reader's nets on drawings alone (extra `train`); it writes what it has on the way too."""
    from cli import mrz_reading as reading
    from tools.train_mrz.schedule import Plan

    typer.echo(str(reading.train(net, Plan(seed, steps, batch, to, start, device, workers))))


# --- parse --------------------------------------------------------------------------------------------------


def _parsed(inspection: "Inspection", day: date) -> dict[str, Any]:
    mrz = inspection.mrz
    return {
        "type": inspection.document_type.value if inspection.document_type else None,
        "conforms": mrz is not None,
        "fields": dict(inspection.fields),
        "check_digits": {name: digit.result.value for name, digit in inspection.check_digits.items()},
        "expired": mrz.is_expired(day) if mrz else None,
        "age": mrz.age_on(day) if mrz else None,
        "faults": [{"field": f.field, "fault": f.fault.value, "sentence": str(f)} for f in inspection.faults],
    }


def _show(inspection: "Inspection", day: date) -> None:
    from rich.console import Console
    from rich.table import Table

    report = _parsed(inspection, day)
    table = Table("field", "value", "check digit", title=report["type"])
    for name, value in report["fields"].items():
        table.add_row(name, value.replace("[", "\\["), report["check_digits"].get(name, ""))
    table.add_row("composite", "", report["check_digits"].get("composite", ""))
    if report["conforms"]:
        table.add_row("expired", "yes" if report["expired"] else "no", "")
    Console().print(table)


# --- shared -------------------------------------------------------------------------------------------------


def _day(today: datetime | None) -> date:
    return (today or datetime.now(UTC)).date()


@contextmanager
def _refusals(file: Path) -> Iterator[None]:
    """What the mrz package refuses, as one sentence and an exit code."""
    from mrz.errors import MrzRejected

    try:
        yield
    except MrzRejected as refused:
        raise CommandFailed(f"{file}: {refused}", USAGE) from None
    except json.JSONDecodeError as broken:
        raise CommandFailed(f"{file}: is no JSON, see line {broken.lineno}", USAGE) from None
    except UnicodeDecodeError:
        raise CommandFailed(f"{file}: is not UTF-8 text", USAGE) from None
    except OSError as failed:
        raise CommandFailed(f"{failed.filename or file}: {failed.strerror}", USAGE) from None
