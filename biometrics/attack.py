"""Was an artefact held to the camera? Several weak cues over several frames, fused; kept apart from the match.

Each cue asks one physical question. None is proof, and a low score never lets anybody pass by itself. The profile that
weighs them names what it was made on; docs/biometrics.md says what that does not prove.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from math import exp
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from biometrics import plane
from biometrics.align import CROP_PX, TRAINED_POINTS, similarity
from biometrics.model import AttackAssessment, AttackState, Face, Image, Observation, Vector

CLOSE_PX = 256
"""Side of the straightened face that is looked at, eyes 80 px apart, and of the patch that is taken as it stands."""
WIDE_PX = 192
WIDE_ZOOM = 0.5
"""The wide view: the face takes its middle third, eyes 30 px apart."""
SURROUND_PX = 48
FEWEST_FRAMES = 4
"""With fewer, too little has moved to tell a picture from a face."""

CUES = {
    "edges": 1,
    "frame": 1,
    "black": 1,
    "chroma": -1,
    "seam": 1,
    "grid": 1,
    "plane": -1,
    "mouth": -1,
    "surround": -1,
}
"""Name -> the direction in which an artefact lies: +1 more, -1 less. The order is that of a profile's weights."""

FORMAT = "egate-attack-profile/1"


class ProfileRefused(Exception):
    """An attack profile that may not be used. One sentence with what to do."""


@dataclass(frozen=True, slots=True)
class AttackProfile:
    """Weights of the cues and the limit of the score, for one camera and light."""

    name: str
    simulated: bool
    """Made on rendered travellers: a production site refuses it."""
    middle: tuple[float, ...]
    """Of each cue, over living faces."""
    reach: tuple[float, ...]
    """From there to where a tenth of the living faces lie, towards the artefacts."""
    weights: tuple[float, ...]
    """None negative: a cue never speaks for an artefact's innocence beyond a living face's."""
    oddness: float
    """Weight of how far all cues together lie outside: what an unknown kind of artefact is caught by."""
    bias: float
    limit: float
    """A score at or above it is suspected."""

    def score(self, cues: NDArray[np.float64]) -> float:
        """0..1; higher is more like an attack."""
        terms = np.array([*self.weights, self.oddness, self.bias])
        return 1.0 / (1.0 + exp(-float(np.clip(evidence(cues, self.middle, self.reach) @ terms, -50, 50))))

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def load(path: Path) -> "AttackProfile":
        """Raises ProfileRefused."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content.pop("format") != FORMAT:
                raise ProfileRefused(f"{path.name}: is not of the format {FORMAT}; make it anew")
            return _profile(content)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ProfileRefused(f"{path.name}: cannot be read as an attack profile; make it anew") from error


def _profile(content: dict[str, Any]) -> AttackProfile:
    rows: dict[str, Any] = {key: tuple(map(float, content.pop(key))) for key in ("middle", "reach", "weights")}
    if any(len(row) != len(CUES) for row in rows.values()):
        raise ValueError("one value a cue")
    return AttackProfile(**rows, **content)


def committed(name: str) -> Path:
    """Where a profile that comes with the product lies."""
    return Path(str(files("biometrics"))) / "calibrations" / f"attack-{name}.json"


def evidence(cues: NDArray[np.float64], middle: ArrayLike, reach: ArrayLike) -> NDArray[np.float64]:
    """Each cue in reaches towards the artefacts, then how far they lie outside together, then 1 for the bias."""
    towards = np.clip(np.array([*CUES.values()]) * (cues - np.array(middle)) / np.array(reach), -3.0, 6.0)
    outside = np.sqrt((np.maximum(towards - 0.5, 0.0) ** 2).sum())
    return np.array([*towards, outside, 1.0])


def observe(image: Image, face: Face) -> Observation:
    """Look at one frame. `face` must have been looked at again."""
    close = _view(image, face, CLOSE_PX, 1.0)
    wide = _view(image, face, WIDE_PX, WIDE_ZOOM)
    grey = cv2.cvtColor(close, cv2.COLOR_BGR2GRAY).astype(np.float32)
    wide_grey = cv2.cvtColor(wide, cv2.COLOR_BGR2GRAY).astype(np.float32)
    cues = [*_straight_edges(wide_grey), *_gamut(close, grey), _seam(wide)]
    spectrum = _spectrum(_patch(image, face))
    return Observation(np.array(cues), spectrum, plane.small(grey), _surround(wide_grey))


def assess(observations: Sequence[Observation], profile: AttackProfile) -> AttackAssessment:
    """One answer for the frames of one traveller, oldest first; a few have too little movement to go by."""
    if len(observations) < FEWEST_FRAMES:
        return AttackAssessment(AttackState.NOT_ASSESSED, None, profile.name)
    cues = fuse(observations)
    score = profile.score(cues)
    state = AttackState.SUSPECTED if score >= profile.limit else AttackState.PASSED
    return AttackAssessment(state, score, profile.name, dict(zip(CUES, map(float, cues), strict=True)))


def fuse(observations: Sequence[Observation]) -> NDArray[np.float64]:
    """The mean of each frame's cues, and what moved against what from frame to frame."""
    still = np.mean([each.cues for each in observations], axis=0)
    lines = _fine_lines([each.spectrum for each in observations])
    faces = [each.face for each in observations]
    moved = (plane.liveliness(faces, plane.FACE), plane.liveliness(faces, plane.MOUTH))
    return np.array([*still, lines, *moved, _changed(observations[0].surround, observations[-1].surround, AROUND)])


