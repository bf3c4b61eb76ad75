"""What stands on a document or lies around it and is no machine readable zone."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.render.glyphs import FACES, Type, print_text
from tools.train_mrz.texts import draw

Plane = NDArray[np.float32]


def clouds(rng: np.random.Generator, shape: tuple[int, int], strength: float) -> Plane:
    grid = rng.standard_normal((int(rng.integers(2, 24)), int(rng.integers(2, 24)))).astype(np.float32)
    return cv2.resize(grid, shape[::-1], interpolation=cv2.INTER_CUBIC).astype(np.float32) * strength


def clutter(rng: np.random.Generator, part: Plane, px_per_mm: float) -> None:
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
    part[top : top + tall, left : left + wide] = face + clouds(rng, face.shape, 18)


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


def watermark(rng: np.random.Generator, part: Plane) -> None:
    """SPECIMEN, or the like, in large pale letters across it all."""
    height, width = part.shape
    letters = np.zeros(part.shape, np.uint8)
    words = draw(rng, "ABCDEFGHIJKLMNOPRSTUVZ ", int(rng.integers(4, 14)))
    size = width / max(len(words), 1) / 20 * rng.uniform(0.6, 1.4)
    where = (int(rng.uniform(-0.1, 0.3) * width), int(rng.uniform(0.3, 1.0) * height))
    thick = int(rng.integers(1, max(2, int(size * 6))))
    cv2.putText(letters, words, where, int(rng.integers(0, 5)), float(size), 255, thick, cv2.LINE_AA)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.uniform(-45, 45)), 1)
    part += cv2.warpAffine(letters, turn, (width, height)) * np.float32(rng.uniform(-0.45, 0.25))


def frame(rng: np.random.Generator, part: Plane, top: int, bottom: int) -> None:
    """A box drawn around some rows, as screenshots with remarks have it."""
    left, right = int(rng.uniform(-10, 20)), int(part.shape[1] - rng.uniform(-10, 20))
    corners = (left, top - int(rng.integers(1, 9))), (right, bottom + int(rng.integers(1, 9)))
    cv2.rectangle(part, *corners, float(rng.uniform(20, 160)), int(rng.integers(1, 4)))


def surface(rng: np.random.Generator, shape: tuple[int, int]) -> Plane:
    """What a document lies on: cloth, wood, a keyboard, papers, or a hand that holds it."""
    ground = np.full(shape, rng.choice([0, 20, 255, rng.uniform(0, 255), rng.uniform(0, 255)]), np.float32)
    kind = rng.random()
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    if kind < 0.15:
        stretched = rng.standard_normal((int(rng.integers(20, 120)), int(rng.integers(2, 8)))).astype(np.float32)
        grain = cv2.resize(stretched, shape[::-1], interpolation=cv2.INTER_CUBIC) * np.float32(rng.uniform(4, 30))
        ground += np.rot90(grain) if rng.random() < 0.5 and shape[0] == shape[1] else grain
    elif kind < 0.3:
        turn, weave = rng.uniform(0, 3), rng.uniform(0.3, 1.6)
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        ground += np.float32(rng.uniform(4, 40)) * (np.sin(u * weave) * np.sin(v * weave * rng.uniform(0.3, 1.5)))
    elif kind < 0.4:
        side = int(rng.integers(14, 60))
        for top in range(int(rng.integers(-side, 0)), shape[0], side):
            for left in range(int(rng.integers(-side, 0)), shape[1], side):
                far = (left + int(side * 0.85), top + int(side * 0.85))
                cv2.rectangle(ground, (left, top), far, float(rng.uniform(10, 90)), -1)
                key = np.zeros((side, side), np.uint8)
                cv2.putText(key, draw(rng, "ABCDEFGHKLMN0123456789", 1), (3, side // 2), 0, side / 70, 150, 1)
                here = ground[max(top, 0) : top + side, max(left, 0) : left + side]
                here += key[max(-top, 0) :, max(-left, 0) :][: here.shape[0], : here.shape[1]]
    elif kind < 0.6:
        for _ in range(int(rng.integers(1, 6))):
            centre = (int(rng.integers(shape[1])), int(rng.integers(shape[0])))
            axes = (int(rng.integers(10, 60)), int(rng.integers(40, 220)))
            cv2.ellipse(ground, centre, axes, float(rng.uniform(0, 180)), 0, 360, float(rng.uniform(60, 220)), -1)
        ground = cv2.GaussianBlur(ground, (0, 0), float(rng.uniform(1, 6))).astype(np.float32)
    return ground + clouds(rng, shape, float(rng.uniform(0, 40)))
