"""Signing in and out, the staff and the machines, and the audit."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response
from starlette.requests import Request

from link.application_api import (
    AuditFound,
    MachineToken,
    MachineTold,
    NewMachine,
    NewStaff,
    SignedIn,
    SignIn,
    StaffTold,
)
from register import audit
from register.machines import Machines, Scope
from register.service.callers import Callers, Session, address
from register.service.desk import Desk, digest
from register.service.officers import audit_found
from register.service.problems import Problem, problems
from register.service.rates import Rate
from register.staff import Member, Permission, Staff, StaffRefused

WORDS = (SignIn, NewStaff, NewMachine)
SIGN_IN = Rate(per_s=0.1, burst=10)
"""From one address; a name by itself is locked after five failures."""
Name = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


def people_routes(desk: Desk, callers: Callers) -> APIRouter:
    routes = APIRouter(tags=["staff"], responses=problems(400, 401, 403, 422, 429, 503))
    staff, machines, database = Staff(desk.store.database), Machines(desk.store.database), desk.store.database
    Administrator = Annotated[Member, Depends(callers.staff(Permission.ADMINISTER))]  # noqa: N806  (types)
    Auditor = Annotated[Member, Depends(callers.staff(Permission.AUDIT))]  # noqa: N806

    def note(member: Member, action: str, subject: str, **detail: audit.Plain) -> None:
        with database.writing() as connection:
            audit.note(connection, desk.now(), member.name, action, subject, **detail)

    @routes.post("/v1/sessions", operation_id="signIn", status_code=201)
    def sign_in(request: Request, asked: SignIn) -> SignedIn:
        callers.limit("sign_in", address(request), SIGN_IN)
        try:
            session = staff.sign_in(asked.name, asked.password, desk.now())
        except StaffRefused as refused:
            raise Problem(401, refused.code, str(refused), WWW_Authenticate="Bearer") from None
        roles = sorted(session.member.roles, key=lambda role: role.value)
        may = sorted(each.value for each in session.member.permissions)
        return SignedIn(token=session.token, roles=tuple(roles), permissions=tuple(may), ends_at=session.ends_at)

    @routes.delete("/v1/sessions/current", operation_id="signOut", status_code=204)
    def sign_out(shown: Session) -> Response:
        if shown:
            staff.sign_out(shown.credentials)
        return Response(status_code=204)

    @routes.get("/v1/staff", operation_id="listStaff")
    def list_staff(_administrator: Administrator) -> tuple[StaffTold, ...]:
        """Everybody who may sign in or once might; nothing of any traveller."""
        return tuple(
            StaffTold(name=each.name, roles=tuple(sorted(each.roles, key=lambda role: role.value)), disabled=disabled)
            for each, disabled in staff.listed()
        )

    @routes.post("/v1/staff", operation_id="addStaff", status_code=204, responses=problems(409))
    def add_staff(asked: NewStaff, administrator: Administrator) -> Response:
        try:
            staff.add(asked.name, asked.password, asked.roles)
        except StaffRefused as refused:
            status = 409 if refused.code == "name_taken" else 422
            raise Problem(status, refused.code, str(refused)) from None
        note(administrator, "added_staff", asked.name, roles=",".join(sorted(role.value for role in asked.roles)))
        return Response(status_code=204)

    @routes.delete("/v1/staff/{name}", operation_id="disableStaff", status_code=204, responses=problems(404))
    def disable_staff(name: Name, administrator: Administrator) -> Response:
        """Sessions end at once; what was done under the name stays in the audit."""
        if not staff.disable(name):
            raise Problem(404, "name_unknown", "there is nobody of this name")
        note(administrator, "disabled_staff", name)
        return Response(status_code=204)

    @routes.get("/v1/machines", operation_id="listMachines")
    def list_machines(_administrator: Administrator) -> tuple[MachineTold, ...]:
        """The tokens of the database; gates that the service was started with are in its keys' folder."""
        return tuple(
            MachineTold(name=each.name, scopes=tuple(sorted(each.scopes)), ends_at=each.ends_at, revoked=each.revoked)
            for each in machines.listed()
        )

    @routes.post("/v1/machines", operation_id="addMachine", status_code=201)
    def add_machine(asked: NewMachine, administrator: Administrator) -> MachineToken:
        """A token for a gate or another authority's system; it is told once and kept as a hash."""
        token = secrets.token_urlsafe(32)
        machines.add(digest(token), asked.name, map(Scope, asked.scopes), asked.ends_at)
        note(administrator, "added_machine", asked.name, scopes=",".join(asked.scopes))
        return MachineToken(token=token)

    @routes.delete("/v1/machines/{name}", operation_id="revokeMachine", status_code=204, responses=problems(404))
    def revoke_machine(name: Name, administrator: Administrator) -> Response:
        """Every token of this name that the database has."""
        if not machines.revoke(name):
            raise Problem(404, "name_unknown", "there is no token of this name")
        note(administrator, "revoked_machine", name)
        return Response(status_code=204)

    @routes.get("/v1/audit", operation_id="readAudit")
    def read_audit(
        auditor: Auditor,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        actor: Annotated[str, Query(pattern=r"^[A-Za-z0-9._-]{0,64}$")] = "",
        subject: Annotated[str, Query(pattern=r"^[A-Za-z0-9._:/{}-]{0,100}$")] = "",
    ) -> AuditFound:
        """Oldest first, 200 at a time; reading it is noted in it."""
        with database.reading() as connection:
            found = audit.entries(connection, subject=subject, actor=actor, after=after)
        note(auditor, "read_audit", "audit", after=after)
        return audit_found(found)

    return routes
