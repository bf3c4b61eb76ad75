"""Cluttered scenes with a document in them, and the map of where its machine readable lines run."""

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.render.glyphs import CAP_MM, FACES, Type, print_text
from tools.train_mrz.clutter import clouds, clutter, frame, surface, watermark
from tools.train_mrz.second_strips import jpeg
from tools.train_mrz.texts import text

Plane = NDArray[np.float32]
MAP_STEP_PX = 4
"""The map has one cell for so many pixels of the scene."""
NOMINAL_CAPITAL_PX = 10.0
BAND = 0.35
"""Half the height of the marked band, as a share of a capital's height."""
_PIECES = 8
"""A bent line is marked in so many pieces."""
_CARDS_MM = {"TD3": (125, 88, 2, 44), "TD1": (86, 54, 3, 30), "TD2": (105, 74, 2, 36), "MRVA": (120, 80, 2, 44)}


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line on the card, in millimetres: from where to where its middle runs."""

    left_mm: float
    right_mm: float
    middle_mm: float
    capital_mm: float


def scene(rng: np.random.Generator, side_px: int) -> tuple[Plane, Plane]:
    """A grey square scene 0..255 and its map (5 x side/4 x side/4): band, cosine, sine, log2 of height, known.

    Cosine and sine are those of the reading direction, the height is a capital's; `known` is 1 where they hold.
    """
    capital_px = float(np.exp(rng.uniform(np.log(4.5), np.log(24))))
    kind = str(rng.choice(["TD3", "TD3", "TD3", "TD1", "TD2", "MRVA"]))
    px_per_mm = capital_px / CAP_MM
    card, lines = _card(rng, kind, px_per_mm)
    sag_px = _sag(rng, card.shape[1], capital_px)
    card = _bent(card, sag_px)
    warp = _warp(rng, card.shape, lines, px_per_mm, side_px)
    image = _desk(rng, side_px)
    cover = cv2.warpPerspective(np.ones_like(card), warp, (side_px, side_px))
    laid = cv2.warpPerspective(card, warp, (side_px, side_px), flags=cv2.INTER_AREA)
    image = image * (1 - cover) + laid * cover
    return _photograph(rng, image.astype(np.float32)), _map(lines, px_per_mm, sag_px, warp, side_px)


# --- the card ------------------------------------------------------------------------------------------------


def _card(rng: np.random.Generator, kind: str, px_per_mm: float) -> tuple[Plane, list[Line]]:
    width_mm, height_mm, count, columns = _CARDS_MM[kind]
    upper_page = height_mm if kind in ("TD3", "MRVA") and rng.random() < 0.4 else 0
    shape = (int((height_mm + upper_page) * px_per_mm), int(width_mm * px_per_mm))
    card = _paper(rng, shape)
    if upper_page:
        clutter(rng, card[: int(upper_page * px_per_mm)], px_per_mm)
        card[int(upper_page * px_per_mm) - 1 : int(upper_page * px_per_mm) + 1] *= rng.uniform(0.5, 1.1)
    band_mm = 3 + count * 6.5
    free = card[int(upper_page * px_per_mm) : shape[0] - int(band_mm * px_per_mm)]
    if free.shape[0] > 20:
        clutter(rng, free, px_per_mm)
    if rng.random() < 0.12:
        return card, []
    return _zone(rng, card, (width_mm, height_mm + upper_page, count, columns), px_per_mm)


def _zone(
    rng: np.random.Generator, card: Plane, size: tuple[int, int, int, int], px_per_mm: float
) -> tuple[Plane, list[Line]]:
    width_mm, height_mm, count, columns = size
    how = Type(
        face=str(rng.choice(FACES)),
        pitch_mm=rng.uniform(2.35, min(2.75, (width_mm - 3) / columns)),
        height=rng.uniform(0.92, 1.12),
        bolder_mm=rng.uniform(-0.06, 0.12),
    )
    spacing_mm = rng.uniform(3.7, 7.0)
    capital_mm = CAP_MM * how.pitch_mm / 2.54 * how.height
    left_mm = rng.uniform(0.5, max(0.6, width_mm - columns * how.pitch_mm - 0.5))
    bottom_mm = height_mm - rng.uniform(2, 7)
    ink = np.zeros_like(card)
    lines = []
    for index in range(count):
        baseline_mm = bottom_mm - (count - 1 - index) * spacing_mm
        print_text(ink, text(rng, columns), left_mm, baseline_mm, px_per_mm, how)
        lines.append(Line(left_mm, left_mm + columns * how.pitch_mm, baseline_mm - capital_mm / 2, capital_mm))
    if rng.random() < 0.3:
        top = int((lines[0].middle_mm - 4) * px_per_mm)
        card[top:] = card[top:] * 0.2 + rng.uniform(150, 255) * 0.8
    card = card * (1 - ink * _strength(rng, card.shape[1]))
    if rng.random() < 0.06:
        edges_mm = lines[0].middle_mm - capital_mm, lines[-1].middle_mm + capital_mm
        frame(rng, card, *(int(edge * px_per_mm) for edge in edges_mm))
    if rng.random() < 0.12:
        watermark(rng, card)
    return card, lines


def _strength(rng: np.random.Generator, width: int) -> Plane:
    """Contrast of the ink from the left to the right: even, or fading."""
    left, right = rng.uniform(0.2, 0.98, 2).tolist() if rng.random() < 0.15 else [rng.uniform(0.35, 0.98)] * 2
    return np.asarray(np.linspace(left, right, width)[None], np.float32)


def _sag(rng: np.random.Generator, width: int, capital_px: float) -> Plane:
    """How far each column of the card is bent down, as a page beside the spine or a warped card is."""
    x = np.linspace(-1, 1, width, dtype=np.float32)
    if rng.random() > 0.3:
        return np.zeros_like(x)
    curves = (x**2 - 0.3, x**3 - x, np.sin(x * 3 + rng.uniform(0, 6)), np.exp(-(x + 1) * 4))
    return np.asarray(capital_px * rng.uniform(-1.3, 1.3) * curves[int(rng.integers(len(curves)))], np.float32)


def _bent(card: Plane, sag_px: Plane) -> Plane:
    if not sag_px.any():
        return card
    y, x = np.mgrid[0 : card.shape[0], 0 : card.shape[1]].astype(np.float32)
    return np.asarray(cv2.remap(card, x, y - sag_px, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _paper(rng: np.random.Generator, shape: tuple[int, int]) -> Plane:
    height, width = shape
    paper = np.full(shape, rng.uniform(130, 255), np.float32)
    paper += clouds(rng, shape, float(rng.uniform(0, 25)))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for _ in range(int(rng.integers(0, 4))):
        wave = x * rng.uniform(0.02, 1.2) + y * rng.uniform(-1.2, 1.2)
        wave += rng.uniform(0, 6) * np.sin(x * rng.uniform(0, 0.08) + y * rng.uniform(0, 0.08))
        paper += np.float32(rng.uniform(2, 22)) * np.sin(wave)
    return paper


# --- the picture of it ---------------------------------------------------------------------------------------


def _desk(rng: np.random.Generator, side_px: int) -> Plane:
    desk = surface(rng, (side_px, side_px))
    if rng.random() < 0.4:
        clutter(rng, desk, float(rng.uniform(2, 8)))
    return desk


def _warp(
    rng: np.random.Generator, shape: tuple[int, int], lines: list[Line], px_per_mm: float, side_px: int
) -> NDArray[np.float64]:
    """Card to scene: turned, tilted away, and so that some of the zone is in the picture."""
    height, width = shape
    turn = rng.uniform(0, 2 * np.pi) if rng.random() < 0.4 else rng.integers(4) * np.pi / 2 + rng.normal(0, 0.07)
    tilt = rng.uniform(0, 0.14) if rng.random() < 0.5 else 0.01
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    middle = corners.mean(0)
    if lines:
        middle = np.array([width / 2, lines[0].middle_mm * px_per_mm])
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    moved = (corners - middle) @ rotation * rng.uniform(0.95, 1.05, 2)
    moved *= 1 + rng.uniform(-tilt, tilt, (4, 2))
    spread = 0.33 if width > side_px else 0.2
    moved += side_px / 2 + rng.uniform(-spread, spread, 2) * side_px
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
    return np.asarray(warp, np.float64)


def _photograph(rng: np.random.Generator, image: Plane) -> Plane:
    if rng.random() < 0.4:
        image = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 1.6))).astype(np.float32)
    if rng.random() < 0.1:
        reach = int(rng.integers(2, 6))
        kernel = np.diag(np.ones(reach)) if rng.random() < 0.4 else np.ones((1, reach))
        image = cv2.filter2D(image, -1, (kernel if rng.random() < 0.5 else kernel.T) / kernel.sum()).astype(np.float32)
    if rng.random() < 0.4:
        image = image * (1 + clouds(rng, image.shape, 0.2))
    if rng.random() < 0.2:
        image = image + _lamp(rng, image.shape)
    image = image * np.float32(rng.uniform(0.25, 1.05)) + np.float32(rng.uniform(0, 50))
    if rng.random() < 0.15:
        image = np.asarray(255 * (image.clip(0, 255) / 255) ** rng.uniform(0.5, 2.0), np.float32)
    image = image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0, 12) * rng.random())
    image = np.clip(image, 0, 255).astype(np.float32)
    if rng.random() < 0.35:
        image = jpeg(image, int(rng.integers(10, 80)))
    return image


def _lamp(rng: np.random.Generator, shape: tuple[int, int]) -> Plane:
    """Glare: a blot with soft or hard edges."""
    glare = np.zeros(shape, np.float32)
    centre = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
    axes = (int(rng.integers(5, 60)), int(rng.integers(5, 90)))
    cv2.ellipse(glare, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(80, 230)), -1)
    return np.asarray(cv2.GaussianBlur(glare, (0, 0), float(rng.uniform(2, 22))), np.float32)


def _map(lines: list[Line], px_per_mm: float, sag_px: Plane, warp: NDArray[np.float64], side_px: int) -> Plane:
    planes = np.zeros((5, side_px // MAP_STEP_PX, side_px // MAP_STEP_PX), np.float32)
    for line in lines:
        for first, last in pairwise(np.linspace(line.left_mm, line.right_mm, _PIECES + 1) * px_per_mm):
            _mark(planes, _piece(line, px_per_mm, (first, last), sag_px, warp), side_px)
    return planes


def _piece(
    line: Line, px_per_mm: float, ends: tuple[float, float], sag_px: Plane, warp: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Corners in the scene of the band between two places of a line."""
    half = line.capital_mm * BAND * px_per_mm
    low, high = (line.middle_mm * px_per_mm + sag_px[min(int(end), len(sag_px) - 1)] for end in ends)
    first, last = ends
    box = [(first, low - half), (last, high - half), (last, high + half), (first, low + half)]
    return np.asarray(cv2.perspectiveTransform(np.array([box], np.float32), warp)[0], np.float32)


