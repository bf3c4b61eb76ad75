"""The gate's end of the register's service: asks, waits no longer than it may, and believes only what proves itself.

Two kinds of failure are kept apart. Silence (DeviceUnavailable, DeviceTimeout) says that there is no network; then the
gate may look into its own copy. An answer that proves nothing (DeviceGarbled) or a refusal (DeviceRefused) is no
silence: it never leads anywhere but to an officer.
"""

import asyncio
import base64
import binascii
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ValidationError

from drivers.errors import DeviceGarbled, DeviceRefused, DeviceTimeout, DeviceUnavailable
from link.register_api import (
    LostReply,
    PassageReply,
    RecordAnswer,
    SignedAnswer,
    UseEndReply,
    UseReply,
    WatchlistReply,
)
from link.signing import AnswerRefused, Asked, document_digest, proved
from link.travel import (
    LostAnswer,
    PassageClaim,
    RegisterQuery,
    TravelRecord,
    TravelState,
    UseAnswer,
    UseEnded,
    WatchlistAnswer,
)
from register.breaker import Breaker
from web.tls import TlsRefused, client_side

MAX_ANSWER_BYTES = 8_000_000
"""A record with a large portrait; anything larger is cut off unread."""
_BUSY = frozenset({429, 500, 502, 503, 504})
A = TypeVar("A", bound=BaseModel)


class Time(Protocol):
    def now(self) -> datetime:
        """UTC; what an answer's age is held against."""

    def monotonic(self) -> float:
        """Seconds, for the breaker."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the service is, and how each side proves itself."""

    url: str
    answers: Ed25519PublicKey = field(repr=False)
    """The pinned key that every answer must be signed with."""
    token: str = field(repr=False)
    tls: ssl.SSLContext | None = field(default=None, repr=False)
    """None only for a plain line that somebody else protects (loopback)."""


