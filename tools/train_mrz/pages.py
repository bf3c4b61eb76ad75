"""Cluttered scenes with a document in them, and the map of where its machine readable lines run."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.render.glyphs import CAP_MM, FACES, Type, print_text
from tools.train_mrz.lines import draw, jpeg, text

Plane = NDArray[np.float32]
MAP_STEP_PX = 4
"""The map has one cell for so many pixels of the scene."""
NOMINAL_CAPITAL_PX = 10.0
BAND = 0.35
"""Half the height of the marked band, as a share of a capital's height."""
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
    warp = _warp(rng, card.shape, lines, px_per_mm, side_px)
    image = _desk(rng, side_px)
    cover = cv2.warpPerspective(np.ones_like(card), warp, (side_px, side_px))
    laid = cv2.warpPerspective(card, warp, (side_px, side_px), flags=cv2.INTER_AREA)
    image = image * (1 - cover) + laid * cover
    return _photograph(rng, image.astype(np.float32)), _map(lines, px_per_mm, warp, side_px)


# --- the card ------------------------------------------------------------------------------------------------


def _card(rng: np.random.Generator, kind: str, px_per_mm: float) -> tuple[Plane, list[Line]]:
    width_mm, height_mm, count, columns = _CARDS_MM[kind]
    upper_page = height_mm if kind in ("TD3", "MRVA") and rng.random() < 0.4 else 0
    shape = (int((height_mm + upper_page) * px_per_mm), int(width_mm * px_per_mm))
    card = _paper(rng, shape)
    if upper_page:
        _clutter(rng, card[: int(upper_page * px_per_mm)], px_per_mm)
        card[int(upper_page * px_per_mm) - 1 : int(upper_page * px_per_mm) + 1] *= rng.uniform(0.5, 1.1)
    band_mm = 3 + count * 6.5
    free = card[int(upper_page * px_per_mm) : shape[0] - int(band_mm * px_per_mm)]
    if free.shape[0] > 20:
        _clutter(rng, free, px_per_mm)
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
    return card * (1 - ink * np.float32(rng.uniform(0.45, 0.98))), lines


def _paper(rng: np.random.Generator, shape: tuple[int, int]) -> Plane:
    height, width = shape
    paper = np.full(shape, rng.uniform(130, 255), np.float32)
    paper += _clouds(rng, shape, float(rng.uniform(0, 25)))
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    for _ in range(int(rng.integers(0, 4))):
        wave = x * rng.uniform(0.02, 1.2) + y * rng.uniform(-1.2, 1.2)
        wave += rng.uniform(0, 6) * np.sin(x * rng.uniform(0, 0.08) + y * rng.uniform(0, 0.08))
        paper += np.float32(rng.uniform(2, 22)) * np.sin(wave)
    return paper


def _clouds(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Plane:
    grid = rng.standard_normal((int(rng.integers(2, 24)), int(rng.integers(2, 24)))).astype(np.float32)
    return cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32) * strength


