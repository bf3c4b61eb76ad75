"""The register as a service: gates look up, travellers apply, officers decide. One app, or the parts of it.

Gates come in by one door (mutual TLS), people by another: a part that is not behind a door is not there at all.
Errors are problem details (RFC 9457) that name fields, never values.
"""

from collections.abc import Collection
from enum import Enum
from typing import TYPE_CHECKING

from fastapi import FastAPI

from register.service.callers import Callers
from register.service.desk import Desk
from register.service.gates import WORDS, gate_routes, warm
from register.service.limits import BodyLimit
from register.service.passages import passage_routes
from register.service.problems import handle_problems
from register.service.refusals import Noted, Refusals

if TYPE_CHECKING:
    from register.grants import GrantPolicy
    from register.looking import Looker

VERSION = "1"


class Part(Enum):
    GATES = "gates"
    PEOPLE = "people"
    """Travellers and staff."""


def make_app(
    desk: Desk,
    looker: "Looker | None" = None,
    policy: "GrantPolicy | None" = None,
    parts: Collection[Part] = tuple(Part),
) -> FastAPI:
    """What the service answers behind one door."""
    app = FastAPI(title="egate register", version=VERSION, docs_url=None, redoc_url=None)
    callers = Callers(desk)
    app.add_middleware(BodyLimit)
    app.add_middleware(Noted, refusals=Refusals(desk))
    handle_problems(app, WORDS)
    app.include_router(passage_routes(desk, callers))
    if Part.GATES in parts:
        warm(desk)
        app.include_router(gate_routes(desk, callers))
    if Part.PEOPLE in parts:
        from register.service.people_door import open_to_people  # face engine and zone reader come with it

        open_to_people(app, desk, callers, looker, policy)

    @app.get("/healthz", tags=["service"], operation_id="readHealth")
    def healthz() -> dict[str, str]:
        desk.store.check()
        return {"status": "ready"}

    return app
