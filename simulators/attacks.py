"""Presentation attacks as a camera sees them: a print, a still screen, a replayed video, a cut-out, a printed mask.

Bona fide and attacked presentations end in the same `Sensor`, with the same motion and the same hall behind, so that a
detector cannot tell them by the pipeline. Display and print parameters are drawn anew for each presentation. What is
drawn here is a model of artefacts, not artefacts: docs/biometrics.md says what that leaves open.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.model import Image
from simulators.cast_faces import POSE_EYES_AT, POSE_EYES_PX, CutOut, Pose, pose
from simulators.hall import hall
from simulators.species import Species

WIDTH_PX, HEIGHT_PX = 1280, 720
FRAMES = 4
HALLS = 12
LAYER_PX = 900
"""Side of the square canvas on which a person or artefact is drawn before it is laid into the scene."""
EYES_IN_LAYER = (450.0, 380.0)
AWAY_PX = 1590.0
"""From the camera to the layer, in its px: a metre, where eyes are 63 mm and 100 px apart."""
HELD = (Species.PRINT, Species.SCREEN, Species.REPLAY, Species.CUT_OUT)
"""What is in somebody's hand also tilts out of its plane. A mask is worn, and moves as the head does."""

Layer = NDArray[np.float32]
"""LAYER_PX x LAYER_PX x 4: blue-green-red 0..255 times alpha, and alpha 0..1."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """Who or what is shown to the camera; the seed fixes every parameter."""

    species: Species
    shown: str = field(repr=False)
    """Whose face is seen."""
    by: str = field(repr=False)
    """Who stands there."""
    seed: int


def frames(presentation: Presentation, count: int = FRAMES) -> list[Image]:
    """What the camera sees in `count` frames, about a seventh of a second apart."""
    rng = _rng(presentation)
    draw = _ARTISTS[presentation.species](presentation, rng)
    sensor, motion = Sensor(rng), Motion(rng)
    background = hall(int(rng.integers(HALLS)), WIDTH_PX, HEIGHT_PX).astype(np.float32)
    held = presentation.species in HELD
    return [
        sensor(_laid_over(background, draw(number / max(count - 1, 1)), motion(number, held)))
        for number in range(count)
    ]


def layer_of(presentation: Presentation, share: float) -> Layer:
    """What is shown alone, without scene or camera, when `share` (0..1) of its time has gone."""
    return _ARTISTS[presentation.species](presentation, _rng(presentation))(share)


def _rng(presentation: Presentation) -> np.random.Generator:
    return np.random.default_rng((presentation.seed, list(Species).index(presentation.species)))


class Sensor:
    """Exposure, tint, defocus, noise and JPEG of one camera: the same for everything that is shown to it."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = np.random.default_rng(rng.integers(1 << 60))
        self._gain = rng.uniform(0.75, 1.15) * (1 + 0.04 * rng.standard_normal(3))
        self._defocus_px = rng.uniform(0.5, 1.0)
        self._noise = rng.uniform(1.5, 3.5)
        self._quality = int(rng.integers(80, 93))

    def __call__(self, scene: NDArray[np.float32]) -> Image:
        light = cv2.GaussianBlur(scene * self._gain, (0, 0), self._defocus_px)
        noisy = light + self._noise * self._rng.standard_normal(light.shape, dtype=np.float32)
        levels = np.clip(noisy, 0, 255).astype(np.uint8)
        _, packed = cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, self._quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)


