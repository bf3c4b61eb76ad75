"""Fields as people write them in a file -> fields of a zone. Names may be in any script that 9303-3 section 6 lists."""

import datetime
from collections.abc import Mapping
from typing import TypeVar

from mrz.dates import UNKNOWN_DATE, MrzDate, birth_date, expiry_date
from mrz.errors import Fault, MrzRejected
from mrz.french_card import expiry_of
from mrz.model import DocumentType, MrzFields, Sex
from mrz.transliterate import to_zone

REQUIRED = ("type", "document_code", "issuing_state", "document_number", "surname", "nationality", "sex", "birth_date")
OPTIONAL = ("given_names", "expiry_date", "optional_data", "optional_data_2")
Choice = TypeVar("Choice", DocumentType, Sex)


def fields_from(written: Mapping[str, object], today: datetime.date) -> tuple[MrzFields, DocumentType]:
    """Dates are YYMMDD as printed, or YYYY-MM-DD. Raises MrzRejected, naming the first field that cannot be used."""
    texts = _texts(written)
    document_type = _one_of(DocumentType, "type", texts["type"].upper().replace("-", ""))
    born = _date("birth_date", texts["birth_date"], today)
    number = texts["document_number"].upper()
    if document_type is DocumentType.IDFRA:
        expires = expiry_of(number[:4], born, today)
    else:
        expires = _date("expiry_date", _required(texts, "expiry_date"), today, born)
    fields = MrzFields(
        document_code=texts["document_code"].upper(),
        issuing_state=texts["issuing_state"].upper(),
        document_number=number,
        surname=_name("surname", texts["surname"], document_type),
        given_names=_name("given_names", texts.get("given_names", ""), document_type),
        nationality=texts["nationality"].upper(),
        sex=_one_of(Sex, "sex", texts["sex"].upper().replace("X", "<")),
        birth_date=born,
        expiry_date=expires,
        optional_data=texts.get("optional_data", "").upper(),
        optional_data_2=texts.get("optional_data_2", "").upper(),
    )
    return fields, document_type


def _texts(written: Mapping[str, object]) -> dict[str, str]:
    for name in written.keys() - {*REQUIRED, *OPTIONAL}:
        known = ", ".join((*REQUIRED, *OPTIONAL))
        raise MrzRejected(str(name), f"is no field; the fields are {known}", Fault.UNKNOWN_CODE)
    texts = {}
    for name, value in written.items():
        if not isinstance(value, str):
            raise MrzRejected(name, "must be a text in quotation marks", Fault.CHARACTER_NOT_ALLOWED)
        texts[name] = value.strip()
    for name in REQUIRED:
        _required(texts, name)
    return texts


def _required(texts: Mapping[str, str], name: str) -> str:
    if not texts.get(name):
        raise MrzRejected(name, "is missing; add it", Fault.WRONG_LENGTH)
    return texts[name]


def _one_of(kind: type[Choice], name: str, text: str) -> Choice:
    try:
        return kind(text)
    except ValueError:
        known = ", ".join(str(choice.value) for choice in kind)
        raise MrzRejected(name, f"must be one of {known}", Fault.UNKNOWN_CODE) from None


def _name(name: str, text: str, document_type: DocumentType) -> str:
    try:
        words = [to_zone(word) for word in text.split()] if document_type is DocumentType.IDFRA else [to_zone(text)]
    except ValueError:
        sentence = "has a character that 9303-3 section 6 does not list; spell it in Latin letters"
        raise MrzRejected(name, sentence, Fault.CHARACTER_NOT_ALLOWED) from None
    hyphened = document_type is DocumentType.IDFRA and name == "given_names"
    return " ".join(word.replace(" ", "-") if hyphened else word for word in words)


def _date(name: str, text: str, today: datetime.date, born: MrzDate = UNKNOWN_DATE) -> MrzDate:
    if len(text) == 10:
        try:
            day = datetime.date.fromisoformat(text)
        except ValueError:
            raise MrzRejected(name, "is no day of the calendar", Fault.IMPOSSIBLE_DATE) from None
        return MrzDate(day.strftime("%y%m%d"), day.year)
    return birth_date(text, today) if name == "birth_date" else expiry_date(text, today, born)
