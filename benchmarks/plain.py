"""A lane for benches in which pictures do not matter: what the reader says is believed, every face is the right one."""

# ruff: noqa: ARG002  (it looks at nothing that it is given)

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    AttackAssessment,
    CaptureState,
    FaceCapture,
    MatchResult,
    Quality,
    Template,
)
from drivers.model import Image, Light, PageScan
from mrz.model import MrzRead, Verdict

SCORE, THRESHOLD, TARGET_FMR = 0.9, 0.4, 5e-4


class PlainMeasure:
    """Satisfies kiosk.measure.Measurer without looking at a pixel."""

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        return MrzRead(verdict=Verdict.ACCEPT, lines=tuple(scan.text), confidence=0.99)

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        return _capture(0.0)

    def reference(self, portrait: bytes) -> FaceCapture:
        return _capture(0.0)

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        return _capture(at_s)

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        return ATTACK_NOT_SUPPORTED

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        return MatchResult(SCORE, THRESHOLD, TARGET_FMR, True, "sface", "plain", len(live))

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        return self.compare(reference, (page,))


def _capture(at_s: float) -> FaceCapture:
    template = Template(np.full(4, 0.5, np.float32), "plain")
    return FaceCapture(CaptureState.OK, template, Quality(), None, ATTACK_NOT_SUPPORTED, at_s)
