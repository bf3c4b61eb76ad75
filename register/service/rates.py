"""How often somebody may ask: a bucket of tokens for each, in memory, which fills again with time."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

KEPT = 10_000
"""Buckets; the oldest are forgotten, which fills them."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_s` on the long run, `burst` at once."""

    per_s: float
    burst: float


@dataclass(slots=True)
class Rates:
    """May be used from several threads."""

    now_s: Callable[[], float] = time.monotonic
    _buckets: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def wait_s(self, what: str, who: str, rate: Rate) -> float:
        """Take one; 0 when there was one, else how long until there is one again."""
        with self._lock:
            now = self.now_s()
            left, at = self._buckets.pop((what, who), (rate.burst, now))
            left = min(rate.burst, left + (now - at) * rate.per_s)
            wait = 0.0 if left >= 1.0 else (1.0 - left) / rate.per_s
            self._buckets[what, who] = (left - 1.0 if not wait else left, now)
            while len(self._buckets) > KEPT:
                del self._buckets[next(iter(self._buckets))]
            return wait
