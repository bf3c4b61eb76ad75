"""Who asks, and how often: a gate by token and certificate, staff by a session, a traveller by a code."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Annotated

from fastapi import Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from register import applications, audit
from register.machines import Machines
from register.service.access import Access
from register.service.desk import Desk, digest
from register.service.problems import Problem
from register.service.rates import Rate, Rates
from register.staff import Member, Permission, Staff
from web.peer import peer_of

GATE = Rate(per_s=200, burst=400)
STAFF = Rate(per_s=5, burst=60)
STRANGER = Rate(per_s=0.5, burst=20)
"""Tokens that nobody knows, from one address."""
APPLICANT = Rate(per_s=0.2, burst=30)
"""Pictures and applications from one address: each costs seconds of work."""
READER = Rate(per_s=2, burst=60)

_MACHINE = HTTPBearer(auto_error=False, scheme_name="machine", description="A gate's token; with it its certificate.")
_STAFF = HTTPBearer(auto_error=False, scheme_name="staff", description="From POST /v1/sessions.")
_PARTY = HTTPBearer(auto_error=False, scheme_name="party", description="`access` of an application.")
Machine = Annotated[HTTPAuthorizationCredentials | None, Security(_MACHINE)]
Session = Annotated[HTTPAuthorizationCredentials | None, Security(_STAFF)]
Code = Annotated[HTTPAuthorizationCredentials | None, Security(_PARTY)]


@dataclass(frozen=True, slots=True)
class Callers:
    desk: Desk
    rates: Rates = field(default_factory=Rates)

    def gate(self, scope: str) -> Callable[..., Awaitable[str]]:
        """A dependency: the name of the gate (or other machine) that asks, if its token may ask for `scope`.

        A gate that the service was started with is known without a thread; only the database is asked on one.
        """
        machines = Machines(self.desk.store.database)

        def of_database(request: Request, mark: str) -> str:
            machine = machines.find(mark, self.desk.now())
            if machine is None:
                raise self.stranger(request, "token_unknown", "this token is not known: ask the administrator")
            if scope not in machine.scopes:
                raise self.refused(request, machine.name, "scope_missing", "this token may not ask that")
            return machine.name

        async def asked(request: Request, shown: Machine) -> str:
            mark = digest(shown.credentials if shown else "")
            name = self.desk.tokens.get(mark, "") or await run_in_threadpool(of_database, request, mark)
            if peer_of(request) not in (None, name):
                why = "certificate_of_another", "token and certificate are of two machines"
                raise await run_in_threadpool(self.refused, request, name, *why)
            self.limit("gate", name, GATE)
            request.state.caller = name
            return name

        return asked

    def staff(self, permission: Permission) -> Callable[..., Member]:
        """A dependency: the member of staff who is signed in, if one of the roles may do it."""
        people = Staff(self.desk.store.database)

        def asked(request: Request, shown: Session) -> Member:
            member = people.member(shown.credentials, self.desk.now()) if shown else None
            if member is None:
                raise self.stranger(request, "not_signed_in", "sign in first, or again")
            self.limit("staff", member.name, STAFF)
            if not member.may(permission):
                raise self.refused(request, member.name, "role_missing", "none of your roles may do that")
            request.state.caller = member.name
            return member

        return asked

    def party(self) -> Callable[..., str]:
        """A dependency: the party of the address, if the code opens it."""
        access, database = Access.of(self.desk.key), self.desk.store.database

        def asked(request: Request, shown: Code) -> str:
            party = str(request.path_params.get("party", ""))
            opens = access.opens(party, shown.credentials if shown else "")
            with database.reading() as connection:
                known = applications.has_party(connection, party)
            if not (opens and known):
                raise self.stranger(request, "access_unknown", "there is no application with this code")
            self.limit("reader", party, READER)
            return party

        return asked

    def applicant(self) -> Callable[..., None]:
        """A dependency: anybody, not too often."""

        def asked(request: Request) -> None:
            self.limit("applicant", address(request), APPLICANT)

        return asked

    def limit(self, what: str, who: str, rate: Rate) -> None:
        """Raises Problem 429."""
        wait = self.rates.wait_s(what, who, rate)
        if wait:
            raise Problem(429, "too_often", "asked too often: wait and ask again", Retry_After=str(ceil(wait)))

    def stranger(self, request: Request, code: str, title: str) -> Problem:
        """Nobody that is known; journalled as far as the rate of strangers reaches."""
        self.limit("stranger", address(request), STRANGER)
        self._note(request, "stranger", code)
        return Problem(401, code, title, WWW_Authenticate="Bearer")

    def refused(self, request: Request, who: str, code: str, title: str) -> Problem:
        self._note(request, who, code)
        return Problem(403, code, title)

    def _note(self, request: Request, who: str, code: str) -> None:
        where = getattr(request.scope.get("route"), "path", "")
        with self.desk.store.database.writing() as connection:
            audit.note(connection, self.desk.now(), who, "turned_away", where, code=code)


def address(request: Request) -> str:
    return request.client.host if request.client else ""
