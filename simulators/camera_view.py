"""What the gate's camera sees now: the hall behind, and whoever stands in the chamber, at the size the distance gives.

The camera stands beyond the exit door and looks back at the traveller's face. It rides on a height axis that follows
the faces in steps, so that people of 1.10 m and of 2.05 m are seen alike. Motion and noise repeat in `PHASES`
phases: a picture depends on the scene, the phase and the seed alone, and `key` names it, so that what was once
measured on a picture can be looked up again.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from math import pi, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.model import Image
from simulators.attacks import EYES_IN_LAYER, Presentation, layer_of
from simulators.cast_faces import POSE_EYES_AT, POSE_EYES_PX, CutOut, Pose, pose
from simulators.hall import hall
from simulators.species import Species
from simulators.world import CHAMBER_MM, Gaze, Person, World

CAMERA_MM = CHAMBER_MM + 100.0
FOCAL_PX = 1746.0
"""Focal length at 1280 px of width: eyes 63 mm apart at 1 m are 110 px apart."""
FOCUS_MM = 1000.0
NEAREST_MM = 650.0
"""Somebody nearer than this is leaving through the exit and out of the picture's frame."""
EYES_MM = 63.0
EYES_BELOW_CROWN_MM = 115
EYES_AT = 0.44
"""Share of the picture's height at which the axis brings the nearest eyes."""
AXIS_STEP_MM = 60
DISTANCE_STEP_MM = 25.0
BESIDE_MM = (0.0, 250.0, -250.0, 125.0, -125.0)
"""Where the first, second, ... person in the chamber stands across the lane."""

PHASES = 16
PHASES_PER_S = 16.0
NOISE_MARGIN_PX = 64
BELOW_PX = 500
"""The cut-out's last row is drawn on downwards this far, so that no bust floats."""

ARTEFACTS_SEED = 36
"""One printer, one display: of a grid that leaves the face findable (others do not, and end without a usable face)."""
SMILE_STEPS = PHASES // 4
BROADEST_SMILE = 0.3
"""A living face never keeps still: twice in each round a smile comes on so far, and goes again."""
REPLAY_STEPS = 4
"""A display's picture changes so often in a round of phases."""

POSE_OF = {Gaze.CAMERA: Pose.NEUTRAL, Gaze.LEFT: Pose.LEFT, Gaze.RIGHT: Pose.RIGHT, Gaze.DOWN: Pose.DOWN}


@dataclass(frozen=True, slots=True)
class Figure:
    """One person as the camera needs it: everything a picture depends on, and nothing else."""

    face: str = field(repr=False)
    pose: Pose
    covered: bool
    distance_mm: float
    beside_mm: float
    eyes_mm: int
    """Height of the eyes above the floor."""
    artefact: Species | None = None
    smile: int = 0
    """How far a smile has come on, in SMILE_STEPS."""

    @property
    def px_per_mm(self) -> float:
        return FOCAL_PX / self.distance_mm


class CameraView:
    """The simulated sensor. Call it with the lane's time to have its picture of that moment."""

    def __init__(self, world: World, seed: int, width: int = 1280, height: int = 720) -> None:
        self._world = world
        self._seed = seed
        self._size = (width, height)
        self._hall = hall(seed, width, height)
        self._tint, self._noise, self._corners = _sensor(seed, width, height)

    def key(self, now_s: float) -> Hashable:
        """What the picture of this moment depends on: equal keys, equal pictures."""
        return (self._seed, self._size, phase_of(now_s), _light_step(self._world), figures(self._world, now_s))

    def __call__(self, now_s: float) -> Image:
        """The picture of this moment; the same key gives the same bytes."""
        phase = phase_of(now_s)
        picture = self._hall.copy()
        shown = figures(self._world, now_s)
        for figure in shown:
            _put(picture, figure, axis_mm=_axis_mm(shown), phase=phase)
        lit = cv2.LUT(picture, _exposure(_light_step(self._world), tuple(self._tint)))
        return np.asarray(cv2.addWeighted(lit, 1.0, self._grain_of(phase), 1.0, -128.0), dtype=np.uint8)

    def _grain_of(self, phase: int) -> Image:
        width, height = self._size
        top, left = self._corners[phase]
        return self._noise[top : top + height, left : left + width]


def phase_of(now_s: float) -> int:
    return int(now_s * PHASES_PER_S) % PHASES


