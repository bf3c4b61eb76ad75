"""Where everything stands in a zone, and what may stand there: ICAO 9303 parts 4 to 7 as one table.

Columns count from 0; the standard counts from 1. TD1 is 9303-5 4.2.2, TD2 9303-6 4.2.2, TD3 9303-4 4.2.2, the visas
MRV-A and MRV-B 9303-7 4.2.2 and 5.2.2. IDFRA is the French identity card laid down in 1987 and issued to 2021.
"""

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache

from mrz.model import DocumentType, Span

LETTERS = string.ascii_uppercase
DIGITS = string.digits
FILLER = "<"


class Content(Enum):
    """What a field is made of: its value is the alphabet of each of its positions."""

    NAME = LETTERS + FILLER
    CARD_CODE = LETTERS + FILLER + "12"
    """9303-5 leaves the second character to the issuer; permanent residents' cards of the USA say A1 to C2."""
    CODE = FILLER + LETTERS
    ANY = LETTERS + DIGITS + FILLER
    DATE = DIGITS + FILLER
    NUMBER = DIGITS
    SEX = "MF<"


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    span: Span
    content: Content


@dataclass(frozen=True, slots=True)
class Check:
    """A check digit's place and what it covers, in order."""

    name: str
    at: Span
    covers: tuple[Span, ...]
    filler_allowed: bool = False
    """A filler may stand for it: a blank optional field, or a number that runs over."""


@dataclass(frozen=True, slots=True)
class Layout:
    document_type: DocumentType
    lines: int
    columns: int
    first_letters: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    fixed: str = ""
    """Characters that the first line always begins with."""

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.name == name), None)

    def check(self, name: str) -> Check | None:
        return next((check for check in self.checks if check.name == name), None)

    @property
    def long_numbers(self) -> bool:
        """A document number of more than nine characters runs over into the optional data."""
        return self.document_type in (DocumentType.TD1, DocumentType.TD2)


def _check(name: str, line: int, column: int, *covers: Span, filler_allowed: bool = False) -> Check:
    return Check(name, Span(line, column, column + 1), covers, filler_allowed)


def _two_line_fields(columns: int, optional_stop: int) -> tuple[Field, ...]:
    """TD2, TD3 and the visas share these places."""
    return (
        Field("document_code", Span(0, 0, 2), Content.CODE),
        Field("issuing_state", Span(0, 2, 5), Content.CODE),
        Field("name", Span(0, 5, columns), Content.NAME),
        Field("document_number", Span(1, 0, 9), Content.ANY),
        Field("nationality", Span(1, 10, 13), Content.CODE),
        Field("birth_date", Span(1, 13, 19), Content.DATE),
        Field("sex", Span(1, 20, 21), Content.SEX),
        Field("expiry_date", Span(1, 21, 27), Content.DATE),
        Field("optional_data", Span(1, 28, optional_stop), Content.ANY),
    )


def _two_line_checks(long_numbers: bool = False) -> tuple[Check, ...]:
    return (
        _check("document_number", 1, 9, Span(1, 0, 9), filler_allowed=long_numbers),
        _check("birth_date", 1, 19, Span(1, 13, 19)),
        _check("expiry_date", 1, 27, Span(1, 21, 27)),
    )


