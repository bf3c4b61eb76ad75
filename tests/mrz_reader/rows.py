"""Rows of probabilities as the line net would give them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mrz.grid import Seen
from mrz.locate import FoundLine
from mrz.net import ALPHABET, BLANK


def rows_of(lines: Sequence[str], confidence: float = 0.99) -> list[NDArray[np.float32]]:
    """Each character seen with that confidence, the rest spread over all others."""
    rows = []
    for line in lines:
        row = np.full((len(line), BLANK + 1), (1 - confidence) / BLANK, np.float32)
        row[np.arange(len(line)), [ALPHABET.index(character) for character in line]] = confidence
        rows.append(row)
    return rows


def blur(rows: Sequence[NDArray[np.float32]], line: int, column: int, seen: dict[str, float]) -> None:
    """Replace what is seen in one place."""
    rows[line][column] = (1 - sum(seen.values())) / BLANK
    for character, probability in seen.items():
        rows[line][column, ALPHABET.index(character)] = probability


def seen_at(found: FoundLine) -> Seen:
    """A line on which nothing was seen."""
    return Seen(found, 0.0, 18.0, 1, np.zeros((1, BLANK + 1), np.float32))
