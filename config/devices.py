"""The devices of a lane as a site file names them. Each section's `kind` chooses the driver.

A wire (`port`, `source`) may be the word "simulated": then the real driver runs, and the far end of its pty or
socket is a simulator that is started with the lane.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.section import Section, broken_rule
from config.services import ServiceRegister

SIMULATED = "simulated"
SIMULATED_KINDS = (SIMULATED, "mirrored")

Baud = Annotated[int, Field(ge=1200, le=921600, title="baud rate", description="Bits a second on the line.")]
Parity = Annotated[
    Literal["N", "E", "O"],
    Field(title="parity", description="None, even or odd. A simulated line is a pty and takes only N."),
]
SerialPort = Annotated[
    str,
    Field(min_length=1, max_length=200, title="port", description='Device path, e.g. "/dev/ttyUSB0", or "simulated".'),
]
Host = Annotated[
    str, Field(min_length=1, max_length=253, title="host", description="Address that the lane listens on.")
]
TcpPort = Annotated[int, Field(ge=0, le=65535, title="TCP port", description="0 = any free one.")]


class SerialReader(Section):
    """A document reader whose own recognition sends text lines over a serial line."""

    kind: Literal["serial"]
    port: SerialPort
    baud: Baud = 9600
    parity: Parity = "N"
    profile: Literal["desko_cute", "rte", "plain_cr", "raw_mrz"] = Field(
        default="desko_cute", title="framing", description="How the reader frames its lines."
    )


class FolderReader(Section):
    """Page images per light in a folder: visible.png, infrared.png, ultraviolet.png."""

    kind: Literal["folder"]
    path: str = Field(min_length=1, title="folder", description="Where the images lie; relative to the site file.")


class UploadReader(Section):
    """An imaging unit that puts page images to the lane over HTTP."""

    kind: Literal["upload"]
    host: Host = "127.0.0.1"
    port: TcpPort = 0


class CombinedReader(Section):
    """A full-page reader: its text comes over the serial line, its images are uploaded."""

    kind: Literal["combined"]
    serial: SerialReader = Field(title="serial part", description="The line that brings the text.")
    upload: UploadReader = Field(title="upload part", description="The endpoint that takes the images.")


class SimulatedReader(Section):
    """In this process, without a wire."""

    kind: Literal["simulated"]


class OpencvCamera(Section):
    """What OpenCV can open: a V4L2 device, an MJPEG or RTSP address, a file."""

    kind: Literal["opencv"]
    source: str = Field(
        min_length=1, max_length=500, title="source", description='Device path, number, URL or file, or "simulated".'
    )
    max_age_s: float = Field(
        default=0.5, ge=0.05, le=1.0, title="age of a frame", description="An older frame is stale, in seconds."
    )
    frozen_after_s: float = Field(
        default=2.0, ge=0.5, le=10.0, title="frozen after", description="Unchanged pixels for this long are a fault."
    )


class SimulatedCamera(Section):
    """In this process, without a wire."""

    kind: Literal["simulated"]
    max_age_s: float = Field(
        default=0.5, ge=0.05, le=1.0, title="age of a frame", description="An older frame is stale, in seconds."
    )


class ModbusDoors(Section):
    """The door controller over Modbus RTU (register map 1)."""

    kind: Literal["modbus"]
    port: SerialPort
    baud: Baud = 115200
    parity: Parity = "E"
    device_id: int = Field(default=1, ge=1, le=247, title="device id", description="Of the controller on the line.")
    cycle_hz: float = Field(
        default=50.0,
        ge=5.0,
        le=100.0,
        title="cycles a second",
        description="Heartbeat and status exchanges; 5 at 9600.",
    )


class SimulatedDoors(Section):
    """The door controller's own logic in this process, without a wire."""

    kind: Literal["simulated"]
    cycle_hz: float = Field(
        default=10.0, ge=5.0, le=100.0, title="cycles a second", description="Heartbeat and status exchanges."
    )


class SimulatedDisplay(Section):
    """The traveller's screen as a value in the simulated world."""

    kind: Literal["simulated"]


Voice = Annotated[
    str | None,
    Field(
        default=None,
        min_length=1,
        title="voice",
        description="Folder of recordings, <language>/<key>.opus, relative to the site file; none = a silent screen.",
    ),
]


class WebDisplay(Section):
    """A page that the lane serves to the browser at the gate; the lane closes while the page confirms nothing."""

    kind: Literal["web"]
    host: Host = "127.0.0.1"
    port: TcpPort = 8800
    voice: Voice = None


class MirroredDisplay(Section):
    """The simulated screen, whose prompts also go to a page: the lane runs with no browser open."""

    kind: Literal["mirrored"]
    host: Host = "127.0.0.1"
    port: TcpPort = 0
    voice: Voice = None


class WebPanel(Section):
    """The buttons on the page of a web display."""

    kind: Literal["web"]


class SimulatedPanel(Section):
    """Lane sign and buttons in the simulated world."""

    kind: Literal["simulated"]


class SimulatedOfficer(Section):
    """A supervising officer who follows a script."""

    kind: Literal["simulated"]


class ConsoleOfficer(Section):
    """The officers at the supervisor's console; without one on duty the lane finishes and closes."""

    kind: Literal["console"]
    address: str = Field(
        pattern=r"^https?://[^/\s]{1,253}$", title="address", description='Of the console, e.g. "https://console:8443".'
    )
    key_file: str = Field(
        min_length=1, title="key file", description="Made by `egate console lane add`; readable by the lane alone."
    )
    ca_file: str | None = Field(
        default=None,
        min_length=1,
        title="certificate",
        description="Whom an https console must be vouched for by (PEM).",
    )

    @model_validator(mode="after")
    def _secret_beyond_this_computer(self) -> Self:
        host = self.address.partition("://")[2].rpartition(":")[0].strip("[]")
        if self.address.startswith("http:") and host not in ("127.0.0.1", "localhost", "::1"):
            raise broken_rule("officer.address", "a console on another computer is reached over https: pictures travel")
        return self


class MirroredOfficer(Section):
    """A scripted officer, until somebody signs in at the console; from then on the console alone."""

    kind: Literal["mirrored"]
    address: str = Field(default="", title="address", description="Of the console; empty = the script alone.")
    key_file: str = Field(default="console-lane.json", min_length=1, title="key file", description="The lane's key.")
    ca_file: str | None = Field(default=None, title="certificate", description="As for a console.")


class SqliteRegister(Section):
    """The border authority's register as one file beside the lane."""

    kind: Literal["sqlite"]
    path: str = Field(min_length=1, title="file", description="Relative to the site file.")


Reader = Annotated[
    SerialReader | FolderReader | UploadReader | CombinedReader | SimulatedReader, Field(discriminator="kind")
]
Camera = Annotated[OpencvCamera | SimulatedCamera, Field(discriminator="kind")]
Doors = Annotated[ModbusDoors | SimulatedDoors, Field(discriminator="kind")]
Display = Annotated[WebDisplay | MirroredDisplay | SimulatedDisplay, Field(discriminator="kind")]
Panel = Annotated[WebPanel | SimulatedPanel, Field(discriminator="kind")]
TravelRegister = Annotated[SqliteRegister | ServiceRegister, Field(discriminator="kind")]
Officer = Annotated[ConsoleOfficer | MirroredOfficer | SimulatedOfficer, Field(discriminator="kind")]
