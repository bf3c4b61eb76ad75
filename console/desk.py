"""Hand-over to the second line and its result back, and what is written down about people who need care. No paper.

A case sheet holds what the lane found, never a name, a number or a picture: the desk reads the document itself.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from console.problems import Problem
from console.store import Store

SHEET, CARE, HANDOVER, COMPARISON = "sheet", "care", "handover", "comparison"


class Kept(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    at_s: float


class Sheet(Kept):
    """One traveller handed over to the desk."""

    lane: str
    transaction: str
    reason: str
    words: str
    note: str = ""
    checks: list[dict[str, Any]] = []
    match: dict[str, Any] | None = None
    handed_by: str
    state: Literal["waiting", "taken", "closed"] = "waiting"
    taken_by: str = ""
    result: str = ""
    result_note: str = ""
    closed_at_s: float | None = None
    seen_by_sender: bool = False


RESULTS = ("admitted", "refused_entry", "false_alarm", "handed_to_police", "handed_to_care", "did_not_come")


class Care(Kept):
    """A safeguarding report: circumstances, who noticed, whether the traveller was eligible for the gate (ICIBI)."""

    lane: str
    transaction: str = ""
    noticed_by: Literal["monitoring", "roving", "referral", "machine", "other"]
    circumstances: Literal[
        "child_alone", "child_with_adults", "distress", "confusion", "injury", "possible_trafficking", "other"
    ]
    eligible: Literal["yes", "no", "unknown"]
    action: Literal["stopped", "referred", "let_go", "care_called"]
    note: str = ""
    officer: str


class HandOver(Kept):
    """A post handed from one officer to the next, with what was open at that moment."""

    from_officer: str
    to_officer: str = ""
    note: str
    alarms: list[str] = []
    cases: list[str] = []
    closed_lanes: list[str] = []
    shelved: list[str] = []
    accepted_at_s: float | None = None


class Comparison(Kept):
    """Decide first, then see the score: the officer's own look beside the machine's."""

    lane: str
    transaction: str
    officer: str
    judged: Literal["same", "different", "unsure"]
    score: float | None
    threshold: float | None
    took_ms: int


@dataclass(slots=True)
class Desk:
    store: Store = field(repr=False)
    changed: Callable[[str, Kept], None] = field(default=lambda _kind, _kept: None, repr=False)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    handovers: dict[str, HandOver] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sheets = {sheet.id: sheet for sheet in self.store.each(SHEET, Sheet, only_open=True)}
        self.handovers = {each.id: each for each in self.store.each(HANDOVER, HandOver, only_open=True)}

    def hand_over(self, sheet: Sheet) -> Sheet:
        """One sheet a crossing."""
        known = next((each for each in self.sheets.values() if each.transaction == sheet.transaction), None)
        return known or self._put_sheet(sheet)

    def take(self, sheet: Sheet, officer: str) -> Sheet:
        if sheet.taken_by not in ("", officer):
            raise Problem(409, "claimed_by_another", "A colleague at the desk has taken this case.")
        return self._put_sheet(sheet.model_copy(update={"state": "taken", "taken_by": officer}))

    def close(self, sheet: Sheet, officer: str, result: str, note: str, now_s: float) -> Sheet:
        if sheet.taken_by != officer:
            raise Problem(409, "not_taken", "Take the case first.")
        if result not in RESULTS:
            raise Problem(422, "unknown_result", "There is no such result.")
        changes = {"state": "closed", "result": result, "result_note": note, "closed_at_s": now_s}
        return self._put_sheet(sheet.model_copy(update=changes))

    def result_seen(self, sheet: Sheet) -> Sheet:
        return self._put_sheet(sheet.model_copy(update={"seen_by_sender": True}))

    def keep(self, kind: str, kept: Kept, *, is_open: bool = False) -> None:
        self.store.put(kind, kept.id, kept, is_open=is_open, at=f"{kept.at_s:015.3f}")
        self.changed(kind, kept)

    def put_handover(self, handover: HandOver) -> HandOver:
        is_open = handover.accepted_at_s is None
        self.keep(HANDOVER, handover, is_open=is_open)
        if is_open:
            self.handovers[handover.id] = handover
        else:
            self.handovers.pop(handover.id, None)
        return handover

    def _put_sheet(self, sheet: Sheet) -> Sheet:
        is_open = not (sheet.state == "closed" and sheet.seen_by_sender)
        self.keep(SHEET, sheet, is_open=is_open)
        if is_open:
            self.sheets[sheet.id] = sheet
        else:
            self.sheets.pop(sheet.id, None)
        return sheet


def new_id(kind: str) -> str:
    return f"{kind}-{secrets.token_hex(5)}"
