"""Keeps the track of a crossing: every change of what the door controller reports, for the journal."""

from dataclasses import dataclass, field

from drivers.model import DoorStatus
from kiosk.interlock import CONFIDENCE_FLOOR
from records.track import MAX_SAMPLES, Sample, Sign

EMERGENCY_BUTTON, TAMPER = 1 << 4, 1 << 7
ENTRY_FORCED, EXIT_FORCED = 1 << 8, 1 << 9


@dataclass(slots=True)
class Track:
    """`see` each status; equal ones are kept once."""

    began_s: float = 0.0
    samples: list[Sample] = field(default_factory=list)
    _uptime_s: int = 0

    def see(self, status: DoorStatus) -> None:
        signs = signs_of(status)
        if status.uptime_s < self._uptime_s:
            signs |= Sign.RESTARTED.value
        self._uptime_s = status.uptime_s
        seen = status.persons, status.barriers, signs
        if (self.samples and self.samples[-1][1:] == seen) or len(self.samples) >= MAX_SAMPLES:
            return
        at_ms = max(0, round(1000 * (status.observed_at_s - self.began_s)))
        self.samples.append(Sample(at_ms, *seen))


def signs_of(status: DoorStatus) -> int:
    """What of a status a track keeps besides people and beams."""
    signs = 0
    for sign, is_set in (
        (Sign.ENTRY_OFF, not status.entry_closed),
        (Sign.EXIT_OFF, not status.exit_closed),
        (Sign.EMERGENCY, status.emergency),
        (Sign.BUTTON, bool(status.safety & EMERGENCY_BUTTON)),
        (Sign.BATTERY, status.on_battery),
        (Sign.ENTRY_FORCED, bool(status.safety & ENTRY_FORCED)),
        (Sign.EXIT_FORCED, bool(status.safety & EXIT_FORCED)),
        (Sign.TAMPER, bool(status.safety & TAMPER)),
        (Sign.FAULT, status.fault_latched),
        (Sign.SENSOR_LOST, not status.sensor_healthy),
        (Sign.OBJECT, status.object_seen),
        (Sign.DOUBT, status.confidence < CONFIDENCE_FLOOR),
    ):
        if is_set:
            signs |= sign.value
    return signs
