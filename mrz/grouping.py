"""Which of the lines that were read make up a zone together."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise, product

import numpy as np

from mrz.grid import ReadLine
from mrz.net import BLANK

_ZONES = ((44, 2), (36, 2), (30, 3))
"""Columns and lines of the layouts of ICAO 9303."""
WIDEST = {count: max(columns for columns, lines in _ZONES if lines == count) for _, count in _ZONES}
"""For so many lines, the columns of the widest layout."""
_SPACING = (1.1, 3.4)
"""From line to line, in heights of a capital."""
_OUT_OF_LINE = 1.6
"""Pitches by which the ends of two lines may differ; unlike ends count against a group."""
_FAR_BETTER = 0.08
"""Fit of a line above that of a group."""
_COST_OUT_OF_LINE = 0.12


def best_group(read: Sequence[Sequence[ReadLine]]) -> tuple[ReadLine, ...]:
    """The best fitting lines that can stand together, from the top; () when there are none."""
    groups = [group for columns, count in _ZONES for group in _groups(read, columns, count)]
    return max(groups, key=quality, default=())


def beside(read: Sequence[Sequence[ReadLine]], group: Sequence[ReadLine]) -> list[list[ReadLine]]:
    """The windows that lie wholly to the left or to the right of a group: of another document, if they are a zone."""
    if not group:
        return []
    left, right = min(line.left for line in group), max(line.right for line in group)
    return [[line for line in windows if line.right < left or line.left > right] for windows in read]


def quality(group: Sequence[ReadLine]) -> float:
    """Mean fit of the lines, a little more for three than for two, less for ragged ends; 0 for no lines."""
    if not group:
        return 0.0
    ragged = max(_raggedness(above, below) for above, below in pairwise(group))
    return float(np.mean([line.fit for line in group])) + 0.02 * len(group) - _COST_OUT_OF_LINE * ragged


def lacks_a_line(read: Sequence[Sequence[ReadLine]], group: Sequence[ReadLine]) -> bool:
    """Whether some line fits another layout far better than the group that was made: one of its lines was not found."""
    best = max((line for windows in read for line in windows), key=lambda line: line.fit, default=None)
    if best is None or not group:
        return True
    fit = float(np.mean([line.fit for line in group]))
    return best.columns != group[0].columns and best.fit > fit + _FAR_BETTER


def legibility(group: Sequence[ReadLine]) -> float:
    """Mean probability of the likeliest character: text that stands on its head fills its cells but reads badly."""
    return float(np.mean([line.row[:, :BLANK].max(1).mean() for line in group])) if group else 0.0


def _groups(read: Sequence[Sequence[ReadLine]], columns: int, count: int) -> Iterator[tuple[ReadLine, ...]]:
    fitting = [[line for line in windows if line.columns == columns] for windows in read]
    for chosen in combinations([windows for windows in fitting if windows], count):
        for group in product(*chosen):
            if all(_neighbours(above, below) for above, below in pairwise(group)):
                yield group


def _neighbours(above: ReadLine, below: ReadLine) -> bool:
    """Whether two lines start and end together and lie one line's spacing apart."""
    if _raggedness(above, below) >= _OUT_OF_LINE:
        return False
    middle = (max(above.left, below.left) + min(above.right, below.right)) / 2
    capital = (above.found.capital_at(middle) + below.found.capital_at(middle)) / 2
    spacing = (below.found.middle_at(middle) - above.found.middle_at(middle)) / capital
    return _SPACING[0] < spacing < _SPACING[1]


def _raggedness(above: ReadLine, below: ReadLine) -> float:
    """How far the ends of two lines differ, in pitches."""
    pitch = (above.right - above.left) / above.columns
    return max(abs(above.left - below.left), abs(above.right - below.right)) / pitch
