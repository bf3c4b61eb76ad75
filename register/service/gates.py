"""What gates ask: every answer is signed as a whole, and bound to the question."""

import base64
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from link.copy_api import ChangesQuestion
from link.register_api import (
    DocumentQuestion,
    LostReply,
    PassageReply,
    PassageReport,
    RecordAnswer,
    SignedAnswer,
    UseEndReply,
    UseEndReport,
    UseReply,
    WatchlistReply,
)
from link.signing import Asked, document_digest
from link.travel import PassageClaim, RegisterQuery, TravelRecord
from register.answers import begin_use, look_up, reported_lost, screen
from register.found import EntryRefused, NoEntryLeft
from register.machines import Scope
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.expected import ExpectedList
from register.service.problems import Problem, problems
from register.store import Store

WORDS = (DocumentQuestion, PassageReport, UseEndReport, ChangesQuestion)


def gate_routes(desk: Desk, callers: Callers) -> APIRouter:
    routes = APIRouter(tags=["gates"], responses=problems(400, 401, 403, 413, 422, 429, 503))
    expected = ExpectedList(desk.store, desk.now, desk.expected_within)
    gate = callers.gate(Scope.GATE.value)
    Gate = Annotated[str, Depends(gate)]  # noqa: N806  (a type)
    only_gates = [Depends(gate)]
    signed = partial(routes.post, response_model=SignedAnswer)

    @signed("/v1/records/search", dependencies=only_gates, operation_id="readCredential")
    def search_records(question: DocumentQuestion) -> Response:
        """The visa of this very document, with its typed state and portrait."""
        record = look_up(desk.store, _query(question), desk.now())
        return desk.told(_asked("record", question), _record_answer(record))

    @signed("/v1/watchlist/search", dependencies=only_gates, operation_id="searchWatchlist")
    def search_watchlist(question: DocumentQuestion) -> Response:
        """Apart from the record, so that the one never tells of the other."""
        found = screen(desk.store, _query(question), desk.now())
        reply = WatchlistReply(state=found.state, answered_at=found.answered_at, alert=found.alert, hold=found.hold)
        return desk.told(_asked("watchlist", question), reply)

    @signed("/v1/documents/search", dependencies=only_gates, operation_id="readDocument")
    def search_documents(question: DocumentQuestion) -> Response:
        """Is the document itself reported lost or stolen, whoever holds it?"""
        found = reported_lost(desk.store, _query(question), desk.now())
        return desk.told(_asked("lost", question), LostReply(state=found.state, answered_at=found.answered_at))

    @signed("/v1/uses", dependencies=only_gates, operation_id="beginUse")
    def begin(question: DocumentQuestion) -> Response:
        """Enter the document's use in the hall's ledger, unless it is in use elsewhere or referred; idempotent."""
        found = begin_use(desk.store, _query(question), desk.now())
        reply = UseReply(state=found.state, answered_at=found.answered_at, since=found.since)
        return desk.told(_asked("use", question), reply)

    @signed("/v1/uses/end", dependencies=only_gates, operation_id="endUse")
    def end(report: UseEndReport) -> Response:
        """How a crossing left its document. A referral is cleared by the desk alone."""
        desk.store.end_use(report.transaction, report.end, _in_utc(report.ended_at))
        asked = Asked("use_end", report.transaction, report.nonce, report.transaction)
        return desk.told(asked, UseEndReply(ended_at=report.ended_at))

    @signed("/v1/passages", operation_id="reportPassage", responses=problems(409))
    def report_passage(report: PassageReport, name: Gate) -> Response:
        """Counts once for one transaction; of two gates racing for a last entry one gets `consumed: true`."""
        asked = Asked("passage", report.transaction, report.nonce, report.record)
        return desk.told(asked, PassageReply(consumed=_consumed(desk.store, report, name)))

    @signed("/v1/copies/changes", operation_id="readChanges")
    def tell_changes(question: ChangesQuestion, name: Gate) -> Response:
        """One page of what a gate's own copy has to take over."""
        if question.gate != name:
            raise Problem(403, "copy_of_another", "this token is of another gate than the copy")
        asked = Asked("changes", question.gate, question.nonce, question.gate)
        return desk.told(asked, expected.changes(question))

    return routes


def warm(desk: Desk) -> None:
    """Have the look-ups compiled and signed once, so that the first traveller does not wait for it."""
    nobody = RegisterQuery("warm", "XXX", "0", "<<<<<<", "NOBODY", "", "XXX")
    record = look_up(desk.store, nobody, desk.now())
    desk.told(Asked("record", "warm", "", ""), _record_answer(record))
    screen(desk.store, nobody, desk.now())
    reported_lost(desk.store, nobody, desk.now())


def _query(question: DocumentQuestion) -> RegisterQuery:
    return RegisterQuery(**question.model_dump(exclude={"nonce"}))


def _asked(purpose: str, question: DocumentQuestion) -> Asked:
    subject = document_digest(question.issuing_state, question.document_number, question.birth_date)
    return Asked(purpose, question.transaction, question.nonce, subject)


def _record_answer(record: TravelRecord) -> RecordAnswer:
    values = {name: getattr(record, name) for name in RecordAnswer.model_fields.keys() - {"portrait"}}
    return RecordAnswer(portrait=base64.b64encode(record.portrait).decode("ascii"), **values)


def _consumed(store: Store, report: PassageReport, gate: str) -> bool:
    """For an entry: whether it was counted. An exit counts none, and is no conflict."""
    claim = PassageClaim(report.transaction, report.record, _in_utc(report.passed_at), report.direction)
    try:
        store.consume_entry(claim, gate)
    except NoEntryLeft:
        return False
    except EntryRefused as refused:
        raise Problem(409, "passage_refused", str(refused)) from None
    return True


def _in_utc(moment: datetime) -> datetime:
    """Raises Problem for a moment that no calendar reaches."""
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        raise Problem(422, "body_invalid", "a moment is beyond the calendar") from None
