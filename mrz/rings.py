"""O or 0: told apart by how this document prints its zeros.

Makers of OCR-B disagree about the two, so that a shape alone may be either. Where only a digit may stand, a ring is a
0: these are the document's own zeros. A ring elsewhere that looks like them is a 0, one that does not is an O. Nothing
but print is compared; what a name or a number ought to say plays no part.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mrz.layouts import DIGITS, Layout, alphabet
from mrz.net import ALPHABET

Row = NDArray[np.float32]
_LETTER, _DIGIT = ALPHABET.index("O"), ALPHABET.index("0")
_LEAST = 0.6
"""Share of a cell's probability that O and 0 hold together, for the cell to show a ring."""
_FLOOR = 1e-6
_FEWEST = 2
"""Zeros that are compared with."""
_SPREAD = 1.9
"""Least spread of log(O / 0) among the zeros of one document; worn print has more."""
_TAIL = 4
"""Degrees of freedom of the zeros' spread: some lie far out."""
_AWAY, _AWAY_SPREAD = 12.0, 5.0
"""Where letters lie, from the zeros, in the same measure."""


def settled(rows: Sequence[Row], layout: Layout | None) -> Sequence[Row]:
    """The rows with the probability of each ring divided anew between O and 0; unchanged without zeros to compare."""
    if layout is None:
        return rows
    known = [_leaning(cell) for line, row in enumerate(rows) for cell in row[_digits(layout, line)] if _is_ring(cell)]
    if len(known) < _FEWEST:
        return rows
    middle, spread = float(np.mean(known)), max(_SPREAD, 1.25 * float(np.std(known)))
    return [_divided(row, _letters(layout, line), middle, spread) for line, row in enumerate(rows)]


def _digits(layout: Layout, line: int) -> NDArray[np.bool_]:
    """Where only a digit may stand."""
    return np.array([set(alphabet(layout, line, column)) <= set(DIGITS + "<") for column in range(layout.columns)])


def _letters(layout: Layout, line: int) -> NDArray[np.bool_]:
    """Where only a letter may stand."""
    return np.array([not set(alphabet(layout, line, column)) & set(DIGITS) for column in range(layout.columns)])


def _is_ring(cell: Row) -> bool:
    return float(cell[_LETTER] + cell[_DIGIT]) >= _LEAST


def _leaning(cell: Row) -> float:
    return math.log(max(float(cell[_LETTER]), _FLOOR) / max(float(cell[_DIGIT]), _FLOOR))


def _divided(row: Row, letters: NDArray[np.bool_], middle: float, spread: float) -> Row:
    row = row.copy()
    for column in np.flatnonzero(letters):
        cell = row[column]
        if _is_ring(cell):
            letter = 1 / (1 + math.exp(-_odds(_leaning(cell) - middle, spread)))
            both = cell[_LETTER] + cell[_DIGIT]
            cell[_LETTER], cell[_DIGIT] = both * letter, both * (1 - letter)
    return row


def _odds(away: float, spread: float) -> float:
    """Log odds of a letter that lies so far from the document's zeros."""
    letter = -0.5 * ((away - _AWAY) / _AWAY_SPREAD) ** 2 - math.log(_AWAY_SPREAD * math.sqrt(2 * math.pi))
    if away > _AWAY:
        letter = -math.log(_AWAY_SPREAD * math.sqrt(2 * math.pi))
    digit = -(_TAIL + 1) / 2 * math.log1p((away / spread) ** 2 / _TAIL) - math.log(spread) - 0.981
    if away < 0:
        digit = -math.log(spread) - 0.981
    return max(-30.0, min(30.0, letter - digit))
