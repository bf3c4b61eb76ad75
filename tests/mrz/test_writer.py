"""parse(write(x)) == x, and truncation as 9303-4 4.2.3 shows it."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrz.codes import CODES
from mrz.dates import UNKNOWN_DATE, MrzDate
from mrz.errors import Fault, MrzRejected
from mrz.french_card import expiry_of
from mrz.from_json import fields_from
from mrz.model import DocumentType, Mrz, MrzFields, Sex
from mrz.names import name_field
from mrz.parse import inspect, parse
from mrz.samples import CODES_OF, sample
from mrz.write import write
from tests.mrz.zones import SPECIMENS, TODAY

A_TO_Z = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIELDS = tuple(MrzFields.__dataclass_fields__)


def words(most: int, length: int) -> st.SearchStrategy[str]:
    return st.lists(st.text(A_TO_Z, min_size=1, max_size=length), min_size=1, max_size=most).map(" ".join)


def printed(day: date) -> MrzDate:
    return MrzDate(day.strftime("%y%m%d"), day.year)


@st.composite
def births(draw: st.DrawFn) -> MrzDate:
    day = draw(st.dates(date(1927, 1, 1), date(2026, 10, 31)))
    unknown = draw(st.sampled_from(["", "<<", "<<<<", "all"]))
    if unknown == "all":
        return UNKNOWN_DATE
    known = printed(day)
    return MrzDate(known.text[: 6 - len(unknown)] + unknown, known.year)


@st.composite
def documents(draw: st.DrawFn) -> Mrz:
    """Any conforming document whose names fit, but the French card."""
    document_type = draw(st.sampled_from([kind for kind in DocumentType if kind is not DocumentType.IDFRA]))
    long = document_type in (DocumentType.TD1, DocumentType.TD2)
    number = draw(st.text(A_TO_Z + "0123456789", min_size=1, max_size=13 if long else 9))
    optional_room = {"TD1": 15, "TD2": 7, "TD3": 14, "MRVA": 16, "MRVB": 8}[document_type.value]
    room = optional_room if len(number) <= 9 else max(0, optional_room - len(number) + 9 - 2)
    data = st.text(A_TO_Z + "0123456789<", max_size=room).map(lambda text: text.rstrip("<"))
    born = draw(births())
    first = born.latest or date(2000, 1, 1)
    return Mrz(
        document_type=document_type,
        document_code=draw(st.sampled_from(CODES_OF[document_type])),
        issuing_state=draw(st.sampled_from(sorted(CODES - {"PRT"}))),
        nationality=draw(st.sampled_from(sorted(CODES))),
        document_number=number,
        surname=draw(words(2, 6)),
        given_names=draw(st.just("") | words(2, 5)),
        sex=draw(st.sampled_from(Sex)),
        birth_date=born,
        expiry_date=printed(max(first, TODAY - timedelta(days=9000)) + timedelta(days=draw(st.integers(366, 9000)))),
        optional_data=draw(data),
        optional_data_2=draw(data)[:11].rstrip("<") if document_type is DocumentType.TD1 else "",
    )


@given(documents())
@settings(deadline=None)
def test_what_is_written_is_read_back(document: Mrz) -> None:
    assert parse(write(document, document.document_type), TODAY) == replace(
        document, name_may_be_truncated=_fills_its_field(document)
    )


def _fills_its_field(document: Mrz) -> bool:
    columns = {"TD1": 30, "TD2": 31, "TD3": 39, "MRVA": 39, "MRVB": 31}[document.document_type.value]
    return len(f"{document.surname}  {document.given_names}".strip()) == columns


@pytest.mark.parametrize("source", SPECIMENS)
def test_specimens_are_written_back(source: str) -> None:
    mrz = parse(SPECIMENS[source], TODAY)
    assert write(mrz, mrz.document_type) == SPECIMENS[source]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_generated_documents_conform(long_scale: float) -> None:
    rng = np.random.default_rng(3)
    kinds = tuple(DocumentType)
    for index in range(int(100_000 * long_scale)):
        kind = kinds[index % len(kinds)]
        fields = sample(kind, rng, TODAY)
        inspection = inspect(write(fields, kind), TODAY)
        assert inspection.faults == (), f"document {index} of type {kind}"
        assert inspection.mrz is not None
        assert [getattr(inspection.mrz, name) for name in FIELDS] == [getattr(fields, name) for name in FIELDS]


def test_generated_documents_conform() -> None:
    rng = np.random.default_rng(4)
    for index in range(300):
        kind = tuple(DocumentType)[index % 6]
        fields = sample(kind, rng, TODAY)
        mrz = parse(write(fields, kind), TODAY)
        assert [getattr(mrz, name) for name in FIELDS] == [getattr(fields, name) for name in FIELDS]


WOOLOOMOOLOO = "BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL"


@pytest.mark.parametrize(
    ("surname", "given_names", "columns", "field"),
    [
        ("NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG", 39, "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"),
        ("NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG", 39, "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"),
        (WOOLOOMOOLOO, "DINGO POTOROO", 39, "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI"),
        (WOOLOOMOOLOO, "DINGO POTOROO", 30, "BENNELONG<WOOLOOMOOLOO<W<W<<DI"),
        ("PAPANDROPOULOUS", "JONATHON WARREN TREVOR", 39, "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"),
        ("PAPANDROPOULOUS", "JONATHON ALEC", 30, "PAPANDROPOULOUS<<JONATHON<ALEC"),
        ("ARKFREITH", "", 15, "ARKFREITH<<<<<<"),
    ],
)
def test_truncation_examples_of_parts_4_and_5(surname: str, given_names: str, columns: int, field: str) -> None:
    assert name_field(surname, given_names, columns) == field


@given(words(5, 20), st.just("") | words(5, 20), st.sampled_from([30, 31, 39]))
def test_truncated_names_end_with_a_letter_and_keep_both_identifiers(
    surname: str, given_names: str, columns: int
) -> None:
    field = name_field(surname, given_names, columns)
    assert len(field) == columns
    if len(f"{surname}  {given_names}".strip()) > columns:
        # Initials alone leave no letter to give away.
        assert field[-1] != "<" or all(len(word) == 1 for word in field.strip("<").replace("<", " ").split())
        assert ("<<" in field.rstrip("<")) == bool(given_names)


@pytest.mark.parametrize(
    ("change", "field", "fault"),
    [
        ({"document_number": "1234567890"}, "document_number", Fault.TOO_LONG),
        ({"optional_data": "A" * 15}, "optional_data", Fault.TOO_LONG),
        ({"optional_data_2": "A"}, "optional_data_2", Fault.TOO_LONG),
        ({"surname": "MÜLLER"}, "name", Fault.CHARACTER_NOT_ALLOWED),
        ({"surname": "SMITH2"}, "name", Fault.CHARACTER_NOT_ALLOWED),
        ({"issuing_state": "DEU"}, "issuing_state", Fault.UNKNOWN_CODE),
        ({"document_number": "a1"}, "document_number", Fault.CHARACTER_NOT_ALLOWED),
    ],
)
def test_what_cannot_be_printed_is_refused(change: dict[str, str], field: str, fault: Fault) -> None:
    mrz = parse(SPECIMENS["9303-4 4.2.2"], TODAY)
    with pytest.raises(MrzRejected) as refused:
        write(replace(mrz, **change), DocumentType.TD3)
    assert (refused.value.field, refused.value.fault) == (field, fault)


def test_french_cards_are_read_back() -> None:
    mrz = parse(SPECIMENS["French specimen"], TODAY)
    born = mrz.birth_date
    named = replace(
        mrz,
        given_names="JEAN-PAUL LO",
        document_number="140692310285",
        expiry_date=expiry_of("1406", born, TODAY),
        optional_data="921001",
    )
    assert parse(write(named, DocumentType.IDFRA), TODAY) == named


WRITTEN = {
    "type": "td3",
    "document_code": "P",
    "issuing_state": "uto",
    "document_number": "L898902C3",
    "surname": "Müller-Lüdenscheidt",
    "given_names": "Đặng Žofie",
    "nationality": "UTO",
    "sex": "X",
    "birth_date": "1974-08-12",
    "expiry_date": "320415",
}


def test_fields_from_a_file_are_transliterated() -> None:
    fields, document_type = fields_from(WRITTEN, TODAY)
    assert write(fields, document_type)[0] == "P<UTOMUELLER<LUEDENSCHEIDT<<DANG<ZOFIE<<<<<<"
    assert fields.birth_date == MrzDate("740812", 1974)
    assert fields.sex is Sex.UNSPECIFIED


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"surname": ""}, "surname"),
        ({"surname": 3}, "surname"),
        ({"surnam": "X"}, "surnam"),
        ({"sex": "Q"}, "sex"),
        ({"type": "TD9"}, "type"),
        ({"birth_date": "1974-02-31"}, "birth_date"),
        ({"birth_date": "740231"}, "birth_date"),
        ({"surname": "田中"}, "surname"),
    ],
)
def test_fields_of_a_file_are_refused_by_name(change: dict[str, object], field: str) -> None:
    with pytest.raises(MrzRejected) as refused:
        fields_from({**WRITTEN, **change}, TODAY)
    assert refused.value.field == field
