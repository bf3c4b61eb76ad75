"""Entries and exits of a document's holder, for officers elsewhere."""

from typing import Annotated

from fastapi import APIRouter, Depends

from link.application_api import PassagesFound, PassagesQuestion
from register import audit
from register.machines import Scope
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.problems import problems
from register.service.telling import passages_of_document
from register.staff import Member, Permission
from register.stays import stays_of, used_on

WORDS = (PassagesQuestion,)


def passage_routes(desk: Desk, callers: Callers) -> APIRouter:
    """Entries and exits for officers elsewhere: by a session, or by their own system's token."""
    routes = APIRouter(tags=["officers"], responses=problems(400, 401, 403, 422, 429, 503))
    database = desk.store.database
    Viewer = Annotated[Member, Depends(callers.staff(Permission.VIEW))]  # noqa: N806  (types)
    Elsewhere = Annotated[str, Depends(callers.gate(Scope.PASSAGES.value))]  # noqa: N806

    def found(question: PassagesQuestion, who: str) -> PassagesFound:
        today = desk.now().date()
        with database.writing() as connection:
            listed = passages_of_document(connection, **question.model_dump())
            audit.note(connection, desk.now(), who, "viewed_passages", question.issuing_state, passages=len(listed))
        stays = stays_of([(each.passed_at.date(), each.direction) for each in listed])
        missing = sum(each.exit_missing for each in stays)
        return PassagesFound(passages=listed, days_used=used_on(stays, today), exits_missing=missing)

    @routes.post("/v1/passages/search", operation_id="readPassages")
    def search(question: PassagesQuestion, viewer: Viewer) -> PassagesFound:
        """Every entry and exit of the holder, on any of his documents, and the days of stay used."""
        return found(question, viewer.name)

    @routes.post("/v1/passages/elsewhere", operation_id="readPassagesElsewhere")
    def search_elsewhere(question: PassagesQuestion, machine: Elsewhere) -> PassagesFound:
        """The same for another authority's system, by its token."""
        return found(question, machine)

    return routes
