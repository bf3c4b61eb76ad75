"""A door leaf as a mechanism: where its motor, a body in its way and its faults take it. Pure."""

from dataclasses import dataclass

from simulators.door_state import DoorInputs, Drive

OPEN_PERMILLE = 1000
LOW_FORCE_SPEED = 0.5


@dataclass(slots=True)
class LeafFaults:
    """What a scenario can break at one door. Set it and clear it at any time."""

    jammed: bool = False
    """The leaf stands still whatever its motor does."""
    position_lost: bool = False
    obstructed: bool = False
    """Something that no sensor sees stops the leaf from closing further than half."""
    forced: bool = False
    """Somebody pushes it open with more force than the bolt has."""


@dataclass(slots=True)
class Leaf:
    permille: float = 0.0
    edge: bool = False
    """It touches something."""

    def move(self, drive: Drive, gentle: bool, blocked: bool, faults: LeafFaults, share: float) -> None:
        """Move by at most `share` of the whole way; `blocked` when a body stands in the doorway."""
        self.edge = False
        if faults.forced:
            self.permille = min(OPEN_PERMILLE, self.permille + share * OPEN_PERMILLE)
        elif faults.jammed:
            return
        elif drive is Drive.OPEN:
            self.permille = min(OPEN_PERMILLE, self.permille + share * OPEN_PERMILLE)
        elif drive is Drive.CLOSE:
            self._close(share * (LOW_FORCE_SPEED if gentle else 1.0), blocked or faults.obstructed)

    def _close(self, share: float, blocked: bool) -> None:
        half = OPEN_PERMILLE / 2
        stop = min(self.permille, half) if blocked else 0.0
        self.permille = max(stop, self.permille - share * OPEN_PERMILLE)
        self.edge = blocked and self.permille <= half

    def wires(self, clear: bool, faults: LeafFaults) -> DoorInputs:
        """What the controller's inputs see of it."""
        return DoorInputs(None if faults.position_lost else round(self.permille), clear, self.edge)
