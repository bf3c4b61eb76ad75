"""The register's service in this process, and a line to it that can be cut, or lie."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from register.breaker import Breaker
from register.client import Address, ServiceClient
from register.service.app import Part, make_app
from register.service.desk import Desk
from register.store import Store
from tests.register.conftest import TODAY, fill

__all__ = ["fill"]

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
BEARER = "of-gate-1"
LIMIT_S = 30.0
"""Long enough for an answer on the busiest machine; the test of a service that hangs has its own."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "register.sqlite"


@dataclass
class Hand:
    """A clock that a test moves by hand."""

    at: datetime = TODAY
    seconds: float = 0.0

    def now(self) -> datetime:
        return self.at + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds


def told(body: bytes = b"", status: int = 200) -> httpx.Response:
    """An answer as it comes over a line: not yet read."""
    return httpx.Response(status, stream=httpx.ByteStream(body))


@dataclass
class Line(httpx.AsyncBaseTransport):
    """Carries questions to the service's app. `way` stands in its place while it is set."""

    app: httpx.ASGITransport
    way: Callable[[httpx.Request], Any] | None = None
    asked: list[str] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.way is None:
            return await self.app.handle_async_request(request)
        answer: httpx.Response = await self.way(request)
        return answer

    async def cut(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route to host")

    def changing(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """The service answers, and `change` rewrites what arrives."""

        async def way(request: httpx.Request) -> httpx.Response:
            answer = await self.app.handle_async_request(request)
            return told(json.dumps(change(json.loads(await answer.aread()))).encode())

        self.way = way


def line_to(store: Store, time: Hand, key: Ed25519PrivateKey = KEY) -> Line:
    known = {hashlib.sha256(BEARER.encode()).hexdigest(): "gate-1"}
    return Line(httpx.ASGITransport(make_app(Desk(store, key, known, time.now), parts=(Part.GATES,))))


def client_on(
    line: httpx.AsyncBaseTransport, time: Hand, bearer: str = BEARER, limit_s: float = LIMIT_S
) -> ServiceClient:
    address = Address("http://register", KEY.public_key(), bearer)
    return ServiceClient(address, time, limit_s, Breaker(failures=2, pause_s=3.0), line)
