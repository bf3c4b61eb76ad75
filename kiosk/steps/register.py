"""Step 2 (T3): the border authority's register is asked about this very document, and then, silently, the watchlist."""

from dataclasses import replace

from drivers.errors import DeviceError
from kiosk.concurrent import together
from kiosk.crossing import Crossing
from kiosk.document import TravelDocument, query_of
from kiosk.lane import Lane
from kiosk.limit import TimeIsUp, limit
from kiosk.policy import clearance, copied, reported, used
from kiosk.reasons import Reason, Referral
from link.travel import (
    LostAnswer,
    LostState,
    RegisterQuery,
    TravelRecord,
    UseAnswer,
    UseEnd,
    UseEnded,
    UseState,
    WatchlistAnswer,
    WatchlistState,
)


async def ask_register(lane: Lane, tx: Crossing, document: TravelDocument) -> TravelRecord:
    """The visa-linked record that clears this document; meanwhile, whether the document itself is free to be used.

    A silent register refers; it never clears.
    """
    query = tx.query = query_of(document, tx.transaction, lane.direction)
    with tx.machine("register"):
        record, lost, use = await together(_record(lane, tx, query), _lost(lane, query), _use(lane, query))
    now = lane.clock.now()
    tx.note("lost_answered", state=lost.state.value)
    tx.note("use_answered", state=use.state.value)
    if objection := reported(lost, tx.transaction, lane.policy, now) or used(use, tx.transaction, lane.policy):
        raise Referral(objection)
    if record is None:
        raise Referral(Reason.REGISTER_UNREACHABLE)
    cleared: TravelRecord = record
    objection = clearance(document, record, query) or copied(record, lane.policy)
    tx.note(
        "register_answered",
        state=record.state.value,
        source="service" if record.copied_at is None else "copy",
        objection=objection.value if objection else None,
    )
    if objection:
        raise Referral(objection)
    tx.record = record.record
    return cleared


async def _record(lane: Lane, tx: Crossing, query: RegisterQuery) -> TravelRecord | None:
    try:
        async with limit(lane.limits.register_s):
            return await lane.register.look_up(query)
    except (DeviceError, TimeIsUp):
        tx.note("register_failed")
        return None


async def _lost(lane: Lane, query: RegisterQuery) -> LostAnswer:
    try:
        async with limit(lane.limits.register_s):
            return await lane.register.reported_lost(query)
    except (DeviceError, TimeIsUp):
        return LostAnswer(query.transaction, LostState.UNREACHABLE, lane.clock.now())


async def _use(lane: Lane, query: RegisterQuery) -> UseAnswer:
    try:
        async with limit(lane.limits.register_s):
            return await lane.register.begin_use(query)
    except (DeviceError, TimeIsUp):
        return UseAnswer(query.transaction, UseState.UNREACHABLE, lane.clock.now())


async def ask_watchlist(lane: Lane, tx: Crossing, document: TravelDocument) -> WatchlistAnswer:
    """Runs alongside the walk in. Its failure is an answer too: unreachable, which no automatic grant survives."""
    try:
        async with limit(lane.limits.watchlist_s):
            answer = await lane.register.screen(query_of(document, tx.transaction, lane.direction))
    except (DeviceError, TimeIsUp):
        tx.note("watchlist_failed")
        return WatchlistAnswer(tx.transaction, WatchlistState.UNREACHABLE, lane.clock.now())
    age_s = (lane.clock.now() - answer.answered_at).total_seconds()
    if answer.state is WatchlistState.CLEAR and age_s > lane.policy.watchlist_max_age_s:
        tx.note("watchlist_stale", age_s=round(age_s))
        lane.notices.watchlist_stale = True
        return replace(answer, state=WatchlistState.UNREACHABLE)
    lane.notices.watchlist_stale = False
    return answer


async def alert_since(lane: Lane, tx: Crossing) -> bool:
    """Whether an alert has come in since the decision (E22b). A watchlist that is silent now has been asked before."""
    if tx.query is None:
        return False
    try:
        async with limit(lane.limits.watchlist_s):
            answer = await lane.register.screen(tx.query)
    except (DeviceError, TimeIsUp):
        tx.note("watchlist_not_asked_again")
        return False
    return answer.transaction == tx.transaction and answer.state is WatchlistState.HIT


async def end_use(lane: Lane, tx: Crossing, end: UseEnd) -> None:
    """The ledger is told how this document's use ended; one that is away forgets the use by itself."""
    if tx.query is None:
        return
    try:
        async with limit(lane.limits.register_s):
            await lane.register.end_use(UseEnded(tx.transaction, end, lane.clock.now()))
    except (DeviceError, TimeIsUp):
        tx.note("use_not_ended")