def mutual_tls(authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """Trusts this authority alone, and shows the gate's own certificate. Raises DeviceUnavailable."""
    try:
        return client_side(authority, certificate, key)
    except TlsRefused as refused:
        raise DeviceUnavailable("register", str(refused)) from None


class ServiceClient:
    """`transport` is for tests: it stands in for the network."""

    def __init__(
        self,
        address: Address,
        time: Time,
        limit_s: float = 1.0,
        breaker: Breaker | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._address, self._time, self._limit_s = address, time, limit_s
        self.breaker = breaker or Breaker()
        self._http = httpx.AsyncClient(
            base_url=address.url,
            headers={"Authorization": f"Bearer {address.token}", "Accept-Encoding": "identity"},
            verify=address.tls or ssl.create_default_context(),
            timeout=limit_s,
            transport=transport,
            trust_env=False,
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def record(self, query: RegisterQuery) -> TravelRecord:
        asked = _about("record", query)
        answer = await self.ask("/v1/records/search", {**asdict(query), "nonce": asked.nonce}, asked, RecordAnswer)
        return _record(query, answer)

    async def watchlist(self, query: RegisterQuery) -> WatchlistAnswer:
        asked = _about("watchlist", query)
        body = {**asdict(query), "nonce": asked.nonce}
        reply = await self.ask("/v1/watchlist/search", body, asked, WatchlistReply)
        return WatchlistAnswer(query.transaction, reply.state, reply.answered_at, reply.alert, reply.hold)

    async def passage(self, claim: PassageClaim) -> bool:
        """False: no entry was left; the register keeps the passage as a conflict."""
        asked = Asked("passage", claim.transaction, _nonce(), claim.record)
        body = {**asdict(claim), "passed_at": claim.passed_at.isoformat(), "nonce": asked.nonce}
        return (await self.ask("/v1/passages", body, asked, PassageReply)).consumed

    async def reported_lost(self, query: RegisterQuery) -> LostAnswer:
        asked = _about("lost", query)
        body = {**asdict(query), "nonce": asked.nonce}
        reply = await self.ask("/v1/documents/search", body, asked, LostReply)
        return LostAnswer(query.transaction, reply.state, reply.answered_at)

    async def begin_use(self, query: RegisterQuery) -> UseAnswer:
        asked = _about("use", query)
        reply = await self.ask("/v1/uses", {**asdict(query), "nonce": asked.nonce}, asked, UseReply)
        return UseAnswer(query.transaction, reply.state, reply.answered_at, reply.since)

    async def end_use(self, ended: UseEnded) -> None:
        asked = Asked("use_end", ended.transaction, _nonce(), ended.transaction)
        body = {
            "transaction": ended.transaction,
            "nonce": asked.nonce,
            "end": ended.end.value,
            "ended_at": ended.ended_at.isoformat(),
        }
        await self.ask("/v1/uses/end", body, asked, UseEndReply)

    async def ask(
        self, path: str, body: dict[str, Any], asked: Asked, kind: type[A], limit_s: float | None = None
    ) -> A:
        """One question, one proved answer of this kind. Raises DeviceError."""
        if not self.breaker.lets_through(self._time.monotonic()):
            raise DeviceUnavailable("register", "its service did not answer lately: look at the network.")
        got = await self._post(path, body, limit_s or self._limit_s)
        with _believed():
            signed = SignedAnswer.model_validate_json(got)
            return kind.model_validate(proved(self._address.answers, asked, signed, self._time.now()))

    async def _post(self, path: str, body: dict[str, Any], limit_s: float) -> bytes:
        try:
            async with (
                asyncio.timeout(limit_s),
                self._http.stream("POST", path, json=body, timeout=_within(limit_s)) as response,
            ):
                got = await _whole(response)
        except (httpx.TransportError, TimeoutError) as error:
            self.breaker.silent(self._time.monotonic())
            raise _silence(error, limit_s) from None
        if response.status_code in _BUSY:
            self.breaker.silent(self._time.monotonic())
            raise DeviceUnavailable(
                "register", f"its service is in trouble ({response.status_code}): ask its operator."
            )
        self.breaker.answered()
        if response.status_code != 200:
            raise DeviceRefused("register", f"its service refused ({response.status_code}): check token and version.")
        return got


def _within(limit_s: float) -> httpx.Timeout:
    """A handshake is given up before the whole is: httpx closes a connection that it gave up, not one taken from it."""
    return httpx.Timeout(limit_s, connect=0.9 * limit_s)


async def _whole(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise DeviceGarbled("register", "its service sent far more than an answer: it was not read.")
    return bytes(body)


def _silence(error: Exception, limit_s: float) -> DeviceUnavailable | DeviceTimeout:
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return DeviceTimeout("register", f"its service did not answer within {limit_s:g} s: look at the network.")
    return DeviceUnavailable("register", f"its service cannot be reached ({type(error).__name__}): check the network.")


class _Lie(Exception):
    """A proved answer that contradicts itself or the question."""


@contextmanager
def _believed() -> Iterator[None]:
    try:
        yield
    except AnswerRefused as refused:
        raise DeviceGarbled("register", str(refused)) from None
    except (ValidationError, binascii.Error, _Lie):
        raise DeviceGarbled("register", "its answer is not one that this gate knows: compare the versions.") from None


def _nonce() -> str:
    return secrets.token_hex(16)


def _about(purpose: str, query: RegisterQuery) -> Asked:
    subject = document_digest(query.issuing_state, query.document_number, query.birth_date)
    return Asked(purpose, query.transaction, _nonce(), subject)


def _record(query: RegisterQuery, answer: RecordAnswer) -> TravelRecord:
    """A valid record is of the document that was asked about, or it is none."""
    values = answer.model_dump(exclude={"portrait"})
    with _believed():
        named = (answer.issuing_state, answer.document_number, answer.birth_date)
        if answer.state is TravelState.VALID:
            _require(named == (query.issuing_state, query.document_number, query.birth_date))
            _require(bool(answer.record) and answer.direction == query.direction)
            _require(answer.entries_left != 0 or query.direction == "exit")
        portrait = base64.b64decode(answer.portrait, validate=True)
    return TravelRecord(transaction=query.transaction, portrait=portrait, **values)


def _require(holds: bool) -> None:
    if not holds:
        raise _Lie
