"""What the lane has measured, for real: the MRZ reader and the face engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from biometrics.engine import FaceEngine
from biometrics.model import AttackAssessment, FaceCapture, MatchResult, Template
from drivers.model import Image, Light, PageScan
from link.images import decode
from mrz.fuse import fuse, read_text
from mrz.model import MrzRead
from mrz.reader import MrzReader


class Measuring:
    """Satisfies kiosk.measure.Measurer."""

    def __init__(self, reader: MrzReader, faces: FaceEngine, page_threshold: float, page_target_fmr: float) -> None:
        self._reader, self._faces = reader, faces
        self._page_threshold, self._page_target_fmr = page_threshold, page_target_fmr

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        """Every light that shows the zone, fused; the device's own text only where there is no image."""
        lit = [scan.images[light] for light in (Light.VISIBLE, Light.INFRARED) if light in scan.images]
        if not lit:
            return read_text(scan.text, today)
        return fuse([self._reader.read(image, today) for image in lit], today)

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        return self._faces.reference(images[Light.VISIBLE]) if Light.VISIBLE in images else None

    def reference(self, portrait: bytes) -> FaceCapture:
        return self._faces.reference(decode(portrait))

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        return self._faces.examine(image, at_s)

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        return self._faces.assess_attack(captures)

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        return self._faces.compare(reference, live)

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        """The printed portrait has an operating point of its own: it is small, and printed."""
        result = self._faces.compare(reference, (page,))
        return replace(
            result,
            threshold=self._page_threshold,
            target_fmr=self._page_target_fmr,
            is_match=result.score >= self._page_threshold,
        )
