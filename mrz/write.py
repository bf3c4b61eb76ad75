"""Fields -> lines, as the standard prints them: fillers, truncation, long numbers, every check digit."""

from mrz.check_digit import CHARACTERS, check_digit
from mrz.checks import COUNTS_THE_FILLER
from mrz.errors import Fault, MrzRejected
from mrz.grammar import faults_of_text
from mrz.layouts import FILLER, LAYOUTS, Layout, cut
from mrz.model import DocumentType, MrzFields, Span
from mrz.names import name_field

ANY = frozenset(CHARACTERS)


def write(fields: MrzFields, document_type: DocumentType) -> tuple[str, ...]:
    """The zone's lines. Names are A-Z and spaces (mrz/transliterate.py makes them so). Raises MrzRejected."""
    layout = LAYOUTS[document_type]
    sheet = Sheet(layout)
    for name, text in _texts(layout, fields).items():
        part = layout.field(name)
        if part is None:
            raise MrzRejected(name, f"has no place in a {document_type.value}; leave it empty", Fault.TOO_LONG)
        sheet.put(name, part.span, text)
    _put_check_digits(layout, sheet, fields)
    lines = sheet.lines()
    for fault in faults_of_text(layout, lines):
        raise fault
    return lines


class Sheet:
    """Lines being filled in."""

    def __init__(self, layout: Layout) -> None:
        self._rows = [[FILLER] * layout.columns for _ in range(layout.lines)]

    def put(self, name: str, span: Span, text: str) -> None:
        width = span.stop - span.start
        if len(text) > width:
            raise MrzRejected(name, "is longer than its field; shorten it", Fault.TOO_LONG)
        self._rows[span.line][span.start : span.stop] = text.ljust(width, FILLER)

    def lines(self) -> tuple[str, ...]:
        return tuple("".join(row) for row in self._rows)


def _texts(layout: Layout, fields: MrzFields) -> dict[str, str]:
    """What goes into each field of the layout, the overflow of a long number in front of its optional data."""
    if layout.document_type is DocumentType.IDFRA:
        return _french_texts(fields)
    number, overflow = _split_number(layout, fields)
    texts = {
        "document_code": fields.document_code,
        "issuing_state": fields.issuing_state,
        "document_number": number,
        "nationality": fields.nationality,
        "birth_date": fields.birth_date.text,
        "sex": fields.sex.value,
        "expiry_date": fields.expiry_date.text,
        "optional_data": overflow + fields.optional_data,
        "name": _name(layout, fields),
    }
    return texts | ({"optional_data_2": fields.optional_data_2} if _has_second(layout, fields) else {})


def _has_second(layout: Layout, fields: MrzFields) -> bool:
    return bool(fields.optional_data_2) or layout.field("optional_data_2") is not None


def _name(layout: Layout, fields: MrzFields) -> str:
    part = layout.field("name")
    columns = part.span.stop - part.span.start if part else 0
    return name_field(fields.surname, fields.given_names, columns)


def _split_number(layout: Layout, fields: MrzFields) -> tuple[str, str]:
    """The number's field, and what of a long one comes before the optional data, its digit and a filler behind it."""
    number = fields.document_number
    if len(number) <= 9 or not layout.long_numbers:
        return number, ""
    head, tail = number[:9], number[9:]
    joint = FILLER if fields.issuing_state in COUNTS_THE_FILLER else ""
    if FILLER in number or not set(number) <= ANY:
        raise MrzRejected(
            "document_number", "has a character that no long number may have", Fault.CHARACTER_NOT_ALLOWED
        )
    return head, tail + check_digit(head + joint + tail) + (FILLER if fields.optional_data else "")


def _french_texts(fields: MrzFields) -> dict[str, str]:
    number = fields.document_number
    if len(number) != 12:
        raise MrzRejected("document_number", "must have twelve characters on a French card", Fault.WRONG_LENGTH)
    if fields.nationality != "FRA":
        raise MrzRejected("nationality", "must be FRA on a French card", Fault.UNKNOWN_CODE)
    given_names = fields.given_names.replace("-", FILLER).replace(" ", FILLER * 2)
    return {
        "document_code": fields.document_code,
        "issuing_state": fields.issuing_state,
        "surname": fields.surname.replace(" ", FILLER)[:25],
        "optional_data": fields.optional_data,
        "issue_month": number[:4],
        "issue_place": number[4:7],
        "issue_count": number[7:],
        "given_names": given_names[:14],
        "birth_date": fields.birth_date.text,
        "sex": fields.sex.value,
    }


def _put_check_digits(layout: Layout, sheet: Sheet, fields: MrzFields) -> None:
    """In the layout's order: the composite comes last and covers the others."""
    runs_over = layout.long_numbers and len(fields.document_number) > 9
    for check in layout.checks:
        if check.name == "document_number" and runs_over:
            continue
        text = "".join(cut(sheet.lines(), span) for span in check.covers)
        if not set(text) <= ANY:
            raise MrzRejected(check.name, "has a character that no zone has", Fault.CHARACTER_NOT_ALLOWED)
        sheet.put(check.name, check.at, check_digit(text))