class Motion:
    """How a held or worn thing sways: a 3 x 3 map from layer to frame for each frame."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._zoom = rng.uniform(85.0, 125.0) / POSE_EYES_PX
        self._at = np.array([0.5 * WIDTH_PX + rng.uniform(-60, 60), 0.45 * HEIGHT_PX + rng.uniform(-25, 25)])
        self._tilt_deg = rng.uniform(-4.0, 4.0)
        self._steps = rng.standard_normal((64, 4)).cumsum(axis=0)
        self._slanted_deg = rng.uniform(-8.0, 8.0, 2) + 0.8 * rng.standard_normal((64, 2)).cumsum(axis=0)

    def __call__(self, number: int, held: bool) -> NDArray[np.float64]:
        across, down, turn, near = self._steps[number]
        matrix = cv2.getRotationMatrix2D(
            EYES_IN_LAYER, self._tilt_deg + 0.5 * turn, self._zoom * (1 + 0.006 * float(near))
        )
        matrix[:, 2] += self._at + np.array([4.0 * across, 3.0 * down]) - np.array(EYES_IN_LAYER)
        swayed = np.vstack([matrix, [0.0, 0.0, 1.0]])
        return np.asarray(swayed @ _slant(*np.deg2rad(self._slanted_deg[number])) if held else swayed, np.float64)


def _slant(aside: float, over: float) -> NDArray[np.float64]:
    """The layer turned about its upright and its level axis through the eyes, as it is seen from AWAY_PX."""
    x, y = EYES_IN_LAYER
    turned = np.array(
        [[np.cos(aside), 0, 0], [0, np.cos(over), 0], [np.sin(aside) / AWAY_PX, np.sin(over) / AWAY_PX, 1]]
    )
    return np.asarray(
        np.array([[1, 0, x], [0, 1, y], [0, 0, 1]]) @ turned @ np.array([[1, 0, -x], [0, 1, -y], [0, 0, 1]])
    )


def _laid_over(background: NDArray[np.float32], layer: Layer, across: NDArray[np.float64]) -> NDArray[np.float32]:
    placed = cv2.warpPerspective(layer, across, (WIDTH_PX, HEIGHT_PX), flags=cv2.INTER_LINEAR)
    return np.asarray(background * (1 - placed[:, :, 3:]) + placed[:, :, :3], np.float32)


# --- people and their pictures -------------------------------------------------------------------------------


def _person(name: str, smile: float = 0.0) -> Layer:
    """Head and shoulders, the smile coming on from 0 to 1."""
    still, smiling = _placed(pose(name, Pose.NEUTRAL)), _placed(pose(name, Pose.SMILE))
    return np.asarray(still * (1 - smile) + smiling * smile, np.float32)


def _placed(cut_out: CutOut) -> Layer:
    alpha = cut_out[:, :, 3:].astype(np.float32) / 255
    whole = np.concatenate([cut_out[:, :, :3] * alpha, alpha], axis=2)
    height, width = whole.shape[:2]
    shift = (EYES_IN_LAYER[0] - width * POSE_EYES_AT[0], EYES_IN_LAYER[1] - height * POSE_EYES_AT[1])
    placed = cv2.warpAffine(whole, np.array([[1.0, 0, shift[0]], [0, 1.0, shift[1]]]), (LAYER_PX, LAYER_PX))
    bust = int(shift[1] + height) - 1
    placed[bust:] = placed[bust - 1]
    return np.asarray(placed, np.float32)


def _picture(name: str, wall: NDArray[np.float64], smile: float = 0.0) -> NDArray[np.float32]:
    """A photograph of somebody before a plain wall, filling the layer."""
    person = _person(name, smile)
    return np.asarray(person[:, :, :3] + wall * (1 - person[:, :, 3:]), np.float32)


def _wall(rng: np.random.Generator) -> NDArray[np.float64]:
    return rng.uniform(120, 225) + rng.uniform(-12, 12, 3)


def _sheet(picture: NDArray[np.float32], sides: tuple[int, int, int, int], margin: int, frame: float) -> Layer:
    """The part of a picture between `sides` (left, top, right, bottom), with a margin of brightness `frame`."""
    left, top, right, bottom = sides
    layer = np.zeros((LAYER_PX, LAYER_PX, 4), np.float32)
    layer[max(top - margin, 0) : bottom + margin, max(left - margin, 0) : right + margin] = (frame, frame, frame, 1.0)
    layer[top:bottom, left:right, :3] = picture[top:bottom, left:right]
    return layer


def _sides(rng: np.random.Generator) -> tuple[int, int, int, int]:
    x, y = EYES_IN_LAYER
    return (
        int(x - rng.uniform(150, 300)),
        int(y - rng.uniform(200, 300)),
        int(x + rng.uniform(150, 300)),
        int(y + rng.uniform(260, 420)),
    )


# --- what paper and glass do to a picture -------------------------------------------------------------------


def _printed(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Ink on paper: raised black, less colour, a halftone screen turned by some angle, the curl's fall of light."""
    black, white = rng.uniform(20, 50), rng.uniform(205, 235)
    inked = black + picture * (white - black) / 255
    grey = inked.mean(axis=2, keepdims=True)
    inked = grey + (inked - grey) * rng.uniform(0.55, 0.9) + rng.uniform(-6, 6, 3)
    dots = _waves(rng.uniform(2.6, 4.5), rng.uniform(0, 90)) * _waves(rng.uniform(2.6, 4.5), rng.uniform(0, 90))
    curl = 1 + rng.uniform(-0.15, 0.15) * np.linspace(-1, 1, LAYER_PX, dtype=np.float32)[None, :, None]
    return np.asarray(inked * (1 + rng.uniform(0.04, 0.14) * dots[:, :, None]) * curl, np.float32)


