"""The outbox over HTTP: batch after batch to the centre, in order, until it has acknowledged everything.

A batch is taken whole or not at all: an acknowledgement of anything else than what was sent is none.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from records.outbox import Batch, Outbox
from records.wire import to_wire

LIMIT_S = 10.0
_REFUSALS = frozenset({400, 401, 403, 404, 409, 413})


class NotTaken(Exception):
    """The centre has not taken this batch: it is sent again. One sentence."""


class CentreRefused(NotTaken):
    """The centre will not take this batch, however often it comes: call an engineer."""


class CentreLine:
    """The gate's end. `http` knows the centre's address, its certificates and the gate's token."""

    def __init__(self, http: httpx.AsyncClient, limit_s: float = LIMIT_S) -> None:
        self._http, self._limit_s = http, limit_s

    async def post(self, batch: Batch) -> int:
        """Returns what the centre acknowledges. Raises NotTaken."""
        return _acknowledged(await self._post("/v1/entries", to_wire(batch)), batch)

    async def post_head(self, line: str) -> None:
        """A signed head (records/heads.py). Raises NotTaken."""
        await self._post("/v1/heads", line.encode())

    async def _post(self, path: str, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._limit_s):
                answer = await self._http.post(path, content=body)
        except (httpx.TransportError, TimeoutError) as error:
            raise NotTaken(f"the centre did not answer ({type(error).__name__}): look at the network.") from None
        if answer.status_code in _REFUSALS:
            raise CentreRefused(f"the centre refused ({answer.status_code}): look at its log and at the gate.")
        if answer.status_code != 200:
            raise NotTaken(f"the centre is in trouble ({answer.status_code}): ask its operator.")
        return answer.content


def _acknowledged(answer: bytes, batch: Batch) -> int:
    try:
        upto = json.loads(answer)["acknowledged"]
    except (ValueError, KeyError, TypeError):
        upto = None
    if type(upto) is not int or upto != batch.upto:
        raise NotTaken("the centre's acknowledgement is none: compare the versions.")
    return upto


Offload = Callable[..., Awaitable[Any]]


async def drain(outbox: Outbox, line: CentreLine, offload: Offload, limit: int = 500) -> int:
    """Send until the centre has all; returns how many entries it took. An idle gate sends an empty batch: it lives.

    Raises NotTaken; what was acknowledged before stays so.
    """
    sent = 0
    while True:
        batch: Batch = await offload(outbox.batch, limit)
        upto = await line.post(batch)
        await offload(outbox.acknowledge, upto)
        sent += len(batch.entries)
        if len(batch.entries) < limit:
            return sent
