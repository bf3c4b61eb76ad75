"""Lines -> fields. `parse` is strict and raises; `inspect` never raises and reports every fault that it finds.

A zone that has expired is a conforming zone: expiry is a fact of the Mrz, not a fault. Nothing is ever repaired.
"""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mrz.checks import check_digits, long_number
from mrz.dates import MrzDate, birth_date, expiry_date
from mrz.errors import Fault, MrzRejected
from mrz.french_card import expiry_of
from mrz.grammar import fault_of_lengths, faults_of_text
from mrz.layouts import FILLER, Layout, cut, layout_of
from mrz.model import CheckDigit, CheckResult, DocumentType, Mrz, Sex


@dataclass(frozen=True, slots=True)
class Inspection:
    """A faithful report of lines that may be wrong."""

    document_type: DocumentType | None
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """As far as they go, by their names in MrzFields, without trailing fillers; dates and sex as printed."""
    check_digits: Mapping[str, CheckDigit] = field(default_factory=dict)
    faults: tuple[MrzRejected, ...] = ()
    mrz: Mrz | None = field(default=None, repr=False)
    """Set when there is no fault."""


def parse(lines: Sequence[str], today: datetime.date) -> Mrz:
    """The zone that these lines are. Raises MrzRejected, naming the first field that breaks a rule."""
    inspection = inspect(lines, today)
    if inspection.mrz is None:
        raise inspection.faults[0]
    return inspection.mrz


def inspect(lines: Sequence[str], today: datetime.date) -> Inspection:
    """What the lines say and every rule that they break. Never raises."""
    layout = layout_of(lines)
    if layout is None:
        return Inspection(None, faults=(fault_of_lengths(lines),))
    fields = fields_of(layout, lines)
    digits = check_digits(layout, lines)
    text_faults = tuple(faults_of_text(layout, lines))
    born, expires, date_faults = _dates(layout, fields, today)
    faults = (*text_faults, *_without_repeats(date_faults, text_faults), *_failing(digits))
    mrz = None if faults else _mrz(layout, lines, fields, born, expires, digits)
    return Inspection(layout.document_type, fields, digits, faults, mrz)


def fields_of(layout: Layout, lines: Sequence[str]) -> dict[str, str]:
    """Fields by name as printed, the name split, a long number joined, the French number put together."""
    fields = {part.name: cut(lines, part.span) for part in layout.fields}
    for name in fields.keys() - {"name", "birth_date", "expiry_date", "sex"}:
        fields[name] = fields[name].rstrip(FILLER)
    if layout.document_type is DocumentType.IDFRA:
        return _french(fields)
    surname, _, given_names = fields.pop("name").strip(FILLER).partition(FILLER * 2)
    fields |= {"surname": surname.replace(FILLER, " "), "given_names": given_names.replace(FILLER, " ").strip()}
    long = long_number(layout, lines)
    if long:
        fields["document_number"] = cut(lines, long.head) + cut(lines, long.tail)
        fields["optional_data"] = cut(lines, long.rest).rstrip(FILLER)
    return fields


def _french(fields: dict[str, str]) -> dict[str, str]:
    """On this card `<<` stands between given names and `<` for the hyphen inside one."""
    number = fields.pop("issue_month") + fields.pop("issue_place").ljust(3, FILLER) + fields.pop("issue_count")
    given_names = fields["given_names"].replace(FILLER * 2, " ").replace(FILLER, "-")
    surname = fields["surname"].replace(FILLER, " ")
    own = {"document_number": number, "surname": surname, "given_names": given_names, "nationality": "FRA"}
    return fields | own


def _dates(
    layout: Layout, fields: Mapping[str, str], today: datetime.date
) -> tuple[MrzDate, MrzDate, tuple[MrzRejected, ...]]:
    born, expires = MrzDate(fields["birth_date"]), MrzDate(fields.get("expiry_date", FILLER * 6))
    faults = []
    try:
        born = birth_date(fields["birth_date"], today)
    except MrzRejected as fault:
        faults.append(fault)
    try:
        if layout.document_type is DocumentType.IDFRA:
            expires = expiry_of(fields["document_number"][:4], born, today)
        else:
            expires = expiry_date(fields["expiry_date"], today, born)
    except MrzRejected as fault:
        faults.append(fault)
    return born, expires, tuple(faults)


def _without_repeats(faults: Sequence[MrzRejected], known: Sequence[MrzRejected]) -> Iterator[MrzRejected]:
    named = {fault.field for fault in known}
    return (fault for fault in faults if fault.field not in named)


def _failing(digits: Mapping[str, CheckDigit]) -> Iterator[MrzRejected]:
    for name, digit in digits.items():
        if digit.result is CheckResult.FAIL:
            sentence = "does not agree with its check digit; read the document again"
            yield MrzRejected(name, sentence, Fault.CHECK_DIGIT_FAILS)


def _mrz(
    layout: Layout,
    lines: Sequence[str],
    fields: Mapping[str, str],
    born: MrzDate,
    expires: MrzDate,
    digits: Mapping[str, CheckDigit],
) -> Mrz:
    last_of_name = layout.field("name") or layout.field("given_names")
    return Mrz(
        document_type=layout.document_type,
        document_code=fields["document_code"],
        issuing_state=fields["issuing_state"],
        document_number=fields["document_number"],
        surname=fields["surname"],
        given_names=fields["given_names"],
        nationality=fields["nationality"],
        sex=Sex(fields["sex"]),
        birth_date=born,
        expiry_date=expires,
        optional_data=fields["optional_data"],
        optional_data_2=fields.get("optional_data_2", ""),
        name_may_be_truncated=last_of_name is not None and cut(lines, last_of_name.span)[-1] != FILLER,
        check_digits=digits,
    )
