"""What stands above the zone for people to read (9303-3 section 3): portrait, title, captions and values."""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.dates import MrzDate
from mrz.model import DocumentType, MrzFields, Sex
from mrz.render.designs import Design
from mrz.render.glyphs import Type, print_text
from mrz.render.lines import SIZES_MM

Image = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""x, y, width, height in pixels."""

ZONE_MM = {DocumentType.TD1: 25.0}
"""Height of the machine readable zone with its margins; 19.5 mm for two lines."""
MARGIN_MM = 4.0
TITLE_MM = 7.5
INK = (52, 46, 44)
TITLES = {
    DocumentType.TD1: "IDENTITY CARD",
    DocumentType.TD2: "IDENTITY CARD",
    DocumentType.TD3: "PASSPORT",
    DocumentType.MRVA: "VISA",
    DocumentType.MRVB: "VISA",
    DocumentType.IDFRA: "IDENTITY CARD",
}
STATES = {"UTO": "UTOPIA"}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True, slots=True)
class Entry:
    caption: str
    value: str
    row: int
    column: float
    """0..1 across the space beside the portrait."""


def portrait_box(document_type: DocumentType, look: Design, dpi: float) -> Box:
    width_mm, _ = SIZES_MM[document_type]
    top_mm, bottom_mm = _rows_mm(document_type)
    height_mm = min(45.0, bottom_mm - top_mm)
    across_mm = height_mm * 7 / 9
    left_mm = width_mm - MARGIN_MM - across_mm if look.portrait_right else MARGIN_MM
    return _px((left_mm, top_mm, across_mm, height_mm), dpi)


def ghost_box(document_type: DocumentType, look: Design, dpi: float) -> Box:
    """At the right end of the values."""
    width_mm, _ = SIZES_MM[document_type]
    top_mm, bottom_mm = _rows_mm(document_type)
    height_mm = (bottom_mm - top_mm) * 0.36
    across_mm = height_mm * 7 / 9
    taken_mm = min(45.0, bottom_mm - top_mm) * 7 / 9 + 2.0 if look.portrait_right else 0.0
    left_mm = width_mm - MARGIN_MM - taken_mm - across_mm
    return _px((left_mm, bottom_mm - height_mm, across_mm, height_mm), dpi)


def draw_captions(image: Image, document_type: DocumentType, fields: MrzFields, look: Design, dpi: float) -> None:
    """Title, captions and the word SPECIMEN, in the design's colour: infrared light does not show them."""
    width_mm, _ = SIZES_MM[document_type]
    scale = _scale(document_type)
    state = STATES.get(fields.issuing_state, fields.issuing_state)
    baseline_mm = 2.6 + 2.6 * scale
    _write(image, state, MARGIN_MM, baseline_mm, 2.6 * scale, look.accent, dpi, thick_mm=0.36 * scale)
    title = f"{TITLES[document_type]}  SPECIMEN"
    right_mm = width_mm - MARGIN_MM - _width_mm(title, 2.1 * scale)
    _write(image, title, right_mm, baseline_mm, 2.1 * scale, look.accent, dpi, thick_mm=0.24 * scale)
    for entry, x_mm, y_mm in _placed(document_type, fields, look):
        _write(image, entry.caption, x_mm, y_mm, 0.95 * scale, look.accent, dpi, thick_mm=0.1)
    _overprint(image, document_type, look, dpi)


def draw_values(image: Image, document_type: DocumentType, fields: MrzFields, look: Design, dpi: float) -> None:
    scale = _scale(document_type)
    if not look.monospaced:
        for entry, x_mm, y_mm in _placed(document_type, fields, look):
            _write(image, entry.value, x_mm, y_mm + 3.3 * scale, 2.0 * scale, INK, dpi, thick_mm=0.24 * scale)
        return
    for entry, x_mm, y_mm in _placed(document_type, fields, look):
        _print(image, entry.value, x_mm, y_mm + 3.2 * scale, Type(pitch_mm=2.0 * scale), dpi)


def _entries(document_type: DocumentType, fields: MrzFields) -> Iterator[Entry]:
    number = "Visa No." if document_type in (DocumentType.MRVA, DocumentType.MRVB) else "Document No."
    yield Entry("Type", fields.document_code, 0, 0.0)
    yield Entry("State", fields.issuing_state, 0, 0.2)
    yield Entry(number, fields.document_number, 0, 0.44)
    yield Entry("Surname", _shortened(fields.surname), 1, 0.0)
    yield Entry("Given names", _shortened(fields.given_names), 2, 0.0)
    yield Entry("Nationality", fields.nationality, 3, 0.0)
    yield Entry("Date of birth", _day(fields.birth_date), 3, 0.36)
    yield Entry("Sex", "X" if fields.sex is Sex.UNSPECIFIED else fields.sex.value, 4, 0.0)
    yield Entry("Date of expiry", _day(fields.expiry_date), 4, 0.36)


