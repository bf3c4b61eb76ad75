"""The pages of travellers and officers, with every screen's headers; nothing that is told of a person is cached."""

from pathlib import Path

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import web
from web.headers import SecurityHeaders
from web.static_files import StaticTree

FOLDER = Path(web.__path__[0]) / "static" / "register"


class NothingCached:
    """ASGI middleware: `Cache-Control: no-store` on every answer of /v1."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return

        async def send_uncached(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Cache-Control"] = "no-store"
            await send(message)

        await self._app(scope, receive, send_uncached)


def add_pages(app: FastAPI) -> None:
    app.add_middleware(NothingCached)
    app.add_middleware(SecurityHeaders)
    tree = StaticTree({"register": FOLDER})
    tree.mount(app)

    @app.get("/", include_in_schema=False)
    def page() -> Response:
        return tree.page(FOLDER / "index.html")

    @app.get("/officers", include_in_schema=False)
    def officers() -> Response:
        return tree.page(FOLDER / "officer.html")

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> Response:
        return Response(status_code=204)