def _mark(planes: Plane, corners: NDArray[np.float32], side_px: int) -> None:
    band = np.zeros((side_px, side_px), np.uint8)
    cv2.fillPoly(band, [np.round(corners * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
    top, left = (max(0, int(edge) // MAP_STEP_PX * MAP_STEP_PX - MAP_STEP_PX) for edge in corners.min(0)[::-1])
    below, right = (max(0, int(edge) // MAP_STEP_PX * MAP_STEP_PX + 2 * MAP_STEP_PX) for edge in corners.max(0)[::-1])
    part = band[top:below, left:right]
    if not part.size:
        return
    marked = cv2.resize(part, None, fx=1 / MAP_STEP_PX, fy=1 / MAP_STEP_PX, interpolation=cv2.INTER_AREA) / 255
    here = planes[:, top // MAP_STEP_PX : below // MAP_STEP_PX, left // MAP_STEP_PX : right // MAP_STEP_PX]
    along = corners[1] - corners[0]
    capital = np.linalg.norm(corners[3] + corners[2] - corners[0] - corners[1]) / 2 / (2 * BAND)
    values = (*(along / np.linalg.norm(along)), np.log2(capital / NOMINAL_CAPITAL_PX), 1.0)
    here[0] = np.maximum(here[0], marked)
    for plane, value in zip(here[1:], values, strict=True):
        plane[marked > 0.3] = value
