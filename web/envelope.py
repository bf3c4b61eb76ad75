"""The one envelope of everything that a screen or an integrator is told."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from typing_extensions import TypedDict

VERSION = 1


class Message(TypedDict):
    """The envelope as it goes over a socket."""

    v: int
    seq: int
    ts: str
    boot: str
    type: str
    lane: str
    transaction_id: str
    data: Any


class Hello(TypedDict):
    """The data of the first message of every connection."""

    build: str
    beat_s: float
    resumed: bool


@dataclass(frozen=True, slots=True)
class Envelope:
    """`seq` counts from 1 within one `boot` of the server; together they name the event."""

    seq: int
    at: datetime
    boot: str
    type: str
    data: Mapping[str, Any] = field(repr=False)
    lane: str = ""
    transaction_id: str = ""

    @property
    def id(self) -> str:
        return f"{self.boot}-{self.seq}"

    def to_json(self) -> str:
        message: Message = {
            "v": VERSION,
            "seq": self.seq,
            "ts": self.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "boot": self.boot,
            "type": self.type,
            "lane": self.lane,
            "transaction_id": self.transaction_id,
            "data": self.data,
        }
        return json.dumps(message, separators=(",", ":"))


def seen_seq(resume: str, boot: str) -> int | None:
    """The last seq that a client saw of this very boot; None when it saw none."""
    of, _, seq = resume.rpartition("-")
    return int(seq) if of == boot and seq.isascii() and seq.isdigit() else None
