"""Does a part of the face move as one flat thing, or against itself? The straightforward test of paper against skin.

Two looks at the same part are laid over one another by the shift, turn, stretch and shear that fit best (six numbers:
all that a flat thing does when it is moved, turned or tilted a little), and what still differs is the answer. The fit
is that of Lucas and Kanade in its inverse compositional form (Baker and Matthews, 2004), coarse picture first; slow
changes of light are taken out as one gain and one offset.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE_PX = 128
"""Of the straightened face that is compared, eyes 40 px apart."""
COARSE_PX = 4.0
STEPS = 15
SETTLED_PX = 0.3 / SIDE_PX
FINE_PX = 2.5
"""Differences are averaged over so much: noise of the sensor goes, a moved lip stays."""
LEAST = 1e-4

Grey = NDArray[np.float32]
Map = NDArray[np.float64]
"""3 x 3, from the first look's px to the other's."""


@dataclass(frozen=True, slots=True)
class Part:
    """An oval of the straightened face: middle and half axes in px."""

    middle: tuple[float, float]
    axes: tuple[float, float]

    @property
    def inside(self) -> NDArray[np.bool_]:
        down, across = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
        x, y = (across - self.middle[0]) / self.axes[0], (down - self.middle[1]) / self.axes[1]
        return np.asarray(x * x + y * y < 1.0)


FACE = Part((64, 66), (38, 51))
MOUTH = Part((64, 90), (26, 20))
"""Small enough to lie inside a mask: a mask's edge moves against the head even where the mask itself is stiff."""


def liveliness(looks: Sequence[Grey], part: Part) -> float:
    """Logarithm of what no flat motion explains, as a share of the part's contrast; its mean over all looks but the
    first, which they are held against. Higher: moves against itself."""
    first = _Fitted(looks[0], part)
    return float(np.mean([log(first.unexplained(look) + LEAST) for look in looks[1:]]))


def small(grey: Grey) -> Grey:
    """The straightened face at the size that is compared, smoothed so that a shift by parts of a px is exact."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 1.2 * grey.shape[0] / (2 * SIDE_PX))
    return np.asarray(cv2.resize(smooth, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA), np.float32)


class _Fitted:
    """The first look at a part, ready to have others laid over it."""

    def __init__(self, look: Grey, part: Part) -> None:
        self._inside = part.inside
        self._levels = [_Level(_coarse(look), self._inside), _Level(look, self._inside)]
        self._first = look

    def unexplained(self, look: Grey) -> float:
        across: Map = np.eye(3)
        for level, picture in zip(self._levels, (_coarse(look), look), strict=True):
            across = level.fit(picture, across)
        laid_over = _warped(look, across, cv2.INTER_CUBIC)
        first, other = self._first[self._inside], laid_over[self._inside]
        difference = _gain(first, other) * (laid_over - other.mean()) - (self._first - first.mean())
        smooth = cv2.GaussianBlur(difference, (0, 0), FINE_PX)
        return float(smooth[self._inside].std() / (first.std() + 1.0))


@dataclass(slots=True)
class _Level:
    """One picture with what each of the six numbers would change in it."""

    picture: Grey
    inside: NDArray[np.bool_]
    values: Grey = field(init=False)
    solver: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        values = self.picture[self.inside]
        self.values = values - values.mean()
        across = cv2.Sobel(self.picture, cv2.CV_32F, 1, 0, scale=1 / 8)[self.inside]
        down = cv2.Sobel(self.picture, cv2.CV_32F, 0, 1, scale=1 / 8)[self.inside]
        places = _places()[self.inside]
        slopes = np.concatenate([across[:, None] * places, down[:, None] * places], axis=1)
        light = np.stack([self.values, np.ones_like(values)], axis=1)
        light /= np.linalg.norm(light, axis=0) + 1e-6
        slopes -= light @ (light.T @ slopes)
        square = slopes.T @ slopes
        self.solver = np.linalg.solve(square + (1e-6 * np.trace(square) + 1e-6) * np.eye(6, dtype=np.float32), slopes.T)

    def fit(self, look: Grey, across: Map) -> Map:
        """`across` made better until it settles."""
        for _ in range(STEPS):
            there = _warped(look, across, cv2.INTER_LINEAR)[self.inside]
            step = self.solver @ (_gain(self.values, there) * (there - there.mean()) - self.values)
            across = across @ np.linalg.inv(_as_map(step))
            if float(np.abs(step).max()) < SETTLED_PX:
                break
        return across


HALF = SIDE_PX / 2


def _places() -> Grey:
    """[SIDE_PX, SIDE_PX, 3]: x and y from the middle in half sides, and 1."""
    down, across = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32)
    return np.stack([(across - HALF) / HALF, (down - HALF) / HALF, np.ones_like(down)], axis=-1)


def _as_map(step: Grey) -> Map:
    """Six numbers in half sides and px, as a map of px."""
    a, b, c, d, e, f = (float(value) for value in step)
    return np.array([[1 + a / HALF, b / HALF, c - a - b], [d / HALF, 1 + e / HALF, f - d - e], [0.0, 0.0, 1.0]])


def _coarse(picture: Grey) -> Grey:
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), COARSE_PX), np.float32)


def _warped(picture: Grey, across: Map, how: int) -> Grey:
    flags = how | cv2.WARP_INVERSE_MAP
    size = (SIDE_PX, SIDE_PX)
    return np.asarray(
        cv2.warpAffine(picture, across[:2], size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32
    )


def _gain(first: Grey, other: Grey) -> float:
    """By how much the other look must be brighter or darker to be like the first."""
    spread = other - other.mean()
    return float(((first - first.mean()) @ spread) / max(float(spread @ spread), 1e-6))
