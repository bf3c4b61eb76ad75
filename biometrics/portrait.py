"""A portrait at enrolment: is it good enough to be the one that a gate holds travellers against, and if not, why?

Stricter than the gate's own reading of a portrait that is already on record (quality.REFERENCE): at enrolment another
picture can be asked for, at the gate it cannot. The properties are those of ISO/IEC 29794-5 and 39794-5; the limits are
the project's own (docs/biometrics.md). `FaceEngine.enrol` takes the picture, `judge` says in words what it gave.
"""

from dataclasses import dataclass, replace

from biometrics.model import CaptureState, FaceCapture, Measure
from biometrics.quality import REFERENCE

ENROLMENT = replace(
    REFERENCE,
    eye_distance_px=(60.0, 2000.0),
    yaw=0.15,
    pitch=(0.30, 0.80),
    roll_deg=8.0,
    disagreement=0.10,
    sharpness=0.06,
    luma=(45.0, 230.0),
    clipped=0.20,
    balance=0.55,
    inside=0.999,
    eye_detail=0.07,
    mouth_detail=0.08,
    cover=28.0,
    eyes_open=0.25,
    neutral=0.01,
)
"""60 px between the eyes, upright, frontal, evenly lit, nothing cut off."""

TOO_LOW = {
    "eye_distance_px": "The face is too small: the picture needs at least 60 pixels between the eyes.",
    "aside": "The face lies at the side of the picture.",
    "inside": "A part of the face lies outside the picture.",
    "luma": "The face is too dark.",
    "balance": "One side of the face lies in shadow: use even light from the front.",
    "sharpness": "The picture is not sharp.",
    "eye_detail": "The eyes are covered: no dark glasses, no hair before the eyes.",
    "mouth_detail": "Something covers the mouth.",
    "roll_deg": "The head is tilted: hold it upright.",
    "yaw": "The face is turned aside: look straight into the camera.",
    "pitch": "The chin is too high or too low: look straight into the camera.",
    "eyes_open": "The eyes are closed, or nearly.",
    "expression": "The mouth is open or smiles: a neutral face with a closed mouth is asked for.",
}
TOO_HIGH = {
    "eye_distance_px": "The face is too large in the picture: step back, or send a smaller picture.",
    "luma": "The face is too bright.",
    "clipped": "Parts of the face are blown out or black: use soft, even light.",
    "cover": "Something covers a part of the face, or the light has two colours.",
    "disagreement": "The face is not upright in the picture, or is hard to make out.",
}
STATES = {
    CaptureState.NO_FACE: "No face was found in the picture.",
    CaptureState.SEVERAL_FACES: "There is more than one face in the picture.",
    CaptureState.UNMEASURABLE: "The face could not be measured: take the picture again.",
}


ADVICE = {
    **{f"{name}_low": sentence for name, sentence in TOO_LOW.items()},
    **{f"{name}_high": sentence for name, sentence in TOO_HIGH.items()},
    **{state.value: sentence for state, sentence in STATES.items()},
}
"""Everything that may be said of a portrait, by key."""


@dataclass(frozen=True, slots=True)
class PortraitVerdict:
    """`reasons`: every shortcoming as one plain sentence, the first to be mended first; empty when accepted."""

    accepted: bool
    reasons: tuple[str, ...]
    measures: tuple[str, ...]
    """The names of the measures that failed, in the same order; empty when there was no single face to measure."""
    advice: tuple[str, ...] = ()
    """The same as `reasons`, as keys of ADVICE: for pages in other languages."""


def judge(capture: FaceCapture) -> PortraitVerdict:
    """What `FaceEngine.enrol` found, in words."""
    if capture.state in STATES:
        return PortraitVerdict(False, (STATES[capture.state],), (), (capture.state.value,))
    failed = [measure for measure in capture.quality.measures if not measure.passed]
    advice = tuple(map(_key, failed))
    sentences = tuple(ADVICE[key] for key in advice)
    return PortraitVerdict(not failed, sentences, tuple(measure.name for measure in failed), advice)


def _key(measure: Measure) -> str:
    """Of ADVICE: by the side on which the measure fails, or the one side that has a sentence."""
    too_low = measure.lowest is not None and measure.value is not None and measure.value < measure.lowest
    first, second = ("low", "high") if too_low else ("high", "low")
    key = f"{measure.name}_{first}"
    return key if key in ADVICE else f"{measure.name}_{second}"
