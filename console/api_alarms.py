"""Alarms and the exception queue: `/api/v1/alarms`, `/cases`."""

from collections import Counter
from statistics import median
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from console.access import Access
from console.alarm_board import shown
from console.alarms import Alarm, AlarmRefused
from console.cases import Case
from console.hearing import help_was_answered
from console.problems import Problem
from console.roles import May, may
from console.staff import Session


class Shelf(BaseModel):
    minutes: int = Field(ge=1, le=30)
    reason: str = Field(min_length=3, max_length=240)


def router(access: Access) -> APIRouter:
    room, routes = access.room, APIRouter(tags=["alarms"])
    Seer = Annotated[Session, Depends(access.needs(May.SEE_BOARD, locked_too=True))]  # noqa: N806  (a type)
    Officer = Annotated[Session, Depends(access.needs(May.SUPERVISE))]  # noqa: N806
    Supervisor = Annotated[Session, Depends(access.needs(May.SHELVE))]  # noqa: N806

    def alarm_of(key: str) -> Alarm:
        alarm = room.alarms.alarms.get(key)
        if alarm is None:
            raise Problem(404, "no_such_alarm", "This alarm is over.")
        return alarm

    def case_of(key: str) -> Case:
        case = room.cases.cases.get(key)
        if case is None:
            raise Problem(404, "no_such_case", "This case is closed.")
        return case

    @routes.get("/alarms")
    async def alarms(_session: Seer) -> dict[str, Any]:
        return {"alarms": [shown(alarm) for alarm in room.alarms.alarms.values()]}

    @routes.get("/alarms/history")
    async def history(_session: Seer) -> dict[str, Any]:
        """With the figures of the alarm system itself (EEMUA 191)."""
        past, now_s = room.alarms.history(), room.now_s
        times = [a.acknowledged_at_s - a.raised_at_s for a in past if a.acknowledged_at_s is not None]
        return {
            "alarms": [shown(alarm) for alarm in past],
            "per_10_min": sum(now_s - alarm.raised_at_s < 600 for alarm in past),
            "standing": sum(
                alarm.is_active and now_s - alarm.raised_at_s > 3600 for alarm in room.alarms.alarms.values()
            ),
            "top": Counter(f"{alarm.words} ({', '.join(alarm.lanes)})" for alarm in past).most_common(10),
            "median_ack_s": median(times) if times else None,
        }

    @routes.post("/alarms/{key}/claim")
    async def claim(key: str, session: Officer) -> dict[str, Any]:
        return changed(key, session, "alarm_claimed", lambda alarm: room.alarms.claim(alarm, session.user))

    @routes.post("/alarms/{key}/ack")
    async def acknowledge(key: str, session: Officer) -> dict[str, Any]:
        return changed(
            key, session, "alarm_acknowledged", lambda alarm: room.alarms.acknowledge(alarm, session.user, room.now_s)
        )

    @routes.post("/alarms/{key}/shelve")
    async def shelve(key: str, shelf: Shelf, session: Supervisor) -> dict[str, Any]:
        return changed(
            key,
            session,
            "alarm_shelved",
            lambda alarm: room.alarms.shelve(alarm, session.user, 60.0 * shelf.minutes, room.now_s),
            reason=shelf.reason,
            minutes=shelf.minutes,
        )

    def changed(key: str, session: Session, kind: str, change: Any, **facts: str | int) -> dict[str, Any]:
        alarm = alarm_of(key)
        room.audit.require_writable(**{name: str(value) for name, value in facts.items()})
        try:
            after: Alarm = change(alarm)
        except AlarmRefused as refused:
            raise Problem(409, refused.code, str(refused)) from None
        room.audit.write(kind, session.user, alarm.transaction, alarm=key, code=alarm.code, **facts)
        return shown(after)

    @routes.get("/cases")
    async def cases(_session: Seer) -> dict[str, Any]:
        return {"cases": [case.model_dump(mode="json") for case in room.cases.queue]}

    @routes.post("/cases/{key}/claim")
    async def claim_case(key: str, session: Officer) -> dict[str, Any]:
        case = case_of(key)
        takes_over = may(session.role, May.SHELVE)
        claimed = room.cases.claim(case, session.user, takes_over=takes_over)
        room.audit.write("case_claimed", session.user, case.transaction, case=key, lane=case.lane)
        help_was_answered(room, case.lane)
        return claimed.model_dump(mode="json")

    return routes
