"""Crossings, figures, audit: `/api/v1/crossings`, `/stats`, `/reports/shift`, `/audit`."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from console.access import Access
from console.problems import Problem
from console.roles import May, may
from console.staff import Session
from console.statistics import shift_report, statistics

PAGE = 50
MOST = 50_000
Word = Annotated[str, Query(max_length=64, pattern=r"^[A-Za-z0-9._:+-]*$")]
SUMMARY = ("transaction", "lane", "began_at", "outcome", "reason", "words", "total_ms", "officer", "officer_action")


class View(BaseModel):
    reason: str = Field(min_length=3, max_length=240)


def router(access: Access) -> APIRouter:
    room, routes = access.room, APIRouter(tags=["records"])
    Searcher = Annotated[Session, Depends(access.needs(May.SEARCH))]  # noqa: N806  (a type)
    Reader = Annotated[Session, Depends(access.needs(May.SEE_STATISTICS))]  # noqa: N806
    Auditor = Annotated[Session, Depends(access.needs(May.SEE_AUDIT))]  # noqa: N806

    @routes.get("/crossings")
    async def search(
        session: Searcher,
        lane: Word = "",
        outcome: Word = "",
        reason: Word = "",
        officer: Word = "",
        document: Word = "",
        after: Word = "",
        before: Word = "",
        cursor: Word = "",
        transaction: Word = "",
    ) -> dict[str, Any]:
        """Masked: what happened, never to whom. Newest first; `cursor` of one answer asks for the next."""
        given = (
            ("lane = ?", lane),
            ("outcome = ?", outcome.upper()),
            ("reason = ?", reason),
            ("officer = ?", officer),
            ("document_hash = ?", document),
            ("id = ?", transaction),
            ("at >= ?", after),
            ("at < ?", before),
        )
        where = [(clause, value) for clause, value in given if value]
        at, _, key = cursor.partition("~") if "~" in cursor else cursor.partition("_")
        found = room.store.crossings(where, PAGE + 1, (at, key) if key else None)
        room.audit.write(
            "crossings_searched", session.user, found=len(found), by=",".join(c.split()[0] for c, _ in where)
        )
        page = found[:PAGE]
        rows = [{name: crossing[name] for name in SUMMARY} for crossing in page]
        more = f"{page[-1]['began_at']}_{page[-1]['transaction']}" if len(found) > PAGE else ""
        return {"crossings": rows, "cursor": more}

    @routes.post("/crossings/{transaction}/view")
    async def view(transaction: str, asked: View, session: Searcher) -> dict[str, Any]:
        """One record with all that was found; the view itself is on the trail."""
        crossing = room.store.crossing(transaction[:64])
        if crossing is None:
            raise Problem(404, "no_such_crossing", "There is no such crossing.")
        room.audit.write("crossing_viewed", session.user, transaction, reason=asked.reason)
        trail = room.audit.tail(200, transaction) if may(session.role, May.SEE_AUDIT) else []
        own = [entry for entry in room.audit.tail(200, transaction) if entry.get("officer") == session.user]
        return {**crossing, "trail": trail or own}

    def since(hours: float) -> list[dict[str, Any]]:
        first = room.now() - timedelta(hours=hours)
        return room.store.crossings([("at >= ?", first.isoformat())], MOST)

    @routes.get("/stats")
    async def stats(_session: Reader, hours: Annotated[float, Query(gt=0, le=168)] = 8.0) -> dict[str, Any]:
        return {"hours_back": hours, **statistics(since(hours))}

    @routes.get("/reports/shift")
    async def report(_session: Reader, hours: Annotated[float, Query(gt=0, le=24)] = 8.0) -> dict[str, Any]:
        """Steps and prompts ranked by the time and the travellers lost in them."""
        return {"hours_back": hours, "made_at": room.now().isoformat(), **shift_report(since(hours))}

    @routes.get("/audit")
    async def audit(
        _session: Auditor, limit: Annotated[int, Query(ge=1, le=500)] = 100, transaction: Word = ""
    ) -> dict[str, Any]:
        """The newest entries of the trail, and whether the chain is intact."""
        return {"entries": room.audit.tail(limit, transaction), "proof": room.audit.proof()}

    return routes
