"""What image work answered in a recorded crossing, answered again: by the journal's facts, not by pixels."""

# ruff: noqa: ARG002  (the answer is on the tape, whatever is shown)

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from biometrics.model import (
    ATTACK_NOT_SUPPORTED,
    AttackAssessment,
    AttackState,
    CaptureState,
    FaceCapture,
    MatchResult,
    Quality,
    Template,
)
from cli.tape import Tape
from drivers.model import Image, Light, PageScan
from mrz.model import MrzRead, RescanReason, Verdict

FRAME_S = 0.13
"""Usable frames of an attempt come so far apart, the last one when the attempt ended."""
BELOW = 0.15
"""A match that was never decided on lies so far below its threshold."""


@dataclass(slots=True)
class TapedMeasure:
    """Satisfies kiosk.measure.Measurer. `now_s` is the time since the crossing began."""

    tape: Tape
    now_s: Callable[[], float] = field(repr=False)
    pages: int = 0

    def read_page(self, scan: PageScan, today: date) -> MrzRead:
        reads = self.tape.noted("page_read")
        read = reads[min(self.pages, len(reads) - 1)] if reads else None
        self.pages += 1
        verdict = Verdict(str(read.fact("verdict"))) if read else Verdict.RESCAN
        lines = tuple(scan.text)
        if verdict is Verdict.RESCAN:
            nothing = self.tape.reason == "not_a_travel_document"
            return MrzRead(verdict=verdict, reason=RescanReason.NO_MRZ if nothing else RescanReason.UNSURE)
        if verdict is Verdict.REFER and self.tape.reason != "check_digit_wrong":
            lines = ()
        if self.tape.reason == "zones_differ" and lines:
            lines = (lines[0][:5] + "ELSES" + lines[0][10:], *lines[1:])
        return MrzRead(verdict=verdict, lines=lines, confidence=0.99)

    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        found = self.tape.decided("page_score") is not None or self.tape.decided("granted") is None
        return _capture(0.0) if found else None

    def reference(self, portrait: bytes) -> FaceCapture:
        states = self.tape.noted("reference")
        usable = not states or states[0].fact("state") == CaptureState.OK.value
        if not usable:
            return _nothing(CaptureState(str(states[0].fact("state"))), 0.0)
        return replace(_capture(0.0), template=OF_THE_RECORD)

    def examine(self, image: Image, at_s: float) -> FaceCapture:
        """A usable face at the times that the attempts tell of, several where the camera saw several."""
        now_s, before = self.now_s(), 0
        for attempt in self.tape.noted("face_attempt"):
            frames = int(attempt.fact("frames") or 0)
            first_s = self.tape.after_s(attempt) - FRAME_S * (frames - before)
            if frames > before and first_s <= now_s <= self.tape.after_s(attempt) + FRAME_S:
                return _capture(at_s)
            before = frames
        ended_s = self.tape.last_step[1]
        if self.tape.reason == "several_persons" and self.tape.last_step[0] == "face" and now_s > ended_s + 0.2:
            return _nothing(CaptureState.SEVERAL_FACES, at_s)
        return _nothing(CaptureState.NO_FACE, at_s)

    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        said = self.tape.decided("attack")
        if said is None:
            return ATTACK_NOT_SUPPORTED
        if len(captures) < int(self.tape.decided("frames") or 0) and self.now_s() < self._face_known_s:
            return AttackAssessment(AttackState.NOT_ASSESSED, 0.0, "taped")
        return AttackAssessment(AttackState(str(said)), _number(self.tape.decided("attack_score"), 0.0), "taped")

    @property
    def _face_known_s(self) -> float:
        """When the last attempt ended: by then as much was known as the decision rests on."""
        return max((self.tape.after_s(entry) for entry in self.tape.noted("face_attempt")), default=0.0) - FRAME_S

    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        threshold = _number(self.tape.decided("threshold"), 0.4)
        if reference is not OF_THE_RECORD:  # two frames of one traveller: a tape has no other
            return MatchResult(1.0, threshold, 5e-4, True, "sface", "taped", len(live))
        matched = any(entry.fact("matched") for entry in self.tape.noted("face_attempt"))
        score = _number(self.tape.decided("score"), threshold + (BELOW if matched else -BELOW))
        target = _number(self.tape.decided("target_fmr"), 5e-4)
        return MatchResult(score, threshold, target, score >= threshold, "sface", "taped", len(live))

    def compare_page(self, reference: Template, page: Template) -> MatchResult:
        threshold = _number(self.tape.decided("page_threshold"), 0.3)
        score = _number(self.tape.decided("page_score"), threshold + BELOW)
        return MatchResult(score, threshold, 1e-3, score >= threshold, "sface", "taped", 1)


OF_THE_RECORD = Template(np.full(4, 0.25, np.float32), "taped")
"""The record's portrait, told from every live face by being this very one."""


def _number(value: object, otherwise: float) -> float:
    return float(value) if isinstance(value, int | float) else otherwise


def _capture(at_s: float) -> FaceCapture:
    template = Template(np.full(4, 0.5, np.float32), "taped")
    return FaceCapture(CaptureState.OK, template, Quality(), None, ATTACK_NOT_SUPPORTED, at_s)


def _nothing(state: CaptureState, at_s: float) -> FaceCapture:
    return FaceCapture(state, None, Quality(), None, ATTACK_NOT_SUPPORTED, at_s)
