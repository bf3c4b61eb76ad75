"""Drawn documents with their truth, and pictures that are none: the reader's soak and its tests read them.

Every picture is its seed's: the same seed draws the same pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.layouts import DIGITS, alphabet, layout_of
from mrz.model import DocumentType
from mrz.render.designs import DESIGNS
from mrz.render.disturb import Knobs, disturb, printing_of, random_knobs
from mrz.render.glyphs import Type, print_text
from mrz.render.pages import draw_page
from mrz.samples import sample
from mrz.write import write

TODAY = date(2026, 11, 23)
LOOKALIKES = {"O": "0", "I": "1", "Z": "2", "S": "5", "G": "6", "B": "8"}
Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Drawn:
    image: Image = field(repr=False)
    lines: tuple[str, ...] = field(repr=False)
    document_type: DocumentType


def drawn(
    document_type: DocumentType,
    seed: int,
    knobs: Knobs | None = None,
    strength: float = 0.0,
    lines: tuple[str, ...] | None = None,
    dpi: float = 200.0,
) -> Drawn:
    """One invented document; `strength` turns knobs at random, `lines` prints those instead of its own."""
    rng = np.random.default_rng([seed, 7])
    fields = sample(document_type, rng, TODAY)
    printed = lines or tuple(write(fields, document_type))
    turned = knobs or (random_knobs(strength, rng) if strength else Knobs())
    light = "infrared" if rng.random() < 0.3 else "visible"
    design = str(rng.choice(list(DESIGNS)))
    page = draw_page(fields, printed, None, design, [light], dpi, printing_of(turned, rng), rng)
    return Drawn(disturb(page, turned, seed).images[light], printed, document_type)


def disturbed(seed: int) -> Drawn:
    """Any layout, from hardly disturbed to unreadable, at 130, 200 or 300 dots an inch."""
    document_type = list(DocumentType)[seed % len(DocumentType)]
    return drawn(document_type, seed, strength=(0.25, 0.5, 0.75, 1.0)[seed % 4], dpi=(130, 200, 300)[seed % 3])


STATES = (0.25, 0.5, 0.75, 1.0)
"""Of one document: how far knobs are turned up at most, from hardly disturbed to unreadable."""


def in_all_states(seed: int) -> Iterator[Drawn]:
    """One small document, drawn once and disturbed in each of STATES: four pictures for little more than one's work."""
    rng = np.random.default_rng([seed, 23])
    document_type = list(DocumentType)[seed % len(DocumentType)]
    fields = sample(document_type, rng, TODAY)
    lines = tuple(write(fields, document_type))
    states = [random_knobs(strength, rng) for strength in STATES]
    light = "infrared" if rng.random() < 0.3 else "visible"
    printing = printing_of(states[int(rng.integers(len(states)))], rng)
    dpi = float(rng.choice([100, 120, 150, 180]))
    page = draw_page(fields, lines, None, str(rng.choice(list(DESIGNS))), [light], dpi, printing, rng)
    for state, knobs in enumerate(states):
        yield Drawn(disturb(page, knobs, seed * len(STATES) + state).images[light], lines, document_type)


def forged(seed: int) -> Drawn:
    """A disturbed page with one digit in a name or a code, in the place of the letter that looks like it."""
    rng = np.random.default_rng([seed, 17])
    document_type = list(DocumentType)[seed % len(DocumentType)]
    lines: list[str] = []
    while not (places := _letters_alone(lines)):
        lines = list(write(sample(document_type, rng, TODAY), document_type))
    line, column = places[int(rng.integers(len(places)))]
    digit = LOOKALIKES[lines[line][column]]
    lines[line] = lines[line][:column] + digit + lines[line][column + 1 :]
    strength, dpi = (0.25, 0.5, 0.75, 1.0)[seed % 4], (130, 200, 300)[seed % 3]
    return drawn(document_type, seed, strength=strength, lines=tuple(lines), dpi=dpi)


def _letters_alone(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Where a letter with a look-alike stands and no digit may; () where there is no layout yet."""
    layout = layout_of(lines)
    return [
        (line, column)
        for line, text in enumerate(lines)
        for column, character in enumerate(text)
        if character in LOOKALIKES and layout and not set(alphabet(layout, line, column)) & set(DIGITS)
    ]


def junk(seed: int) -> Image:
    """Noise, text pages, look-alikes drawn by hand, stripes: nothing that a zone may be read from."""
    rng = np.random.default_rng([seed, 13])
    size = (int(rng.integers(120, 420)), int(rng.integers(160, 560)))
    kinds = (_noise, _text_page, _scribble, _stripes, _short_lines)
    image = kinds[seed % len(kinds)](rng, size)
    blurred = cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.2, 1.5)))
    return np.asarray(blurred, np.uint8)


def _noise(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    grid = rng.integers(0, 256, (size[0] // int(rng.integers(1, 9)) + 1, size[1] // int(rng.integers(1, 9)) + 1))
    return np.asarray(cv2.resize(grid.astype(np.uint8), size[::-1], interpolation=cv2.INTER_CUBIC), np.uint8)


def _text_page(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    page = np.full(size, 240, np.uint8)
    scale = float(rng.uniform(0.25, 0.8))
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345678<< "
    for top in range(12, size[0], int(28 * scale) + 4):
        words = "".join(rng.choice(list(letters), 80))
        cv2.putText(page, words, (4, top), int(rng.integers(0, 4)), scale, int(rng.integers(0, 90)), 1, cv2.LINE_AA)
    return page


def _scribble(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    """Two rows of 44 marks each at a fixed pitch, as somebody might draw them to fool a reader."""
    page = np.full(size, 230, np.uint8)
    pitch = size[1] / 46
    for row in range(2):
        for column in range(44):
            corner = np.array([(column + 1.1) * pitch, size[0] * 0.6 + row * pitch * 2.4])
            marks = corner + rng.uniform(0, 1, (int(rng.integers(2, 6)), 2)) * pitch * np.array([0.8, 1.0])
            cv2.polylines(page, [marks.round().astype(np.int32)], bool(rng.random() < 0.5), 20, 1, cv2.LINE_AA)
    return page


def _stripes(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    y, x = np.mgrid[0 : size[0], 0 : size[1]]
    wave = np.sin(x * rng.uniform(0.05, 1.5) + y * rng.uniform(-1.5, 1.5)) * np.sin(y * rng.uniform(0.01, 1.0))
    return np.asarray(128 + 120 * wave, np.uint8)


def _short_lines(rng: np.random.Generator, size: tuple[int, int]) -> Image:
    """Numbers in OCR-B that are no zone: one line, or lines of the wrong length."""
    ink = np.zeros(size, np.float32)
    for row in range(int(rng.integers(1, 5))):
        text = "".join(rng.choice(list("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<<"), int(rng.integers(8, 60))))
        print_text(ink, text, 2.0, 8.0 + 5.5 * row, float(rng.uniform(3, 6)), Type())
    return np.asarray(235 * (1 - ink), np.uint8)
