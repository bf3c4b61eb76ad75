"""The register as a service: gates look up, travellers apply, officers decide. One app, or the parts of it.

Errors are problem details (RFC 9457) that name fields, never values. Nothing is answered without a known token.
"""

from fastapi import FastAPI

from register.service.callers import Callers
from register.service.desk import Desk
from register.service.gates import WORDS, gate_routes
from register.service.limits import BodyLimit
from register.service.problems import handle_problems

VERSION = "1"


def make_app(desk: Desk) -> FastAPI:
    """Everything that the service answers."""
    app = FastAPI(title="egate register", version=VERSION, docs_url=None, redoc_url=None)
    callers = Callers(desk)
    app.add_middleware(BodyLimit)
    handle_problems(app, WORDS)
    app.include_router(gate_routes(desk, callers))

    @app.get("/healthz", tags=["service"], operation_id="readHealth")
    def healthz() -> dict[str, str]:
        desk.store.check()
        return {"status": "ready"}

    return app
