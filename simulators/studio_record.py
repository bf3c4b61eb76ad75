"""What an engineer did at the page, as a scenario that `egate scenario run` takes, and that the page can replay.

An event is written down by what stood on the screen when it happened, and how long that had stood there: so it comes at
the same moment of the crossing however fast the lane runs. A device's fault that was switched on stays on for the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import tomli_w

from drivers.model import Prompt
from simulators.scenario import Event, Fault, Officer, Traveller

HEAD = """\
# Copied from the engineer's page. Say in `title` and `proves` what it is for, and in [expect] what else must be seen.
"""


@dataclass(frozen=True, slots=True)
class Instant:
    """A moment of the lane: how many crossings had begun, what was shown, since when."""

    at_s: float
    """Since the recording began."""
    begun: int
    before: int
    """Crossings that had begun when the recording began."""
    shown: Prompt
    shown_for_s: float


@dataclass(slots=True)
class Recording:
    """Everything since it began, in order."""

    began_s: float
    crossings_before: int = 0
    travellers: list[Traveller] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    endings: list[tuple[str, str]] = field(default_factory=list)
    """Outcome and reason of each crossing."""

    def note_event(self, event: Event, now: Instant) -> None:
        self.events.append(event.model_copy(update=_moment(event, now)))

    def note_officer(self, entry: Officer, now: Instant) -> None:
        self.officers.append(entry if entry.on else entry.model_copy(update=_moment(entry, now)))

    def note_fault(self, fault: Fault) -> None:
        self.faults.append(fault)

    @property
    def is_empty(self) -> bool:
        return not (self.travellers or self.events or self.faults or self.officers)

    def to_toml(self, title: str, seed: int) -> str:
        """The file's text. A recording without a traveller is given one: a scenario needs somebody who comes."""
        content: dict[str, Any] = {
            "scenario": {"title": title, "proves": ["1.1"], "seed": seed},
            "traveller": [_said(each) for each in self.travellers or [Traveller()]],
            "fault": [_said(each) for each in self.faults],
            "event": [_said(each) for each in self.events],
            "officer": [_said(each) for each in self.officers],
            "expect": {"crossing": [{"outcome": outcome, "reason": reason} for outcome, reason in self.endings]},
        }
        return HEAD + "\n" + tomli_w.dumps({name: value for name, value in content.items() if value})


def _moment(entry: Event | Officer, now: Instant) -> dict[str, Any]:
    """When an entry that was made now is to happen; one that waits for a moment of its own keeps it."""
    if entry.when is not None or entry.shown is not None:
        return {"crossing": max(1, entry.crossing - now.before)}
    if now.begun == now.before:
        return {"at_s": round(now.at_s, 1)}
    return {"shown": now.shown, "crossing": now.begun - now.before, "after_s": round(now.shown_for_s, 1)}


def _said(entry: Traveller | Event | Fault | Officer) -> Mapping[str, Any]:
    """Only what differs from the language's own defaults."""
    return entry.model_dump(mode="json", exclude_defaults=True) or {"name": "traveller"}
