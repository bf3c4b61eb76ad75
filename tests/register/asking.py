"""The service in this process, asked over ASGI, on either database."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from link.register_api import SignedAnswer
from link.signing import Asked, document_digest, proved
from register.failures import RegisterBusy
from register.service.app import Part, make_app
from register.service.desk import Desk, digest
from register.store import Store
from tests.register.conftest import QUERY, TODAY

T = TypeVar("T")
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NONCE = "0123456789abcdef" * 2
QUESTION = {
    "transaction": "t1", "nonce": NONCE, "issuing_state": "UTO", "document_number": "L898902C3",
    "birth_date": "740812", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "nationality": "UTO",
}  # fmt: skip
DIGEST = document_digest(QUERY.issuing_state, QUERY.document_number, QUERY.birth_date)
GATES = ("gate-1", "gate-2")


def tokens_of(*gates: str) -> dict[str, str]:
    return {digest(f"of-{gate}"): gate for gate in gates}


def gates_alone(desk: Desk) -> FastAPI:
    return make_app(desk, parts=(Part.GATES,))


@dataclass
class Service:
    """One app, asked again and again; `at` is its clock."""

    store: Store
    at: datetime = TODAY
    make: Callable[[Desk], FastAPI] = gates_alone
    app: FastAPI = field(init=False)

    def __post_init__(self) -> None:
        self.app = self.make(Desk(self.store, KEY, tokens_of(*GATES), lambda: self.at))

    def ask(
        self, method: str, where: str, body: Any = None, token: str = "", headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://register") as client:
                sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
                return await client.request(method, where, json=body, headers=sent)

        return asyncio.run(send())

    def gate(self, where: str, body: Any, gate: str = "gate-1") -> httpx.Response:
        return self.ask("POST", where, body, f"of-{gate}")

    def proved(self, purpose: str, where: str, body: Any, gate: str = "gate-1", subject: str = DIGEST) -> Any:
        """The answer, after its signature and binding were held against the question."""
        got = self.gate(where, body, gate)
        assert got.status_code == 200, got.text
        asked = Asked(purpose, body["transaction"], body["nonce"], subject)
        return proved(KEY.public_key(), asked, SignedAnswer.model_validate(got.json()), self.at)


def until_free(work: Callable[[], T], patience_s: float = 60.0) -> T:
    """Ask again while another writer holds the register, as every gate does: what is asked counts once."""
    ends_s = time.monotonic() + patience_s
    while True:
        try:
            return work()
        except RegisterBusy:
            assert time.monotonic() < ends_s, "the register was never free"
