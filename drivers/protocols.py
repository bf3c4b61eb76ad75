"""What the kiosk may ask of a device. Drivers, simulators and fault injectors all answer to this.

Every operation is awaited and may raise DeviceError (drivers/errors.py) and nothing else. A device is asked
nothing before `open` and after `close`; `close` may be called twice and never raises.
"""

from datetime import datetime
from typing import Protocol

from drivers.model import (
    Button,
    CommandResult,
    DoorEvent,
    DoorOrder,
    DoorStatus,
    Frame,
    Health,
    Lamp,
    LaneOrder,
    OfficerCase,
    OfficerDecision,
    PageScan,
    Prompt,
)
from link.travel import (
    LostAnswer,
    PassageClaim,
    RegisterQuery,
    TravelRecord,
    UseAnswer,
    UseEnded,
    WatchlistAnswer,
)


class Device(Protocol):
    async def open(self) -> None:
        """Make it ready to be asked. Raises DeviceUnavailable when it is not there."""

    async def close(self) -> None:
        """Let go of every port, thread and handle."""

    async def health(self) -> Health:
        """As of now, without moving anything."""


class DocumentReader(Device, Protocol):
    async def wait_presented(self) -> None:
        """Return when a document lies on the reader."""

    async def scan(self) -> PageScan:
        """Take images and text of the document on the reader, now."""

    async def wait_removed(self) -> None:
        """Return when nothing lies on the reader (at once for a reader that cannot tell)."""


class FaceCamera(Device, Protocol):
    async def next_frame(self, after_s: float) -> Frame:
        """The newest frame taken after `after_s` (seconds of the lane's clock); waits for one.

        Raises DeviceTimeout when the source gives none, DeviceGarbled when it is frozen.
        """


class Doors(Device, Protocol):
    async def command(self, order: DoorOrder) -> CommandResult:
        """Send one order and return the controller's first answer to it. Moves nothing by itself: it asks."""

    async def status(self) -> DoorStatus:
        """The newest status that the controller sent."""

    async def events(self) -> tuple[DoorEvent, ...]:
        """The controller's event ring, oldest first."""


class Display(Device, Protocol):
    async def show(self, prompt: Prompt) -> None:
        """Return when the prompt is painted. Raises DeviceTimeout when the screen does not confirm."""

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        """Beside the prompt that is shown: so much time is left. `may_ask`: the traveller may ask for more."""

    async def speak(self, issuing_state: str) -> None:
        """From now to the next traveller, speak the language of this state's documents (code of ICAO 9303-3, 5)."""


class Panel(Device, Protocol):
    async def light(self, lamp: Lamp) -> None:
        """Set the lane sign."""

    async def pressed(self) -> Button:
        """Wait for a button."""


class Officer(Device, Protocol):
    """A supervising officer is a device too: one that may be absent."""

    async def present(self) -> bool:
        """True while an officer who answers is signed in for this lane."""

    async def ask(self, case: OfficerCase) -> OfficerDecision:
        """Put a case before the officer and wait for what is decided."""

    async def renew(self, case: OfficerCase) -> bool:
        """Ask whether a hold shall go on for another period. False, or no answer in time, ends it."""

    async def tell(self, case: OfficerCase, alarm: bool) -> None:
        """Inform without asking; `alarm` when it must be seen at once."""

    async def requested(self) -> OfficerDecision:
        """Wait for something that the officer starts by himself (send back, hold) about the crossing that runs.

        Its `transaction` names that crossing; empty from an officer who stands at the lane and means this one.
        """

    async def commanded(self) -> LaneOrder:
        """Wait for a command to the lane as a whole."""

    async def answer(self, order: LaneOrder, refusal: str) -> None:
        """Say what became of a command: `refusal` is empty when it was carried out, else one sentence why not."""


class TravelRegister(Device, Protocol):
    async def look_up(self, query: RegisterQuery) -> TravelRecord:
        """The visa-linked record of this very document, with its typed state."""

    async def screen(self, query: RegisterQuery) -> WatchlistAnswer:
        """Ask the watchlist, silently."""

    async def consume_entry(self, claim: PassageClaim) -> None:
        """Record that the holder passed; idempotent on the claim's transaction."""

    async def reported_lost(self, query: RegisterQuery) -> LostAnswer:
        """Is this document reported lost or stolen, whoever holds it? Asked beside `look_up`."""

    async def begin_use(self, query: RegisterQuery) -> UseAnswer:
        """Enter this document's use in the hall's ledger, unless it answers IN_USE or REFERRED; idempotent."""

    async def end_use(self, ended: UseEnded) -> None:
        """How the use of the transaction ended. One never begun, or ended before, changes nothing."""


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC, for the record."""

    def monotonic(self) -> float:
        """Seconds, for every time-out."""

    async def sleep(self, seconds: float) -> None:
        """Wait, of this clock's time."""
