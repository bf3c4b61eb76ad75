"""Dates as a machine readable zone prints them: two digits of the year, and parts that may be unknown (9303-3 4.8)."""

import calendar
import datetime
from dataclasses import dataclass, field

from mrz.errors import Fault, MrzRejected

LONGEST_VALIDITY_YEARS = 50
"""No document is issued for longer: an expiry never lies further ahead of the day it is read on."""


@dataclass(frozen=True, slots=True)
class MrzDate:
    """`text` is YYMMDD as printed, unknown parts `<<`; `year` the full year that the century rule gave it."""

    text: str = field(repr=False)
    year: int | None = field(default=None, repr=False)

    @property
    def month(self) -> int | None:
        return _number(self.text[2:4])

    @property
    def day(self) -> int | None:
        return _number(self.text[4:6])

    @property
    def date(self) -> datetime.date | None:
        """The day, when every part of it is known."""
        return self.earliest if self.month and self.day else None

    @property
    def earliest(self) -> datetime.date | None:
        """The first day that it can mean; None when the year is unknown."""
        if self.year is None:
            return None
        return datetime.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> datetime.date | None:
        """The last day that it can mean; None when the year is unknown."""
        if self.year is None:
            return None
        month = self.month or 12
        return datetime.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


UNKNOWN_DATE = MrzDate("<<<<<<")


def birth_date(text: str, today: datetime.date) -> MrzDate:
    """The latest such day that does not lie in the future. Raises MrzRejected when the calendar has none."""
    return _latest_not_after(text, today, "birth_date")


def expiry_date(text: str, today: datetime.date, born: MrzDate = UNKNOWN_DATE) -> MrzDate:
    """The latest such day that a document issued by `today` can reach; a century later where it would precede birth."""
    horizon = datetime.date(today.year + LONGEST_VALIDITY_YEARS, 12, 31)
    expiry = _latest_not_after(text, horizon, "expiry_date")
    if expiry.year is not None and born.year is not None and expiry.year < born.year:
        return _in_year(text, expiry.year + 100, "expiry_date")
    return expiry


def _latest_not_after(text: str, limit: datetime.date, name: str) -> MrzDate:
    two_digits = _checked_year(text, name)
    if two_digits is None:
        return MrzDate(text)
    newest = limit.year - (limit.year - two_digits) % 100
    candidates = [_possible(text, newest - century) for century in (0, 100, 200)]
    for candidate in candidates:
        if candidate and candidate.earliest and candidate.earliest <= limit:
            return candidate
    raise MrzRejected(name, "is no day of the calendar; read the document again", Fault.IMPOSSIBLE_DATE)


def _in_year(text: str, year: int, name: str) -> MrzDate:
    found = _possible(text, year)
    if found is None:
        raise MrzRejected(name, "is no day of the calendar; read the document again", Fault.IMPOSSIBLE_DATE)
    return found


def _possible(text: str, year: int) -> MrzDate | None:
    candidate = MrzDate(text, year)
    try:
        first = candidate.earliest
    except ValueError:
        return None
    return candidate if first else None


def _checked_year(text: str, name: str) -> int | None:
    """The two digits of the year, None when unknown. Each part is two digits or two fillers, none of them zero."""
    parts = (text[:2], text[2:4], text[4:6])
    if len(text) != 6 or not all(_is_part(part) for part in parts):
        raise MrzRejected(name, "must be six digits, unknown parts as fillers", Fault.CHARACTER_NOT_ALLOWED)
    if parts[1] == "00" or parts[2] == "00" or (parts[1] != "<<" and int(parts[1]) > 12):
        raise MrzRejected(name, "is no day of the calendar; read the document again", Fault.IMPOSSIBLE_DATE)
    return _number(parts[0])


def _is_part(text: str) -> bool:
    return text == "<<" or (text.isascii() and text.isdigit())


def _number(text: str) -> int | None:
    return None if text == "<<" else int(text)
