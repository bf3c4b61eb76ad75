"""Documents reported lost or stolen (E8), and the hall's ledger of which document is in use at which lane (E17).

Functions on an open connection, inside a transaction of register/store.py. Times are seconds since 1970, UTC.
"""

import sqlite3

from link.travel import LostState, UseEnd, UseState

USE_LASTS_S = 150.0
"""A crossing ends within 60 s and its case soon after; a use older than this was left by a lane that died."""
KEPT_S = 86400.0
"""An ended use is forgotten after this, except a referral that no desk has cleared."""
LOST_STATE = "SELECT state FROM reports WHERE issuing_state = ? AND document_number = ?"


def report(connection: sqlite3.Connection, issuing_state: str, document_number: str, state: LostState, at: str) -> None:
    """Put a document on the list, or take it off with NOT_REPORTED."""
    if state is LostState.NOT_REPORTED:
        query = "DELETE FROM reports WHERE issuing_state = ? AND document_number = ?"
        connection.execute(query, (issuing_state, document_number))
        return
    query = "INSERT OR REPLACE INTO reports VALUES (?, ?, ?, ?)"
    connection.execute(query, (issuing_state, document_number, state.value, at))


def begin_use(
    connection: sqlite3.Connection, crossing: str, issuing_state: str, document_number: str, now_s: float
) -> tuple[UseState, float | None]:
    """What the other crossings made of this document, and since when. The use is entered where that lets it begin."""
    _forget(connection, now_s)
    query = (
        "SELECT state, changed_at FROM uses WHERE issuing_state = ? AND document_number = ? AND crossing <> ? "
        "AND state <> 'free' AND NOT (state = 'in_use' AND changed_at < ?) "
        "ORDER BY state = 'referred' DESC, state = 'in_use' DESC, changed_at DESC LIMIT 1"
    )
    found = connection.execute(query, (issuing_state, document_number, crossing, now_s - USE_LASTS_S)).fetchone()
    state, since_s = (UseState(found[0]), float(found[1])) if found else (UseState.FREE, None)
    if state in (UseState.FREE, UseState.PASSED):
        connection.execute(
            "INSERT OR IGNORE INTO uses VALUES (?, ?, ?, ?, 'in_use', ?)",
            (crossing, issuing_state, document_number, now_s, now_s),
        )
    return state, since_s


def end_use(connection: sqlite3.Connection, crossing: str, end: UseEnd, now_s: float) -> None:
    """A use ends once; one that was never begun changes nothing."""
    query = "UPDATE uses SET state = ?, changed_at = ? WHERE crossing = ? AND state = 'in_use'"
    connection.execute(query, (end.value, now_s, crossing))


def clear_use(connection: sqlite3.Connection, issuing_state: str, document_number: str) -> int:
    """The desk has cleared a referred document: every lane takes it again. Returns how many referrals that ended."""
    query = "UPDATE uses SET state = 'free' WHERE issuing_state = ? AND document_number = ? AND state = 'referred'"
    return connection.execute(query, (issuing_state, document_number)).rowcount


def _forget(connection: sqlite3.Connection, now_s: float) -> None:
    connection.execute("DELETE FROM uses WHERE changed_at < ? AND state <> 'referred'", (now_s - KEPT_S,))
