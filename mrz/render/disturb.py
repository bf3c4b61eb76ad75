"""Everything that can go wrong between a good page and its image, each a knob from 0 (not at all) to 1 (unreadable or
nearly so). The truth about a page is carried through every bend of it; the same seed gives the same pixels.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.render import geometry
from mrz.render.glyphs import FACES, Type
from mrz.render.lines import Printing
from mrz.render.pages import Image, RenderedPage

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Knobs:
    """How much of each disturbance, 0..1. The first five act on the printing, the rest on the page's image."""

    stroke: float = 0.0
    size: float = 0.0
    ink: float = 0.0
    unsteady: float = 0.0
    infrared_contrast: float = 0.0
    background: float = 0.0
    glare: float = 0.0
    shadow: float = 0.0
    dark: float = 0.0
    blur: float = 0.0
    motion: float = 0.0
    low_resolution: float = 0.0
    noise: float = 0.0
    jpeg: float = 0.0
    perspective: float = 0.0
    curvature: float = 0.0
    rotation: float = 0.0
    clutter: float = 0.0
    quarter_turns: int = 0
    """Of the whole image, clockwise, 0..3."""

    def __post_init__(self) -> None:
        for name in KNOB_NAMES:
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name}: must lie between 0 and 1")
        if self.quarter_turns not in range(4):
            raise ValueError("quarter_turns: must be 0, 1, 2 or 3")


KNOB_NAMES = tuple(field.name for field in fields(Knobs) if field.name != "quarter_turns")
GEOMETRIC = ("perspective", "curvature", "rotation", "clutter")


def random_knobs(strength: float, rng: np.random.Generator) -> Knobs:
    """A few knobs turned up to at most `strength`, the others left alone."""
    chosen = rng.random(len(KNOB_NAMES)) < 0.35
    values = strength * rng.random(len(KNOB_NAMES)) * chosen
    return Knobs(**dict(zip(KNOB_NAMES, values.tolist(), strict=True)))


def printing_of(knobs: Knobs, rng: np.random.Generator) -> Printing:
    """The zone's printing under the knobs that act on it."""
    type_ = Type(
        face=FACES[int(knobs.stroke > 0.0 and rng.random() < 0.3)],
        pitch_mm=Type().pitch_mm * (1.0 + 0.02 * knobs.size * rng.uniform(-1, 1)),
        height=1.0 + 0.15 * knobs.size * rng.uniform(-1, 1),
        bolder_mm=0.12 * knobs.stroke * rng.uniform(-1, 1),
    )
    ink = 1.0 - 0.75 * knobs.ink
    return Printing(type_, ink, ink * (1.0 - 0.8 * knobs.infrared_contrast), 0.35 * knobs.unsteady)


def disturb(page: RenderedPage, knobs: Knobs, seed: int) -> RenderedPage:
    """The page as a worse camera in a worse place would see it, with the truth in the new image's pixels."""
    rng = np.random.default_rng(seed)
    if any(getattr(knobs, name) for name in GEOMETRIC):
        page = geometry.bent(page, knobs.perspective, knobs.curvature, knobs.rotation, knobs.clutter, rng)
    state = rng.bit_generator.state
    images = {}
    for light, image in page.images.items():
        rng.bit_generator.state = state
        images[light] = _spoiled(image, knobs, rng)
    return geometry.turned(replace(page, images=images), knobs.quarter_turns)


def _spoiled(image: Image, knobs: Knobs, rng: np.random.Generator) -> Image:
    for name, spoil in SPOILERS.items():
        amount = getattr(knobs, name)
        if amount > 0.0:
            image = spoil(image, amount, rng)
    return image


def _background(image: Image, amount: float, rng: np.random.Generator) -> Image:
    """Fine lines and blotches over everything, the zone included."""
    rows, columns = image.shape[:2]
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32)
    wave = np.zeros((rows, columns), np.float32)
    for _ in range(2):
        fx, fy = rng.uniform(-1.0, 1.0, 2) * 900.0 / columns
        bend = 6.0 * np.sin(y * np.float32(rng.uniform(4, 20) / columns))
        wave += np.sin(x * np.float32(fx) + y * np.float32(fy) + bend)
    coarse = rng.normal(0.0, 1.0, (5, 8)).astype(np.float32)
    wave += cv2.resize(coarse, (columns, rows), interpolation=cv2.INTER_CUBIC)
    return _bytes(image - np.abs(wave)[..., None] * np.float32(38.0 * amount))


