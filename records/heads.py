"""Signed heads: the gate's own word on how far its chain reached, kept elsewhere, so that a cut tail is found."""

import base64
import binascii
import json
from dataclasses import asdict, dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.reading import JournalReader

_PREFIX = b"egate journal head 1\n"


class HeadRefused(Exception):
    """A signed head that proves nothing, or that the journal does not live up to. One sentence."""


@dataclass(frozen=True, slots=True)
class Head:
    """The chain of `gate` had `entries` entries, the last with this digest, when it was signed (UTC, ISO 8601)."""

    gate: str
    entries: int
    digest: str = field(repr=False)
    signed_at: str


def sign(head: Head, key: Ed25519PrivateKey) -> str:
    """One line of JSON: the head and its signature over exactly the bytes in `head`."""
    said = json.dumps(asdict(head), sort_keys=True, separators=(",", ":"))
    signature = base64.b64encode(key.sign(_PREFIX + said.encode())).decode("ascii")
    return json.dumps({"head": said, "signature": signature})


def proved(line: str, key: Ed25519PublicKey) -> Head:
    """The head, when this key has signed it. Raises HeadRefused."""
    try:
        signed = json.loads(line)
        said: str = signed["head"]
        key.verify(base64.b64decode(signed["signature"], validate=True), _PREFIX + said.encode())
        head = Head(**json.loads(said))
        if type(head.entries) is not int or head.entries < 1:
            raise TypeError
        return head
    except InvalidSignature:
        raise HeadRefused("the head was signed with another key or changed since: keep it for the inquiry.") from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise HeadRefused("this is no signed head: name the file that 'egate audit head' wrote.") from None


def require_reached(reader: JournalReader, head: Head) -> None:
    """The journal still has the very entry that was its last when the head was signed. Raises HeadRefused.

    Proves nothing without a walk along the chain (`JournalReader.verify`): do both.
    """
    entry = reader.at(head.entries)
    if entry is None:
        raise HeadRefused(f"the journal ends before entry {head.entries}, which was signed: its tail was cut off.")
    if (entry.gate, entry.digest) != (head.gate, head.digest):
        raise HeadRefused(f"entry {head.entries} is another than the signed one: the chain was written anew.")
