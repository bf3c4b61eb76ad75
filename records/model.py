"""What is kept of a crossing: entries of the journal, the decision as it reads back, the sealed record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | float | bool | None
Facts = tuple[tuple[str, Fact], ...]
"""Sorted by name, so that the same facts are always the same bytes."""

DECIDED = "decided"
VOIDED = "voided"
SEALED = "sealed"
DELETED = "deleted"
"""What stands in the place of an entry whose time was over (records/deletion.py)."""
RETENTION = "retention"
"""A certificate of deletion."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal, keyed by (gate, boot, seq)."""

    gate: str
    boot: str
    seq: int
    """1, 2, 3 ... within one boot of the gate."""
    transaction: str
    """Empty for what belongs to no crossing."""
    kind: str
    at_s: float
    """Monotonic seconds of the lane's clock."""
    facts: Facts
    previous: str = field(repr=False)
    """Digest of the entry before; all zeros for the first."""
    digest: str = field(repr=False)
    """SHA-256 of `previous` and of everything above, in hexadecimal."""

    def fact(self, name: str) -> Fact:
        return dict(self.facts).get(name)


@dataclass(frozen=True, slots=True)
class DecisionReceipt:
    """Proof that a decision is on the disk. The interlock asks for it and looks the decision up by itself."""

    transaction: str
    digest: str
    permit_tag: int
    """0..65535, low 16 bits of an HMAC over the digest: matches the door controller's log with the journal."""


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision as it was read back from the database: neither voided nor sealed since."""

    transaction: str
    digest: str
    at_s: float
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class CrossingRecord:
    """One crossing, sealed. Holds no image, no name and no document number."""

    gate: str
    boot: str
    transaction: str
    outcome: str
    reason: str
    opened_at_s: float
    sealed_at_s: float
    entries: tuple[Entry, ...] = field(repr=False)
    digest: str
    durable: bool
    """False: the disk did not take the record. It is kept in memory and written as soon as that works again."""
    failure: str = ""
    """Why it is not durable, one sentence."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found."""

    entries: int
    sealed: int
    unsealed: tuple[str, ...]
    head: str
    """Digest of the last entry: kept elsewhere, it proves that nothing was cut off."""
    deleted: int = 0
    """Entries of which only their place is left, with a certificate that fits."""
    certificates: tuple[Entry, ...] = field(default=(), repr=False)
    """Of deletion. Their signatures are not looked at here."""
    fault: str = ""
    """The first break, one sentence; empty when the chain holds."""

    @property
    def holds(self) -> bool:
        return not self.fault