TD1 = Layout(
    DocumentType.TD1,
    lines=3,
    columns=30,
    first_letters="ACI",
    fields=(
        Field("document_code", Span(0, 0, 2), Content.CARD_CODE),
        Field("issuing_state", Span(0, 2, 5), Content.CODE),
        Field("document_number", Span(0, 5, 14), Content.ANY),
        Field("optional_data", Span(0, 15, 30), Content.ANY),
        Field("birth_date", Span(1, 0, 6), Content.DATE),
        Field("sex", Span(1, 7, 8), Content.SEX),
        Field("expiry_date", Span(1, 8, 14), Content.DATE),
        Field("nationality", Span(1, 15, 18), Content.CODE),
        Field("optional_data_2", Span(1, 18, 29), Content.ANY),
        Field("name", Span(2, 0, 30), Content.NAME),
    ),
    checks=(
        _check("document_number", 0, 14, Span(0, 5, 14), filler_allowed=True),
        _check("birth_date", 1, 6, Span(1, 0, 6)),
        _check("expiry_date", 1, 14, Span(1, 8, 14)),
        _check("composite", 1, 29, Span(0, 5, 30), Span(1, 0, 7), Span(1, 8, 15), Span(1, 18, 29)),
    ),
)
TD2 = Layout(
    DocumentType.TD2,
    lines=2,
    columns=36,
    first_letters="ACI",
    fields=_two_line_fields(36, 35),
    checks=(
        *_two_line_checks(long_numbers=True),
        _check("composite", 1, 35, Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 35)),
    ),
)
TD3 = Layout(
    DocumentType.TD3,
    lines=2,
    columns=44,
    first_letters="P",
    fields=_two_line_fields(44, 42),
    checks=(
        *_two_line_checks(),
        _check("optional_data", 1, 42, Span(1, 28, 42), filler_allowed=True),
        _check("composite", 1, 43, Span(1, 0, 10), Span(1, 13, 20), Span(1, 21, 43)),
    ),
)
MRVA = Layout(DocumentType.MRVA, 2, 44, "V", _two_line_fields(44, 44), _two_line_checks())
MRVB = Layout(DocumentType.MRVB, 2, 36, "V", _two_line_fields(36, 36), _two_line_checks())
IDFRA = Layout(
    DocumentType.IDFRA,
    lines=2,
    columns=36,
    first_letters="I",
    fixed="IDFRA",
    fields=(
        Field("document_code", Span(0, 0, 2), Content.CODE),
        Field("issuing_state", Span(0, 2, 5), Content.CODE),
        Field("surname", Span(0, 5, 30), Content.NAME),
        Field("optional_data", Span(0, 30, 36), Content.ANY),
        Field("issue_month", Span(1, 0, 4), Content.NUMBER),
        Field("issue_place", Span(1, 4, 7), Content.ANY),
        Field("issue_count", Span(1, 7, 12), Content.NUMBER),
        Field("given_names", Span(1, 13, 27), Content.NAME),
        Field("birth_date", Span(1, 27, 33), Content.DATE),
        Field("sex", Span(1, 34, 35), Content.SEX),
    ),
    checks=(
        _check("document_number", 1, 12, Span(1, 0, 12)),
        _check("birth_date", 1, 33, Span(1, 27, 33)),
        _check("composite", 1, 35, Span(0, 0, 36), Span(1, 0, 35)),
    ),
)

LAYOUTS: Mapping[DocumentType, Layout] = {layout.document_type: layout for layout in (TD1, TD2, TD3, MRVA, MRVB, IDFRA)}


def layout_of(lines: Sequence[str]) -> Layout | None:
    """The layout that lines of these lengths have, told apart by their first letters; None when none has them."""
    sizes = {(len(lines), len(line)) for line in lines}
    fitting = [layout for layout in LAYOUTS.values() if sizes == {(layout.lines, layout.columns)}]
    if not fitting:
        return None
    start = lines[0]
    if IDFRA in fitting and start.startswith(IDFRA.fixed) and not _names_a_nationality(lines[1]):
        return IDFRA
    return next((layout for layout in fitting if start[0] in layout.first_letters), fitting[0])


def _names_a_nationality(lower: str) -> bool:
    """Where a TD2 of France has its nationality, the old French card has digits."""
    return sum(character in LETTERS for character in lower[10:13]) >= 2


def cut(lines: Sequence[str], span: Span) -> str:
    return lines[span.line][span.start : span.stop]


def alphabet(layout: Layout, line: int, column: int) -> str:
    """Every character that may stand at this position of a conforming zone."""
    return alphabets(layout.document_type)[line][column]


@cache
def alphabets(document_type: DocumentType) -> tuple[tuple[str, ...], ...]:
    """`alphabet` for each position of each line."""
    layout = LAYOUTS[document_type]
    return tuple(
        tuple(_alphabet(layout, line, column) for column in range(layout.columns)) for line in range(layout.lines)
    )


def _alphabet(layout: Layout, line: int, column: int) -> str:
    if line == 0 and column < len(layout.fixed):
        return layout.fixed[column]
    if line == 0 and column == 0:
        return layout.first_letters
    for check in layout.checks:
        if check.at == (line, column, column + 1):
            return DIGITS + FILLER if check.filler_allowed else DIGITS
    return next(
        field.content.value
        for field in layout.fields
        if field.span.line == line and field.span.start <= column < field.span.stop
    )
