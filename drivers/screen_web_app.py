"""The pages of the traveller's screen as an app: the page, its parts, its socket."""

import json
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

from fastapi import FastAPI, WebSocket
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

import web
from web.headers import SecurityHeaders
from web.static_files import StaticTree

FOLDER = Path(web.__path__[0]) / "static" / "traveller"
LANGUAGES = ("en", "zh-Hans", "de", "fr", "es", "ar", "ru", "it", "pt", "ja", "ko", "tr", "he", "fa")
"""In the order of the language row; each has a catalogue in web/static/traveller/prompts."""


def make_app(
    lane: str, attended: Callable[[WebSocket], Awaitable[None]], voice: Path | None = None
) -> tuple[FastAPI, str]:
    """The app and the build of its pages. `attended` is given each socket; `voice` is a folder of recordings."""
    app = FastAPI(title="egate traveller's screen", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    tree = StaticTree({"traveller": FOLDER})
    tree.mount(app)

    @app.get("/traveller/{asked}")
    def page(asked: str) -> Response:
        return tree.page(FOLDER / "index.html") if asked == lane else Response("there is no such lane here", 404)

    @app.websocket("/traveller/{asked}/ws")
    async def screen(socket: WebSocket, asked: str) -> None:
        if asked == lane:
            await attended(socket)
        else:
            await socket.close(1008)

    spoken = recordings(voice)
    for language in spoken:
        app.mount(f"/voice/audio/{language}", StaticFiles(directory=(voice or FOLDER) / language))

    @app.get("/voice/index.json")
    def recorded() -> dict[str, list[str]]:
        return spoken

    @app.get("/favicon.ico")
    def icon() -> Response:
        return Response(status_code=204)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ready"}

    return app, tree.build


def recordings(voice: Path | None) -> dict[str, list[str]]:
    """Which texts somebody has spoken, by language."""
    found = {
        language: sorted(path.stem for path in (voice / language).glob("*.opus")) if voice else []
        for language in LANGUAGES
    }
    return {language: keys for language, keys in found.items() if keys}


@cache
def language_of_state(state: str) -> str:
    """The language that most holders of this issuing state's documents read; English where ours are all foreign."""
    table: dict[str, str] = json.loads((FOLDER / "languages.json").read_text())
    return table.get(state, "en")