def _displayed(picture: NDArray[np.float32], rng: np.random.Generator) -> Callable[[float], NDArray[np.float32]]:
    """A lit screen: its pixel grid, a cold white, reflected light, and a band that runs when it is refreshed."""
    pitch, depth = rng.uniform(2.1, 3.6), rng.uniform(0.08, 0.25)
    grid = 1 + depth * _waves(pitch, 0.0) + depth * rng.uniform(0.3, 1.0) * _waves(pitch, 90.0)
    cold = np.array([rng.uniform(1.02, 1.15), 1.0, rng.uniform(0.88, 0.98)], np.float32)
    lit = (rng.uniform(12, 35) + picture * rng.uniform(0.85, 1.05)) * cold * grid[:, :, None] + _glare(rng)[:, :, None]
    depth_of_band, bands = rng.uniform(0.0, 0.08), rng.uniform(1.0, 3.0)

    def at(share: float) -> NDArray[np.float32]:
        rows = np.linspace(0, 2 * np.pi * bands, LAYER_PX, dtype=np.float32)[:, None, None]
        return np.asarray(lit * (1 + depth_of_band * np.sin(rows + 7.0 * share)), np.float32)

    return at


def _waves(period_px: float, turn_deg: float) -> NDArray[np.float32]:
    down, across = np.mgrid[0:LAYER_PX, 0:LAYER_PX].astype(np.float32)
    turn = np.deg2rad(turn_deg)
    return np.asarray(np.sin((across * np.cos(turn) + down * np.sin(turn)) * 2 * np.pi / period_px), np.float32)


def _glare(rng: np.random.Generator) -> NDArray[np.float32]:
    """A soft reflection of a lamp somewhere on the glass."""
    down, across = np.mgrid[0:LAYER_PX, 0:LAYER_PX].astype(np.float32)
    x, y = EYES_IN_LAYER + rng.uniform(-250, 250, 2)
    reach = rng.uniform(40, 120)
    return np.asarray(rng.uniform(0, 110) * np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * reach**2)), np.float32)


# --- the species ---------------------------------------------------------------------------------------------

Draw = Callable[[float], Layer]
"""Share of the presentation's time that has gone, 0..1, to the layer of that moment."""


def _fidget(rng: np.random.Generator) -> tuple[float, float]:
    """How far a smile, and the half turn of the head that goes with it, has come on, and by how much it goes on: from a
    tenth (half a degree, hardly seen) to a half of it."""
    return rng.uniform(0.0, 0.5), rng.uniform(0.1, 0.5)


