"""Which of the lines that were found make up a zone together."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np

from mrz.grid import ReadLine

_ZONES = ((44, 2), (36, 2), (30, 3))
"""Columns and lines of the layouts of ICAO 9303."""
_WORST_FIT = 0.3
_SPACING = (1.1, 3.2)
"""From line to line, in heights of a capital."""


def best_group(read: Sequence[Sequence[ReadLine]]) -> tuple[ReadLine, ...]:
    """The best fitting lines that can stand together, from the top; () when there are none."""
    groups = [group for columns, count in _ZONES for group in _groups(read, columns, count)]
    return max(groups, key=quality, default=())


def quality(group: Sequence[ReadLine]) -> float:
    """Mean fit of the lines, a little more for three than for two; 0 for no lines."""
    if not group:
        return 0.0
    return float(np.mean([line.fit for line in group])) + 0.02 * len(group)


def _groups(read: Sequence[Sequence[ReadLine]], columns: int, count: int) -> Iterator[tuple[ReadLine, ...]]:
    fitting = [line for options in read for line in options if line.columns == columns and line.fit > _WORST_FIT]
    for group in combinations(fitting, count):
        if all(_neighbours(above, below) for above, below in pairwise(group)):
            yield group


def _neighbours(above: ReadLine, below: ReadLine) -> bool:
    """Whether two lines start and end together and lie one line's spacing apart."""
    middle = np.array((max(above.left, below.left) + min(above.right, below.right)) / 2)
    capital = float(above.found.capital(middle) + below.found.capital(middle)) / 2
    spacing = float(below.found.middle(middle) - above.found.middle(middle)) / capital
    slack = 1.5 * (above.right - above.left) / above.columns
    together = abs(above.left - below.left) < slack and abs(above.right - below.right) < slack
    return together and _SPACING[0] < spacing < _SPACING[1]
