"""egate device: hold a device, real or simulated, to the promises that the kiosk builds on."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from drivers.protocols import Device

app = typer.Typer(help="Check a device against the promises that the kiosk builds on.", no_args_is_help=True)


class Kind(Enum):
    DOORS = "doors"
    READER = "reader"
    CAMERA = "camera"


class Parity(Enum):
    NONE = "N"
    EVEN = "E"
    ODD = "O"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Where the device is: as much of it as its kind needs."""

    port: str
    baud: int
    parity: str
    device_id: int
    profile: str
    source: str


@dataclass(frozen=True, slots=True)
class Promise:
    name: str
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Kept:
    """How one promise went; `why` is empty when it was kept."""

    name: str
    why: str


@app.command()
@devices_may_fail
def check(
    kind: Annotated[Kind, typer.Option(help="What it is.")],
    port: Annotated[str, typer.Option(help="Serial port of doors or reader.")] = "",
    baud: Annotated[int, typer.Option(min=9600, max=921600, help="Bits a second.")] = 115200,
    parity: Annotated[Parity, typer.Option(help="Modbus' own default is E; a pty knows only N.")] = Parity.EVEN,
    device_id: Annotated[int, typer.Option(min=1, max=247, help="Of the door controller on its line.")] = 1,
    profile: Annotated[str, typer.Option(help="Framing of a serial reader.")] = "desko_cute",
    source: Annotated[str, typer.Option(help="Camera: device number or path, or URL.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="The lane is empty and its doors may move: do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Run the contract tests on a connected device. Doors move; nobody may be in the lane.

    Examples:

      egate device check --kind doors --port /dev/ttyUSB0

      egate device check --kind reader --port /dev/ttyACM0 --baud 9600 --parity N --profile desko_cute

      egate device check --kind camera --source 0
    """
    wiring = Wiring(port, baud, parity.value, device_id, profile, source)
    _require_address(kind, wiring)
    if kind is Kind.DOORS and not yes:
        typer.confirm("The doors of this lane will move. Is the lane empty?", abort=True, err=True)
    console = Console(stderr=True)
    kept = asyncio.run(_run(kind, wiring, console))
    if as_json:
        typer.echo(
            json.dumps({"kind": kind.value, "checks": [{"name": each.name, "broken": each.why} for each in kept]})
        )
    else:
        Console().print(_table(kind, kept))
    broken = sum(bool(each.why) for each in kept)
    if broken:
        raise CommandFailed(f"{kind.value}: {broken} of {len(kept)} promises were broken; see the table.", REFERRED)


def _require_address(kind: Kind, wiring: Wiring) -> None:
    if kind is Kind.CAMERA and not wiring.source:
        raise CommandFailed("a camera is found by --source; give its number, path or URL.", USAGE)
    if kind is not Kind.CAMERA and not wiring.port:
        raise CommandFailed(f"{kind.value} are found by --port; give the serial port.", USAGE)


async def _run(kind: Kind, wiring: Wiring, console: Console) -> list[Kept]:
    device, promises = _MAKERS[kind](wiring, console)
    await device.open()
    try:
        return [await _kept(promise, console) for promise in promises]
    finally:
        await device.close()


async def _kept(promise: Promise, console: Console) -> Kept:
    from drivers.contract.check import ContractBroken
    from drivers.errors import DeviceError

    with console.status(promise.name):
        try:
            await promise.run()
        except (ContractBroken, DeviceError) as broken:
            return Kept(promise.name, str(broken))
    return Kept(promise.name, "")


def _table(kind: Kind, kept: Sequence[Kept]) -> Table:
    table = Table("promise", "kept", title=f"Contract of {kind.value}")
    for each in kept:
        table.add_row(each.name, each.why or "yes", style="red" if each.why else "")
    return table


# --- one maker a kind: the device, and the promises that need no hands but a person's ------------------------


def _doors(wiring: Wiring, _console: Console) -> "tuple[Device, list[Promise]]":
    from drivers.contract.doors import CHECKS
    from drivers.doors_modbus import ModbusDoors

    doors = ModbusDoors(wiring.port, wiring.baud, wiring.parity, wiring.device_id)
    return doors, [_promise(each, doors, None) for each in CHECKS]


def _reader(wiring: Wiring, console: Console) -> "tuple[Device, list[Promise]]":
    from drivers.clock import WallClock
    from drivers.contract.reader import CHECKS, AskedPerson
    from drivers.framing import PROFILES
    from drivers.reader_serial import SerialReader

    if wiring.profile not in PROFILES:
        raise CommandFailed(f"--profile {wiring.profile} is none of: {', '.join(PROFILES)}.", USAGE)
    reader = SerialReader(wiring.port, wiring.baud, wiring.parity, wiring.profile, WallClock())
    person = AskedPerson(console.print, notices_lifting=False)
    return reader, [_promise(each, reader, person) for each in CHECKS]


def _camera(wiring: Wiring, _console: Console) -> "tuple[Device, list[Promise]]":
    from drivers.camera_opencv import OpencvCamera
    from drivers.clock import WallClock
    from drivers.contract.camera import CHECKS

    camera = OpencvCamera(wiring.source, WallClock())
    return camera, [_promise(each, camera, None) for each in CHECKS]


def _promise(check: Any, device: Any, rig: Any) -> Promise:
    """A check of any device kind, bound to its device."""
    return Promise(check.name, lambda: check.run(device, rig))


_MAKERS: "dict[Kind, Callable[[Wiring, Console], tuple[Device, list[Promise]]]]" = {
    Kind.DOORS: _doors,
    Kind.READER: _reader,
    Kind.CAMERA: _camera,
}
