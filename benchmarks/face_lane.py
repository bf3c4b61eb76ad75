"""The face's time in the lane, on frames of the simulated camera: frame to vector, last frame to the answer."""

from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.attack import PROFILE
from biometrics import backends
from biometrics.attack import FEWEST_FRAMES, AttackProfile, committed
from biometrics.backends import Backend
from biometrics.calibration import Calibration
from biometrics.calibration import committed as committed_calibration
from biometrics.engine import FaceEngine
from biometrics.model import FaceCapture, Template
from drivers.model import Image
from simulators.camera_view import CameraView
from simulators.cast_faces import members, portrait
from simulators.world import Person, World

TARGET_FMR = 5e-4
STANDS_MM = 900.0
FRAME_STEP_S = 2 / 15


def face_times(travellers: int = 72) -> dict[str, Any]:
    """Milliseconds on the wall clock, warm, and of processor time (all threads), which other work hardly moves.

    `last_frame_to_decision`: the fourth frame's examination, its comparison with the frame before and with the
    portrait, and the assessment of an attack: all that lies between that frame and the lane's rules.
    """
    engine = FaceEngine(
        Calibration.load(committed_calibration("sface")), TARGET_FMR,
        attack_profile=AttackProfile.load(committed(PROFILE)),
    )  # fmt: skip
    matcher = backends.load("sface")
    names = [who.name for who in members()]
    _to_vector(matcher, frames_of(names[0], 0)[0])
    vector, decision, matched = [], [], 0
    for number in range(travellers):
        name = names[number % len(names)]
        frames = frames_of(name, number)
        vector += [_to_vector(matcher, frame) for frame in frames]
        template = engine.reference(portrait(name)).template
        before = [engine.examine(frame, at_s) for at_s, frame in enumerate(frames[:-1], 1)]
        if template is None or any(each.template is None for each in before):
            continue
        spent, match = _decide(engine, template, before, frames[-1])
        decision.append(spent)
        matched += match
    return {
        "travellers": travellers, "matched": matched, "frames": len(vector),
        "frame_to_vector_ms": _percentiles(vector), "last_frame_to_decision_ms": _percentiles(decision),
    }  # fmt: skip


def frames_of(name: str, seed: int) -> list[Image]:
    view = CameraView(World(persons=[Person("somebody", name, x_mm=STANDS_MM)]), seed)
    return [view(0.1 + number * FRAME_STEP_S) for number in range(FEWEST_FRAMES)]


Spent = tuple[float, float]
"""Milliseconds on the wall clock, and of processor time."""


def _now() -> Spent:
    return 1000 * perf_counter(), 1000 * process_time()


def _since(began: Spent) -> Spent:
    return 1000 * perf_counter() - began[0], 1000 * process_time() - began[1]


def _to_vector(backend: Backend, frame: Image) -> Spent:
    began = _now()
    face = backend.look_again(frame, backend.find(frame)[0])
    backend.embed(frame, face)
    return _since(began)


def _decide(engine: FaceEngine, reference: Template, before: list[FaceCapture], last: Image) -> tuple[Spent, bool]:
    """What it took, and whether it was a match."""
    began = _now()
    captures = [*before, engine.examine(last, float(len(before) + 1))]
    templates = [each.template for each in captures if each.template is not None]
    engine.compare(templates[-2], templates[-1:])
    match = engine.compare(reference, templates)
    engine.assess_attack(captures)
    return _since(began), match.is_match


def _percentiles(spent: list[Spent]) -> dict[str, float]:
    (p50, p95), cpu = np.percentile([wall for wall, _ in spent], [50, 95]), np.median([cpu for _, cpu in spent])
    return {"p50": round(float(p50), 1), "p95": round(float(p95), 1), "cpu_p50": round(float(cpu), 1)}
