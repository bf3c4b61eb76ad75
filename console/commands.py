"""Officers' commands to lanes: who may, with what reason, with whose second word; each bound to what was seen.

A command is told to the lane and is done when the lane says so: nothing is shown as done before. Where safety is
reduced a second person approves from another session within APPROVAL_S; an emergency release never waits for one.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, ConfigDict

from console.lanes import Lane
from console.problems import Problem, moved_on, other_lane
from console.roles import May, may
from console.staff import Session
from console.store import Store
from link import console_words as words

KIND = "command"
APPROVAL_S = 60.0
ANSWER_S = 20.0
"""A lane that has not answered by then never got it; before it opens it tests itself."""


@dataclass(frozen=True, slots=True)
class Action:
    name: str
    needs: May
    reason: bool = True
    second_person: bool = False
    bound: bool = True
    """To the crossing and revision that the officer saw."""
    traveller: bool = True
    """Acts on somebody; else on the lane as a whole."""


_TABLE = (
    Action("pass", May.LET_PASS),
    Action("send_back", May.SEND_BACK),
    Action("retry", May.SUPERVISE, reason=False),
    Action("hold", May.SUPERVISE),
    Action("refer", May.SEND_BACK),
    Action("open", May.OPERATE_LANE, reason=False, traveller=False),
    Action("close_after_current", May.OPERATE_LANE, traveller=False),
    Action("close_now", May.OPERATE_LANE, traveller=False),
    Action("enter_maintenance", May.MAINTAIN, traveller=False),
    Action("leave_maintenance", May.MAINTAIN, traveller=False),
    Action("release_onward", May.RELEASE_ALL),
    Action("release", May.RELEASE, reason=False, bound=False, traveller=False),
)
ACTIONS: Mapping[str, Action] = {action.name: action for action in _TABLE}
RESETS_EMERGENCY = "open"
"""Opening a lane after an emergency reduces safety: a supervisor's, and a second person's."""


class Ordered(BaseModel):
    """A command's life. `refused` says why; `lost` = the lane never answered."""

    model_config = ConfigDict(frozen=True)

    id: str
    idempotency_key: str
    lane: str
    action: str
    transaction: str
    rev: int
    officer: str
    session: str
    role: str
    reason: str
    persons: int = 1
    state: Literal["waiting_for_approval", "pending", "done", "refused", "expired", "lost"]
    why: str = ""
    ordered_at_s: float
    told_at_s: float | None = None
    ended_at_s: float | None = None
    approved_by: str = ""


@dataclass(slots=True)
class Wish:
    """What an officer asks for."""

    action: str
    transaction: str
    rev: int
    reason: str
    idempotency_key: str
    persons: int = 1


