"""Measures around measures: one remembers what it measured of the same pixels, one keeps the time that each took.

Both are handed the real ones (kiosk/measuring.py). A remembered answer is found by the digest of the pixels alone:
change a pixel, and it is measured anew.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from biometrics.model import AttackAssessment, FaceCapture, MatchResult, Template
from drivers.model import Image, Light, PageScan
from kiosk.measure import Measurer
from mrz.model import MrzRead

T = TypeVar("T")


def digest_of(*images: Image) -> bytes:
    """BLAKE2b over shapes and pixels."""
    digest = hashlib.blake2b(digest_size=16)
    for image in images:
        digest.update(repr(image.shape).encode())
        digest.update(image.tobytes())
    return digest.digest()


@dataclass(slots=True)
class RecordedMeasure:
    """For many crossings on the virtual clock: the same pixels are measured once."""

    real: Measurer = field(repr=False)
    known: dict[tuple[object, ...], object] = field(default_factory=dict, repr=False)
    measured: int = 0

    def _once(self, key: tuple[object, ...], work: Callable[[], T]) -> T:
        if key not in self.known:
            self.measured += 1
            self.known[key] = work()
        return self.known[key]  # type: ignore[return-value]  # put there by the line above

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        key = ("page", digest_of(*scan.images.values()), scan.text, today)
        return self._once(key, lambda: self.real.read_page(scan, today))

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        return self._once(("portrait", digest_of(*images.values())), lambda: self.real.page_portrait(images))

    def reference(self, portrait: bytes) -> FaceCapture:
        return self._once(("reference", portrait), lambda: self.real.reference(portrait))

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        capture = self._once(("frame", digest_of(image)), lambda: self.real.examine(image, at_s))
        return replace(capture, captured_at_s=at_s)

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        return self.real.assess_attack(captures)

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        return self.real.compare(reference, live)

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        return self.real.compare_page(reference, page)


@dataclass(slots=True)
class TimedMeasure:
    """Keeps how long each call took, in real milliseconds, also where the lane's own time stands still."""

    real: Measurer = field(repr=False)
    ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def _timed(self, name: str, work: Callable[[], T]) -> T:
        began_s = time.perf_counter()
        try:
            return work()
        finally:
            self.ms[name].append(1000 * (time.perf_counter() - began_s))

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        return self._timed("read page", lambda: self.real.read_page(scan, today))

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        return self._timed("page portrait", lambda: self.real.page_portrait(images))

    def reference(self, portrait: bytes) -> FaceCapture:
        return self._timed("reference portrait", lambda: self.real.reference(portrait))

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        return self._timed("examine frame", lambda: self.real.examine(image, at_s))

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        return self._timed("assess attack", lambda: self.real.assess_attack(captures))

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        return self._timed("compare", lambda: self.real.compare(reference, live))

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        return self._timed("compare page", lambda: self.real.compare_page(reference, page))
