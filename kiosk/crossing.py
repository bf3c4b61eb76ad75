"""One crossing's page in the journal, and the times that are told with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from drivers.protocols import Clock
from link.travel import RegisterQuery
from records.page import Page


@dataclass(slots=True)
class Crossing:
    """Handed from step to step. `machine_s` is time that is neither a person's nor a door's."""

    transaction: str
    page: Page = field(repr=False)
    clock: Clock = field(repr=False)
    started_at_s: float
    machine_s: dict[str, float] = field(default_factory=dict)
    steps_s: dict[str, float] = field(default_factory=dict)
    exit_ordered: bool = False
    """The exit was asked to open: from here on a person may be on the way out."""
    query: RegisterQuery | None = field(default=None, repr=False)
    """What the register was asked of this document; None before it was."""
    mark: str = field(default="", repr=False)
    """The document's name at this gate (records/page.py); empty before it was read."""
    record: str = ""
    """The opaque id of the visa that clears it."""
    modes: set[str] = field(default_factory=set)
    """Degraded modes (kiosk/modes.py) that were in force at any time of this crossing."""
    image_work_lost: int = 0
    """How often the process that does the image work died under a question of this crossing."""
    frame_to_decision_s: float | None = None
    """From the arrival of the last frame that was needed to the durable decision; None = there was none."""

    def note(self, kind: str, **facts: str | int | float | bool | None) -> None:
        self.page.note(kind, **facts)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A line of the guideline: its begin is noted, its length kept, however it ends."""
        began_s = self.clock.monotonic()
        self.note("step", name=name)
        try:
            yield
        finally:
            self.steps_s[name] = self.clock.monotonic() - began_s

    @contextmanager
    def machine(self, name: str) -> Iterator[None]:
        """Time that the traveller waits for the machine."""
        began_s = self.clock.monotonic()
        try:
            yield
        finally:
            self.machine_s[name] = self.machine_s.get(name, 0.0) + self.clock.monotonic() - began_s
