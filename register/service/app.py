"""The register as a service: look-up, watchlist and passages for gates, every answer signed.

Errors are problem details (RFC 9457) that name fields, never values. Nothing is answered without a known token.
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import Depends, FastAPI, Header
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import Request

from link.copy_api import ChangesQuestion
from link.register_api import (
    DocumentQuestion,
    PassageReply,
    PassageReport,
    RecordAnswer,
    SignedAnswer,
    WatchlistReply,
)
from link.signing import Asked, document_digest, signed
from link.travel import PassageClaim, RegisterQuery, TravelRecord
from register.answers import look_up, screen
from register.failures import RegisterBusy, RegisterFailed
from register.found import EntryRefused, NoEntryLeft
from register.service.expected import ExpectedList
from register.service.limits import BodyLimit
from register.store import Store

GOOD_FOR = timedelta(seconds=30)
"""An answer is for the crossing that asked, not for keeping."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the service answers from, and with whose hand."""

    store: Store
    key: Ed25519PrivateKey = field(repr=False)
    tokens: frozenset[str] = field(repr=False)
    """SHA-256 (hex) of each gate's token; the tokens themselves are not kept here."""
    now: Callable[[], datetime]

    def answer(self, asked: Asked, answer: BaseModel) -> SignedAnswer:
        return signed(self.key, asked, answer.model_dump(mode="json"), self.now(), GOOD_FOR)


class Problem(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, code: str, title: str) -> None:
        super().__init__(title)
        self.status, self.code = status, code


def make_app(desk: Desk) -> FastAPI:
    app = FastAPI(title="egate register", version="1", docs_url=None, redoc_url=None)
    expected = ExpectedList(desk.store, desk.now)
    app.add_middleware(BodyLimit)
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(RegisterFailed, _failed)

    def gate(authorization: Annotated[str, Header()] = "") -> None:
        token = authorization.removeprefix("Bearer ").encode()
        if hashlib.sha256(token).hexdigest() not in desk.tokens:
            raise Problem(401, "token_unknown", "this token is not known: ask the register's administrator")

    only_gates = [Depends(gate)]

    @app.post("/v1/records/search", dependencies=only_gates)
    def search_records(question: DocumentQuestion) -> SignedAnswer:
        """The visa of this very document, with its typed state and portrait."""
        record = look_up(desk.store, _query(question), desk.now())
        return desk.answer(_asked("record", question), _record_answer(record))

    @app.post("/v1/watchlist/search", dependencies=only_gates)
    def search_watchlist(question: DocumentQuestion) -> SignedAnswer:
        """Apart from the record, so that the one never tells of the other."""
        found = screen(desk.store, _query(question), desk.now())
        reply = WatchlistReply(state=found.state, answered_at=found.answered_at, alert=found.alert, hold=found.hold)
        return desk.answer(_asked("watchlist", question), reply)

    @app.post("/v1/passages", dependencies=only_gates)
    def report_passage(report: PassageReport) -> SignedAnswer:
        """Counts once for one transaction; of two gates racing for a last entry one gets `consumed: true`."""
        asked = Asked("passage", report.transaction, report.nonce, report.record)
        return desk.answer(asked, PassageReply(consumed=_consumed(desk.store, report)))

    @app.post("/v1/copies/changes", dependencies=only_gates)
    def tell_changes(question: ChangesQuestion) -> SignedAnswer:
        """One page of what a gate's own copy has to take over."""
        asked = Asked("changes", question.gate, question.nonce, question.gate)
        return desk.answer(asked, expected.changes(question))

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        desk.store.check()
        return {"status": "ready"}

    return app


def _query(question: DocumentQuestion) -> RegisterQuery:
    return RegisterQuery(**question.model_dump(exclude={"nonce"}))


def _asked(purpose: str, question: DocumentQuestion) -> Asked:
    subject = document_digest(question.issuing_state, question.document_number, question.birth_date)
    return Asked(purpose, question.transaction, question.nonce, subject)


def _record_answer(record: TravelRecord) -> RecordAnswer:
    names = RecordAnswer.model_fields.keys() - {"portrait"}
    values = {name: getattr(record, name) for name in names}
    return RecordAnswer(portrait=base64.b64encode(record.portrait).decode("ascii"), **values)


def _consumed(store: Store, report: PassageReport) -> bool:
    try:
        store.consume_entry(PassageClaim(report.transaction, report.record, report.passed_at))
    except NoEntryLeft:
        return False
    except EntryRefused as refused:
        raise Problem(409, "passage_refused", str(refused)) from None
    return True


def _told(status: int, code: str, title: str, **more: Any) -> JSONResponse:
    body = {"type": "about:blank", "status": status, "code": code, "title": title, **more}
    return JSONResponse(body, status, media_type="application/problem+json")


async def _problem(_request: Request, problem: Exception) -> JSONResponse:
    assert isinstance(problem, Problem)  # noqa: S101  (Starlette types every handler for Exception)
    return _told(problem.status, problem.code, str(problem))


async def _invalid(_request: Request, invalid: Exception) -> JSONResponse:
    """Where it is wrong, never what was sent."""
    assert isinstance(invalid, RequestValidationError)  # noqa: S101  (Starlette types every handler for Exception)
    known = {name for word in (DocumentQuestion, PassageReport, ChangesQuestion) for name in word.model_fields}
    fields = sorted({str(part) for each in invalid.errors() for part in each["loc"] if part in known})
    return _told(422, "body_invalid", "the body is not what this question takes", fields=fields)


async def _failed(_request: Request, failed: Exception) -> JSONResponse:
    code = "register_busy" if isinstance(failed, RegisterBusy) else "register_failed"
    return _told(503, code, "the register cannot answer now: ask again, or hand over to an officer")
