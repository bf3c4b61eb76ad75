"""Uses of documents that ended while the hall's ledger was silent: known at this lane, told as soon as it is back.

A document that this lane referred without a network is so refused by every lane of the hall afterwards, and by this one
meanwhile. What is kept lies sealed in the gate's copy: it names documents.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from link.travel import RegisterQuery, UseAnswer, UseEnd, UseEnded, UseState

RUNNING = 8
"""Uses that may have begun and not ended: one lane has one at a time, and some that broke off."""
_STATES = {UseEnd.REFERRED: UseState.REFERRED, UseEnd.PASSED: UseState.PASSED}


@dataclass(frozen=True, slots=True)
class KeptUse:
    """A use with its end, as it is told later."""

    query: RegisterQuery
    ended: UseEnded


@dataclass(slots=True)
class Uses:
    """Of this run. `kept` is what the copy holds, too."""

    kept: Sequence[KeptUse] = ()
    _begun: OrderedDict[str, RegisterQuery] = field(default_factory=OrderedDict, repr=False)

    def begin(self, query: RegisterQuery) -> None:
        self._begun[query.transaction] = query
        while len(self._begun) > RUNNING:
            self._begun.popitem(last=False)

    def end(self, ended: UseEnded) -> KeptUse | None:
        """The use that ended so, if it began in this run."""
        query = self._begun.pop(ended.transaction, None)
        return KeptUse(query, ended) if query else None

    def known(self, query: RegisterQuery, now: datetime) -> UseAnswer:
        """What this lane knows by itself: a referral or a passage of its own, else nothing."""
        document = (query.issuing_state, query.document_number)
        own = [
            each
            for each in self.kept
            if (each.query.issuing_state, each.query.document_number) == document and each.ended.end in _STATES
        ]
        gravest = max(own, key=lambda each: (each.ended.end is UseEnd.REFERRED, each.ended.ended_at), default=None)
        if gravest is None:
            return UseAnswer(query.transaction, UseState.UNREACHABLE, now)
        return UseAnswer(query.transaction, _STATES[gravest.ended.end], now, gravest.ended.ended_at)
