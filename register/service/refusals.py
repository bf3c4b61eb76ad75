"""Whoever was turned away before any question of his was looked at is in the audit too: bodies, certificates.

Those who lack a token, a session, a role or a scope are noted where that is found (register/service/callers.py).
"""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from register import audit
from register.failures import RegisterFailed
from register.service.desk import Desk
from register.service.rates import Rate, Rates

NOTED = Rate(per_s=0.2, burst=20)
"""Of one address: the rest of a flood is refused without a note, so that nobody can fill the disk with them."""
_STATUS = (400, 413, 422)
_CODES = ("body_unreadable", "body_too_large", "body_invalid")
_OF_TLS = {
    "PEER_DID_NOT_RETURN_A_CERTIFICATE": "certificate_missing",
    "CERTIFICATE_VERIFY_FAILED": "certificate_refused",
}
"""OpenSSL's reasons; of any other broken line there is nothing to tell."""


@dataclass(frozen=True, slots=True)
class Refusals:
    desk: Desk
    rates: Rates = field(default_factory=Rates)

    def note(self, who: str, address: str, where: str, code: str) -> None:
        """Returns when it is written. A register that cannot write has turned them away all the same."""
        if self.rates.wait_s("noted", address, NOTED):
            return
        with suppress(RegisterFailed), self.desk.store.database.writing() as connection:
            audit.note(connection, self.desk.now(), who, "turned_away", where, code=code)

    def of_tls(self, reason: str) -> None:
        """For web/tls.py: from inside a handshake, which must not wait for a disk."""
        code = _OF_TLS.get(reason)
        if code:
            asyncio.get_running_loop().run_in_executor(None, self.note, "stranger", "", "tls", code)


class Noted:
    """ASGI middleware: notes bodies that were refused, with who sent them as far as that was known."""

    def __init__(self, app: ASGIApp, refusals: Refusals) -> None:
        self._app, self._refusals = app, refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refused = ""
        status = 0

        async def watched(message: Message) -> None:
            nonlocal refused, status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif status in _STATUS:
                refused = _code(message.get("body", b"")) or refused
            await send(message)

        await self._app(scope, receive, watched)
        if refused:
            caller = str(scope.get("state", {}).get("caller", "stranger"))
            where = str(getattr(scope.get("route"), "path", ""))
            address = str((scope.get("client") or ("",))[0])
            await run_in_threadpool(self._refusals.note, caller, address, where, refused)


def _code(body: bytes) -> str:
    """Of problem details; empty for what is none of ours to note."""
    try:
        code = json.loads(body).get("code")
    except (ValueError, AttributeError):
        return ""
    return code if code in _CODES else ""
