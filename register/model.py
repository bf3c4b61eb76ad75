"""What the border authority's side keeps: visas bound to documents, and alerts."""

import re
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Visa:
    """One granted visa (or travel authorisation), bound to one travel document of one holder."""

    record: str
    """Opaque id; nothing about the person can be read from it."""
    issuing_state: str = field(repr=False)
    """Of the travel document, as its MRZ has it."""
    document_number: str = field(repr=False)
    birth_date: str = field(repr=False)
    """YYMMDD as printed, unknown parts `<`."""
    surname: str = field(repr=False)
    given_names: str = field(repr=False)
    nationality: str = field(repr=False)
    valid_from: date
    valid_until: date
    """The last day on which an entry is allowed."""
    entries: int | None = None
    """How often it may be used; None = unlimited."""
    restrictions: tuple[str, ...] = ()
    cancelled: bool = False
    synchronised: bool = True
    """False: granted, but its data have not arrived here yet."""
    suspended: bool = False
    stay_days: int | None = None
    """Of any 180 days (register/stays.py); None = as long as the visa is valid."""
    portrait: bytes = field(default=b"", repr=False)
    """The encoded image."""

    def __post_init__(self) -> None:
        fault = _fault(self)
        if fault:
            raise VisaRefused(*fault)


@dataclass(frozen=True, slots=True)
class Alert:
    """One line of the watchlist: found by document number, or by name and birth date, or by either."""

    alert: str
    """Opaque id."""
    hold: bool = False
    issuing_state: str = field(default="", repr=False)
    document_number: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    given_names: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if not self.alert:
            raise VisaRefused("alert", "is empty")
        if not self.document_number and not (self.surname and self.birth_date):
            raise VisaRefused("document_number", "is missing, and so are surname and birth_date")


class VisaRefused(ValueError):
    """A field that cannot be kept: names it, never its value."""

    def __init__(self, field_name: str, problem: str) -> None:
        super().__init__(f"'{field_name}' {problem}")
        self.field = field_name


_STATE = re.compile(r"[A-Z]{1,3}")
_NUMBER = re.compile(r"[A-Z0-9]{1,22}")
_BIRTH_DATE = re.compile(r"(\d{2}|<<)(\d{2}|<<)(\d{2}|<<)")


def _fault(visa: Visa) -> tuple[str, str] | None:
    rules = (
        ("record", bool(visa.record), "is empty"),
        ("issuing_state", _STATE.fullmatch(visa.issuing_state), "is not a code of one to three capital letters"),
        ("document_number", _NUMBER.fullmatch(visa.document_number), "is not made of capital letters and digits"),
        ("birth_date", _BIRTH_DATE.fullmatch(visa.birth_date), "is not YYMMDD"),
        ("surname", visa.surname or visa.given_names, "is empty, and so is given_names"),
        ("nationality", _STATE.fullmatch(visa.nationality), "is not a code of one to three capital letters"),
        ("valid_until", visa.valid_from <= visa.valid_until, "is before valid_from"),
        ("entries", visa.entries is None or visa.entries >= 1, "is less than one"),
        ("stay_days", visa.stay_days is None or 1 <= visa.stay_days <= 180, "is not between 1 and 180"),
    )
    return next(((name, problem) for name, holds, problem in rules if not holds), None)


def name_key(surname: str, given_names: str) -> str:
    """Names as they are compared: capitals, the MRZ's fillers and hyphens as single spaces, no apostrophes."""
    return "/".join(
        " ".join(re.sub(r"[<\-]", " ", part.upper()).replace("'", "").split()) for part in (surname, given_names)
    )


def masked(number: str) -> str:
    """All but the last two characters hidden."""
    return "*" * max(0, len(number) - 2) + number[-2:]
