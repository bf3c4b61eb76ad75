"""The register as a service: gates look up, travellers apply, officers decide. One app, or the parts of it.

Gates come in by one door (mutual TLS), people by another: a part that is not behind a door is not there at all.
Errors are problem details (RFC 9457) that name fields, never values.
"""

from collections.abc import Collection
from enum import Enum

from fastapi import FastAPI

from register.applying import Applying
from register.grants import GrantPolicy, Grants
from register.looking import Looker, NetLooker
from register.service import gates, officers, people, travellers
from register.service.callers import Callers
from register.service.desk import Desk
from register.service.limits import BodyLimit
from register.service.pages import add_pages
from register.service.problems import handle_problems

VERSION = "1"
WORDS = (*gates.WORDS, *travellers.WORDS, *officers.WORDS, *people.WORDS)


class Part(Enum):
    GATES = "gates"
    PEOPLE = "people"
    """Travellers and staff."""


def make_app(
    desk: Desk,
    looker: Looker | None = None,
    policy: GrantPolicy | None = None,
    parts: Collection[Part] = tuple(Part),
) -> FastAPI:
    """What the service answers behind one door."""
    app = FastAPI(title="egate register", version=VERSION, docs_url=None, redoc_url=None)
    callers, grants = Callers(desk), Grants(desk.store, policy or GrantPolicy())
    app.add_middleware(BodyLimit)
    handle_problems(app, WORDS)
    if Part.GATES in parts:
        gates.warm(desk)
        app.include_router(gates.gate_routes(desk, callers))
    if Part.PEOPLE in parts:
        add_pages(app)
        app.include_router(travellers.traveller_routes(desk, callers, Applying(grants, looker or NetLooker())))
        app.include_router(officers.officer_routes(desk, callers, grants))
        app.include_router(people.people_routes(desk, callers))
    app.include_router(officers.passage_routes(desk, callers))

    @app.get("/healthz", tags=["service"], operation_id="readHealth")
    def healthz() -> dict[str, str]:
        desk.store.check()
        return {"status": "ready"}

    return app
