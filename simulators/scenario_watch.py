"""What an onlooker sees of a lane: prompts, lamps and door leaves, each with its time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from drivers.model import Prompt
from simulators.world import World

LEAVES = {"entry_permille": "entry", "exit_permille": "exit"}


@dataclass(frozen=True, slots=True)
class Seen:
    """`what` is "screen" or "door"; the value is a prompt's name, or which leaf does what."""

    at_s: float
    what: str
    value: str


class WatchedWorld(World):
    """A world that remembers what could be seen of it."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self.seen: list[Seen] = []
        self.alarm_at_s: float | None = None
        self._now_s = now_s
        super().__init__()

    def __setattr__(self, name: str, value: Any) -> None:
        before = getattr(self, name, None)
        super().__setattr__(name, value)
        if name == "prompt" and before is not None and (value is not before or not self.told("screen")):
            self._note("screen", Prompt(value).value)
        elif name in LEAVES and before is not None and (before == 0) is not (value == 0):
            self._note("door", f"{LEAVES[name]} {'opens' if value else 'shut'}")
        elif name in ("fire", "emergency_button") and value and not before:
            self.alarm_at_s = self._now_s()

    def _note(self, what: str, value: str) -> None:
        self.seen.append(Seen(self._now_s(), what, value))

    def told(self, what: str) -> tuple[str, ...]:
        return tuple(each.value for each in self.seen if each.what == what)