def _placed(document_type: DocumentType, fields: MrzFields, look: Design) -> Iterator[tuple[Entry, float, float]]:
    """Each entry with the left end of its caption and the caption's baseline, in mm."""
    width_mm, _ = SIZES_MM[document_type]
    top_mm, bottom_mm = _rows_mm(document_type)
    beside_mm = min(45.0, bottom_mm - top_mm) * 7 / 9 + MARGIN_MM + 3.0
    left_mm = MARGIN_MM if look.portrait_right else beside_mm
    space_mm = width_mm - beside_mm - MARGIN_MM
    for entry in _entries(document_type, fields):
        y_mm = top_mm + 1.2 + entry.row * (bottom_mm - top_mm) / 5
        yield entry, left_mm + entry.column * space_mm, y_mm


def _overprint(image: Image, document_type: DocumentType, look: Design, dpi: float) -> None:
    """SPECIMEN across the values, pale enough to leave them readable."""
    scale = _scale(document_type)
    box = portrait_box(document_type, look, dpi)
    x = int(2.5 * dpi) // 10 if look.portrait_right else box[0] + box[2] + int(0.15 * dpi)
    y, height = box[1] + int(box[3] * 0.66), int(9.0 * scale * dpi / 25.4)
    part = image[y - height : y + height // 3, x : x + int(62 * scale * dpi / 25.4)]
    over = part.copy()
    cv2.putText(over, "SPECIMEN", (4, height), 2, height / 24.0, look.accent, max(1, height // 12), cv2.LINE_AA)
    cv2.addWeighted(over, 0.13, part, 0.87, 0.0, dst=part)


def _write(
    image: Image,
    text: str,
    x_mm: float,
    baseline_mm: float,
    cap_mm: float,
    colour: tuple[int, int, int],
    dpi: float,
    thick_mm: float,
) -> None:
    """OpenCV's stroke font, whose capitals are 21 units high."""
    px = dpi / 25.4
    where = (round(x_mm * px), round(baseline_mm * px))
    thickness = max(1, round(thick_mm * px))
    cv2.putText(image, text, where, cv2.FONT_HERSHEY_SIMPLEX, cap_mm * px / 21.0, colour, thickness, cv2.LINE_AA)


def _width_mm(text: str, cap_mm: float) -> float:
    (width, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.0, 1)
    return width / 21.0 * cap_mm


def _print(image: Image, text: str, x_mm: float, baseline_mm: float, how: Type, dpi: float) -> None:
    """The text in OCR-B; only the part of the image that it lies on is touched."""
    px = dpi / 25.4
    left, top = int((x_mm - 1.0) * px), int((baseline_mm - 4.0) * px)
    width = int(((len(text) + 1) * how.pitch_mm + 2.0) * px)
    part = image[top : top + int(5.0 * px), left : left + width]
    ink = np.zeros(part.shape[:2], np.float32)
    print_text(ink, text, x_mm - left / px, baseline_mm - top / px, px, how)
    part[:] = (part + (np.array(INK, np.float32) - part) * ink[..., None]).astype(np.uint8)


def _rows_mm(document_type: DocumentType) -> tuple[float, float]:
    """Top and bottom of the space between the title and the machine readable zone."""
    _, height_mm = SIZES_MM[document_type]
    return TITLE_MM * max(0.8, _scale(document_type)), height_mm - ZONE_MM.get(document_type, 19.5)


def _scale(document_type: DocumentType) -> float:
    top_mm = SIZES_MM[document_type][1] - ZONE_MM.get(document_type, 19.5)
    return min(1.0, max(0.55, top_mm / 66.0))


def _px(box_mm: tuple[float, float, float, float], dpi: float) -> Box:
    x, y, width, height = (round(value * dpi / 25.4) for value in box_mm)
    return x, y, width, height


def _shortened(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "."


def _day(printed: MrzDate) -> str:
    month, day = printed.month, printed.day
    year = "----" if printed.year is None else str(printed.year)
    return f"{'--' if day is None else f'{day:02}'} {'---' if month is None else MONTHS[month - 1]} {year}"