def _glare(image: Image, amount: float, rng: np.random.Generator) -> Image:
    """Lamps mirrored in the laminate: one soft spot, and a streak."""
    x, y = _coarse_grid(image)
    spot = np.zeros_like(x)
    for stretch in (1.0, 5.0):
        cx, cy = rng.uniform(0.1, 0.9), rng.uniform(0.3, 1.0) * image.shape[0] / image.shape[1]
        angle, width = rng.uniform(0, np.pi), rng.uniform(0.06, 0.14)
        along = (x - cx) * np.cos(angle) + (y - cy) * np.sin(angle)
        across = -(x - cx) * np.sin(angle) + (y - cy) * np.cos(angle)
        spot += np.exp(-((along / (width * stretch)) ** 2) - (across / (width / stretch**0.5)) ** 2)
    return _bytes(image + _fine(spot * np.float32(330.0 * amount), image))


def _shadow(image: Image, amount: float, rng: np.random.Generator) -> Image:
    """A finger or the lid between lamp and page."""
    x, y = _coarse_grid(image)
    angle = rng.uniform(0, 2 * np.pi)
    middle = 0.5 * image.shape[0] / image.shape[1]
    edge = (x - 0.5) * np.cos(angle) + (y - middle) * np.sin(angle) + rng.uniform(-0.2, 0.2)
    shade = 1.0 / (1.0 + np.exp(-edge / rng.uniform(0.01, 0.08)))
    return _bytes(image * _fine(1.0 - 0.8 * amount * shade, image))


def _coarse_grid(image: Image) -> tuple[Floats, Floats]:
    """x and y in widths of the image, at a quarter of its resolution: enough for light and shade."""
    rows, columns = image.shape[:2]
    y, x = np.mgrid[0 : max(2, rows // 4), 0 : max(2, columns // 4)].astype(np.float32)
    return x / np.float32(columns // 4), y / np.float32(columns // 4)


def _fine(coarse: NDArray[np.floating[Any]], image: Image) -> Floats:
    """A coarse field at the image's resolution, one value for all three colours."""
    size = (image.shape[1], image.shape[0])
    fine: Floats = cv2.resize(coarse.astype(np.float32), size, interpolation=cv2.INTER_LINEAR).astype(np.float32)
    return fine[..., None]


def _dark(image: Image, amount: float, _rng: np.random.Generator) -> Image:
    return _bytes(image * np.float32(1.0 - 0.93 * amount))


def _blur(image: Image, amount: float, _rng: np.random.Generator) -> Image:
    sigma = 0.0045 * image.shape[1] * amount
    return cv2.GaussianBlur(image, (0, 0), max(0.2, sigma)).astype(np.uint8, copy=False)


def _motion(image: Image, amount: float, rng: np.random.Generator) -> Image:
    length = max(3, int(0.014 * image.shape[1] * amount) | 1)
    kernel = np.zeros((length, length), np.float32)
    angle, half = rng.uniform(0, np.pi), length // 2
    reach = (round(half * np.cos(angle)), round(half * np.sin(angle)))
    cv2.line(kernel, (half - reach[0], half - reach[1]), (half + reach[0], half + reach[1]), 1.0)
    return cv2.filter2D(image, -1, kernel / kernel.sum()).astype(np.uint8, copy=False)


def _low_resolution(image: Image, amount: float, _rng: np.random.Generator) -> Image:
    """Fewer pixels, then as many as before: at 1 a letter of the zone is about four pixels high."""
    rows, columns = image.shape[:2]
    share = 1.0 - amount * (1.0 - min(1.0, 200.0 / columns))
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (columns, rows), interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)


def _noise(image: Image, amount: float, rng: np.random.Generator) -> Image:
    grain = rng.standard_normal(image.shape, dtype=np.float32)
    return _bytes(image + grain * np.float32(70.0 * amount))


def _jpeg(image: Image, amount: float, _rng: np.random.Generator) -> Image:
    quality = round(90 - 87 * amount)
    encoded = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    decoded = cv2.imdecode(encoded, cv2.IMREAD_COLOR)
    if decoded is None:
        raise RuntimeError("OpenCV does not read the JPEG that it wrote; reinstall opencv-python-headless")
    picture: Image = np.asarray(decoded, np.uint8)
    return picture


def _bytes(image: NDArray[np.floating[Any]]) -> Image:
    clipped: Image = np.clip(image, 0.0, 255.0).astype(np.uint8)
    return clipped


SPOILERS: Mapping[str, Callable[[Image, float, np.random.Generator], Image]] = {
    "background": _background,
    "shadow": _shadow,
    "glare": _glare,
    "dark": _dark,
    "blur": _blur,
    "motion": _motion,
    "low_resolution": _low_resolution,
    "noise": _noise,
    "jpeg": _jpeg,
}
"""In the order in which light, lens, sensor and file do it."""
