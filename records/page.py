"""The open page of the journal: what one crossing notes, decides and is sealed with."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from records.errors import JournalFailed
from records.journal import Journal
from records.model import DECIDED, VOIDED, CrossingRecord, DecisionReceipt, Entry, Fact


class Clock(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...


class Page:
    """One crossing's part of the journal. Opening it notes the crossing's begin, with the time of day in UTC."""

    def __init__(self, journal: Journal, transaction: str, clock: Clock) -> None:
        self.journal = journal
        self.transaction = transaction
        self._clock = clock
        self._entries: list[Entry] = []
        self.record: CrossingRecord | None = None
        self.note("opened", at=clock.now().isoformat())

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(self._entries)

    def note(self, kind: str, /, **facts: Fact) -> None:
        """Write one event down. After the seal it is kept as the crossing's aftermath and is no part of the record."""
        self._append(kind, facts)

    def mark(self, *parts: str) -> str:
        """How a document may be named here: the same document, the same mark, at this gate only."""
        return self.journal.keyed_hash("/".join(parts))

    def decide(self, **facts: Fact) -> DecisionReceipt:
        """The decision, durable when this returns. Raises JournalFailed: then it is void, and no door opens."""
        if self.record is not None:
            raise JournalFailed(f"crossing {self.transaction} is sealed: it takes no decision any more.")
        decision = self._append(DECIDED, facts)
        try:
            self.journal.flush()
        except JournalFailed:
            self._append(VOIDED, {"why": "the decision could not be made durable"})
            raise
        return self.journal.receipt(decision)

    def void(self, why: str) -> None:
        """Take the decision back (the entry door was unlocked, the count broke).

        Raises JournalFailed when that is not on the disk: the caller then keeps the door shut by itself.
        """
        self._append(VOIDED, {"why": why})
        self.journal.flush()

    def seal(self, outcome: str, reason: str, /, **facts: Fact) -> CrossingRecord:
        """End the crossing. There is always a record; its `durable` says whether the disk has it. Done once."""
        if self.record is not None:
            return self.record
        at_s = self._clock.monotonic()
        seal = self.journal.seal(self.transaction, at_s, outcome, reason, facts)
        failure = self._flush()
        self.record = CrossingRecord(
            gate=self.journal.gate,
            boot=self.journal.boot,
            transaction=self.transaction,
            outcome=outcome,
            reason=reason,
            opened_at_s=self._entries[0].at_s,
            sealed_at_s=at_s,
            entries=(*self._entries, seal),
            digest=seal.digest,
            durable=not failure,
            failure=failure,
        )
        return self.record

    def _append(self, kind: str, facts: Mapping[str, Fact]) -> Entry:
        entry = self.journal.append(kind, self.transaction, self._clock.monotonic(), facts)
        if self.record is None:
            self._entries.append(entry)
        return entry

    def _flush(self) -> str:
        try:
            self.journal.flush()
        except JournalFailed as failed:
            return str(failed)
        return ""
