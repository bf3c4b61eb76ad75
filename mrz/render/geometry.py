"""Bends and turns of a page, done to its pixels and to its corners alike.

A page is first bowed (each row shifted down along an arch over its width), then seen from an angle. Both steps are kept
as functions in both directions: pixels are fetched backwards, corners are sent forwards.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.model import Quadrilateral
from mrz.render.pages import Image, RenderedPage

Points = NDArray[np.float64]
Floats = NDArray[np.float32]
Move = Callable[[Points], Points]


@dataclass(frozen=True, slots=True)
class View:
    """From the flat page to the image."""

    columns: int
    """Width of the flat page, pixels."""
    arch_px: float
    """How far the middle of a row lies above its ends."""
    homography: Points
    size: tuple[int, int]
    """Width and height of the image."""

    def forward(self, points: Points) -> Points:
        """N x 2 points of the flat page -> of the image."""
        bowed = points.copy()
        bowed[:, 1] -= self.arch_px * np.sin(np.pi * np.clip(points[:, 0] / self.columns, 0.0, 1.0))
        seen: Points = cv2.perspectiveTransform(bowed[None], self.homography)[0]
        return seen

    def sources(self) -> tuple[Floats, Floats]:
        """For each pixel of the image, the flat page's x and y."""
        width, height = self.size
        # The homography works on pixel corners, images are sampled at pixel centres.
        x = np.arange(width, dtype=np.float32)[None, :] + np.float32(0.5)
        y = np.arange(height, dtype=np.float32)[:, None] + np.float32(0.5)
        back = np.linalg.inv(self.homography).astype(np.float32)
        depth = back[2, 0] * x + (back[2, 1] * y + back[2, 2])
        across = (back[0, 0] * x + (back[0, 1] * y + back[0, 2])) / depth
        down = (back[1, 0] * x + (back[1, 1] * y + back[1, 2])) / depth
        if self.arch_px:
            share = np.clip(across / np.float32(self.columns), 0.0, 1.0) * np.float32(np.pi)
            down += np.float32(self.arch_px) * np.sin(share)
        return across - np.float32(0.5), down - np.float32(0.5)


def bent(
    page: RenderedPage,
    perspective: float,
    curvature: float,
    rotation: float,
    clutter: float,
    rng: np.random.Generator,
) -> RenderedPage:
    """The page lying on something, seen by hand. All amounts are 0..1; 1 is 45 degrees of rotation."""
    rows, columns = next(iter(page.images.values())).shape[:2]
    view = _view(rows, columns, perspective, curvature, rotation, clutter, rng)
    across, down = view.sources()
    inside = ((across >= -0.5) & (across < columns - 0.5) & (down >= -0.5) & (down < rows - 0.5)).astype(np.uint8)
    table = _table(view.size, clutter, rng)
    images = {}
    for light, image in page.images.items():
        seen = cv2.remap(image, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        around = table.copy() if light == "visible" else table // 3
        images[light] = cv2.copyTo(seen, inside, around).astype(np.uint8, copy=False)
    return _with_corners(replace(page, images=images), view.forward)


def _view(
    rows: int,
    columns: int,
    perspective: float,
    curvature: float,
    rotation: float,
    clutter: float,
    rng: np.random.Generator,
) -> View:
    """The homography that fits the tilted and turned page into an image with a margin for what lies around it."""
    arch_px = 0.08 * rows * curvature * rng.choice((-1.0, 1.0))
    flat = np.array([[0, 0], [columns, 0], [columns, rows], [0, rows]], np.float64)
    seen = flat + rng.uniform(-0.16, 0.16, (4, 2)) * perspective * (columns, rows)
    angle = np.deg2rad(45.0 * rotation * rng.choice((-1.0, 1.0)))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    seen = (seen - flat.mean(axis=0)) @ turn.T
    margin = abs(arch_px) * 1.2 + 0.02 * columns + clutter * 0.2 * columns
    seen -= seen.min(axis=0) - margin * rng.uniform(0.6, 1.0, 2)
    width, height = (int(value) for value in np.ceil(seen.max(axis=0) + margin))
    homography = cv2.getPerspectiveTransform(flat.astype(np.float32), seen.astype(np.float32))
    return View(columns, float(arch_px), homography.astype(np.float64), (width, height))


def _table(size: tuple[int, int], clutter: float, rng: np.random.Generator) -> Image:
    """What the page lies on; with clutter, other things and other print lie there too."""
    width, height = size
    shade = rng.integers(30, 120)
    table = np.full((height, width, 3), shade, np.uint8)
    for _ in range(int(24 * clutter)):
        centre = (int(rng.integers(width)), int(rng.integers(height)))
        reach = (int(rng.integers(8, 3 + width // 8 + 8)), int(rng.integers(8, height // 8 + 16)))
        colour = tuple(int(value) for value in rng.integers(0, 255, 3))
        cv2.ellipse(table, centre, reach, float(rng.integers(180)), 0, 360, colour, -1, cv2.LINE_AA)
        words = "".join(rng.choice(list("ABCDEFGHIKLMNOPRSTUVWXYZ0123456789  "), 24))
        cv2.putText(table, words, centre, 0, width / 1500.0, (240, 240, 240), max(1, width // 700), cv2.LINE_AA)
    return table


def turned(page: RenderedPage, quarter_turns: int) -> RenderedPage:
    """The image on its side or head, clockwise."""
    for _ in range(quarter_turns):
        height = next(iter(page.images.values())).shape[0]
        images = {light: np.ascontiguousarray(np.rot90(image, -1)) for light, image in page.images.items()}
        page = _with_corners(replace(page, images=images), _clockwise(height))
    return page


def _clockwise(height: int) -> Move:
    return lambda points: np.stack([height - points[:, 1], points[:, 0]], axis=1)


def _with_corners(page: RenderedPage, move: Move) -> RenderedPage:
    portrait = _moved(page.portrait_quad, move)
    return replace(
        page,
        borders=tuple(move(line.reshape(-1, 2)).reshape(line.shape) for line in page.borders),
        page_quad=_moved(page.page_quad, move),
        portrait_quad=portrait,
        portrait_box=_around(portrait),
    )


def _moved(quad: Quadrilateral, move: Move) -> Quadrilateral:
    a, b, c, d = ((float(x), float(y)) for x, y in move(np.array(quad, np.float64)))
    return a, b, c, d


def _around(quad: Quadrilateral) -> tuple[int, int, int, int]:
    corners = np.array(quad)
    left, top = np.floor(corners.min(axis=0)).astype(int).tolist()
    right, bottom = np.ceil(corners.max(axis=0)).astype(int).tolist()
    return left, top, right - left, bottom - top