def _clutter(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    """Portrait, captions, emblems, bars and paragraphs on a region of the card."""
    things = [_portrait, _captions, _captions, _shapes, _bars, _paragraph, _short_codes]
    for thing in rng.choice(np.array(things, dtype=object), int(rng.integers(1, 6))):
        thing(rng, part, px_per_mm)


def _portrait(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    height, width = part.shape
    tall = int(min(rng.uniform(20, 45) * px_per_mm, height))
    wide = int(tall * 0.78)
    if wide >= width or tall < 8:
        return
    left, top = int(rng.integers(0, width - wide)), int(rng.integers(0, height - tall + 1))
    face = np.full((tall, wide), rng.uniform(120, 250), np.float32)
    middle = (wide // 2, int(tall * 0.45))
    cv2.ellipse(
        face, (wide // 2, tall), (int(wide * 0.45), int(tall * 0.3)), 0, 0, 360, float(rng.uniform(20, 200)), -1
    )
    cv2.ellipse(face, middle, (int(wide * 0.33), int(tall * 0.36)), 0, 0, 360, float(rng.uniform(10, 120)), -1)
    cv2.ellipse(face, middle, (int(wide * 0.26), int(tall * 0.3)), 0, 0, 360, float(rng.uniform(100, 220)), -1)
    part[top : top + tall, left : left + wide] = face + _clouds(rng, face.shape, 18)


def _captions(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    letters = np.zeros(part.shape, np.uint8)
    for _ in range(int(rng.integers(3, 14))):
        where = (int(rng.integers(-10, part.shape[1])), int(rng.integers(0, part.shape[0] + 1)))
        words = draw(rng, "ABCDEFGHIJKLMNOPRSTUVZ0123456789     aeioursnt./", int(rng.integers(3, 26)))
        face = int(rng.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX]))
        size = rng.uniform(1.2, 4.5) * px_per_mm / 22
        cv2.putText(letters, words, where, face, float(size), 255, int(rng.integers(1, 3)), cv2.LINE_AA)
    part -= letters * np.float32(rng.uniform(0.2, 0.9))


def _paragraph(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    """Full lines of ordinary print: what a zone must not be mistaken for."""
    letters = np.zeros(part.shape, np.uint8)
    size = rng.uniform(1.2, 3.2) * px_per_mm / 22
    spacing = max(4, int(size * 22 * rng.uniform(1.4, 2.2)))
    top = int(rng.integers(0, part.shape[0]))
    for line in range(int(rng.integers(2, 12))):
        words = draw(rng, "ABCDEFGHIJKLMNOPRSTUVXYZ   aeioursntabcdefgh", int(rng.integers(30, 90)))
        where = (int(part.shape[1] * 0.04), top + line * spacing)
        cv2.putText(letters, words, where, cv2.FONT_HERSHEY_SIMPLEX, float(size), 255, 1, cv2.LINE_AA)
    part -= letters * np.float32(rng.uniform(0.3, 0.9))


def _short_codes(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    """OCR-B in the visual zone."""
    ink = np.zeros_like(part)
    for _ in range(int(rng.integers(1, 8))):
        how = Type(str(rng.choice(FACES)), pitch_mm=rng.uniform(1.5, 3))
        words = draw(rng, "ABCDEFGHIJKLMNOPRSTUV0123456789 ", int(rng.integers(3, 16)))
        left, baseline = rng.uniform(0, part.shape[1] / px_per_mm), rng.uniform(0, part.shape[0] / px_per_mm)
        print_text(ink, words, left, baseline, px_per_mm, how)
    part *= 1 - ink * np.float32(rng.uniform(0.4, 0.9))


def _bars(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
    left, top = int(rng.integers(part.shape[1])), int(rng.integers(part.shape[0]))
    place = part[top : top + int(rng.uniform(3, 14) * px_per_mm), left : left + int(rng.uniform(20, 60) * px_per_mm)]
    if place.size:
        bars = rng.random((1 if rng.random() < 0.5 else place.shape[0], place.shape[1])) < 0.5
        place[:] = np.where(cv2.erode(bars.astype(np.uint8), np.ones((1, int(rng.integers(1, 4))))) > 0, 40, 235)


def _shapes(rng: np.random.Generator, part: Plane, _px_per_mm: float) -> None:
    for _ in range(int(rng.integers(1, 8))):
        centre = (int(rng.integers(part.shape[1])), int(rng.integers(part.shape[0])))
        axes = (int(rng.integers(2, 60)), int(rng.integers(2, 60)))
        thick = int(rng.choice([-1, 1, 1, 2, 3]))
        cv2.ellipse(part, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(30, 250)), thick)
        ends = rng.integers(-20, [part.shape[1] + 20, part.shape[0] + 20], (2, 2))
        cv2.line(part, ends[0].tolist(), ends[1].tolist(), float(rng.uniform(30, 250)), int(rng.integers(1, 4)))


# --- the picture of it ---------------------------------------------------------------------------------------


def _desk(rng: np.random.Generator, side_px: int) -> Plane:
    shape = (side_px, side_px)
    desk = np.full(shape, rng.choice([0, 20, 255, rng.uniform(0, 255), rng.uniform(0, 255)]), np.float32)
    desk += _clouds(rng, shape, float(rng.uniform(0, 40)))
    if rng.random() < 0.4:
        _clutter(rng, desk, float(rng.uniform(2, 8)))
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
        image = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.3, 1.4))).astype(np.float32)
    if rng.random() < 0.4:
        image = image * (1 + _clouds(rng, image.shape, 0.2))
    if rng.random() < 0.15:
        glare = np.zeros_like(image)
        cv2.circle(
            glare, tuple(int(v) for v in rng.integers(0, image.shape[0], 2)), int(rng.integers(5, 60)), 200.0, -1
        )
        image = image + cv2.GaussianBlur(glare, (0, 0), 15)
    image = image * np.float32(rng.uniform(0.35, 1.05)) + np.float32(rng.uniform(0, 40))
    image = image + rng.standard_normal(image.shape, np.float32) * np.float32(rng.uniform(0, 10) * rng.random())
    image = np.clip(image, 0, 255).astype(np.float32)
    if rng.random() < 0.3:
        image = jpeg(image, int(rng.integers(15, 80)))
    return image


def _map(lines: list[Line], px_per_mm: float, warp: NDArray[np.float64], side_px: int) -> Plane:
    planes = np.zeros((5, side_px // MAP_STEP_PX, side_px // MAP_STEP_PX), np.float32)
    for line in lines:
        half = line.capital_mm * BAND
        box = [(line.left_mm, -half), (line.right_mm, -half), (line.right_mm, half), (line.left_mm, half)]
        corners = np.array([[[x, y + line.middle_mm] for x, y in box]], np.float32) * px_per_mm
        corners = cv2.perspectiveTransform(corners, warp)[0]
        band = np.zeros((side_px, side_px), np.uint8)
        cv2.fillPoly(band, [np.round(corners * 8).astype(np.int32)], 255, cv2.LINE_AA, 3)
        marked = cv2.resize(band, None, fx=1 / MAP_STEP_PX, fy=1 / MAP_STEP_PX, interpolation=cv2.INTER_AREA) / 255
        along = corners[1] - corners[0]
        capital = np.linalg.norm(corners[3] + corners[2] - corners[0] - corners[1]) / 2 / (2 * BAND)
        values = (*(along / np.linalg.norm(along)), np.log2(capital / NOMINAL_CAPITAL_PX), 1.0)
        planes[0] = np.maximum(planes[0], marked)
        for plane, value in zip(planes[1:], values, strict=True):
            plane[marked > 0.3] = value
    return planes
