"""A device that fails again and again is broken, however well its self-test does in between."""

from dataclasses import dataclass, field

from kiosk.failures import DEVICE_REASONS
from kiosk.reasons import Reason

TIMES = 3
WITHIN_S = 900.0


@dataclass(slots=True)
class Repeats:
    """When crossings ended for a device, by reason."""

    ended_at_s: dict[Reason, list[float]] = field(default_factory=dict)

    def is_permanent(self, reason: Reason, now_s: float) -> bool:
        """Count one ending; True when it is the third of a broken device in a quarter of an hour."""
        if reason not in DEVICE_REASONS.values():
            return False
        recent = [at_s for at_s in self.ended_at_s.get(reason, ()) if now_s - at_s <= WITHIN_S]
        self.ended_at_s[reason] = [*recent, now_s]
        return len(self.ended_at_s[reason]) >= TIMES

    def forget(self) -> None:
        """Somebody has looked after it."""
        self.ended_at_s.clear()
