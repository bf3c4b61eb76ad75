"""What the old French identity card leaves out of its zone: when it expires.

Its number begins with year and month of issue. Cards are valid for 10 years; those issued to adults from January 2004
on for 15 (decree 2013-1188, which also lengthened the cards of 2004 to 2013).
"""

import datetime

from mrz.dates import MrzDate, birth_date
from mrz.errors import Fault, MrzRejected

FIRST_OF_FIFTEEN_YEARS = (2004, 1)
ADULT_YEARS = 18


def expiry_of(issue_month: str, born: MrzDate, today: datetime.date) -> MrzDate:
    """Month of expiry, its day unknown, for `issue_month` YYMM. Raises MrzRejected when that is no month."""
    try:
        issued = birth_date(issue_month + "<<", today)
    except MrzRejected as refused:
        raise MrzRejected("document_number", "begins with no month of issue", Fault.IMPOSSIBLE_DATE) from refused
    if issued.year is None or issued.month is None:
        raise MrzRejected("document_number", "begins with no month of issue", Fault.IMPOSSIBLE_DATE)
    years = 15 if _adult_from_2004(issued.year, issued.month, born) else 10
    expires = issued.year + years
    return MrzDate(f"{expires % 100:02}{issue_month[2:]}<<", expires)


def _adult_from_2004(year: int, month: int, born: MrzDate) -> bool:
    latest = born.latest
    if (year, month) < FIRST_OF_FIFTEEN_YEARS or latest is None:
        return False
    return (year - ADULT_YEARS, month) > (latest.year, latest.month)
