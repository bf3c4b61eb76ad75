"""Paper, guilloche and emblem, under each light. Drawn once for a design and size, then kept."""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.render.designs import DESIGNS, Colour, Design

Picture = NDArray[np.uint8]
Mask = NDArray[np.float32]
SHIFT = 4
"""Fractional bits of the coordinates given to OpenCV."""
MICROTEXT = "SPECIMEN  UTOPIA  " * 16
INFRARED_PAPER = 216
ULTRAVIOLET_PAPER = np.array([62, 20, 24], np.float32)


@lru_cache(maxsize=36)
def background(name: str, shape: tuple[int, int], light: str) -> Picture:
    """The empty document of a design: rows x columns x 3. Not to be written to."""
    picture = _LIGHTS[light](DESIGNS[name], shape)
    picture.setflags(write=False)
    return picture


def _visible(design: Design, shape: tuple[int, int]) -> Picture:
    paper = _gradient(design.paper, shape, diagonal=True)
    ink = _gradient(design.lines, shape, diagonal=False)
    mask = np.maximum(0.55 * _guilloche(design.pattern, shape), 0.75 * _microtext(shape))
    return _mixed(paper, ink, mask)


def _infrared(design: Design, shape: tuple[int, int]) -> Picture:
    """The background's inks are all but transparent at 900 nm."""
    grey = np.full((*shape, 3), INFRARED_PAPER, np.float32)
    return _mixed(grey, grey - 40.0, 0.12 * _guilloche(design.pattern, shape))


def _ultraviolet(design: Design, shape: tuple[int, int]) -> Picture:
    """Dull paper, and a second pattern that glows."""
    other = {"rosettes": "rays"}.get(design.pattern, "rosettes")
    paper = np.broadcast_to(ULTRAVIOLET_PAPER, (*shape, 3))
    glow = _gradient(design.glow, shape, diagonal=True)
    return _mixed(paper, glow, np.maximum(0.7 * _guilloche(other, shape), 0.9 * _fibres(shape)))


_LIGHTS: Mapping[str, Callable[[Design, tuple[int, int]], Picture]] = {
    "visible": _visible,
    "infrared": _infrared,
    "ultraviolet": _ultraviolet,
}


def _mixed(under: Mask, over: Mask, share: Mask) -> Picture:
    mixed: Picture = (under + (over - under) * share[..., None]).astype(np.uint8)
    return mixed


def _gradient(colours: tuple[Colour, Colour], shape: tuple[int, int], diagonal: bool) -> Mask:
    rows, columns = shape
    along: Mask = np.linspace(0.0, 1.0, columns, dtype=np.float32)[None, :].repeat(rows, axis=0)
    if diagonal:
        along = (along + np.linspace(0.0, 1.0, rows, dtype=np.float32)[:, None]) / np.float32(2)
    start, stop = (np.array(colour, np.float32) for colour in colours)
    return (start + (stop - start) * along[..., None]).astype(np.float32, copy=False)


def _guilloche(pattern: str, shape: tuple[int, int]) -> Mask:
    """0..1 for each pixel, the line's coverage. Units of the curves are a hundredth of the document's width."""
    if pattern == "contours":
        return _contours(shape)
    canvas = np.zeros(shape, np.uint8)
    unit = shape[1] / 100.0
    height = shape[0] / unit
    for curve in _CURVES[pattern](height):
        points = np.round(curve * unit * (1 << SHIFT)).astype(np.int32)
        cv2.polylines(canvas, [points[:, None]], False, 255, 1, cv2.LINE_AA, SHIFT)
    return canvas.astype(np.float32) / 255.0


def _waves(height: float) -> Iterator[Mask]:
    x = np.linspace(-2.0, 102.0, 260, dtype=np.float32)
    for index in range(46):
        phase = index * 0.19
        swell = 5.0 * np.sin(x * 0.11 + phase) + 2.2 * np.sin(x * 0.31 - 1.7 * phase)
        yield np.stack([x, swell + (index / 45.0) * (height + 12.0) - 6.0], axis=1)


def _rosettes(height: float) -> Iterator[Mask]:
    centres = ((22.0, height * 0.4, 17.0, 9), (66.0, height * 0.33, 23.0, 14), (90.0, height * 0.85, 14.0, 7))
    for x, y, radius, petals in centres:
        yield from _rosette(x, y, radius, petals)
    yield from _lattice(height)


def _rosette(x: float, y: float, radius: float, petals: int) -> Iterator[Mask]:
    turn = np.linspace(0.0, 2 * np.pi, 420, dtype=np.float32)
    for index in range(12):
        wave = 0.68 + 0.3 * np.sin(petals * turn + index * np.pi / 6) * np.cos(3 * turn + 0.2)
        yield np.stack([x + radius * wave * np.cos(turn), y + radius * wave * np.sin(turn)], axis=1)


def _rays(height: float) -> Iterator[Mask]:
    along = np.linspace(0.0, 1.0, 90, dtype=np.float32)
    for index in range(120):
        angle = index * 2 * np.pi / 120 + 0.16 * np.sin(along * 13.0)
        reach = 92.0 * along
        yield np.stack([52.0 + reach * np.cos(angle), height * 0.42 + reach * np.sin(angle)], axis=1)


def _lattice(height: float) -> Iterator[Mask]:
    x = np.linspace(-2.0, 102.0, 200, dtype=np.float32)
    for index in range(24):
        for lean in (0.5, -0.5):
            offset = index * (height + 80.0) / 23.0 - 50.0
            yield np.stack([x, offset + lean * x + 1.8 * np.sin(x * 0.42 + index)], axis=1)


_CURVES: Mapping[str, Callable[[float], Iterator[Mask]]] = {
    "waves": _waves,
    "rosettes": _rosettes,
    "rays": _rays,
    "lattice": _lattice,
}


def _contours(shape: tuple[int, int]) -> Mask:
    """Level lines of a smooth hilly field."""
    rows, columns = shape
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float32) * np.float32(100.0 / columns)
    field = 2.1 * np.sin(x * 0.083 + 0.6) + 1.7 * np.cos(y * 0.12) + np.sin((x + 1.6 * y) * 0.064) + 0.02 * x
    level = np.abs((field * 6.0) % 1.0 - 0.5) * 2.0
    slope = np.float32(columns / 100.0 * 0.55)
    lines: Mask = np.clip(1.0 - level * slope / 1.6, 0.0, 1.0)
    return lines


def _microtext(shape: tuple[int, int]) -> Mask:
    canvas = np.zeros(shape, np.uint8)
    unit = shape[1] / 100.0
    for y in (1.6, shape[0] / unit - 0.7):
        cv2.putText(canvas, MICROTEXT, (int(unit), int(y * unit)), 0, unit * 0.045, 255, 1, cv2.LINE_AA)
    return canvas.astype(np.float32) / 255.0


def _fibres(shape: tuple[int, int]) -> Mask:
    """Short bright threads strewn in the paper."""
    canvas = np.zeros(shape, np.uint8)
    rng = np.random.default_rng(shape[1])
    unit = shape[1] / 100.0
    for x, y, lean in rng.uniform((0, 0, -2), (100, shape[0] / unit, 2), (60, 3)):
        curve = np.array([[x, y], [x + 0.9, y + lean / 2], [x + 1.6, y + lean]]) * unit
        cv2.polylines(canvas, [curve.round().astype(np.int32)[:, None]], False, 255, 1, cv2.LINE_AA)
    return canvas.astype(np.float32) / 255.0
