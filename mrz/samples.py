"""Invented documents, drawn at random from a seeded generator: for tests, training and `egate mrz render`."""

import datetime

import numpy as np

from mrz.codes import CODES
from mrz.dates import UNKNOWN_DATE, MrzDate
from mrz.french_card import expiry_of
from mrz.layouts import DIGITS, LAYOUTS, LETTERS
from mrz.model import DocumentType, MrzFields, Sex

_SYLLABLES = """
    AL AN AR BEL BO BRAN CA CHE DA DE DO EL EN ER FA FER GA GO GRE HA HO IL IN JA JO KA KI KO LA LE LI LO MA ME MI MO
    NA NE NGUY NO O OL OR PA PE QU RA RE RI RO SA SCH SE SO STA SZ TA TE THO TO U VA VE VI WA WO XI YA YU ZA ZE
"""
SYLLABLES = tuple(_SYLLABLES.split())
STATES = tuple(sorted(CODES))
ALPHANUMERIC = DIGITS + LETTERS
CODES_OF = {
    DocumentType.TD1: ("I", "ID", "IR", "A", "AC", "C"),
    DocumentType.TD2: ("I", "ID", "IP", "A", "C"),
    DocumentType.TD3: ("P", "P", "P", "PP", "PD", "PO", "PS", "PT"),
    DocumentType.MRVA: ("V", "VA", "VC"),
    DocumentType.MRVB: ("V", "VA", "VC"),
}


def sample(document_type: DocumentType, rng: np.random.Generator, today: datetime.date) -> MrzFields:
    """Somebody's fields: names that fit, any issuer, sometimes a long number, an unknown day, no given names."""
    if document_type is DocumentType.IDFRA:
        return _french(rng, today)
    issuer = str(rng.choice(STATES))
    born = _past(rng, today, 0, 99)
    ahead_days = int(rng.integers(-1500, 3650))
    surname, given_names = _names(document_type, rng)
    return MrzFields(
        document_code=str(rng.choice(CODES_OF[document_type])),
        issuing_state=issuer,
        document_number=_number(document_type, rng),
        surname=surname,
        given_names=given_names,
        nationality=issuer if rng.random() < 0.8 else str(rng.choice(STATES)),
        sex=Sex(str(rng.choice(["F", "M", "<"], p=[0.49, 0.49, 0.02]))),
        birth_date=_perhaps_unknown(born, rng),
        expiry_date=_date(max(born + datetime.timedelta(days=366), today + datetime.timedelta(days=ahead_days))),
        optional_data=_optional(document_type, rng),
        optional_data_2=_characters(rng, int(rng.integers(1, 12))) if _has_second(document_type, rng) else "",
    )


def name(rng: np.random.Generator, most_words: int) -> str:
    """One to `most_words` words that nobody need be called."""
    words = rng.integers(1, most_words + 1)
    return " ".join("".join(rng.choice(SYLLABLES, int(rng.integers(1, 4)))) for _ in range(words))


def _names(document_type: DocumentType, rng: np.random.Generator) -> tuple[str, str]:
    """Surname and given names that fit the field whole; one in twenty has no given names."""
    field = LAYOUTS[document_type].field("name")
    columns = field.span.stop - field.span.start if field else 0
    while True:
        surname, given_names = name(rng, 2), "" if rng.random() < 0.05 else name(rng, 2)
        if len(f"{surname}  {given_names}") <= columns:
            return surname, given_names


def _number(document_type: DocumentType, rng: np.random.Generator) -> str:
    may_run_over = document_type in (DocumentType.TD1, DocumentType.TD2)
    if may_run_over and rng.random() < 0.15:
        return _characters(rng, int(rng.integers(10, 14)))
    length = 9 if rng.random() < 0.8 else int(rng.integers(5, 9))
    digits = "".join(rng.choice(list(DIGITS), length))
    style = rng.integers(4)
    if style == 0:
        return _characters(rng, length)
    return "".join(rng.choice(list(LETTERS), int(style) - 1)) + digits[int(style) - 1 :]


def _optional(document_type: DocumentType, rng: np.random.Generator) -> str:
    room = {DocumentType.TD3: 14, DocumentType.MRVA: 16, DocumentType.MRVB: 8, DocumentType.TD1: 9}
    if rng.random() < 0.5 or document_type not in room:
        return ""
    return _characters(rng, int(rng.integers(1, room[document_type] + 1)))


def _has_second(document_type: DocumentType, rng: np.random.Generator) -> bool:
    return document_type is DocumentType.TD1 and bool(rng.random() < 0.3)


def _characters(rng: np.random.Generator, length: int) -> str:
    return "".join(rng.choice(list(ALPHANUMERIC), length))


def _french(rng: np.random.Generator, today: datetime.date) -> MrzFields:
    born = _date(_past(rng, today, 20, 80))
    issue = f"{int(rng.integers(5, 21)):02}{int(rng.integers(1, 13)):02}"
    return MrzFields(
        document_code="ID",
        issuing_state="FRA",
        document_number=issue + f"{int(rng.integers(1, 96)):02}1" + "".join(rng.choice(list(DIGITS), 5)),
        surname=name(rng, 2),
        given_names="".join(rng.choice(SYLLABLES, 2)),
        nationality="FRA",
        sex=Sex(str(rng.choice(["F", "M"]))),
        birth_date=born,
        expiry_date=expiry_of(issue, born, today),
        optional_data=f"{int(rng.integers(1, 96)):02}1" + f"{int(rng.integers(0, 999)):03}",
    )


def _past(rng: np.random.Generator, today: datetime.date, fewest_years: int, most_years: int) -> datetime.date:
    return today - datetime.timedelta(days=int(rng.integers(fewest_years * 366, most_years * 365)))


def _date(day: datetime.date) -> MrzDate:
    return MrzDate(day.strftime("%y%m%d"), day.year)


def _perhaps_unknown(born: datetime.date, rng: np.random.Generator) -> MrzDate:
    """One in fifty birth dates lacks its day, or everything."""
    draw = rng.random()
    if draw < 0.01:
        return UNKNOWN_DATE
    known = _date(born)
    return MrzDate(known.text[:4] + "<<", known.year) if draw < 0.02 else known
