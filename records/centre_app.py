"""The centre's door: takes a gate's batches and signed heads, and answers only after its own database has them.

`POST /v1/entries` is a batch (records/wire.py), `POST /v1/heads` one line of records/heads.py. A gate is who its token
says, and whose certificate it has shown where there is TLS: both or nobody.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from records.centre import BatchRefused, Centre
from records.errors import JournalFailed
from records.heads import HeadRefused, proved
from records.wire import MAX_BYTES, NotABatch, from_wire

PROBLEM = "application/problem+json"
MAX_HEAD_BYTES = 4_000


@dataclass(frozen=True, slots=True)
class Gates:
    """Who may speak to the centre."""

    tokens: Mapping[str, str] = field(repr=False)
    """SHA-256 (hex) of a gate's token -> the gate's name; whoever has no token is nobody."""
    heads: Mapping[str, Ed25519PublicKey] = field(default_factory=dict, repr=False)
    """Gate -> the key that its heads are signed with; without one its heads are refused."""
    peer: Callable[[Request], str | None] = field(default=lambda _request: None, repr=False)
    """The name on the client's certificate; None where there is no TLS."""

    def of(self, request: Request) -> "str | JSONResponse":
        token = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        gate = self.tokens.get(hashlib.sha256(token).hexdigest())
        if gate is None:
            return _problem(401, "token_unknown")
        shown = self.peer(request)
        return gate if shown in (None, gate) else _problem(403, "certificate_of_another")


def make_centre(centre: Centre, gates: Gates, now_s: Callable[[], float]) -> FastAPI:
    """UTC seconds."""
    app = FastAPI(title="egate centre", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    one_at_a_time = threading.Lock()

    def take(gate: str, body: bytes) -> int:
        with one_at_a_time:
            return centre.receive(gate, from_wire(body), now_s())

    def keep(gate: str, line: str) -> None:
        head = proved(line, gates.heads[gate])
        with one_at_a_time:
            centre.keep_head(gate, head, line, now_s())

    @app.post("/v1/entries")
    async def entries(request: Request) -> JSONResponse:
        gate = gates.of(request)
        if isinstance(gate, JSONResponse):
            return gate
        body = await _whole(request, MAX_BYTES)
        if isinstance(body, JSONResponse):
            return body
        try:
            return JSONResponse({"acknowledged": await run_in_threadpool(take, gate, body)})
        except NotABatch:
            return _problem(400, "not_a_batch")
        except BatchRefused:
            return _problem(409, "batch_refused")
        except JournalFailed:
            return _problem(503, "centre_failed")

    @app.post("/v1/heads")
    async def heads(request: Request) -> JSONResponse:
        gate = gates.of(request)
        if isinstance(gate, JSONResponse):
            return gate
        if gate not in gates.heads:
            return _problem(403, "no_key_for_heads")
        body = await _whole(request, MAX_HEAD_BYTES)
        if isinstance(body, JSONResponse):
            return body
        try:
            await run_in_threadpool(keep, gate, body.decode(errors="replace"))
        except HeadRefused:
            return _problem(400, "head_not_proved")
        except BatchRefused:
            return _problem(409, "head_contradicts")
        except JournalFailed:
            return _problem(503, "centre_failed")
        return JSONResponse({"kept": True})

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ready"}

    return app


async def _whole(request: Request, limit: int) -> bytes | JSONResponse:
    """The body, or the refusal of one that is too large or whose sender has gone in the middle of it."""
    body = bytearray()
    try:
        async for piece in request.stream():
            body += piece
            if len(body) > limit:
                return _problem(413, "body_too_large")
    except ClientDisconnect:
        return _problem(400, "body_cut_off")
    return bytes(body)


def _problem(status: int, code: str) -> JSONResponse:
    """RFC 9457. Says nothing of what was sent."""
    return JSONResponse({"type": "about:blank", "status": status, "code": code}, status, None, PROBLEM)
