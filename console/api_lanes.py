"""Lanes, commands, approvals, emergency release: `/api/v1/lanes`, `/commands`, `/emergency`."""

import secrets
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, Field
from starlette.responses import Response

from console.access import Access
from console.commands import ACTIONS, Ordered, Wish
from console.hearing import help_was_answered
from console.lanes import Lane
from console.problems import Problem, moved_on, other_lane
from console.roles import May, may
from console.staff import Session
from link.console_words import NameOrNone, Sentence

Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
LIVE_S = 3.0


class Asked(BaseModel):
    command: str = Field(max_length=40)
    transaction_id: NameOrNone = ""
    rev: int
    reason_code: str = Field(default="", max_length=40, pattern=r"^[a-z_]*$")
    note: str = Field(default="", max_length=240)
    persons: int = Field(default=1, ge=1, le=9)
    looked_ms: int = Field(default=0, ge=0)
    """How long the live picture was in sight before a pass."""


class Emergency(BaseModel):
    """Without lane: all lanes."""

    lane: NameOrNone = ""


class RevealAsked(BaseModel):
    transaction_id: NameOrNone
    reason: Sentence = Field(min_length=3)


class Approval(BaseModel):
    answer: Literal["approve", "decline"]


LOOK_FIRST_MS = 3000
"""A pass after a failed match: the live picture was looked at for so long."""


