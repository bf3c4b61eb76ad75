"""What the service answers from, and with whose hand; and who may ask it."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel
from starlette.responses import Response

from link.register_api import SignedAnswer
from link.signing import Asked, signed
from register.store import Store

GOOD_FOR = timedelta(seconds=30)
"""An answer is for the crossing that asked, not for keeping."""


@dataclass(frozen=True, slots=True)
class Desk:
    """One register, the key that its answers are signed with, and the gates that it was told of."""

    store: Store
    key: Ed25519PrivateKey = field(repr=False)
    tokens: Mapping[str, str] = field(repr=False)
    """SHA-256 (hex) of a gate's token -> the gate's name (web/tokens.py); further ones are in the database."""
    now: Callable[[], datetime]
    expected_within: timedelta | None = None
    """Gates hold the records of who lands so soon; None = of every visa."""

    def answer(self, asked: Asked, answer: BaseModel) -> SignedAnswer:
        return signed(self.key, asked, answer.model_dump(mode="json"), self.now(), GOOD_FOR)

    def told(self, asked: Asked, answer: BaseModel) -> Response:
        """The signed answer as it travels: no framework looks at it once more, which takes as long as making it."""
        return Response(self.answer(asked, answer).model_dump_json(), media_type="application/json")


def digest(secret: str) -> str:
    """By which a token is known: the token itself is kept nowhere."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(authorization: str) -> str:
    """The token of an `Authorization: Bearer` header; empty when it is none."""
    kind, _, token = authorization.partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""
