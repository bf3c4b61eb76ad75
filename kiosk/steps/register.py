"""Step 2 (T3): the border authority's register is asked about this very document, and then, silently, the watchlist."""

from dataclasses import replace

from drivers.errors import DeviceError
from kiosk.crossing import Crossing
from kiosk.document import TravelDocument, query_of
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.policy import clearance, copied
from kiosk.reasons import Reason, Referral
from link.travel import TravelRecord, WatchlistAnswer, WatchlistState


async def ask_register(lane: Lane, tx: Crossing, document: TravelDocument) -> TravelRecord:
    """The visa-linked record that clears this document. A silent register refers; it never clears."""
    try:
        with tx.machine("register"):
            async with limit(lane.limits.register_s):
                record = await lane.register.look_up(query_of(document, tx.transaction))
    except (DeviceError, TimeIsUp):
        tx.note("register_failed")
        raise Referral(Reason.REGISTER_UNREACHABLE) from None
    objection = clearance(document, record, tx.transaction) or copied(record, lane.policy)
    tx.note(
        "register_answered",
        state=record.state.value,
        source="service" if record.copied_at is None else "copy",
        objection=objection.value if objection else None,
    )
    if objection:
        raise Referral(objection)
    return record


async def ask_watchlist(lane: Lane, tx: Crossing, document: TravelDocument) -> WatchlistAnswer:
    """Runs alongside the walk in. Its failure is an answer too: unreachable, which no automatic grant survives."""
    try:
        async with limit(lane.limits.watchlist_s):
            answer = await lane.register.screen(query_of(document, tx.transaction))
    except (DeviceError, TimeIsUp):
        tx.note("watchlist_failed")
        return WatchlistAnswer(tx.transaction, WatchlistState.UNREACHABLE, lane.clock.now())
    age_s = (lane.clock.now() - answer.answered_at).total_seconds()
    if answer.state is WatchlistState.CLEAR and age_s > lane.policy.watchlist_max_age_s:
        tx.note("watchlist_stale", age_s=round(age_s))
        return replace(answer, state=WatchlistState.UNREACHABLE)
    return answer
