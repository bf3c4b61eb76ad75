"""What the steps of many crossings have noticed and no single one can weigh: the degraded modes rest on it."""

from collections import deque
from dataclasses import dataclass, field

WINDOW_S = 30.0
SHARE = 0.95


@dataclass(slots=True)
class Pace:
    """How fast something answers: its 95th percentile over the last half minute against a limit."""

    limit_s: float
    answers: deque[tuple[float, float]] = field(default_factory=deque)
    """(when it was over, how long it took), oldest first."""

    def heard(self, at_s: float, took_s: float) -> None:
        self.answers.append((at_s, took_s))

    def is_slow(self, now_s: float) -> bool:
        """At least three answers of the window, and the 95th percentile of them beyond the limit."""
        while self.answers and now_s - self.answers[0][0] > WINDOW_S:
            self.answers.popleft()
        took_s = sorted(took for _, took in self.answers)
        return len(took_s) >= 3 and took_s[min(len(took_s) - 1, int(SHARE * len(took_s)))] > self.limit_s


@dataclass(slots=True)
class Notices:
    register: Pace
    watchlist_stale: bool = False
    """The last answer of the watchlist came from a copy that is too old."""
    antenna_failed: bool = False
    """The reader said of its last page that its antenna does not work."""
