"""What is seen in a traveller's pictures: the zone of the page, the portrait's quality, whether both are one face.

The nets are loaded when the first picture comes, and work on one picture at a time, so that gates are not kept waiting.
"""

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics.calibration import Calibration, committed
from biometrics.engine import FaceEngine
from biometrics.model import Box
from biometrics.portrait import judge
from link.images import ImageRefused, decode
from mrz.errors import MrzRejected
from mrz.model import Mrz, RescanReason, Verdict
from mrz.parse import parse
from mrz.reader import MrzReader
from register.application import Comparison, Holder

TARGET_FMR = 1e-3
"""Of two strangers' pictures, how many may be taken for one face: then nobody but a machine has looked."""
MARGIN = 0.6
"""Of the face's box, kept around it when the portrait is cut out of a page."""
QUALITY = 92
RESCAN_WORDS = {
    RescanReason.UPSIDE_DOWN: "The page is upside down.",
    RescanReason.NOT_FLAT: "The page is not flat: lay the passport down and press it open.",
    RescanReason.TOO_DARK: "The picture is too dark.",
    RescanReason.GLARE: "Light is reflected by the page: tilt it a little, or turn off the flash.",
    RescanReason.OUT_OF_FRAME: "A part of the page is outside the picture.",
    RescanReason.NO_MRZ: "The two lines of letters and < signs at the foot of the page cannot be seen.",
    RescanReason.UNSURE: "The two lines at the foot of the page cannot be read for certain: take a sharper picture.",
}


class PageUnreadable(Exception):
    """Nothing certain can be read of the page. One plain sentence for the traveller, and why as a key."""

    def __init__(self, reason: RescanReason) -> None:
        super().__init__(RESCAN_WORDS[reason])
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Judged:
    accepted: bool
    reasons: tuple[str, ...]
    """Plain sentences; empty when accepted."""
    quality: float
    advice: tuple[str, ...] = ()
    """The same as keys (biometrics/portrait.py: ADVICE), for pages in other languages."""


@dataclass(frozen=True, slots=True)
class Compared:
    comparison: Comparison
    score: float | None = None


class Looker(Protocol):
    """May be used from several threads. `today` decides centuries."""

    def zone(self, page: bytes, today: date) -> Holder:
        """Raises PageUnreadable, ImageRefused."""

    def portrait_of(self, page: bytes) -> bytes:
        """The portrait cut out of the page, as an image; empty when no single face is on it. Raises ImageRefused."""

    def judge(self, portrait: bytes) -> Judged:
        """Raises ImageRefused."""

    def compare(self, portrait: bytes, other: bytes) -> Compared:
        """`other` is the document's or the record's portrait; one that cannot be used makes it UNCLEAR."""


def holder_of(mrz: Mrz) -> Holder:
    return Holder(
        mrz.issuing_state,
        mrz.document_number,
        mrz.birth_date.text,
        mrz.surname,
        mrz.given_names,
        mrz.nationality,
        mrz.expiry_date.earliest,
    )


def typed(lines: tuple[str, ...], today: date) -> Holder:
    """Of lines that somebody has typed. Raises MrzRejected, which names the field and never the value."""
    return holder_of(parse(lines, today))


@dataclass(slots=True)
class NetLooker:
    """The reader of zones and the face engine that lanes use."""

    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _nets: "tuple[MrzReader, FaceEngine] | None" = field(default=None, repr=False)

    def _loaded(self) -> "tuple[MrzReader, FaceEngine]":
        if self._nets is None:
            self._nets = MrzReader(), FaceEngine(Calibration.load(committed("sface")), TARGET_FMR)
        return self._nets

    def zone(self, page: bytes, today: date) -> Holder:
        image = decode(page)
        with self._lock:
            read = self._loaded()[0].read(image, today)
        if read.verdict is not Verdict.ACCEPT:
            raise PageUnreadable(read.reason or RescanReason.UNSURE)
        try:
            return holder_of(parse(read.lines, today))
        except MrzRejected:
            raise PageUnreadable(RescanReason.UNSURE) from None

    def portrait_of(self, page: bytes) -> bytes:
        image = decode(page)
        with self._lock:
            found = self._loaded()[1].reference(image)
        return _cut_out(image, found.box) if found.box is not None else b""

    def judge(self, portrait: bytes) -> Judged:
        image = decode(portrait)
        with self._lock:
            capture = self._loaded()[1].enrol(image)
        verdict = judge(capture)
        return Judged(verdict.accepted, verdict.reasons, round(capture.quality.score, 3), verdict.advice)

    def compare(self, portrait: bytes, other: bytes) -> Compared:
        try:
            images = decode(portrait), decode(other)
        except ImageRefused:
            return Compared(Comparison.UNCLEAR)
        with self._lock:
            faces = self._loaded()[1]
            one, two = (faces.reference(image).template for image in images)
            if one is None or two is None:
                return Compared(Comparison.UNCLEAR)
            result = faces.compare(two, (one,))
        return Compared(Comparison.ALIKE if result.is_match else Comparison.DIFFERS, round(result.score, 4))


def _cut_out(image: NDArray[np.uint8], box: Box) -> bytes:
    left, top, width, height = box
    high, wide = image.shape[:2]
    x0, x1 = max(0, int(left - MARGIN * width)), min(wide, int(left + (1 + MARGIN) * width))
    y0, y1 = max(0, int(top - MARGIN * height)), min(high, int(top + (1 + MARGIN) * height))
    encoded, data = cv2.imencode(".jpg", image[y0:y1, x0:x1], [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return data.tobytes() if encoded else b""