def router(access: Access) -> APIRouter:
    room, routes = access.room, APIRouter(tags=["lanes"])
    Seer = Annotated[Session, Depends(access.needs(May.SEE_BOARD))]  # noqa: N806  (a type)
    Officer = Annotated[Session, Depends(access.needs(May.SEE_PICTURES))]  # noqa: N806
    Revealer = Annotated[Session, Depends(access.needs(May.REVEAL))]  # noqa: N806
    Releaser = Annotated[Session, Depends(access.needs(May.RELEASE, locked_too=True))]  # noqa: N806

    def lane_of(name: str) -> Lane:
        lane = room.lanes.lanes.get(name)
        if lane is None:
            raise Problem(404, "no_such_lane", "There is no such lane.")
        return lane

    def told(ordered: Ordered) -> dict[str, Any]:
        return ordered.model_dump(mode="json", exclude={"idempotency_key"})

    @routes.get("/lanes")
    async def lanes(_session: Seer) -> dict[str, Any]:
        return {"lanes": [lane.card(room.now_s) for lane in room.lanes.lanes.values()]}

    @routes.get("/lanes/{name}")
    async def one(name: str, session: Seer) -> dict[str, Any]:
        lane = lane_of(name)
        detail = lane.detail() if may(session.role, May.SEE_PICTURES) and session.covers(name) else {}
        return {**lane.card(room.now_s), "detail": detail}

    @routes.get("/lanes/{name}/pictures/{channel}")
    async def picture(name: str, channel: str, transaction: str, session: Officer) -> Response:
        """A picture of the open crossing; never kept, never of another traveller."""
        lane = lane_of(name)
        if not session.covers(name):
            raise other_lane()
        found = lane.pictures.get(channel)
        if found is None or found.transaction != transaction or transaction != lane.transaction:
            raise Problem(404, "no_picture", "There is no such picture now.")
        room.audit.write("picture_viewed", session.user, transaction, lane=name, channel=channel)
        return Response(found.jpeg, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @routes.post("/lanes/{name}/reveal")
    async def reveal(name: str, asked: RevealAsked, session: Revealer) -> dict[str, Any]:
        """The holder's fields, straight from the lane's memory."""
        lane = lane_of(name)
        if not session.covers(name):
            raise other_lane()
        if not asked.transaction_id or asked.transaction_id != lane.transaction:
            raise moved_on()
        room.audit.write("holder_revealed", session.user, asked.transaction_id, lane=name, reason=asked.reason)
        try:
            return {"fields": await room.reveal(lane, asked.transaction_id, secrets.token_hex(8))}
        except TimeoutError:
            raise Problem(503, "lane_lost", "The lane does not answer.") from None

    @routes.post("/lanes/{name}/commands", status_code=202)
    async def command(name: str, asked: Asked, session: Seer, key: Key) -> dict[str, Any]:
        lane = lane_of(name)
        reason = ": ".join(part for part in (asked.reason_code, asked.note.strip()) if part)
        if asked.command == "pass" and asked.looked_ms < LOOK_FIRST_MS:
            raise Problem(409, "look_first", "Look at the live picture for three seconds first.")
        room.audit.require_writable(reason=reason)
        wish = Wish(asked.command, asked.transaction_id, asked.rev, reason, key, asked.persons)
        ordered = room.commands.order(lane, wish, session, room.now_s, lambda: require_offered(name, wish))
        room.audit.write(
            "command", session.user, ordered.transaction, command=ordered.id, action=ordered.action, lane=name,
            reason=reason, rev=ordered.rev, state=ordered.state,
        )  # fmt: skip
        claim_what_is_acted_on(lane, session)
        return told(ordered)

    def require_offered(name: str, wish: Wish) -> None:
        """A pass needs a case to decide on, and none that is the desk's; so does another try, while there is one."""
        if wish.action not in ("pass", "retry"):
            return
        case = next((c for c in room.cases.queue if c.lane == name and c.transaction == wish.transaction), None)
        if case is not None and case.desk_only:
            raise Problem(403, "desk_only", "This is cleared at the desk only: send the traveller there.")
        if case is None or case.asks != "decide":
            raise moved_on()
        if wish.action == "retry" and not case.may_retry:
            raise Problem(409, "no_more_tries", "The lane offers no further try: send the traveller to the desk.")

    def claim_what_is_acted_on(lane: Lane, session: Session) -> None:
        """Whoever acts on a traveller has taken the case."""
        for case in room.cases.queue:
            if case.lane == lane.name and not case.claimed_by:
                room.cases.claim(case, session.user, takes_over=False)
        help_was_answered(room, lane.name)

    @routes.get("/commands/{key}")
    async def follow(key: str, _session: Seer) -> dict[str, Any]:
        ordered = room.commands.open.get(key) or room.store.get("command", key, Ordered)
        if ordered is None:
            raise Problem(404, "no_such_command", "There is no such command.")
        return told(ordered)

    @routes.post("/approvals/{key}")
    async def approve(key: str, approval: Approval, session: Seer) -> dict[str, Any]:
        """The second person's word, from another session."""
        ordered = room.commands.open.get(key)
        if ordered is None:
            raise Problem(409, "not_waiting", "This command waits for nobody any more.")
        if approval.answer == "approve":
            done = room.commands.approve(ordered, lane_of(ordered.lane), session, room.now_s)
        else:
            done = room.commands.decline(ordered, session, room.now_s)
        room.audit.write(
            "approval", session.user, ordered.transaction, command=key, answer=approval.answer, action=ordered.action
        )
        return told(done)

    @routes.post("/emergency", status_code=202)
    async def emergency(asked: Emergency, session: Releaser) -> dict[str, Any]:
        """Out of the lane, back to the hall: at once, for one lane by anybody whose screen has been signed in on.

        All lanes at once is a supervisor's who is signed in. Fire and the emergency stop are wired and need no screen.
        """
        if not asked.lane and (session.state != "active" or not may(session.role, May.RELEASE_ALL)):
            raise Problem(403, "not_allowed", "All lanes are released by a supervisor who is signed in.")

        names = [asked.lane] if asked.lane else list(room.lanes.lanes)
        ordered: list[Ordered] = []
        lost: list[str] = []
        for name in names:
            lane = lane_of(name)
            if lane.is_up(room.now_s):
                ordered.append(_release(lane, session))
            else:
                lost.append(name)
        for name in names:
            room.audit.write("emergency_release", session.user, lane=name, screen=session.state, lost=name in lost)
        if asked.lane and lost:
            raise Problem(503, "lane_lost", "The lane does not answer: send somebody there.")
        return {"commands": [told(each) for each in ordered], "lost": lost}

    def _release(lane: Lane, session: Session) -> Ordered:
        why = {"by": session.user, "measured": "released at the console"}
        cause = f"{lane.name}|told|released|{secrets.token_hex(2)}"
        room.alarms.cause("emergency", cause, lane.name, lane.transaction, why, room.now_s)
        wish = Wish("release", "", -1, "emergency", secrets.token_hex(8))
        return room.commands.order(lane, wish, session, room.now_s)

    @routes.get("/actions")
    async def actions(session: Seer) -> dict[str, Any]:
        """What this role may do."""
        names = [each for each in ACTIONS.values() if may(session.role, each.needs)]
        return {"actions": [{"name": a.name, "reason": a.reason, "second_person": a.second_person} for a in names]}

    return routes