@dataclass(slots=True)
class Commands:
    store: Store = field(repr=False)
    changed: Callable[[Ordered], None] = field(default=lambda _ordered: None, repr=False)
    second_person_passes: bool = False
    """Site's choice: whether a pass after a failed match asks for a second person too."""
    open: dict[str, Ordered] = field(default_factory=dict)
    _by_key: dict[str, Ordered] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """What was on its way when the console stopped was never answered: say so."""
        for ordered in self.store.each(KIND, Ordered, limit=1000):
            self._by_key[self._key(ordered.session, ordered.idempotency_key)] = ordered
            if ordered.state in ("pending", "waiting_for_approval"):
                self._put(ordered.model_copy(update={"state": "lost", "why": "console_restarted"}))

    def order(
        self, lane: Lane, wish: Wish, session: Session, now_s: float, require: Callable[[], None] = lambda: None
    ) -> Ordered:
        """Raises Problem, as `require` does. The same idempotency key gives the same command."""
        if known := self._by_key.get(self._key(session.id, wish.idempotency_key)):
            if (known.lane, known.action, known.transaction) != (lane.name, wish.action, wish.transaction):
                raise Problem(422, "key_used", "This idempotency key belongs to another command.")
            return known
        require()
        action = self._permitted(lane, wish, session, now_s)
        waits = self._needs_second(action, lane)
        ordered = Ordered(
            id=f"command-{secrets.token_hex(6)}",
            idempotency_key=wish.idempotency_key,
            lane=lane.name,
            action=wish.action,
            transaction=wish.transaction if action.traveller else "",
            rev=wish.rev if action.bound else -1,
            officer=session.user,
            session=session.id,
            role=session.role.value,
            reason=wish.reason,
            persons=wish.persons,
            state="waiting_for_approval" if waits else "pending",
            ordered_at_s=now_s,
        )
        return self._put(ordered) if waits else self._tell(lane, ordered, now_s)

    def approve(self, ordered: Ordered, lane: Lane, session: Session, now_s: float) -> Ordered:
        if ordered.state != "waiting_for_approval":
            raise Problem(409, "not_waiting", "This command waits for nobody any more.")
        if session.user == ordered.officer or session.id == ordered.session:
            raise Problem(403, "same_person", "The second person is another officer at another screen.")
        resets = self._resets(ACTIONS[ordered.action], lane)
        if not session.covers(lane.name):
            raise other_lane()
        if not may(session.role, May.RESET if resets else ACTIONS[ordered.action].needs):
            raise Problem(403, "not_allowed", "Your role may not approve this.")
        if now_s - ordered.ordered_at_s > APPROVAL_S:
            raise Problem(409, "expired", "The request is older than a minute: ask again.")
        self._require_up(lane, now_s)
        self._require_current(lane, ordered.transaction, ordered.rev)
        return self._tell(lane, ordered.model_copy(update={"approved_by": session.user}), now_s)

    def decline(self, ordered: Ordered, session: Session, now_s: float) -> Ordered:
        if ordered.state != "waiting_for_approval":
            raise Problem(409, "not_waiting", "This command waits for nobody any more.")
        why = "withdrawn" if session.user == ordered.officer else "declined"
        return self._end(ordered, "refused", why, now_s)

    def answered(self, answer: words.Answered, now_s: float) -> None:
        ordered = self.open.get(answer.command)
        if ordered is not None and ordered.state == "pending":
            self._end(ordered, "done" if answer.result == "accepted" else "refused", answer.why, now_s)

    def tick(self, now_s: float) -> None:
        for ordered in list(self.open.values()):
            if ordered.state == "waiting_for_approval" and now_s - ordered.ordered_at_s > APPROVAL_S:
                self._end(ordered, "expired", "nobody_approved", now_s)
            elif ordered.state == "pending" and now_s - (ordered.told_at_s or now_s) > ANSWER_S:
                self._end(ordered, "lost", "no_answer", now_s)

    # ---------------------------------------------------------------------------------------------------------

    def _permitted(self, lane: Lane, wish: Wish, session: Session, now_s: float) -> Action:
        action = ACTIONS.get(wish.action)
        if action is None:
            raise Problem(422, "unknown_action", "There is no such action.")
        if not may(session.role, action.needs):
            raise Problem(403, "not_allowed", "Your role may not do this.")
        if action.needs is not May.RELEASE and not session.covers(lane.name):
            raise other_lane()
        if self._resets(action, lane) and not may(session.role, May.RESET):
            raise Problem(403, "not_allowed", "After an emergency a supervisor opens the lane again.")
        if action.reason and not wish.reason.strip():
            raise Problem(422, "reason_needed", "Say why: choose a reason.")
        self._require_up(lane, now_s)
        if action.bound:
            self._require_current(lane, wish.transaction if action.traveller else "", wish.rev)
        if action.traveller and not wish.transaction:
            raise Problem(409, "nobody_there", "No traveller is at this lane now.")
        return action

    @staticmethod
    def _require_up(lane: Lane, now_s: float) -> None:
        if not lane.is_up(now_s):
            raise Problem(503, "lane_lost", "The lane does not answer: send somebody there.")

    @staticmethod
    def _require_current(lane: Lane, transaction: str, rev: int) -> None:
        if rev not in (-1, lane.rev) or (transaction and transaction != lane.transaction):
            raise moved_on()

    @staticmethod
    def _resets(action: Action, lane: Lane) -> bool:
        now = lane.now
        return action.name == RESETS_EMERGENCY and now is not None and (now.is_released or "emergency" in now.modes)

    def _needs_second(self, action: Action, lane: Lane) -> bool:
        passes = action.name == "pass" and self.second_person_passes
        return action.second_person or passes or self._resets(action, lane)

    def _tell(self, lane: Lane, ordered: Ordered, now_s: float) -> Ordered:
        assert lane.line is not None  # noqa: S101  (a lane that is up has one)
        told = self._put(ordered.model_copy(update={"state": "pending", "told_at_s": now_s}))
        lane.line.tell(
            words.Command(
                command=told.id,
                action=told.action,
                transaction=told.transaction,
                rev=told.rev,
                officer=told.officer,
                role=told.role,
                reason=told.reason,
                persons=told.persons,
            )
        )
        return told

    def _end(
        self, ordered: Ordered, state: Literal["done", "refused", "expired", "lost"], why: str, now_s: float
    ) -> Ordered:
        return self._put(ordered.model_copy(update={"state": state, "why": why, "ended_at_s": now_s}))

    @staticmethod
    def _key(session: str, key: str) -> str:
        return f"{session}|{key}"

    def _put(self, ordered: Ordered) -> Ordered:
        is_open = ordered.state in ("pending", "waiting_for_approval")
        self.store.put(KIND, ordered.id, ordered, is_open=is_open, at=f"{ordered.ordered_at_s:015.3f}")
        self._by_key[self._key(ordered.session, ordered.idempotency_key)] = ordered
        if is_open:
            self.open[ordered.id] = ordered
        else:
            self.open.pop(ordered.id, None)
        self.changed(ordered)
        return ordered
