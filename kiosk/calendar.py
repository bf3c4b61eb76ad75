"""Can the lane's time of day be believed? Every check of a date asks here (E39).

Time-outs go by monotonic time and never by this. The time of day is not believed when it lies before this program or
before what the lane has believed already, or when it moved differently from the monotonic time: it was set, or it runs
wrong. An engineer who ends a maintenance has looked at the clock: then it is believed anew.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from drivers.protocols import Clock
from kiosk.reasons import Reason, Referral

WRITTEN = datetime(2024, 1, 1, tzinfo=UTC)
"""No gate has run this program before."""
BELIEVED_YEARS = timedelta(days=365 * 25)
TOLERANCE = timedelta(seconds=90)
"""What a time server's corrections may add up to while the lane runs."""


@dataclass(slots=True)
class Calendar:
    clock: Clock = field(repr=False)
    not_before: datetime = WRITTEN
    """What the lane believed last, before it was started."""
    _base: tuple[datetime, float] | None = None
    """Time of day and monotonic time at the moment from which on both must agree."""

    def trust(self) -> None:
        """Believe the time of day from now on; it was looked at."""
        self.not_before = WRITTEN
        self._base = (self.clock.now(), self.clock.monotonic())

    def fault(self) -> str:
        """Why the time of day is not believed, one sentence; empty when it is."""
        now, now_s = self.clock.now(), self.clock.monotonic()
        if not WRITTEN <= now <= WRITTEN + BELIEVED_YEARS:
            return "clock: its year cannot be; set it and look at its battery"
        if now < self.not_before - TOLERANCE:
            return "clock: it is earlier than when the lane ran last; set it and look at its battery"
        if self._base is None:
            self._base = (now, now_s)
        began, began_s = self._base
        if abs((now - began) - timedelta(seconds=now_s - began_s)) > TOLERANCE:
            return "clock: it was set while the lane ran; look at it, then end the maintenance"
        return ""

    def today(self) -> date:
        """The day for every check of a date. Raises Referral: without a clock no date is checked."""
        if self.fault():
            raise Referral(Reason.CLOCK_INVALID)
        return self.clock.now().date()
