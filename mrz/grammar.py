"""What a zone's text must look like, position by position and field by field. Each fault names its field alone."""

import re
from collections.abc import Iterator, Sequence

from mrz.codes import CODES
from mrz.errors import Fault, MrzRejected
from mrz.layouts import Layout, alphabets, cut

WORDS = r"[A-Z]+(<[A-Z]+)*"
SHAPES = {
    "document_code": re.compile(r"[A-Z][A-Z<]|[AC][12]"),
    "issuing_state": re.compile(r"[A-Z]+<*"),
    "nationality": re.compile(r"[A-Z]+<*"),
    "document_number": re.compile(r"[A-Z0-9]+(<+[A-Z0-9]+)*<*"),
    "name": re.compile(rf"{WORDS}(<<{WORDS})?<*"),
    "surname": re.compile(rf"{WORDS}<*"),
    "given_names": re.compile(r"([A-Z]+(<<?[A-Z]+)*)?<*"),
}
"""How fillers may stand among the characters of a field; a name has one `<<` at most (9303-3 4.6)."""


def faults_of_text(layout: Layout, lines: Sequence[str]) -> Iterator[MrzRejected]:
    """Alphabets first, then shapes, then codes; one fault a field at most."""
    misprinted = set()
    for name, line, column in _strange_characters(layout, lines):
        if name not in misprinted:
            misprinted.add(name)
            where = f"character {column + 1} of line {line + 1} may not stand there; read the document again"
            yield MrzRejected(name, where, Fault.CHARACTER_NOT_ALLOWED)
    for field in layout.fields:
        if field.name in misprinted:
            continue
        text = cut(lines, field.span)
        shape = SHAPES.get(field.name)
        if shape and not shape.fullmatch(text):
            yield MrzRejected(field.name, "has fillers where none may stand", Fault.CHARACTER_NOT_ALLOWED)
        elif field.name in ("issuing_state", "nationality") and text.rstrip("<") not in CODES:
            yield MrzRejected(field.name, "is no code of ISO 3166 or of 9303-3 section 5", Fault.UNKNOWN_CODE)


def _strange_characters(layout: Layout, lines: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    allowed = alphabets(layout.document_type)
    for line, text in enumerate(lines):
        for column, character in enumerate(text):
            if character not in allowed[line][column]:
                yield name_at(layout, line, column), line, column


def name_at(layout: Layout, line: int, column: int) -> str:
    """The field or the check digit that stands at a position."""
    for check in layout.checks:
        if check.at == (line, column, column + 1):
            return f"{check.name} check digit"
    return next(
        field.name
        for field in layout.fields
        if field.span.line == line and field.span.start <= column < field.span.stop
    )


def fault_of_lengths(lines: Sequence[str]) -> MrzRejected:
    """Why lines of these lengths are no zone at all."""
    columns = {2: (36, 44), 3: (30,)}.get(len(lines))
    if columns is None:
        return MrzRejected("lines", f"are {len(lines)}, and a zone has two or three", Fault.UNKNOWN_LAYOUT)
    lengths = [len(line) for line in lines]
    wrong = next((index for index, length in enumerate(lengths) if length not in columns), len(lines) - 1)
    wanted = " or ".join(str(column) for column in columns)
    sentence = f"has {lengths[wrong]} characters; the lines of a zone have {wanted}, all the same"
    return MrzRejected(f"line {wrong + 1}", sentence, Fault.WRONG_LENGTH)
