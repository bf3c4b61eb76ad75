"""A batch of journal entries as bytes: what goes from a gate to the centre, whatever carries it."""

import json
from typing import Any

from records.database import to_entry, to_row
from records.errors import FactRefused
from records.facts import checked
from records.model import Entry
from records.outbox import Batch

MAX_BYTES = 4_000_000
_KINDS = (str, str, int, str, str, float, str, str, str)


class NotABatch(ValueError):
    """Bytes that are no batch: cut short, of another shape, or with facts that no journal takes."""


def to_wire(batch: Batch) -> bytes:
    """JSON: `upto`, and each entry as the row that the journal keeps."""
    body = {"upto": batch.upto, "entries": [to_row(entry) for entry in batch.entries]}
    return json.dumps(body, separators=(",", ":"), allow_nan=False).encode()


def from_wire(data: bytes) -> Batch:
    """Raises NotABatch."""
    if len(data) > MAX_BYTES:
        raise NotABatch(f"a batch has at most {MAX_BYTES} bytes: send fewer entries.")
    try:
        body = json.loads(data)
        if type(body["upto"]) is not int:
            raise TypeError
        return Batch(tuple(map(_entry, body["entries"])), body["upto"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise NotABatch("these bytes are no batch of journal entries: look at the gate's version.") from None


def _entry(row: list[Any]) -> Entry:
    if tuple(map(type, row)) != _KINDS:
        raise TypeError
    entry = to_entry(tuple(row))
    try:
        checked(dict(entry.facts))
    except FactRefused:
        raise ValueError from None
    return entry
