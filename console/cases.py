"""The exception queue: what a lane asks, the oldest and most serious first, one officer a case, escalated in time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from console.alarm_rules import OF_REASON, RULES
from console.problems import Problem
from console.store import Store
from link.console_words import Closed, Opened

KIND = "case"
ESCALATE_AFTER_S = 8.0
"""Unclaimed for so long, a case is the supervisor's too; a lane asks for 15 s."""
UNCLAIMED_HELD_S = 20.0
DESK_ONLY = frozenset(
    {"watchlist_hit", "chip_refuted", "document_reported_lost", "attack_suspected", "record_not_durable"}
)
"""Reasons after which the lane lets nobody pass, whatever an officer says (kiosk/ending.py): cleared at the desk."""


class Case(BaseModel):
    """Times are UTC seconds. `asks` is the lane's; it waits until `ends_at_s`, then the way back opens by itself."""

    model_config = ConfigDict(frozen=True)

    id: str
    lane: str
    transaction: str
    rev: int
    reason: str
    words: str
    priority: int
    asks: Literal["decide", "renew", "tell"]
    opened_at_s: float
    ends_at_s: float | None = None
    claimed_by: str = ""
    desk_only: bool = False
    """No officer lets this traveller pass at the lane."""
    may_retry: bool = False
    """The lane lets this traveller lay the document down anew, if an officer says so."""
    escalated: bool = False
    closed: str = ""
    """How it ended: the officer's action, or `lapsed`."""
    closed_at_s: float | None = None


@dataclass(slots=True)
class CaseBook:
    store: Store = field(repr=False)
    changed: Callable[[Case], None] = field(default=lambda _case: None, repr=False)
    cases: dict[str, Case] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cases = {case.id: case for case in self.store.each(KIND, Case, only_open=True)}

    @property
    def queue(self) -> list[Case]:
        """Most serious first, then the oldest."""
        return sorted(self.cases.values(), key=lambda case: (case.priority, case.opened_at_s))

    def opened(self, lane: str, word: Opened, now_s: float) -> Case:
        known = self.cases.get(word.case)
        if known is not None:
            return known
        code = OF_REASON.get(word.reason)
        return self._put(
            Case(
                id=word.case,
                lane=lane,
                transaction=word.transaction,
                rev=word.rev,
                reason=word.reason,
                words=word.words,
                priority=RULES[code].priority if code else 3,
                asks=word.asks,
                desk_only=word.reason in DESK_ONLY,
                may_retry=word.may_retry,
                opened_at_s=now_s,
                ends_at_s=now_s + word.limit_ms / 1000 if word.limit_ms else None,
            )
        )

    def closed(self, word: Closed, now_s: float) -> Case | None:
        case = self.cases.get(word.case)
        return self._close(case, word.how, now_s) if case else None

    def lane_is_free(self, lane: str, transaction: str, now_s: float) -> None:
        """Nothing is open about a traveller who has gone."""
        for case in list(self.cases.values()):
            if case.lane == lane and case.transaction != transaction:
                self._close(case, case.closed or "gone", now_s)

    def claim(self, case: Case, officer: str, *, takes_over: bool) -> Case:
        """One officer a case; a supervisor may take one over."""
        if case.claimed_by not in ("", officer) and not takes_over:
            raise Problem(409, "claimed_by_another", "Another officer has this case.")
        return self._put(case.model_copy(update={"claimed_by": officer}))

    def tick(self, now_s: float) -> None:
        for case in list(self.cases.values()):
            waits_s = ESCALATE_AFTER_S if case.asks == "decide" else UNCLAIMED_HELD_S
            if not case.claimed_by and not case.escalated and now_s - case.opened_at_s > waits_s:
                self._put(case.model_copy(update={"escalated": True}))

    def _close(self, case: Case, how: str, now_s: float) -> Case:
        return self._put(case.model_copy(update={"closed": how, "closed_at_s": now_s}))

    def _put(self, case: Case) -> Case:
        is_open = not case.closed_at_s
        self.store.put(KIND, case.id, case, is_open=is_open, at=f"{case.opened_at_s:015.3f}")
        if is_open:
            self.cases[case.id] = case
        else:
            self.cases.pop(case.id, None)
        self.changed(case)
        return case
