"""The likeliest lines that meet grammar and every check digit: evidence beside the read, never in its place.

A dynamic programme over the characters that check digits cover. Its state is the pair of sums modulo 10 that are being
made: of the field, and of the composite.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mrz.check_digit import VALUES, WEIGHTS
from mrz.layouts import FILLER, Check, Layout, alphabet
from mrz.net import ALPHABET

IMPOSSIBLE = -1e9
_FLOOR = 1e-7

Rows = Sequence[NDArray[np.float32]]
"""For each line: characters x 38 probabilities (mrz/grid.py)."""


def best_allowed(layout: Layout, rows: Rows) -> tuple[str, ...]:
    """The likeliest line for each row among the characters that the layout allows in each place."""
    return tuple(
        "".join(
            max(alphabet(layout, line, column), key=lambda c: cell[ALPHABET.index(c)])
            for column, cell in enumerate(row)
        )
        for line, row in enumerate(rows)
    )


def constrained(layout: Layout, rows: Rows) -> tuple[str, ...]:
    """The likeliest lines under all rules of the layout; () when there are none."""
    characters = {at: list(line) for at, line in enumerate(best_allowed(layout, rows))}
    course = _course(layout, characters)
    if not course:
        return tuple("".join(line) for line in characters.values())
    path = _best_path(course, [_log_cell(layout, rows, place) for place in course])
    if path is None:
        return ()
    for place, character in zip(course, path, strict=True):
        characters[place.line][place.column] = character
    return tuple("".join(line) for line in characters.values())


@dataclass(frozen=True, slots=True)
class _Place:
    """One character that check digits cover or that is one."""

    line: int
    column: int
    field_weight: int = 0
    composite_weight: int = 0
    starts_field: bool = False
    is_field_digit: bool = False
    is_composite_digit: bool = False


def _course(layout: Layout, characters: Mapping[int, Sequence[str]]) -> list[_Place]:
    """Every place that matters to a check digit, in the order of reading."""
    fields = [check for check in layout.checks if check.name != "composite" and _holds(layout, check, characters)]
    composite = layout.check("composite")
    weights = [_weights(check) for check in fields]
    of_field = {at: weight for mapping in weights for at, weight in mapping.items()}
    of_composite = _weights(composite) if composite else {}
    starts = {next(iter(mapping)) for mapping in weights}
    digits = {(check.at.line, check.at.start) for check in fields}
    last = (composite.at.line, composite.at.start) if composite else None
    places = sorted({*of_field, *of_composite, *digits} | ({last} if last else set()))
    return [
        _Place(*at, of_field.get(at, 0), of_composite.get(at, 0), at in starts, at in digits, at == last)
        for at in places
    ]


def _holds(layout: Layout, check: Check, characters: Mapping[int, Sequence[str]]) -> bool:
    """A filler printed for a digit ends no sum: over a blank field, or where the number runs over."""
    if not check.filler_allowed or characters[check.at.line][check.at.start] != FILLER:
        return True
    covered = "".join("".join(characters[span.line][span.start : span.stop]) for span in check.covers)
    return not layout.long_numbers and bool(covered.strip(FILLER))


def _weights(check: Check) -> dict[tuple[int, int], int]:
    places = [(span.line, column) for span in check.covers for column in range(span.start, span.stop)]
    return {at: WEIGHTS[index % 3] for index, at in enumerate(places)}


def _log_cell(layout: Layout, rows: Rows, place: _Place) -> dict[int, tuple[float, str]]:
    """For each value modulo 10, the likeliest character of that value that may stand here."""
    best: dict[int, tuple[float, str]] = {}
    cell = np.log(rows[place.line][place.column] + _FLOOR)
    digit = place.is_field_digit or place.is_composite_digit
    for character in alphabet(layout, place.line, place.column):
        if digit and character == FILLER:
            continue
        value, score = VALUES[character] % 10, float(cell[ALPHABET.index(character)])
        if score > best.get(value, (IMPOSSIBLE, ""))[0]:
            best[value] = (score, character)
    return best


def _best_path(course: Sequence[_Place], cells: Sequence[Mapping[int, tuple[float, str]]]) -> list[str] | None:
    scores = np.full((10, 10), IMPOSSIBLE)
    scores[0, 0] = 0.0
    trail = []
    for place, cell in zip(course, cells, strict=True):
        scores, back = _advance(scores, place, cell)
        trail.append(back)
    if scores.max() <= IMPOSSIBLE / 2:
        return None
    return _walk_back(trail, cells, *(int(at) for at in np.unravel_index(int(scores.argmax()), scores.shape)))


Back = tuple[NDArray[np.intp], NDArray[np.intp]]
"""For each state: the value of the character, and the flat index of the state before."""


def _advance(
    scores: NDArray[np.float64], place: _Place, cell: Mapping[int, tuple[float, str]]
) -> tuple[NDArray[np.float64], Back]:
    origin: NDArray[np.intp] = np.arange(100).reshape(10, 10)
    if place.starts_field:
        rows = scores.argmax(0)
        origin = np.broadcast_to(rows * 10 + np.arange(10), (10, 10))
        scores = np.vstack([scores.max(0), np.full((9, 10), IMPOSSIBLE)])
    after = np.full((10, 10), IMPOSSIBLE)
    values, before = np.zeros((10, 10), np.intp), np.zeros((10, 10), np.intp)
    for value, (score, _) in cell.items():
        turn = (place.field_weight * value % 10, place.composite_weight * value % 10)
        moved = np.roll(np.where(_meets(place, value), scores, IMPOSSIBLE) + score, turn, (0, 1))
        better = moved > after
        after = np.where(better, moved, after)
        values = np.where(better, value, values)
        before = np.where(better, np.roll(origin, turn, (0, 1)), before)
    return after, (values, before)


def _meets(place: _Place, value: int) -> NDArray[np.bool_]:
    """States in which this value may stand here: a check digit must equal the sum that it closes."""
    field, composite = np.indices((10, 10))
    if place.is_composite_digit:
        return np.asarray(composite == value)
    if place.is_field_digit:
        return np.asarray(field == value)
    return np.ones((10, 10), np.bool_)


def _walk_back(
    trail: Sequence[Back], cells: Sequence[Mapping[int, tuple[float, str]]], field: int, composite: int
) -> list[str]:
    path = []
    for (values, before), cell in zip(reversed(trail), reversed(cells), strict=True):
        path.append(cell[int(values[field, composite])][1])
        field, composite = divmod(int(before[field, composite]), 10)
    return path[::-1]