CHEEKS = (slice(96, 126), slice(76, 116))
NECK = (slice(154, 168), slice(82, 110))
"""In the wide view: rows, columns."""

# --- one frame ---------------------------------------------------------------------------------------------


def _view(image: Image, face: Face, size_px: int, zoom: float) -> Image:
    middle = np.float32(CROP_PX / 2)
    target = ((TRAINED_POINTS - middle) * np.float32(zoom) + middle) * np.float32(size_px / CROP_PX)
    matrix = similarity(face.points, target)
    return np.asarray(cv2.warpAffine(image, matrix, (size_px, size_px), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _patch(image: Image, face: Face) -> NDArray[np.float32]:
    """Brightness about the nose, pixel for pixel: resampling would wash out the finest grids."""
    x, y = face.points[2]
    by = np.array([[1.0, 0.0, CLOSE_PX // 2 - round(float(x))], [0.0, 1.0, CLOSE_PX // 2 - round(float(y))]])
    patch = cv2.warpAffine(image, by, (CLOSE_PX, CLOSE_PX), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return cv2.cvtColor(patch, cv2.COLOR_BGR2GRAY).astype(np.float32)


_HANN = np.outer(np.hanning(CLOSE_PX), np.hanning(CLOSE_PX)).astype(np.float32)
_DOWN = np.abs(np.fft.fftfreq(CLOSE_PX, 1 / CLOSE_PX))[:, None]
_ACROSS = np.arange(CLOSE_PX // 2 + 1)[None, :]
_RADIUS = np.hypot(_DOWN, _ACROSS).astype(int)
_BLOCKS = ((_DOWN % 32 <= 1) | (_DOWN % 32 >= 31)) & ((_ACROSS % 32 <= 1) | (_ACROSS % 32 >= 31))
"""Where the 8 x 8 blocks of JPEG leave lines, in every picture of such a camera."""
_FINE = (_RADIUS >= 8) & (_RADIUS < 175) & ~_BLOCKS
_LINE, _ABOUT = (2, 2), (11, 11)
"""How wide a single frequency is under that window, and how far about it the spectrum is taken for the face's own."""
_WANDERS = np.ones((3, 3), np.uint8)
"""Turning and swaying moves a frequency by so much between frames."""


def _spectrum(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.log1p(np.abs(np.fft.rfft2((grey - grey.mean()) * _HANN))).astype(np.float32)


def _fine_lines(spectra: Sequence[Vector]) -> float:
    """How far the one frequency that all frames share stands out of its neighbours: pixel grids, halftone, moire."""
    standing_out = np.mean([cv2.dilate(_narrow(spectrum), _WANDERS) for spectrum in spectra], axis=0)
    return float(standing_out[_FINE].max())


def _narrow(spectrum: Vector) -> NDArray[np.float32]:
    about = cv2.blur(spectrum, _ABOUT, borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.blur(spectrum - about, _LINE, borderType=cv2.BORDER_REFLECT), np.float32)


def _straight_edges(grey: NDArray[np.float32]) -> tuple[float, float]:
    """Edges: length of upright and level straight lines about the face. Frame: strongest step along a whole side."""
    edges = cv2.Canny(grey.astype(np.uint8), 40, 100)
    edges[60:150, 60:132] = 0
    lines = cv2.HoughLinesP(edges, 1, np.pi / 180, 30, minLineLength=40, maxLineGap=4)
    ends: list[list[float]] = [] if lines is None else np.asarray(lines, float).reshape(-1, 4).tolist()
    length = sum(_axis_length(*line) for line in ends)
    across = np.abs(cv2.Sobel(grey, cv2.CV_32F, 1, 0)).mean(axis=0)
    down = np.abs(cv2.Sobel(grey, cv2.CV_32F, 0, 1)).mean(axis=1)
    steps = [
        side.max() / (np.median(side) + 4.0) for side in (across[8:55], across[137:184], down[8:45], down[160:184])
    ]
    return float(np.log1p(length)), float(np.sort(steps)[-2])


def _axis_length(x0: float, y0: float, x1: float, y1: float) -> float:
    """Length of a line that is upright or level within 12 degrees; 0 of any other."""
    across, down = abs(x1 - x0), abs(y1 - y0)
    return max(across, down) if min(across, down) <= 0.21 * max(across, down) else 0.0


def _gamut(close: Image, grey: NDArray[np.float32]) -> tuple[float, float]:
    """Darkest tone and colourfulness of the skin, both against the brightness: ink and glass give less of each."""
    lab = cv2.cvtColor(close, cv2.COLOR_BGR2LAB)[:, :, 1:].astype(np.float32) - 128
    skin = np.hypot(lab[130:160, 60:200, 0], lab[130:160, 60:200, 1])
    level = float(grey.mean()) + 1.0
    return float(np.percentile(grey, 1)) / level, 100.0 * float(skin.mean()) / level


def _seam(wide: Image) -> float:
    """Difference in colour between face and neck: a mask ends where it ends."""
    lab = cv2.cvtColor(wide, cv2.COLOR_BGR2LAB).astype(np.float32)[:, :, 1:]
    cheeks, neck = (np.median(lab[area].reshape(-1, 2), axis=0) for area in (CHEEKS, NECK))
    return float(np.linalg.norm(cheeks - neck))


# --- between frames ----------------------------------------------------------------------------------------

AROUND = (slice(0, 30), np.r_[0:10, 38:48])


def _surround(wide: NDArray[np.float32]) -> NDArray[np.float32]:
    return _evened(np.asarray(cv2.resize(wide, (SURROUND_PX, SURROUND_PX), interpolation=cv2.INTER_AREA), np.float32))


def _evened(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without slow changes of light, at one contrast."""
    flat = grey - cv2.GaussianBlur(grey, (0, 0), 6)
    return np.asarray(flat / (flat.std() + 1.0), np.float32)


def _changed(first: NDArray[np.float32], last: NDArray[np.float32], area: tuple[Any, Any]) -> float:
    """How little two frames have in common there, after the best shift of a pixel or less: 0 = the same picture."""
    shift, _ = cv2.phaseCorrelate(first.astype(np.float64), last.astype(np.float64))
    by = np.array([[1, 0, -np.clip(shift[0], -1.5, 1.5)], [0, 1, -np.clip(shift[1], -1.5, 1.5)]], np.float64)
    moved = cv2.warpAffine(last, by, (SURROUND_PX, SURROUND_PX), borderMode=cv2.BORDER_REPLICATE)
    a, b = first[area].ravel(), np.asarray(moved)[area].ravel()
    together = np.sqrt(float((a**2).mean() * (b**2).mean())) + 0.02
    return float(1.0 - (a * b).mean() / together)
