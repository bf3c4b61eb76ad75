"""egate cross: one crossing on given files."""

import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import PASSED, REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from cli.simulation import Simulation
    from config.schema import Site
    from drivers.model import Image, Light
    from simulators.world import World

SITE = Path(__file__).parents[1] / "config" / "sites" / "virtual.toml"
LIGHTS_BY_OPTION = ("visible", "infrared", "ultraviolet")


@devices_may_fail
def cross(
    page: Annotated[Path, typer.Option(help="The passport's photo page as an image, visible light.")],
    face: Annotated[list[Path], typer.Option(help="What the camera sees; may be given several times.")],
    register: Annotated[Path, typer.Option(help="The register's file; see `egate register --help`.")],
    infrared: Annotated[Path | None, typer.Option(help="The same page under infrared light.")] = None,
    site: Annotated[Path, typer.Option(help="Site file with the policy; simulated devices only.")] = SITE,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """One crossing on given files: the page on the reader, the faces before the camera, the doors in simulation.

    The same lane as at a gate, on the virtual clock. A passage uses up an entry of the visa in the register.
    Ends with 0 passed, 1 referred, 2 unusable files, 3 a device.

    Example:

      egate cross --page page.png --face me.jpg --register register.sqlite
    """
    from cli.simulation import Simulation
    from config.load import load
    from drivers.model import Light
    from kiosk.image_models import load_measurer
    from kiosk.recorded import TimedMeasure

    if not register.is_file():
        raise CommandFailed(f"{register}: there is no such register; make one with `egate register import`", USAGE)
    images = {Light.VISIBLE: _image(page)}
    if infrared:
        images[Light.INFRARED] = _image(infrared)
    faces = [_image(path) for path in face]
    loaded = _without_attack_detection(load(site).site)
    with tempfile.TemporaryDirectory(prefix="egate-cross-") as scratch:
        timed = TimedMeasure(load_measurer(loaded))
        simulation = Simulation(loaded, [_visitor(images)], Path(scratch), measurer=lambda: timed, register=register)
        simulation.sees = lambda world, _seed: _before_the_camera(world, faces)
        simulation.on_the_virtual_clock()
    told = {
        **_told(simulation),
        "image_work_ms": {name: [round(ms, 1) for ms in all_ms] for name, all_ms in timed.ms.items()},
    }
    if as_json:
        print(json.dumps(told, indent=2))  # noqa: T201  (for tools)
    else:
        _print(told)
    raise typer.Exit(PASSED if told["outcome"] == "PASSED" else REFERRED)


def _without_attack_detection(site: "Site") -> "Site":
    """A still picture is an artefact, as far as one that looks for life can tell: it is not asked."""
    policy = site.policy.model_copy(update={"require_attack_detection": False})
    return site.model_copy(update={"face": site.face.model_copy(update={"attack_profile": None}), "policy": policy})


def _image(path: Path) -> "Image":
    from link.images import ImageRefused, decode

    try:
        return decode(path.read_bytes())
    except OSError as error:
        raise CommandFailed(f"{path}: cannot be read ({error.strerror}); check its path", USAGE) from None
    except ImageRefused as refused:
        raise CommandFailed(f"{path}: {refused}", USAGE) from None


def _visitor(images: "dict[Light, Image]") -> Any:
    from simulators.population import Story, Visitor
    from simulators.traveller import Behaviour
    from simulators.world import Page

    return Visitor(
        story=Story.GENUINE,
        face="",
        height_mm=1700,
        page=Page(images, ()),
        behaviour=Behaviour.WALKS_THROUGH,
        companion=None,
        visas=(),
        alerts=(),
        expected_outcome="PASSED",
        expected_reason="passed",
    )


def _before_the_camera(world: "World", faces: "Sequence[Image]") -> "Callable[[float], Image]":
    """The given pictures in turn while somebody stands in the chamber, else an empty hall; with a sensor's noise."""
    from simulators.camera_faults import noisy
    from simulators.hall import hall

    empty = hall(0, 640, 360)

    def view(now_s: float) -> "Image":
        return noisy(faces[int(now_s * 5) % len(faces)] if world.in_chamber() else empty, now_s)

    return view


def _told(simulation: "Simulation") -> dict[str, Any]:
    ended = simulation.ended[0]
    told = ended.to_json()
    for key in ("story", "expected", "as_expected"):
        del told[key]
    checks = {"page_read", "register_answered", "reference", "face_attempt", "decided", "officer", "passed"}
    told["checks"] = [
        {"check": entry.kind, **{name: value for name, value in entry.facts if name not in ("record", "model")}}
        for entry in ended.record.entries
        if entry.kind in checks
    ]
    told["doors"] = [{"at_s": at_s, "event": event} for at_s, event in simulation.doors_said]
    return told


def _print(told: dict[str, Any]) -> None:
    out = Console()
    table = Table(title="Checks", title_justify="left")
    table.add_column("check")
    table.add_column("what it said")
    for check in told["checks"]:
        rest = {name: value for name, value in check.items() if name != "check" and value is not None}
        table.add_row(check["check"].replace("_", " "), ", ".join(f"{name} {value}" for name, value in rest.items()))
    out.print(table)
    times = Table(title="Times (steps of the simulated gate, image work of this computer)", title_justify="left")
    times.add_column("step")
    times.add_column("time", justify="right")
    for name, ms in told["steps_ms"].items():
        times.add_row(name.replace("_", " "), f"{ms / 1000:.2f} s")
    for name, all_ms in told["image_work_ms"].items():
        times.add_row(f"image work: {name}", f"{len(all_ms)} x {max(all_ms):.0f} ms")
    out.print(times)
    doors = Table(title="Doors", title_justify="left")
    doors.add_column("at", justify="right")
    doors.add_column("event")
    for event in told["doors"]:
        doors.add_row(f"{event['at_s']:.2f} s", event["event"].replace("_", " ").lower())
    out.print(doors)
    style = "green" if told["outcome"] == "PASSED" else "yellow"
    out.print(f"[bold {style}]{told['outcome']}[/] ({told['reason'].replace('_', ' ')})")
