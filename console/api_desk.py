"""The second line, care, the post, comparisons: `/api/v1/sheets`, `/care`, `/handovers`, `/comparisons`."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from console import desk
from console.access import Access
from console.alarms import State
from console.desk import Care, Comparison, HandOver, Sheet, new_id
from console.hearing import IN_SERVICE
from console.problems import Problem, moved_on
from console.roles import May
from console.staff import Session

Note = Annotated[str, Field(max_length=280)]


class SheetAsked(BaseModel):
    lane: str = Field(max_length=64)
    transaction_id: str = Field(min_length=1, max_length=64)
    note: Note = ""


class ResultAsked(BaseModel):
    result: str = Field(max_length=40)
    note: Note = ""


class CareAsked(BaseModel):
    lane: str = Field(max_length=64)
    transaction_id: str = Field(default="", max_length=64)
    noticed_by: Literal["monitoring", "roving", "referral", "machine", "other"]
    circumstances: Literal[
        "child_alone", "child_with_adults", "distress", "confusion", "injury", "possible_trafficking", "other"
    ]
    eligible: Literal["yes", "no", "unknown"]
    action: Literal["stopped", "referred", "let_go", "care_called"]
    note: Note = ""


class HandOverAsked(BaseModel):
    note: Note = ""


class ComparisonAsked(BaseModel):
    lane: str = Field(max_length=64)
    transaction_id: str = Field(min_length=1, max_length=64)
    judged: Literal["same", "different", "unsure"]
    took_ms: int = Field(ge=0, le=600_000)


def router(access: Access) -> APIRouter:
    room, routes = access.room, APIRouter(tags=["desk"])
    Officer = Annotated[Session, Depends(access.needs(May.SUPERVISE))]  # noqa: N806  (a type)
    SecondLine = Annotated[Session, Depends(access.needs(May.TAKE_DESK_CASES))]  # noqa: N806
    Seer = Annotated[Session, Depends(access.needs(May.SEE_BOARD))]  # noqa: N806
    Carer = Annotated[Session, Depends(access.needs(May.SAFEGUARD))]  # noqa: N806
    Comparer = Annotated[Session, Depends(access.needs(May.SEE_PICTURES))]  # noqa: N806

    def sheet_of(key: str) -> Sheet:
        sheet = room.desk.sheets.get(key)
        if sheet is None:
            raise Problem(404, "no_such_sheet", "This case sheet is closed.")
        return sheet

    @routes.post("/sheets", status_code=201)
    async def hand_over(asked: SheetAsked, session: Officer) -> dict[str, Any]:
        """Send a case to the desk, with all that the lane found."""
        room.audit.require_writable(note=asked.note)
        sheet = room.desk.hand_over(_sheet(asked, session))
        room.audit.write(
            "case_handed_over", session.user, sheet.transaction, sheet=sheet.id, lane=sheet.lane, note=asked.note
        )
        return sheet.model_dump(mode="json")

    def _sheet(asked: SheetAsked, session: Session) -> Sheet:
        found = room.store.crossing(asked.transaction_id)
        lane = room.lanes.lanes.get(asked.lane)
        if found is None and lane is not None and lane.transaction == asked.transaction_id:
            case = next((c for c in room.cases.queue if c.transaction == asked.transaction_id), None)
            detail = lane.detail()
            found = {**detail, "reason": case.reason if case else "", "words": case.words if case else ""}
        if found is None:
            raise Problem(404, "no_such_crossing", "There is no such crossing.")
        return Sheet(
            id=new_id("sheet"),
            at_s=room.now_s,
            lane=asked.lane,
            transaction=asked.transaction_id,
            reason=found["reason"],
            words=found["words"],
            note=asked.note,
            checks=found["checks"],
            match=found["match"],
            handed_by=session.user,
        )

    @routes.get("/sheets")
    async def sheets(_session: Seer) -> dict[str, Any]:
        """Open ones: all for the desk, one's own for an officer. Checks come with the opened sheet."""
        return {
            "sheets": [
                sheet.model_dump(mode="json", exclude={"checks", "match"}) for sheet in room.desk.sheets.values()
            ]
        }

    @routes.post("/sheets/{key}/take")
    async def take(key: str, session: SecondLine) -> dict[str, Any]:
        sheet = room.desk.take(sheet_of(key), session.user)
        room.audit.write("sheet_taken", session.user, sheet.transaction, sheet=key)
        return sheet.model_dump(mode="json")

    @routes.post("/sheets/{key}/close")
    async def close(key: str, asked: ResultAsked, session: SecondLine) -> dict[str, Any]:
        """The desk's result, which the officer who sent the case is shown."""
        room.audit.require_writable(note=asked.note)
        sheet = room.desk.close(sheet_of(key), session.user, asked.result, asked.note, room.now_s)
        room.audit.write(
            "sheet_closed", session.user, sheet.transaction, sheet=key, result=asked.result, note=asked.note
        )
        return sheet.model_dump(mode="json")

    @routes.post("/sheets/{key}/seen")
    async def seen(key: str, session: Officer) -> dict[str, Any]:
        sheet = sheet_of(key)
        if sheet.state != "closed":
            raise Problem(409, "no_result", "The desk has no result yet.")
        room.audit.write("result_seen", session.user, sheet.transaction, sheet=key)
        return room.desk.result_seen(sheet).model_dump(mode="json")

    @routes.post("/care", status_code=201)
    async def care(asked: CareAsked, session: Carer) -> dict[str, Any]:
        """A safeguarding report. It raises an alarm to the second line."""
        room.audit.require_writable(note=asked.note)
        fields = asked.model_dump(exclude={"transaction_id"})
        report = Care(
            id=new_id("care"), at_s=room.now_s, transaction=asked.transaction_id, officer=session.user, **fields
        )
        facts = asked.model_dump(exclude={"transaction_id"})
        room.audit.write("care_reported", session.user, asked.transaction_id, care=report.id, **facts)
        room.desk.keep(desk.CARE, report)
        why = {"circumstances": asked.circumstances, "noticed_by": asked.noticed_by}
        cause = f"{asked.lane}|told|{asked.transaction_id}|{report.id}"
        room.alarms.cause("safeguarding", cause, asked.lane, asked.transaction_id, why, room.now_s)
        return report.model_dump(mode="json")

    @routes.get("/care")
    async def reports(_session: Carer) -> dict[str, Any]:
        return {"care": [each.model_dump(mode="json") for each in room.store.each(desk.CARE, Care, limit=200)]}

    @routes.post("/handovers", status_code=201)
    async def offer(asked: HandOverAsked, session: Officer) -> dict[str, Any]:
        """Offer the post, with what is open now."""
        room.audit.require_writable(note=asked.note)
        alarms = room.alarms.alarms.values()
        handover = HandOver(
            id=new_id("handover"),
            at_s=room.now_s,
            from_officer=session.user,
            note=asked.note,
            alarms=[
                f"{alarm.words} ({', '.join(alarm.lanes)})" for alarm in alarms if alarm.state is not State.SHELVED
            ],
            shelved=[f"{alarm.words} ({', '.join(alarm.lanes)})" for alarm in alarms if alarm.state is State.SHELVED],
            cases=[f"{case.lane}: {case.words}" for case in room.cases.queue],
            closed_lanes=[
                name for name, lane in room.lanes.lanes.items() if not lane.now or lane.now.state != IN_SERVICE
            ],
        )
        room.audit.write("post_offered", session.user, handover=handover.id, note=asked.note)
        return room.desk.put_handover(handover).model_dump(mode="json")

    @routes.post("/handovers/{key}/accept")
    async def accept(key: str, request: Request, session: Officer) -> dict[str, Any]:
        """The incoming officer signs; his hour begins."""
        handover = room.desk.handovers.get(key)
        if handover is None:
            raise Problem(404, "no_such_handover", "This hand-over is done.")
        if handover.from_officer == session.user:
            raise Problem(403, "same_person", "The post is handed to another officer.")
        room.audit.write("post_accepted", session.user, handover=key, of=handover.from_officer)
        room.staff.relieve(access.token(request.cookies), room.now_s)
        changes = {"to_officer": session.user, "accepted_at_s": room.now_s}
        return room.desk.put_handover(handover.model_copy(update=changes)).model_dump(mode="json")

    @routes.post("/comparisons", status_code=201)
    async def compare(asked: ComparisonAsked, session: Comparer) -> dict[str, Any]:
        """Decide first: only then is the machine's score shown. Both are kept for the quality of the comparison."""
        lane = room.lanes.lanes.get(asked.lane)
        if lane is None or lane.transaction != asked.transaction_id:
            raise moved_on()
        match = lane.now.match if lane.now else None
        kept = Comparison(
            id=new_id("comparison"),
            at_s=room.now_s,
            lane=asked.lane,
            transaction=asked.transaction_id,
            officer=session.user,
            judged=asked.judged,
            score=match.score if match else None,
            threshold=match.threshold if match else None,
            took_ms=asked.took_ms,
        )
        room.audit.write("face_judged", session.user, asked.transaction_id, judged=asked.judged, score=kept.score)
        room.desk.keep(desk.COMPARISON, kept)
        return kept.model_dump(mode="json")

    return routes
