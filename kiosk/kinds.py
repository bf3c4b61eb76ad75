"""Which class stands for which kind of device in a site file, and what it is made with. Imported only when chosen.

This table is the kiosk's only knowledge of concrete drivers, and of simulators only by name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from drivers.protocols import Clock


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What devices are made with besides their section. `world`, `view` and `plant` exist only in a simulation."""

    clock: Clock
    folder: Path
    """Relative paths of the site file start here."""
    world: Any = field(default=None, repr=False)
    view: Any = field(default=None, repr=False)
    plant: Any = field(default=None, repr=False)
    officer: Any = field(default=None, repr=False)
    drawing: Any = field(default=None, repr=False)
    """How a simulated camera has its pictures drawn elsewhere than in the loop; None = in place."""
    lane: str = "lane"
    direction: str = "entry"
    is_simulated: bool = True
    made: dict[str, Any] = field(default_factory=dict, repr=False)
    """The lane's devices so far, by name: the page needs the camera, its buttons need the page."""


Arguments = Callable[[Any, Surroundings], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """`where` is module:name of a class (or function) that is called with what `arguments` gives."""

    where: str
    arguments: Arguments

    def make(self, section: Any, around: Surroundings) -> Any:
        module, _, name = self.where.partition(":")
        return getattr(import_module(module), name)(**self.arguments(section, around))


def _in_world(_section: Any, around: Surroundings) -> dict[str, Any]:
    return {"world": around.world, "clock": around.clock}


def _serial(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "port": section.port,
        "baud": section.baud,
        "parity": section.parity,
        "profile": section.profile,
        "clock": around.clock,
    }


def _combined(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "text": KINDS["reader", "serial"].make(section.serial, around),
        "images": KINDS["reader", "upload"].make(section.upload, around),
    }


def _page(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "lane": around.lane,
        "clock": around.clock,
        "camera": around.made.get("camera"),
        "host": section.host,
        "port": section.port,
        "voice": around.folder / section.voice if section.voice else None,
    }


def _mirrored(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "screen": KINDS["display", "web"].make(section, around),
        "simulated": KINDS["display", "simulated"].make(section, around),
        "press": around.world.pressed.append,
    }


def _console(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "section": section,
        "folder": around.folder,
        "clock": around.clock,
        "lane": around.lane,
        "direction": around.direction,
        "is_simulated": around.is_simulated,
    }


def _mirrored_officer(section: Any, around: Surroundings) -> dict[str, Any]:
    return {
        "scripted": around.officer,
        "console": KINDS["officer", "console"].make(section, around) if section.address else None,
    }


KINDS: Mapping[tuple[str, str], Kind] = {
    ("reader", "serial"): Kind("drivers.reader_serial:SerialReader", _serial),
    ("reader", "folder"): Kind(
        "drivers.reader_images:FolderReader", lambda s, a: {"folder": a.folder / s.path, "clock": a.clock}
    ),
    ("reader", "upload"): Kind(
        "drivers.reader_images:UploadReader", lambda s, a: {"host": s.host, "port": s.port, "clock": a.clock}
    ),
    ("reader", "combined"): Kind("drivers.reader_combined:CombinedReader", _combined),
    ("reader", "simulated"): Kind("simulators.reader_inprocess:SimulatedReader", _in_world),
    ("camera", "opencv"): Kind(
        "drivers.camera_opencv:OpencvCamera",
        lambda s, a: {
            "source": s.source,
            "clock": a.clock,
            "max_age_s": s.max_age_s,
            "frozen_after_s": s.frozen_after_s,
        },
    ),
    ("camera", "simulated"): Kind(
        "simulators.camera_inprocess:SimulatedCamera",
        lambda s, a: {"view": a.view, "clock": a.clock, "max_age_s": s.max_age_s, "drawing": a.drawing},
    ),
    ("doors", "modbus"): Kind(
        "drivers.doors_modbus:ModbusDoors",
        lambda s, _a: {
            "port": s.port,
            "baud": s.baud,
            "parity": s.parity,
            "device_id": s.device_id,
            "cycle_hz": s.cycle_hz,
        },
    ),
    ("doors", "simulated"): Kind(
        "simulators.doors_inprocess:InProcessDoors", lambda s, a: {"plant": a.plant, "cycle_hz": s.cycle_hz}
    ),
    ("display", "simulated"): Kind("simulators.display:SimulatedDisplay", _in_world),
    ("display", "web"): Kind("drivers.screen_web:WebScreen", _page),
    ("display", "mirrored"): Kind("simulators.screen_mirrored:MirroredDisplay", _mirrored),
    ("panel", "web"): Kind("drivers.screen_web:WebPanel", lambda _s, a: {"screen": a.made["display"]}),
    ("panel", "simulated"): Kind("simulators.panel:SimulatedPanel", _in_world),
    ("officer", "console"): Kind("drivers.officer_console:from_section", _console),
    ("officer", "mirrored"): Kind("simulators.officer_mirrored:mirrored", _mirrored_officer),
    ("officer", "simulated"): Kind("simulators.officer:same", lambda _s, a: {"officer": a.officer}),
}
