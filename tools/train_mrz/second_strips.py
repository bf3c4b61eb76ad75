"""Strips of machine readable text with their labels, drawn afresh for every step of the training."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.net import ALPHABET, BLANK, PITCH_PX, STEP_PX, STRIP_HEIGHT_PX, STRIP_WIDTH_PX
from mrz.strips import standardise
from tools.train_mrz.second_glyphs import SCALE, SIDE_PX, Glyphs
from tools.train_mrz.texts import LOOKALIKES, draw

Plane = NDArray[np.float32]
_MARGIN_PX = 60


def text(rng: np.random.Generator, length: int) -> str:
    """Characters without a language, so that the net reads shapes and never guesses from what stands beside."""
    kind = rng.random()
    letters = ALPHABET[10:36]
    if kind < 0.25:
        body = draw(rng, letters + "<<<", int(rng.integers(5, length + 1)))
    elif kind < 0.5:
        body = draw(rng, ALPHABET[:10] * 3 + ALPHABET, int(rng.integers(length // 2, length + 1)))
    elif kind < 0.75:
        group = LOOKALIKES[int(rng.integers(len(LOOKALIKES)))]
        body = draw(rng, group * 12 + ALPHABET, int(rng.integers(length // 2, length + 1)))
    else:
        body = draw(rng, ALPHABET, length)
    tail = draw(rng, ALPHABET[:10], 2) if rng.random() < 0.3 else "<<"
    return (body + "<" * length)[: length - 2] + tail


def strip(rng: np.random.Generator, glyphs: Glyphs) -> tuple[Plane, NDArray[np.int64]]:
    """One strip in 0..1 (height x width) and the class of each of its time steps (BLANK between characters)."""
    length = int(rng.choice([44, 44, 36, 30]))
    written = text(rng, length)
    ink, centres_px = _ink(rng, glyphs, written)
    placed, centres_px = _place(rng, ink, centres_px)
    image = spoil(rng, placed)
    return standardise(image, image), _labels(written, centres_px)


def _ink(rng: np.random.Generator, glyphs: Glyphs, written: str) -> tuple[NDArray[np.uint8], Plane]:
    """The text as ink 0..255 at twice the strip's size, and the centre of each character."""
    pitch = PITCH_PX * SCALE
    canvas = np.zeros((STRIP_HEIGHT_PX * SCALE + 16, (len(written) * PITCH_PX + 2 * _MARGIN_PX) * SCALE), np.uint8)
    face = glyphs.face(rng)
    jitter = rng.uniform(0, 1.6) if rng.random() < 0.4 else 0.4
    centres = (_MARGIN_PX * SCALE + (np.arange(len(written)) + 0.5) * pitch).astype(np.float32)
    top = (canvas.shape[0] - SIDE_PX) // 2
    for centre, character in zip(centres, written, strict=True):
        left = round(float(centre + rng.uniform(-jitter, jitter))) - SIDE_PX // 2
        down = top + round(rng.normal(0, jitter * 0.4))
        place = canvas[max(down, 0) : down + SIDE_PX, left : left + SIDE_PX]
        np.maximum(place, face[character][max(-down, 0) : max(-down, 0) + place.shape[0]], out=place)
    return _wear(rng, canvas), centres


