"""The printed zone on its page: where each line stands (9303 parts 4 to 7), its ink, and its true corners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from mrz.layouts import LAYOUTS
from mrz.model import DocumentType, Quadrilateral
from mrz.render.glyphs import CAP_MM, PITCH_MM, Coverage, Type, print_text

LINE_MM = 6.35
BOTTOM_MM = 8.15
"""From the lower edge of the document to the baseline of its last line."""

SIZES_MM: Mapping[DocumentType, tuple[float, float]] = {
    DocumentType.TD1: (85.6, 54.0),
    DocumentType.TD2: (105.0, 74.0),
    DocumentType.TD3: (125.0, 88.0),
    DocumentType.MRVA: (120.0, 80.0),
    DocumentType.MRVB: (105.0, 74.0),
    DocumentType.IDFRA: (105.0, 74.0),
}
"""Width, height."""


@dataclass(frozen=True, slots=True)
class Printing:
    """How the zone is printed; the default is what the standard asks for."""

    type: Type = field(default_factory=Type)
    ink: float = 1.0
    """Contrast of the ink, 0..1."""
    ink_infrared: float = 1.0
    """The same at 900 nm: some inks are pale there."""
    unsteady_mm: float = 0.0
    """Standard deviation of each line's place."""


STANDARD = Printing()


Borders = NDArray[np.float64]
"""Of one line: (columns + 1) x 2 x 2, the borders between its positions from left to right; at each the point at the
top of the letters and the point on the baseline; x and y in pixels."""


@dataclass(frozen=True, slots=True)
class PrintedLines:
    ink: Coverage = field(repr=False)
    borders: tuple[Borders, ...] = field(repr=False)


def quad_of(first: Borders, last: Borders) -> Quadrilateral:
    """Around all from one line to another: top of the letters of the first to the baseline of the last."""
    corners = (first[0, 0], first[-1, 0], last[-1, 1], last[0, 1])
    a, b, c, d = ((float(x), float(y)) for x, y in corners)
    return a, b, c, d


def page_shape(document_type: DocumentType, dpi: float) -> tuple[int, int]:
    """Rows and columns of the document's image."""
    width_mm, height_mm = SIZES_MM[document_type]
    return round(height_mm * dpi / 25.4), round(width_mm * dpi / 25.4)


def print_lines(
    lines: Sequence[str], document_type: DocumentType, dpi: float, how: Printing, rng: np.random.Generator
) -> PrintedLines:
    """The zone's ink over a whole document of `document_type`."""
    ink: NDArray[np.float32] = np.zeros(page_shape(document_type, dpi), np.float32)
    px_per_mm = dpi / 25.4
    borders = []
    for index, line in enumerate(lines):
        left_mm, baseline_mm = line_origin(document_type, index) + rng.normal(0.0, how.unsteady_mm, 2)
        print_text(ink, line, left_mm, baseline_mm, px_per_mm, how.type)
        borders.append(_borders(left_mm, baseline_mm, len(line), how.type) * px_per_mm)
    return PrintedLines(ink, tuple(borders))


def line_origin(document_type: DocumentType, index: int) -> NDArray[np.float64]:
    """Left edge of the first position and baseline of a line, in mm from the document's upper left corner."""
    width_mm, height_mm = SIZES_MM[document_type]
    layout = LAYOUTS[document_type]
    left_mm = (width_mm - layout.columns * PITCH_MM) / 2
    return np.array([left_mm, height_mm - BOTTOM_MM - LINE_MM * (layout.lines - 1 - index)])


def _borders(left_mm: float, baseline_mm: float, columns: int, how: Type) -> Borders:
    cap_mm = CAP_MM * how.height * how.pitch_mm / PITCH_MM
    borders = np.empty((columns + 1, 2, 2))
    borders[..., 0] = (left_mm + how.pitch_mm * np.arange(columns + 1))[:, None]
    borders[..., 1] = baseline_mm - cap_mm, baseline_mm
    return borders
