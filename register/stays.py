"""Short stays: so many days in any 180 (Regulation (EU) 2016/399, Article 6(1) and (2)). Pure.

The window is the 180 days that end with the day looked at. The day of entry is the first day of a stay, the day of
exit the last; a day on which both happen counts once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WINDOW_DAYS = 180
LIMIT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Stay:
    """From the day of entry to the day of exit; `exit` None = still there."""

    entry: date
    exit: date | None = None
    exit_missing: bool = False
    """No exit was recorded before the next entry; the stay is taken to have lasted until then."""


def used_on(stays: Iterable[Stay], day: date) -> int:
    """Days of stay in the window that ends with `day`."""
    return len(_days(stays, day) & set(range(day.toordinal() - WINDOW_DAYS + 1, day.toordinal() + 1)))


def days_left(stays: Iterable[Stay], entry: date, limit: int = LIMIT_DAYS) -> int:
    """For how many days on end, counted from `entry`, a stay would be lawful; 0 = not even for that day."""
    first = entry.toordinal()
    days = _days(stays, entry)
    used = len([day for day in days if first - WINDOW_DAYS < day < first])
    for number in range(WINDOW_DAYS):
        used += 1 - (number > 0 and first + number - WINDOW_DAYS in days)
        if used > limit:
            return number
    return WINDOW_DAYS


def overstayed(stays: Iterable[Stay], day: date, limit: int = LIMIT_DAYS) -> int:
    """On how many days up to `day` more than `limit` days of their own window had been used."""
    listed = tuple(stays)
    return sum(used_on(listed, date.fromordinal(each)) > limit for each in _days(listed, day))


def stays_of(passages: Sequence[tuple[date, str]]) -> tuple[Stay, ...]:
    """Of (day, "entry" or "exit") in order. What was not recorded is never taken in the traveller's favour."""
    stays: list[Stay] = []
    entry: date | None = None
    for day, direction in passages:
        if direction == "entry":
            if entry is not None:
                stays.append(Stay(entry, day, exit_missing=True))
            entry = day
        else:
            stays.append(Stay(entry if entry is not None else day, day))
            entry = None
    return (*stays, Stay(entry)) if entry is not None else tuple(stays)


def last_day(stays: Iterable[Stay], entry: date, limit: int = LIMIT_DAYS) -> date | None:
    """The last lawful day of a stay that begins on `entry`; None = it may not begin."""
    left = days_left(stays, entry, limit)
    return entry + timedelta(days=left - 1) if left else None


def _days(stays: Iterable[Stay], until: date) -> set[int]:
    """Every day of stay up to `until`, as ordinals."""
    days: set[int] = set()
    for stay in stays:
        end = min(stay.exit or until, until)
        days.update(range(stay.entry.toordinal(), end.toordinal() + 1))
    return days
