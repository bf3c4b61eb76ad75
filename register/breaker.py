"""A circuit breaker: a service that does not answer is not asked again and again while travellers wait. Pure."""

from dataclasses import dataclass


@dataclass(slots=True)
class Breaker:
    """Opens after `failures` in a row; then one trial is let through every `pause_s`. Times are monotonic seconds."""

    failures: int = 2
    pause_s: float = 3.0
    failed: int = 0
    """In a row, until now."""
    cut_since_s: float | None = None
    """When the first of the failures in a row was seen; None while the service answers."""
    _next_trial_s: float = 0.0

    @property
    def is_open(self) -> bool:
        return self.failed >= self.failures

    def lets_through(self, now_s: float) -> bool:
        """Whether the service may be asked now. An open breaker lets one trial through and waits again."""
        if not self.is_open:
            return True
        if now_s < self._next_trial_s:
            return False
        self._next_trial_s = now_s + self.pause_s
        return True

    def answered(self) -> None:
        """It spoke: whatever it said, it is there."""
        self.failed, self.cut_since_s = 0, None

    def silent(self, now_s: float) -> None:
        """It was asked and gave no answer."""
        self.failed += 1
        if self.cut_since_s is None:
            self.cut_since_s = now_s
        self._next_trial_s = now_s + self.pause_s
