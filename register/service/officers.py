"""What officers ask and do. Every view of a person, every decision and every refusal is noted with who it was."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from link.application_api import (
    AuditFound,
    AuditTold,
    Because,
    Case,
    CaseInQueue,
    Cleared,
    Decision,
    DocumentAsked,
    DocumentNamed,
    DocumentReport,
    DocumentStanding,
    PersonFound,
    PersonQuestion,
    PersonsFound,
)
from link.travel import LostState
from register import applications, audit
from register.answers import with_stay
from register.application import Application, ApplicationState
from register.found import EntryRefused, Found
from register.grants import DecisionRefused, Grants, Ruling
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.problems import Problem, problems
from register.service.telling import case
from register.staff import Member, Permission

WORDS = (Decision, PersonQuestion, DocumentAsked, DocumentReport, DocumentNamed, Because)
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9._:-]{1,64}$")]
QUEUE = 100


def officer_routes(desk: Desk, callers: Callers, grants: Grants) -> APIRouter:
    routes = APIRouter(tags=["officers"], responses=problems(400, 401, 403, 422, 429, 503))
    store, database = desk.store, desk.store.database
    Viewer = Annotated[Member, Depends(callers.staff(Permission.VIEW))]  # noqa: N806  (types)
    Decider = Annotated[Member, Depends(callers.staff(Permission.DECIDE))]  # noqa: N806
    Canceller = Annotated[Member, Depends(callers.staff(Permission.CANCEL))]  # noqa: N806
    Clearer = Annotated[Member, Depends(callers.staff(Permission.CLEAR))]  # noqa: N806
    Reporter = Annotated[Member, Depends(callers.staff(Permission.REPORT))]  # noqa: N806

    def note(member: Member, action: str, subject: str, **detail: audit.Plain) -> None:
        with database.writing() as connection:
            audit.note(connection, desk.now(), member.name, action, subject, **detail)

    def found_application(application: str) -> Application:
        with database.reading() as connection:
            found = applications.find(connection, application)
        if found is None:
            raise Problem(404, "application_unknown", "there is no such application")
        return found

    def found_record(record: str) -> Found:
        found = store.visa(record)
        if found is None:
            raise Problem(404, "record_unknown", "there is no such record")
        return found

    # --- applications -------------------------------------------------------------------------------------

    @routes.get("/v1/applications", operation_id="findCredentialRequests")
    def queue(
        _viewer: Viewer, state: Annotated[ApplicationState, Query()] = ApplicationState.WAITING
    ) -> tuple[CaseInQueue, ...]:
        """The oldest first, without anything of the persons."""
        with database.reading() as connection:
            listed = applications.in_state(connection, state, QUEUE)
        return tuple(
            CaseInQueue(
                application=each.application, made_at=each.made_at, questions=tuple(q.value for q in each.questions)
            )
            for each in listed
        )

    @routes.get("/v1/applications/{application}", operation_id="readCase", responses=problems(404))
    def read_case(application: Id, viewer: Viewer) -> Case:
        found = found_application(application)
        note(viewer, "viewed_application", application)
        return case(found)

    @routes.get(
        "/v1/applications/{application}/pictures/{kind}",
        operation_id="readPicture",
        response_class=Response,
        responses={**problems(404), 200: {"content": {"image/jpeg": {}}}},
    )
    def read_picture(application: Id, kind: Literal["portrait", "page_portrait"], viewer: Viewer) -> Response:
        """The uploaded portrait, or the one cut out of the page; both are gone once it is decided."""
        with database.reading() as connection:
            picture = applications.picture(connection, application, kind)
        if picture is None:
            raise Problem(404, "picture_unknown", "there is no such picture, or no longer")
        note(viewer, "viewed_picture", application, kind=kind)
        return Response(picture.image, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    @routes.post(
        "/v1/applications/{application}/decision", operation_id="decideCredentialRequest", responses=problems(404, 409)
    )
    def decide(application: Id, decision: Decision, decider: Decider) -> Case:
        """Grant or refuse. A portrait that is not alike with the document's has to be accepted by name."""
        found_application(application)
        ruling = Ruling(decider.name, decision.decision == "grant", decision.accepts_portrait, decision.words)
        try:
            return case(grants.rule(application, ruling, desk.now()))
        except DecisionRefused as refused:
            raise Problem(409, refused.code, str(refused)) from None

    # --- visas --------------------------------------------------------------------------------------------

    @routes.get("/v1/records/{record}", operation_id="readCredentialDetails", responses=problems(404))
    def read_record(record: Id, viewer: Viewer) -> PersonFound:
        found = found_record(record)
        note(viewer, "viewed_record", record)
        return person(found, "record")

    @routes.get("/v1/records/{record}/history", operation_id="readCredentialHistory", responses=problems(404))
    def read_history(record: Id, viewer: Viewer) -> AuditFound:
        """Everything that was done with this visa, and who has seen it."""
        found_record(record)
        note(viewer, "viewed_history", record)
        with database.reading() as connection:
            return audit_found(audit.entries(connection, subject=record))

    @routes.post("/v1/records/{record}/suspension", operation_id="suspendCredential", responses=problems(404))
    def suspend(record: Id, because: Because, canceller: Canceller) -> PersonFound:
        return marked(record, "suspended", because, canceller)

    @routes.post("/v1/records/{record}/resumption", operation_id="unsuspendCredential", responses=problems(404))
    def resume(record: Id, because: Because, canceller: Canceller) -> PersonFound:
        return marked(record, "resumed", because, canceller)

    @routes.post("/v1/records/{record}/cancellation", operation_id="revokeCredential", responses=problems(404))
    def cancel(record: Id, because: Because, canceller: Canceller) -> PersonFound:
        """For good: a cancelled visa is never valid again."""
        return marked(record, "cancelled", because, canceller)

    def marked(record: str, action: str, because: Because, member: Member) -> PersonFound:
        found_record(record)
        try:
            store.cancel(record) if action == "cancelled" else store.suspend(record, action == "suspended")
        except EntryRefused as refused:
            raise Problem(404, "record_unknown", str(refused)) from None
        note(member, action, record, reason=because.reason)
        return person(found_record(record), "record")

    # --- persons and documents ----------------------------------------------------------------------------

    @routes.post("/v1/persons/search", operation_id="queryPersonList")
    def search(question: PersonQuestion, viewer: Viewer) -> PersonsFound:
        """By document, or by name and birth date; somebody much alike is told as such, with why."""
        listed: dict[str, PersonFound] = {}
        if question.issuing_state and question.document_number and question.birth_date:
            own = store.visas_of_document(question.issuing_state, question.document_number, question.birth_date)
            listed |= {each.visa.record: person(each, "document") for each in own}
        if question.birth_date and (question.surname or question.given_names):
            names = (question.surname, question.given_names, question.birth_date)
            same = store.visas_of_name(*names)
            alike = store.visas_of_somebody_alike(*names, "", desk.now().date())
            for each, match in (*((found, "person") for found in same), *alike):
                listed.setdefault(each.visa.record, person(each, match))
        for record in listed:
            note(viewer, "viewed_record", record)
        return PersonsFound(persons=tuple(listed.values()))

    def person(found: Found, match: str) -> PersonFound:
        today = desk.now().date()
        counted, visa = with_stay(store, found, today), found.visa
        return PersonFound(
            record=visa.record,
            match=match,
            state=counted.state(today).value,
            issuing_state=visa.issuing_state,
            document_number=visa.document_number,
            birth_date=visa.birth_date,
            surname=visa.surname,
            given_names=visa.given_names,
            nationality=visa.nationality,
            valid_from=visa.valid_from,
            valid_until=visa.valid_until,
            entries_left=found.entries_left,
            stay_days_left=counted.stay_left,
        )

    @routes.post("/v1/documents/standing", operation_id="readDocumentStanding")
    def standing(asked: DocumentAsked, viewer: Viewer) -> DocumentStanding:
        """Is it reported, and does a lane of the hall hold it back?"""
        document = asked.issuing_state, asked.document_number
        lost, (use, since_s) = store.lost_state(*document), store.use_of(*document, desk.now())
        note(viewer, "viewed_document", asked.issuing_state)
        since = None if since_s is None else datetime.fromtimestamp(since_s, UTC)
        return DocumentStanding(lost=lost, use=use, use_since=since)

    @routes.post("/v1/documents/reports", operation_id="reportDocument", status_code=204)
    def report(asked: DocumentReport, reporter: Reporter) -> Response:
        """Lost or stolen, or found again; gates hold its holder for an officer."""
        store.report(asked.issuing_state, asked.document_number, LostState(asked.state), desk.now())
        note(reporter, "reported_document", asked.issuing_state, state=asked.state, reason=asked.reason)
        return Response(status_code=204)

    @routes.post("/v1/uses/clearance", operation_id="clearUse")
    def clear(asked: DocumentNamed, clearer: Clearer) -> Cleared:
        """The desk has looked at a referred document: the hall's lanes take it again."""
        referrals = store.clear_use(asked.issuing_state, asked.document_number)
        note(clearer, "cleared_document", asked.issuing_state, referrals=referrals, reason=asked.reason)
        return Cleared(referrals=referrals)

    return routes


def audit_found(entries: tuple[audit.AuditEntry, ...]) -> AuditFound:
    return AuditFound(
        entries=tuple(
            AuditTold(
                entry=each.entry,
                at=each.at,
                actor=each.actor,
                action=each.action,
                subject=each.subject,
                detail=dict(each.detail),
            )
            for each in entries
        )
    )