def _bona_fide(presentation: Presentation, rng: np.random.Generator) -> Draw:
    start, reach = _fidget(rng)
    return lambda share: _person(presentation.shown, start + reach * share)


def _print(presentation: Presentation, rng: np.random.Generator) -> Draw:
    printed = _printed(_picture(presentation.shown, _wall(rng)), rng)
    sheet = _sheet(printed, _sides(rng), int(rng.integers(0, 25)), rng.uniform(205, 240))
    return lambda _share: sheet


def _screen(presentation: Presentation, rng: np.random.Generator) -> Draw:
    shown = _displayed(_picture(presentation.shown, _wall(rng)), rng)
    sides, bezel, dark = _sides(rng), int(rng.integers(8, 40)), rng.uniform(8, 40)
    return lambda share: _sheet(shown(share), sides, bezel, dark)


def _replay(presentation: Presentation, rng: np.random.Generator) -> Draw:
    wall, sides, bezel, dark = _wall(rng), _sides(rng), int(rng.integers(8, 40)), rng.uniform(8, 40)
    seed, (start, reach) = int(rng.integers(1 << 60)), _fidget(rng)

    def draw(share: float) -> Layer:
        moving = _picture(presentation.shown, wall, start + reach * share)
        return _sheet(_displayed(moving, np.random.default_rng(seed))(share), sides, bezel, dark)

    return draw


def _cut_out(presentation: Presentation, rng: np.random.Generator) -> Draw:
    person = _person(presentation.shown)
    printed = _printed(_picture(presentation.shown, _wall(rng)), rng)
    rim = int(rng.integers(1, 5))
    paper = cv2.dilate((person[:, :, 3] > 0.5).astype(np.float32), np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
    layer = np.concatenate([printed * paper[:, :, None], paper[:, :, None]], axis=2).astype(np.float32)
    return lambda _share: layer


def _mask(presentation: Presentation, rng: np.random.Generator) -> Draw:
    """A printed face over a living head, with holes for living eyes."""
    printed = _printed(_picture(presentation.shown, _wall(rng)), rng)
    oval = _ovals([((0.0, 0.55), (1.02, 1.45))]) - _ovals([((-0.5, 0.0), (0.27, 0.15)), ((0.5, 0.0), (0.27, 0.15))])
    worn = np.clip(cv2.GaussianBlur(oval, (0, 0), 1.0), 0, 1)[:, :, None]
    start, reach = _fidget(rng)

    def draw(share: float) -> Layer:
        wearer = _person(presentation.by, start + reach * share)
        covered = wearer[:, :, :3] * (1 - worn) + printed * worn
        return np.concatenate([covered, np.maximum(wearer[:, :, 3:], worn)], axis=2).astype(np.float32)

    return draw


def _ovals(shapes: list[tuple[tuple[float, float], tuple[float, float]]]) -> NDArray[np.float32]:
    """Filled ovals by middle and half axes, in eye distances from the point between the eyes."""
    drawn = np.zeros((LAYER_PX, LAYER_PX), np.float32)
    for (x, y), (half_width, half_height) in shapes:
        middle = (int(EYES_IN_LAYER[0] + x * POSE_EYES_PX), int(EYES_IN_LAYER[1] + y * POSE_EYES_PX))
        axes = (int(half_width * POSE_EYES_PX), int(half_height * POSE_EYES_PX))
        cv2.ellipse(drawn, middle, axes, 0, 0, 360, (1.0,), -1)
    return drawn


_ARTISTS: dict[Species, Callable[[Presentation, np.random.Generator], Draw]] = {
    Species.BONA_FIDE: _bona_fide,
    Species.PRINT: _print,
    Species.SCREEN: _screen,
    Species.REPLAY: _replay,
    Species.CUT_OUT: _cut_out,
    Species.MASK: _mask,
}
