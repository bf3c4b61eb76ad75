"""Answers signed as a whole with Ed25519 (RFC 8032): what was asked, what was answered, how long it may be relied on.

The signature is over the very bytes that travel, after a prefix of their own: nothing is made canonical twice.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from link.register_api import SignedAnswer

_PREFIX = b"egate register answer 1\n"
MAX_SKEW = timedelta(seconds=5)
"""How far the register's clock may be ahead of the gate's."""


class AnswerRefused(Exception):
    """An answer that proves nothing. Names what is wrong, never what it says."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer must be bound to."""

    purpose: str
    """`record`, `watchlist` or `passage`: an answer to one question is none to another."""
    transaction: str
    nonce: str
    subject: str = field(repr=False)
    """The digest of the document, or the record's id for a passage."""


def document_digest(issuing_state: str, document_number: str, birth_date: str) -> str:
    """SHA-256, hex. Guessable from the document: for binding inside the signed answer, not for keeping."""
    return hashlib.sha256(json.dumps([issuing_state, document_number, birth_date]).encode()).hexdigest()


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the key's SHA-256."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def signed(
    key: Ed25519PrivateKey, asked: Asked, answer: Mapping[str, Any], issued_at: datetime, good_for: timedelta
) -> SignedAnswer:
    """`answer` is plain JSON values."""
    statement = {
        "purpose": asked.purpose,
        "transaction": asked.transaction,
        "nonce": asked.nonce,
        "subject": asked.subject,
        "issued_at": issued_at.isoformat(),
        "good_until": (issued_at + good_for).isoformat(),
        "answer": dict(answer),
    }
    payload = json.dumps(statement, sort_keys=True, separators=(",", ":"), allow_nan=False)
    signature = key.sign(_PREFIX + payload.encode())
    return SignedAnswer(
        payload=payload, key=key_id(key.public_key()), signature=base64.b64encode(signature).decode("ascii")
    )


def proved(pinned: Ed25519PublicKey, asked: Asked, got: SignedAnswer, now: datetime) -> dict[str, Any]:
    """The answer, once its signature, its binding to the question and its age hold. Raises AnswerRefused."""
    _require(got.key == key_id(pinned), "is signed with another key than the pinned one")
    try:
        pinned.verify(base64.b64decode(got.signature, validate=True), _PREFIX + got.payload.encode())
    except (InvalidSignature, binascii.Error, ValueError):
        raise AnswerRefused("the register's answer has a wrong signature: tell an engineer.") from None
    try:
        return _bound(asked, json.loads(got.payload), now)
    except (ValueError, KeyError, TypeError):
        raise AnswerRefused("the register's answer is signed but no statement: look at its version.") from None


def _bound(asked: Asked, statement: dict[str, Any], now: datetime) -> dict[str, Any]:
    for name in ("purpose", "transaction", "nonce", "subject"):
        same = hmac.compare_digest(str(statement[name]).encode(), str(getattr(asked, name)).encode())
        _require(same, f"answers another question ('{name}' differs)")
    issued_at = datetime.fromisoformat(statement["issued_at"])
    _require(issued_at <= now + MAX_SKEW, "was issued in the future: check the clocks")
    _require(now <= datetime.fromisoformat(statement["good_until"]), "is older than it may be")
    answer = statement["answer"]
    if not isinstance(answer, dict):
        raise TypeError
    return answer


def _require(holds: bool, problem: str) -> None:
    if not holds:
        raise AnswerRefused(f"the register's answer {problem}: it was not used.")
