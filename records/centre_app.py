"""The centre's door: `POST /v1/entries` takes a gate's batch and answers only after its own database has it."""

import hashlib
import threading
from collections.abc import Callable, Mapping

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from records.centre import BatchRefused, Centre
from records.errors import JournalFailed
from records.wire import MAX_BYTES, NotABatch, from_wire

PROBLEM = "application/problem+json"


def make_centre(centre: Centre, gates: Mapping[str, str], now_s: Callable[[], float]) -> FastAPI:
    """`gates`: SHA-256 (hex) of a gate's token -> the gate's name; whoever has no token is nobody. UTC seconds."""
    app = FastAPI(title="egate centre", version="1", docs_url=None, redoc_url=None, openapi_url=None)
    one_at_a_time = threading.Lock()

    def take(gate: str, body: bytes) -> int:
        with one_at_a_time:
            return centre.receive(gate, from_wire(body), now_s())

    @app.post("/v1/entries")
    async def entries(request: Request) -> JSONResponse:
        token = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
        gate = gates.get(hashlib.sha256(token).hexdigest())
        if gate is None:
            return _problem(401, "token_unknown")
        body = await _whole(request)
        if body is None:
            return _problem(413, "body_too_large")
        try:
            return JSONResponse({"acknowledged": await run_in_threadpool(take, gate, body)})
        except NotABatch:
            return _problem(400, "not_a_batch")
        except BatchRefused:
            return _problem(409, "batch_refused")
        except JournalFailed:
            return _problem(503, "centre_failed")

    return app


async def _whole(request: Request) -> bytes | None:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            return None
    return bytes(body)


def _problem(status: int, code: str) -> JSONResponse:
    """RFC 9457. Says nothing of what was sent."""
    return JSONResponse({"type": "about:blank", "status": status, "code": code}, status, None, PROBLEM)
