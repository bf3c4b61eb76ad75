"""Each entry carries the digest of the one before it, so that none can be changed, moved or taken out unseen."""

import hashlib
import hmac
import json
from dataclasses import replace

from records.model import Entry

START = "0" * 64
"""What the first entry has as its predecessor."""


def canonical(entry: Entry) -> bytes:
    """The entry as JSON with sorted keys and no spaces: the same entry is the same bytes, everywhere."""
    body = {
        "at_s": entry.at_s,
        "boot": entry.boot,
        "facts": dict(entry.facts),
        "gate": entry.gate,
        "kind": entry.kind,
        "seq": entry.seq,
        "transaction": entry.transaction,
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()


def digest(entry: Entry) -> str:
    """SHA-256 over the predecessor's digest and the entry's canonical JSON."""
    return hashlib.sha256(entry.previous.encode() + canonical(entry)).hexdigest()


def linked(entry: Entry, previous: str) -> Entry:
    """The entry with its place in the chain."""
    placed = replace(entry, previous=previous)
    return replace(placed, digest=digest(placed))


def keyed_hash(key: bytes, value: str) -> str:
    """HMAC-SHA256, 32 hexadecimal digits of it: without the key it only tells whether two are the same."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:32]
