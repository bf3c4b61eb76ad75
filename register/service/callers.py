"""Who asks: a gate by its token and its certificate, and how often."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Annotated

from fastapi import Header
from starlette.requests import Request

from register.machines import Machines
from register.service.desk import Desk, bearer, digest
from register.service.problems import Problem
from register.service.rates import Rate, Rates
from web.peer import peer_of

GATE = Rate(per_s=200, burst=400)
STRANGER = Rate(per_s=0.5, burst=20)
"""Tokens that nobody knows, from one address."""


@dataclass(frozen=True, slots=True)
class Callers:
    desk: Desk
    rates: Rates = field(default_factory=Rates)

    def gate(self, scope: str) -> Callable[..., str]:
        """A dependency: the name of the gate (or other machine) that asks, if its token may ask for `scope`."""
        machines = Machines(self.desk.store.database)

        def asked(request: Request, authorization: Annotated[str, Header(include_in_schema=False)] = "") -> str:
            mark = digest(bearer(authorization))
            name = self.desk.tokens.get(mark)
            if name is None:
                machine = machines.find(mark, self.desk.now())
                if machine is None:
                    self.limit("stranger", address(request), STRANGER)
                    raise Problem(
                        401,
                        "token_unknown",
                        "this token is not known: ask the register's administrator",
                        WWW_Authenticate="Bearer",
                    )
                if scope not in machine.scopes:
                    raise Problem(403, "scope_missing", "this token may not ask that: ask the register's administrator")
                name = machine.name
            if peer_of(request) not in (None, name):
                raise Problem(403, "certificate_of_another", "token and certificate are of two machines")
            self.limit("gate", name, GATE)
            return name

        return asked

    def limit(self, what: str, who: str, rate: Rate) -> None:
        """Raises Problem 429."""
        wait = self.rates.wait_s(what, who, rate)
        if wait:
            raise Problem(429, "too_often", "asked too often: wait and ask again", Retry_After=str(ceil(wait)))


def address(request: Request) -> str:
    return request.client.host if request.client else ""
