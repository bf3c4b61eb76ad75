"""The traveller's proof of an entry or an exit: one line of text, signed, small enough for a QR code.

`EGATE1:` + base45 (RFC 9285: the letters that a QR code packs best) of: length of the JSON (2 bytes), the JSON, the
Ed25519 signature (64 bytes). Whoever has the public key and the passport in hand can check it without a network: the
document is named by a salted digest, so that the code by itself tells nobody's number.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

HEAD = "EGATE1:"
_PREFIX = b"egate proof of passage 1\n"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_SIGNATURE_BYTES = 64
MAX_TEXT = 1_000


class ProofRefused(ValueError):
    """A text that proves nothing. Names what is wrong, never what it says."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the holder of one document passed one gate."""

    passage: str
    """The crossing's id."""
    direction: str
    """`entry` or `exit`."""
    passed_at: datetime
    gate: str
    issuing_state: str
    document: str = field(repr=False)
    """Salted digest of the document's number and birth date (`document_mark`)."""


def document_mark(passage: str, issuing_state: str, document_number: str, birth_date: str) -> str:
    """The salt is the passage's own id: two proofs of one traveller do not show that they are of one."""
    told = json.dumps([passage, issuing_state, document_number, birth_date]).encode()
    return hashlib.sha256(told).hexdigest()[:32]


def to_text(key: Ed25519PrivateKey, proof: Proof) -> str:
    body = [
        proof.passage,
        proof.direction,
        proof.passed_at.astimezone(UTC).isoformat(timespec="seconds"),
        proof.gate,
        proof.issuing_state,
        proof.document,
    ]
    told = json.dumps(body, separators=(",", ":"), ensure_ascii=True).encode()
    return HEAD + base45(len(told).to_bytes(2) + told + key.sign(_PREFIX + told))


def from_text(key: Ed25519PublicKey, text: str) -> Proof:
    """Raises ProofRefused."""
    if not text.startswith(HEAD) or len(text) > MAX_TEXT:
        raise ProofRefused("this is no proof of a passage: it begins otherwise, or is too long.")
    data = from_base45(text.removeprefix(HEAD))
    end = 2 + int.from_bytes(data[:2])
    told, signature = data[2:end], data[end:]
    if len(signature) != _SIGNATURE_BYTES:
        raise ProofRefused("this proof of a passage is cut off.")
    try:
        key.verify(signature, _PREFIX + told)
        passage, direction, passed_at, gate, issuing_state, document = json.loads(told)
        return Proof(passage, direction, datetime.fromisoformat(passed_at), gate, issuing_state, document)
    except InvalidSignature:
        raise ProofRefused("this proof of a passage has a wrong signature.") from None
    except (ValueError, TypeError):
        raise ProofRefused("this proof of a passage is signed but cannot be read: compare the versions.") from None


def is_of(proof: Proof, document_number: str, birth_date: str) -> bool:
    """True when the proof is of this document of the proof's issuing state."""
    mark = document_mark(proof.passage, proof.issuing_state, document_number, birth_date)
    return hmac.compare_digest(mark, proof.document)


def base45(data: bytes) -> str:
    """RFC 9285: two bytes as three letters, a last single byte as two."""
    letters: list[str] = []
    for index in range(0, len(data) - 1, 2):
        value = int.from_bytes(data[index : index + 2])
        letters += [_LETTERS[value % 45], _LETTERS[value // 45 % 45], _LETTERS[value // 2025]]
    if len(data) % 2:
        letters += [_LETTERS[data[-1] % 45], _LETTERS[data[-1] // 45]]
    return "".join(letters)


def from_base45(text: str) -> bytes:
    """Raises ProofRefused."""
    values = [_LETTERS.find(letter) for letter in text]
    if -1 in values or len(values) % 3 == 1:
        raise ProofRefused("this is no proof of a passage: a letter in it cannot be.")
    data = bytearray()
    for index in range(0, len(values), 3):
        part = values[index : index + 3]
        value = sum(each * 45**place for place, each in enumerate(part))
        size = len(part) - 1
        if value >= 256**size:
            raise ProofRefused("this is no proof of a passage: a letter in it cannot be.")
        data += value.to_bytes(size)
    return bytes(data)