def _wear(rng: np.random.Generator, ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Dots that did not print, ink that ran."""
    kind = rng.random()
    if kind < 0.15:
        holes = cv2.resize(rng.random((ink.shape[0] // 2, ink.shape[1] // 2)).astype(np.float32), ink.shape[::-1])
        return np.where(holes > rng.uniform(0.12, 0.3), ink, ink // 4).astype(np.uint8)
    if kind < 0.25:
        run = cv2.GaussianBlur(ink, (0, 0), float(rng.uniform(1, 2))).astype(np.float32)
        return np.clip((run - 90) * 3, 0, 255).astype(np.uint8)
    return ink


def _place(rng: np.random.Generator, ink: NDArray[np.uint8], centres: Plane) -> tuple[Plane, Plane]:
    """Lay the text on the strip as a locator would: a little too large, tilted, bent, or off the middle."""
    stretch = rng.uniform(0.9, 1.09)
    start = rng.uniform(2, 46 if len(centres) * PITCH_PX * stretch > STRIP_WIDTH_PX - 90 else 90)
    height = rng.uniform(0.80, 1.24) / SCALE
    slope = np.tan(np.deg2rad(rng.uniform(-0.7, 0.7)))
    shear = rng.uniform(-0.14, 0.14)
    bend = rng.uniform(-2.0, 2.0) if rng.random() < 0.25 else 0.0
    squeeze = rng.uniform(-0.05, 0.05) if rng.random() < 0.3 else 0.0
    across, down = np.meshgrid(np.arange(STRIP_WIDTH_PX), np.arange(STRIP_HEIGHT_PX), indexing="xy")
    middle = (across - STRIP_WIDTH_PX / 2) / (STRIP_WIDTH_PX / 2)
    lift = rng.uniform(-2.2, 2.2) + slope * STRIP_WIDTH_PX / 2 * middle + bend * (middle**2 - 0.3)
    v = down - STRIP_HEIGHT_PX / 2 - lift
    u = (across - start) / stretch * (1 + squeeze * middle) + shear * v
    map_x = (u + _MARGIN_PX) * SCALE
    map_y = v / height + ink.shape[0] / 2
    placed = cv2.remap(ink, map_x.astype(np.float32), map_y.astype(np.float32), cv2.INTER_LINEAR).astype(np.float32)
    seen_at = np.interp(centres, map_x[STRIP_HEIGHT_PX // 2], across[0], left=-99, right=9999)
    return placed / np.float32(255), seen_at.astype(np.float32)


def spoil(rng: np.random.Generator, ink: Plane) -> Plane:
    """Ink 0..1 becomes a grey image 0..255 as a reader, a phone or a web page would have it."""
    ink = _soften(rng, ink)
    ground = _ground(rng, ink.shape[0], ink.shape[1])
    contrast = rng.uniform(0.35, 1.0) if rng.random() < 0.7 else rng.uniform(0.15, 0.5)
    image = ground * (1 - ink * contrast)
    for change in (_occlude, _shade, _resample, _sharpen, _noise, _compress):
        image = change(rng, image)
    return image


def _soften(rng: np.random.Generator, ink: Plane) -> Plane:
    if rng.random() < 0.55:
        ink = cv2.GaussianBlur(ink, (0, 0), float(rng.uniform(0.3, 1.5))).astype(np.float32)
    if rng.random() < 0.12:
        kernel = np.zeros((5, 5), np.float32)
        reach = int(rng.integers(3, 6))
        if rng.random() < 0.5:
            kernel[2, :reach] = 1 / reach
        else:
            kernel[:reach, 2] = 1 / reach
        ink = cv2.filter2D(ink, -1, kernel).astype(np.float32)
    return ink


def _ground(rng: np.random.Generator, height: int, width: int) -> Plane:
    """Paper with guilloche, security print, stray strokes and the text of other lines."""
    ground = np.full((height, width), rng.uniform(120, 255), np.float32)
    if rng.random() < 0.3:
        return ground
    strength = rng.uniform(3, 38)
    rough = rng.standard_normal((max(2, height // int(rng.integers(2, 9))), max(2, width // int(rng.integers(2, 30)))))
    ground += cv2.resize(rough.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC) * strength * 0.5
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for _ in range(int(rng.integers(0, 3))):
        wave = x * rng.uniform(0.02, 1.3) + y * rng.uniform(-1.3, 1.3) + 4 * np.sin(x * rng.uniform(0, 0.06))
        lines = np.sin(wave)
        ground += strength * rng.random() * (lines if rng.random() < 0.5 else -2 * (lines > 0.8))
    for _ in range(int(rng.integers(0, 4))):
        ends = rng.integers(-10, [width + 10, height + 10], (2, 2))
        cv2.line(ground, ends[0].tolist(), ends[1].tolist(), float(rng.uniform(40, 255)), int(rng.integers(1, 3)))
    if rng.random() < 0.3:
        _stray_text(rng, ground)
    return ground


def _stray_text(rng: np.random.Generator, ground: Plane) -> None:
    height, width = ground.shape
    words = draw(rng, ALPHABET + "      abcdefghijklmnop", 70)
    where = (int(rng.integers(-100, 40)), int(rng.choice([rng.integers(-4, 3), rng.integers(height + 2, height + 12)])))
    letters = np.zeros((height, width), np.uint8)
    cv2.putText(letters, words, where, cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.4, 0.6)), 255, 1, cv2.LINE_AA)
    ground -= letters * np.float32(rng.uniform(0.2, 0.9))


def _occlude(rng: np.random.Generator, image: Plane) -> Plane:
    """Glare, dirt and scratches that hide characters: the label stays, so the net learns to be unsure."""
    for _ in range(int(rng.integers(1, 3)) if rng.random() < 0.2 else 0):
        centre = (int(rng.integers(image.shape[1])), int(rng.integers(image.shape[0])))
        size = (int(rng.integers(3, 24)), int(rng.integers(2, 14)))
        cover = np.zeros_like(image)
        cv2.ellipse(cover, centre, size, float(rng.uniform(0, 180)), 0, 360, 1.0, -1)
        cover = cv2.GaussianBlur(cover, (0, 0), float(rng.uniform(0.6, 5))) * np.float32(rng.uniform(0.3, 1))
        image = (image * (1 - cover) + cover * rng.choice([255.0, 250.0, 60.0, 150.0])).astype(np.float32)
    return image


def _shade(rng: np.random.Generator, image: Plane) -> Plane:
    x = np.linspace(-1, 1, image.shape[1], dtype=np.float32)
    if rng.random() < 0.35:
        image = image * (1 + rng.uniform(-0.4, 0.4) * x)[None]
    if rng.random() < 0.15:
        image = image + 110 * rng.random() * np.exp(-(((x - rng.uniform(-1, 1)) / rng.uniform(0.03, 0.3)) ** 2))[None]
    if rng.random() < 0.3:
        image = (255 * (np.clip(image, 0, 255) / 255) ** rng.uniform(0.5, 2.0)).astype(np.float32)
    return np.clip(image, 0, 255).astype(np.float32)


def _resample(rng: np.random.Generator, image: Plane) -> Plane:
    """Lower resolution than the strip's: capitals down to about five pixels."""
    if rng.random() > 0.55:
        return image
    share = rng.uniform(0.3, 1.0) if rng.random() < 0.5 else rng.uniform(0.5, 1.0)
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA).astype(np.float32)
    if rng.random() < 0.4:
        small = _compress(rng, small)
    how = int(rng.choice([cv2.INTER_CUBIC, cv2.INTER_LINEAR]))
    return cv2.resize(small, image.shape[::-1], interpolation=how).astype(np.float32)


def _sharpen(rng: np.random.Generator, image: Plane) -> Plane:
    if rng.random() > 0.2:
        return image
    return image + (image - cv2.GaussianBlur(image, (0, 0), 1.2)) * np.float32(rng.uniform(0.3, 1.5))


def _noise(rng: np.random.Generator, image: Plane) -> Plane:
    return image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0, 9) * rng.random())


def _compress(rng: np.random.Generator, image: Plane) -> Plane:
    if rng.random() > 0.3:
        return np.clip(image, 0, 255)
    return jpeg(image, int(rng.integers(20, 85)))


def jpeg(image: Plane, quality: int) -> Plane:
    """The image after a pass through a JPEG file."""
    coded = cv2.imencode(".jpg", image.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE), np.float32)


def _labels(written: str, centres_px: Plane) -> NDArray[np.int64]:
    labels = np.full(STRIP_WIDTH_PX // STEP_PX, BLANK, np.int64)
    steps = (np.arange(len(labels)) + 0.5) * STEP_PX
    for centre, character in zip(centres_px, written, strict=True):
        labels[np.abs(steps - centre) <= 0.2 * PITCH_PX] = ALPHABET.index(character)
    return labels