def figures(world: World, now_s: float) -> tuple[Figure, ...]:
    """Who is in the picture, farthest first."""
    standing = [person for person in world.in_chamber() if not person.crawling]
    seen = [_figure(person, beside, phase_of(now_s)) for person, beside in zip(standing, BESIDE_MM, strict=False)]
    return tuple(sorted(seen, key=lambda figure: -figure.distance_mm))


def _figure(person: Person, beside_mm: float, phase: int) -> Figure:
    distance_mm = max(CAMERA_MM - person.x_mm, NEAREST_MM)
    return Figure(
        face=person.face,
        pose=POSE_OF[person.gaze],
        covered=person.covered,
        distance_mm=round(distance_mm / DISTANCE_STEP_MM) * DISTANCE_STEP_MM,
        beside_mm=beside_mm,
        eyes_mm=person.height_mm - EYES_BELOW_CROWN_MM,
        artefact=person.artefact,
        smile=SMILE_STEPS - abs(SMILE_STEPS - phase % (2 * SMILE_STEPS)) if person.gaze is Gaze.CAMERA else 0,
    )


def _axis_mm(shown: Sequence[Figure]) -> int:
    """Where the height axis stands: at the eyes, between them when there are several people, to the step below."""
    eyes_mm = sum(figure.eyes_mm for figure in shown) // len(shown)
    return eyes_mm // AXIS_STEP_MM * AXIS_STEP_MM


def _put(picture: Image, figure: Figure, axis_mm: int, phase: int) -> None:
    """Lay one figure over the picture, in place."""
    body = _drawn(figure, phase)
    across = _placing(figure, axis_mm, phase, body.shape[1], (picture.shape[1], picture.shape[0]))
    left, top, right, bottom = _bounds(across, body, picture)
    if left >= right or top >= bottom:
        return
    across[:, 2] -= (left, top)
    layer = cv2.warpAffine(body, across, (right - left, bottom - top), flags=cv2.INTER_LINEAR)
    area = picture[top:bottom, left:right]
    behind = cv2.cvtColor(255 - layer[:, :, 3], cv2.COLOR_GRAY2BGR)
    dimmed = cv2.multiply(area, behind, scale=1 / 255)
    picture[top:bottom, left:right] = cv2.add(dimmed, cv2.cvtColor(layer, cv2.COLOR_BGRA2BGR))


def _placing(figure: Figure, axis_mm: int, phase: int, body_width: int, size: tuple[int, int]) -> NDArray[np.float64]:
    """The 2x3 map from cut-out to picture, with the sway, the breath and the tilt of this phase."""
    turn = 2 * pi * phase / PHASES + len(figure.face)
    sway_mm, breath_mm, tilt_deg = 4.0 * sin(turn), 1.5 * sin(2 * turn), 1.2 * sin(turn + 1.0)
    zoom = EYES_MM * figure.px_per_mm / POSE_EYES_PX
    eyes = (body_width * POSE_EYES_AT[0], _eye_row(figure))
    across = cv2.getRotationMatrix2D(eyes, tilt_deg, zoom)
    across[0, 2] += size[0] * 0.5 + (figure.beside_mm + sway_mm) * figure.px_per_mm - eyes[0]
    across[1, 2] += size[1] * EYES_AT - (figure.eyes_mm - axis_mm + breath_mm) * figure.px_per_mm - eyes[1]
    return np.asarray(across, dtype=np.float64)


