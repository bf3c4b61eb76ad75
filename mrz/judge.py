"""From probabilities to a verdict. ACCEPT needs every rule of the layout met *and* every character plainly seen."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mrz.decode import Rows, constrained
from mrz.layouts import Content, Layout, alphabet, layout_of
from mrz.model import MrzRead, RescanReason, Span, Verdict
from mrz.net import ALPHABET, BLANK
from mrz.parse import Inspection, inspect
from mrz.rings import settled

SURE_UNCOVERED = 0.8
"""Least confidence for a character that no check digit covers: names, codes, sex (docs/mrz.md has the measurement)."""
SURE_UNRULED = 0.9
"""The same where letters and digits may both stand (a visa's optional data): nothing tells 0 from O but the print."""
RINGS = frozenset("O0")
SURE_RING = 0.99
"""Of an O or a 0 there. Of 47 letters O on drawn visas three were read as 0, the surest of them with 0.88; of some
eight hundred one with 0.96, in a zone that was plain otherwise (docs/mrz.md)."""
SURE_COVERED = 0.4
"""Least confidence for a digit that a check digit covers, which then agreed. A letter needs more, since its digit tells
not all apart: S counts as 8, G as 6, Z as 5, W as M (their values are equal modulo 10)."""
BLIND = frozenset("S8G6Z5")
"""Alike in print *and* equal modulo 10: where both may stand, the check digit over them does not tell which it is."""
SURE_OF_FAULT = 0.85
"""Least confidence for every character of a zone that breaks a rule: below it, the reading is what may be wrong."""
_STRANGE = 0.05
"""Odds that a character stands where the layout does not allow it. A plain print outweighs this by far, so that wrong
characters are read as they stand; it settles only shapes that look alike, such as 0 and O in worn print."""


def read_rows(rows: Rows) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...]]:
    """The unconstrained read of each row, and the confidence in each character."""
    layout = layout_of([_likeliest(row) for row in rows])
    rows = settled(rows, layout)
    lines = tuple(_likeliest(_weighed(row, layout, line)) for line, row in enumerate(rows))
    confidence = tuple(tuple(_confidence(row, text).tolist()) for row, text in zip(rows, lines, strict=True))
    return lines, confidence


def _confidence(row: NDArray[np.float32], text: str) -> NDArray[np.float64]:
    """The probability of each character."""
    return row[np.arange(len(text)), [ALPHABET.index(character) for character in text]].astype(np.float64)


def _likeliest(row: NDArray[np.float32]) -> str:
    return "".join(ALPHABET[index] for index in row[:, :BLANK].argmax(1))


def _weighed(row: NDArray[np.float32], layout: Layout | None, line: int) -> NDArray[np.float32]:
    if layout is None:
        return row
    return row * _odds(layout, line)


@cache
def _odds(layout: Layout, line: int) -> NDArray[np.float32]:
    """Columns x 38: 1 where the layout allows a character, less elsewhere."""
    odds = np.full((layout.columns, BLANK + 1), _STRANGE, np.float32)
    for column in range(layout.columns):
        odds[column, [ALPHABET.index(character) for character in alphabet(layout, line, column)]] = 1
    return odds


def judge(rows: Rows, today: date) -> MrzRead:
    """The read of a zone's rows, without where it was found. RESCAN is for UNSURE alone here."""
    lines, seen = read_rows(rows)
    inspection = inspect(lines, today)
    layout = layout_of(lines)
    if layout is None:
        return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.UNSURE, lines=lines, character_confidence=seen)
    evidence = constrained(layout, rows) if inspection.faults else lines
    verdict, reason = verdict_on(layout, inspection, lines, evidence, seen)
    return MrzRead(
        verdict=verdict,
        reason=reason,
        document_type=inspection.document_type,
        lines=lines,
        check_digits=inspection.check_digits,
        confidence=min(min(line) for line in seen),
        field_confidence=_by_field(layout, seen),
        character_confidence=seen,
        constrained=evidence,
    )


def verdict_on(
    layout: Layout,
    inspection: Inspection,
    lines: Sequence[str],
    evidence: Sequence[str],
    seen: Sequence[Sequence[float]],
) -> tuple[Verdict, RescanReason | None]:
    """Plainly seen and by the rules: ACCEPT. Plainly seen and against them: an officer's. Else look again."""
    if not _plainly_seen(layout, lines, seen):
        return Verdict.RESCAN, RescanReason.UNSURE
    if not inspection.faults and tuple(lines) == tuple(evidence):
        return Verdict.ACCEPT, None
    if min(min(line) for line in seen) < SURE_OF_FAULT:
        return Verdict.RESCAN, RescanReason.UNSURE
    return Verdict.REFER, None


def _plainly_seen(layout: Layout, lines: Sequence[str], seen: Sequence[Sequence[float]]) -> bool:
    return all(
        confidence >= (_more_sure(character, sure) if is_free else sure)
        for line, text in enumerate(lines)
        for character, confidence, sure, is_free in zip(
            text, seen[line], _sure(layout, line), _free(layout, line), strict=True
        )
    )


def _more_sure(character: str, sure: float) -> float:
    """Where letters and digits may both stand, what the check digit does not tell apart must be seen more surely."""
    if character in BLIND:
        return max(sure, SURE_UNRULED)
    return SURE_RING if character in RINGS and sure == SURE_UNRULED else sure


@cache
def _free(layout: Layout, line: int) -> tuple[bool, ...]:
    """Where letters and digits may both stand."""
    return tuple(alphabet(layout, line, column) == Content.ANY.value for column in range(layout.columns))


@cache
def _sure(layout: Layout, line: int) -> NDArray[np.float64]:
    """Least confidence for each character of a line."""
    covered = {place for check in layout.checks for span in (*check.covers, check.at) for place in _places(span)}
    return np.array([_sure_at(layout, line, column, covered) for column in range(layout.columns)])


def _sure_at(layout: Layout, line: int, column: int, covered: set[tuple[int, int]]) -> float:
    allowed = alphabet(layout, line, column)
    if (line, column) in covered:
        return SURE_COVERED if set(allowed) <= set(Content.DATE.value) else SURE_UNCOVERED
    return SURE_UNRULED if allowed == Content.ANY.value else SURE_UNCOVERED


def _places(span: Span) -> list[tuple[int, int]]:
    return [(span.line, column) for column in range(span.start, span.stop)]


def _by_field(layout: Layout, seen: Sequence[Sequence[float]]) -> Mapping[str, float]:
    """The probability of the whole string of each field, its characters taken as independent."""
    return {
        field.name: float(np.prod([seen[line][column] for line, column in _places(field.span)]))
        for field in layout.fields
    }
