"""The hall behind the traveller as the camera sees it: bright, blurred, empty, drawn from a seed."""

from functools import cache

import cv2
import numpy as np

from drivers.model import Image

WALL = (196, 190, 182)
CEILING = (226, 222, 216)
FLOOR = (148, 150, 154)
GLASS = (208, 200, 178)
LAMP = (250, 250, 246)
PILLAR = (172, 166, 160)
ACCENTS = ((150, 120, 60), (90, 140, 190), (110, 150, 110), (140, 110, 150))
BLUR_SHARE = 0.009
"""Blur of the background, as a share of the width."""


@cache
def hall(seed: int, width: int, height: int) -> Image:
    """Height x width x 3; read only."""
    rng = np.random.default_rng((seed, 0x4A11))
    picture = np.full((height, width, 3), WALL, dtype=np.uint8)
    picture[: int(0.16 * height)] = CEILING
    picture[int(0.82 * height) :] = FLOOR
    _windows(picture, rng)
    _lamps(picture)
    _signs(picture, rng)
    blurred = cv2.GaussianBlur(picture, (0, 0), BLUR_SHARE * width)
    blurred.setflags(write=False)
    return np.asarray(blurred, dtype=np.uint8)


def _windows(picture: Image, rng: np.random.Generator) -> None:
    """A row of tall panes between pillars."""
    height, width = picture.shape[:2]
    bay = int(width * rng.uniform(0.15, 0.21))
    for left in range(-int(rng.integers(bay)), width, bay):
        top, bottom = int(0.22 * height), int(0.76 * height)
        cv2.rectangle(picture, (left + bay // 8, top), (left + bay - bay // 8, bottom), GLASS, -1)
        cv2.rectangle(picture, (left - bay // 12, top // 2), (left + bay // 12, int(0.86 * height)), PILLAR, -1)


def _lamps(picture: Image) -> None:
    height, width = picture.shape[:2]
    for centre in np.linspace(0.1, 0.9, 5):
        left, right = int((centre - 0.05) * width), int((centre + 0.05) * width)
        cv2.rectangle(picture, (left, int(0.05 * height)), (right, int(0.09 * height)), LAMP, -1)


def _signs(picture: Image, rng: np.random.Generator) -> None:
    """A few plain coloured boards, too blurred to say anything."""
    height, width = picture.shape[:2]
    for colour in ACCENTS:
        left, top = int(rng.uniform(0, 0.9) * width), int(rng.uniform(0.2, 0.6) * height)
        corner = (left + int(rng.uniform(0.04, 0.1) * width), top + int(rng.uniform(0.06, 0.2) * height))
        cv2.rectangle(picture, (left, top), corner, colour, -1)