def _bounds(across: NDArray[np.float64], body: CutOut, picture: Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the part of the picture that the figure can touch."""
    height, width = body.shape[:2]
    corners = across @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]], dtype=np.float64)
    low = np.clip(np.floor(corners.min(axis=1)), 0, (picture.shape[1], picture.shape[0])).astype(int)
    high = np.clip(np.ceil(corners.max(axis=1)), 0, (picture.shape[1], picture.shape[0])).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _eye_row(figure: Figure) -> float:
    if figure.artefact:
        return EYES_IN_LAYER[1]
    height: int = pose(figure.face, figure.pose).shape[0]
    return height * POSE_EYES_AT[1]


def _drawn(figure: Figure, phase: int) -> CutOut:
    step = _defocus_step(figure)
    if figure.artefact:
        return _artefact(figure.face, figure.artefact, phase * REPLAY_STEPS // PHASES, step)
    return _blurred(figure.face, figure.pose, figure.covered, figure.smile, step)


@lru_cache(maxsize=16)
def _artefact(face: str, species: Species, moment: int, step: int) -> CutOut:
    """An artefact as simulators.attacks draws it, its colours multiplied by its alpha."""
    shown = layer_of(Presentation(species, face, face, ARTEFACTS_SEED), moment / REPLAY_STEPS)
    shown[:, :, 3] *= 255.0
    layer = np.clip(shown, 0.0, 255.0).astype(np.uint8)
    return layer if step == 0 else np.asarray(cv2.GaussianBlur(layer, (0, 0), 0.5 * step), dtype=np.uint8)


@lru_cache(maxsize=64)
def _body(face: str, how: Pose, covered: bool) -> CutOut:
    """The cut-out with its colours multiplied by its alpha, covered if need be, and drawn on downwards."""
    cut_out = pose(face, how).copy()
    if covered:
        _draw_scarf(cut_out, how)
    alpha = cv2.cvtColor(cut_out[:, :, 3], cv2.COLOR_GRAY2BGR)
    cut_out[:, :, :3] = cv2.multiply(cut_out[:, :, :3], alpha, scale=1 / 255)
    return np.asarray(cv2.copyMakeBorder(cut_out, 0, BELOW_PX, 0, 0, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _draw_scarf(cut_out: CutOut, how: Pose) -> None:
    """A plain scarf from the bridge of the nose down to the neck, in place."""
    height, width = cut_out.shape[:2]
    turned = {Pose.LEFT: -0.25, Pose.RIGHT: 0.25}.get(how, 0.0)
    outline = ((-1.3, 0.35), (0.0, 0.42), (1.3, 0.35), (1.25, 1.3), (0.8, 2.3), (-0.8, 2.3), (-1.25, 1.3))
    centre = np.array([width * POSE_EYES_AT[0] + turned * POSE_EYES_PX, height * POSE_EYES_AT[1]])
    corners = (centre + np.array(outline) * POSE_EYES_PX).astype(np.int32)
    cv2.fillPoly(cut_out, [corners], (96, 70, 58, 255), cv2.LINE_AA)
    for fold in (0.75, 1.15, 1.6):
        at = (int(centre[0]), int(centre[1] + fold * POSE_EYES_PX))
        cv2.ellipse(cut_out, at, (int(1.2 * POSE_EYES_PX), 18), 0, 10, 170, (74, 53, 44, 255), 5, cv2.LINE_AA)


def _defocus_step(figure: Figure) -> int:
    """Blur in steps of half a pixel of the cut-out, from how far the figure stands off the plane of focus."""
    return min(6, int(abs(figure.distance_mm - FOCUS_MM) / 200.0))


@lru_cache(maxsize=64)
def _blurred(face: str, how: Pose, covered: bool, smile: int, step: int) -> CutOut:
    body = _body(face, how, covered)
    if smile:
        share = BROADEST_SMILE * smile / SMILE_STEPS
        body = np.asarray(cv2.addWeighted(body, 1 - share, _body(face, Pose.SMILE, covered), share, 0), dtype=np.uint8)
    return body if step == 0 else np.asarray(cv2.GaussianBlur(body, (0, 0), 0.5 * step), dtype=np.uint8)


def _light_step(world: World) -> float:
    return round(world.illumination, 2)


@cache
def _exposure(illumination: float, tint: tuple[float, ...]) -> Image:
    """Curve of the sensor for 1 x 256 levels of three channels: linear light, a soft shoulder, gamma 2.2."""
    light = np.linspace(0.0, 1.0, 256)[:, None] ** 2.2 * illumination * np.array(tint)
    rolled = np.where(light < 0.7, light, 0.7 + 0.3 * np.tanh((light - 0.7) / 0.3))
    levels: Image = np.rint(255 * np.clip(rolled, 0, 1) ** (1 / 2.2)).astype(np.uint8)[None]
    return levels


@lru_cache(maxsize=4)
def _sensor(seed: int, width: int, height: int) -> tuple[NDArray[np.float64], Image, NDArray[np.int64]]:
    """What one sensor has of its own: its tint, noise of three grey levels about 128, and where each phase cuts."""
    rng = np.random.default_rng(seed)
    tint = 1.0 + 0.03 * rng.standard_normal(3)
    shape = height + NOISE_MARGIN_PX, width + NOISE_MARGIN_PX, 3
    noise: Image = np.clip(128 + 3 * rng.standard_normal(shape, dtype=np.float32), 0, 255).astype(np.uint8)
    return tint, noise, rng.integers(0, NOISE_MARGIN_PX, size=(PHASES, 2))
