"""Documents reported lost or stolen (E8), and the hall's ledger of which document is in use at which lane (E17).

Functions on an open connection, inside a transaction of register/store.py. Times are seconds since 1970, UTC.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, not_, select, update

from link.travel import LostState, UseEnd, UseState
from register.database import hold, insert_new
from register.tables import reports, uses

USE_LASTS_S = 150.0
"""A crossing ends within 60 s and its case soon after; a use older than this was left by a lane that died."""
KEPT_S = 86400.0
"""An ended use is forgotten after this, except a referral that no desk has cleared."""
IN_USE, REFERRED = UseState.IN_USE.value, UseState.REFERRED.value


def lost_state(connection: Connection, issuing_state: str, document_number: str) -> LostState:
    of_document = (reports.c.issuing_state == issuing_state, reports.c.document_number == document_number)
    state = connection.execute(select(reports.c.state).where(*of_document)).scalar()
    return LostState(state) if state else LostState.NOT_REPORTED


def reported(connection: Connection) -> list[tuple[str, str, LostState]]:
    """Every document on the list: issuing state, number, lost or stolen."""
    rows = connection.execute(select(reports.c.issuing_state, reports.c.document_number, reports.c.state)).all()
    return [(row.issuing_state, row.document_number, LostState(row.state)) for row in rows]


def report(connection: Connection, issuing_state: str, document_number: str, state: LostState, at: datetime) -> None:
    """Put a document on the list, or take it off with NOT_REPORTED."""
    key = {"issuing_state": issuing_state, "document_number": document_number}
    of_document = [reports.c[name] == value for name, value in key.items()]
    connection.execute(delete(reports).where(*of_document))
    if state is not LostState.NOT_REPORTED:
        insert_new(connection, reports, {**key, "state": state.value, "reported_at": at})


def begin_use(
    connection: Connection, crossing: str, issuing_state: str, document_number: str, now_s: float
) -> tuple[UseState, float | None]:
    """What the other crossings made of this document, and since when. The use is entered where that lets it begin."""
    hold(connection, "use", issuing_state, document_number)
    _forget(connection, now_s)
    state, since_s = use_of(connection, issuing_state, document_number, now_s, but=crossing)
    if state in (UseState.FREE, UseState.PASSED):
        entry = {"issuing_state": issuing_state, "document_number": document_number, "state": IN_USE}
        insert_new(connection, uses, {"crossing": crossing, **entry, "began_at": now_s, "changed_at": now_s})
    return state, since_s


def use_of(
    connection: Connection, issuing_state: str, document_number: str, now_s: float, but: str = ""
) -> tuple[UseState, float | None]:
    """How the hall stands with this document, and since when; without what crossing `but` made of it."""
    of_others = select(uses.c.state, uses.c.changed_at).where(
        uses.c.issuing_state == issuing_state,
        uses.c.document_number == document_number,
        uses.c.crossing != but,
        uses.c.state != UseState.FREE.value,
        not_(and_(uses.c.state == IN_USE, uses.c.changed_at < now_s - USE_LASTS_S)),
    )
    gravest = ((uses.c.state == REFERRED).desc(), (uses.c.state == IN_USE).desc(), uses.c.changed_at.desc())
    found = connection.execute(of_others.order_by(*gravest).limit(1)).first()
    return (UseState(found.state), float(found.changed_at)) if found else (UseState.FREE, None)


def end_use(connection: Connection, crossing: str, end: UseEnd, now_s: float) -> None:
    """A use ends once; one that was never begun changes nothing."""
    begun = (uses.c.crossing == crossing, uses.c.state == IN_USE)
    connection.execute(update(uses).where(*begun).values(state=end.value, changed_at=now_s))


def clear_use(connection: Connection, issuing_state: str, document_number: str) -> int:
    """The desk has cleared a referred document: every lane takes it again. Returns how many referrals that ended."""
    referred = (
        uses.c.issuing_state == issuing_state,
        uses.c.document_number == document_number,
        uses.c.state == REFERRED,
    )
    return connection.execute(update(uses).where(*referred).values(state=UseState.FREE.value)).rowcount


def _forget(connection: Connection, now_s: float) -> None:
    connection.execute(delete(uses).where(uses.c.changed_at < now_s - KEPT_S, uses.c.state != REFERRED))
