"""A whole document with its zone: an invented specimen, under visible, infrared and ultraviolet light.

At 300 dpi a passport's page is 1476 x 1039 pixels. The first page of a design and size also draws its background.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.layouts import layout_of
from mrz.model import DocumentType, MrzFields, Quadrilateral
from mrz.render.background import INFRARED_PAPER, background
from mrz.render.designs import DESIGNS, Design
from mrz.render.lines import STANDARD, Borders, PrintedLines, Printing, print_lines, quad_of
from mrz.render.visual_zone import Box, draw_captions, draw_values, ghost_box, portrait_box

Image = NDArray[np.uint8]
"""Height x width x 3, blue-green-red."""
LIGHTS = ("visible", "infrared", "ultraviolet")
"""The values of drivers.model.Light."""
BLACK_INK = np.array([34, 30, 32], np.float32)


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """Images of one document with the truth about them. All coordinates are pixels (x, y)."""

    images: Mapping[str, Image] = field(repr=False)
    """By light."""
    lines: tuple[str, ...] = field(repr=False)
    document_type: DocumentType
    borders: tuple[Borders, ...] = field(repr=False)
    """Of each line: between which points each character stands, on a curved page too."""
    page_quad: Quadrilateral
    portrait_quad: Quadrilateral
    portrait_box: tuple[int, int, int, int]
    """x, y, width, height of the upright box around the portrait."""

    @property
    def mrz_quad(self) -> Quadrilateral:
        return quad_of(self.borders[0], self.borders[-1])

    @property
    def line_quads(self) -> tuple[Quadrilateral, ...]:
        return tuple(quad_of(line, line) for line in self.borders)


def draw_page(
    fields: MrzFields,
    lines: Sequence[str],
    portrait: Image | None = None,
    design: str = "harbour",
    lights: Sequence[str] = LIGHTS,
    dpi: float = 300.0,
    printing: Printing = STANDARD,
    rng: np.random.Generator | None = None,
) -> RenderedPage:
    """The document whose zone is `lines`, drawn in one of DESIGNS. `rng` is needed for unsteady printing alone.

    The lines are printed as they are: a wrong check digit stays wrong. Raises ValueError when they have no layout.
    """
    layout = layout_of(lines)
    if layout is None:
        raise ValueError("lines: have the lengths of no layout; a page cannot be drawn")
    look = DESIGNS[design]
    zone = print_lines(lines, layout.document_type, dpi, printing, rng or np.random.default_rng(0))
    box = portrait_box(layout.document_type, look, dpi)
    images = {
        light: _draw(light, fields, look, zone, portrait, layout.document_type, dpi, printing) for light in lights
    }
    rows, columns = zone.ink.shape
    return RenderedPage(
        images=images,
        lines=tuple(lines),
        document_type=layout.document_type,
        borders=zone.borders,
        page_quad=((0.0, 0.0), (columns, 0.0), (columns, rows), (0.0, rows)),
        portrait_quad=_corners(box),
        portrait_box=box,
    )


def _draw(
    light: str,
    fields: MrzFields,
    look: Design,
    zone: PrintedLines,
    portrait: Image | None,
    document_type: DocumentType,
    dpi: float,
    printing: Printing,
) -> Image:
    image = background(look.name, zone.ink.shape, light).copy()
    box = portrait_box(document_type, look, dpi)
    _place_portrait(image, portrait, box, light)
    if look.ghost and light == "visible":
        _place_ghost(image, portrait, ghost_box(document_type, look, dpi), look)
    if light == "visible":
        draw_captions(image, document_type, fields, look, dpi)
    if light != "ultraviolet":
        draw_values(image, document_type, fields, look, dpi)
    _lay_ink(image, zone, {"visible": printing.ink, "infrared": printing.ink_infrared}.get(light, 0.55))
    return image


def _lay_ink(image: Image, zone: PrintedLines, contrast: float) -> None:
    (_, top), _, (_, bottom), _ = quad_of(zone.borders[0], zone.borders[-1])
    height = max(4.0, bottom - top)
    rows = slice(max(0, int(top - 0.5 * height)), int(bottom + 0.5 * height))
    share = (zone.ink[rows] * np.float32(contrast))[..., None]
    part = image[rows].astype(np.float32)
    image[rows] = (part + (BLACK_INK - part) * share).astype(np.uint8)


def _place_portrait(image: Image, portrait: Image | None, box: Box, light: str) -> None:
    x, y, width, height = box
    part = image[y : y + height, x : x + width]
    face = _fitted(portrait, width, height)
    if light == "infrared":
        grey = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY).astype(np.float32)
        part[:] = (0.85 * grey + 0.13 * INFRARED_PAPER).clip(0, 255).astype(np.uint8)[..., None]
    elif light == "ultraviolet":
        cv2.addWeighted(face, 0.14, part, 0.75, 0.0, dst=part)
    else:
        cv2.addWeighted(face, 0.93, part, 0.07, 0.0, dst=part)
    cv2.GaussianBlur(part, (0, 0), 0.5, dst=part)


def _place_ghost(image: Image, portrait: Image | None, box: Box, look: Design) -> None:
    """A second, small and pale portrait in one colour."""
    x, y, width, height = box
    part = image[y : y + height, x : x + width]
    grey = cv2.cvtColor(_fitted(portrait, width, height), cv2.COLOR_BGR2GRAY)
    share = ((255 - grey).astype(np.float32) / 255.0 * 0.5)[..., None]
    part[:] = (part + (np.array(look.accent, np.float32) - part) * share).astype(np.uint8)


def _fitted(portrait: Image | None, width: int, height: int) -> Image:
    """The middle of the portrait in the box's own proportions."""
    if portrait is None:
        return _nobody(width, height)
    rows, columns = portrait.shape[:2]
    scale = min(columns / width, rows / height)
    across, down = max(1, round(width * scale)), max(1, round(height * scale))
    left, top = (columns - across) // 2, (rows - down) // 3
    shrinking = cv2.INTER_AREA if scale > 1.0 else cv2.INTER_LINEAR
    fitted = cv2.resize(portrait[top : top + down, left : left + across], (width, height), interpolation=shrinking)
    return fitted.astype(np.uint8, copy=False)


def _nobody(width: int, height: int) -> Image:
    """Where no portrait is given: a plain outline of a head and shoulders."""
    blank = np.full((height, width, 3), (228, 226, 222), np.uint8)
    centre, grey = (width // 2, int(height * 0.42)), (176, 172, 168)
    shoulders = (width // 2, int(height * 1.04))
    cv2.ellipse(blank, shoulders, (int(width * 0.42), int(height * 0.32)), 0, 0, 360, grey, -1, cv2.LINE_AA)
    cv2.ellipse(blank, centre, (int(width * 0.24), int(height * 0.25)), 0, 0, 360, grey, -1, cv2.LINE_AA)
    return blank


def _corners(box: Box) -> Quadrilateral:
    x, y, width, height = (float(value) for value in box)
    return (x, y), (x + width, y), (x + width, y + height), (x, y + height)
