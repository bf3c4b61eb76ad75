"""Pages and their parts. Parts lie under /static/<build>/ and never change; a page is asked for anew each time.

The build is a hash of every file served, so a changed file has a new address and no browser keeps an old one. Relative
imports inherit the prefix: no import map, no bundler.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

SHARED = Path(__file__).with_name("static") / "shared"
BUILD_MARK = "{{build}}"


class _Immutable(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


class StaticTree:
    """Folders by their name in the address, {"console": ...}, and "shared"; pages name /static/{{build}}/console/..."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        self._folders = {"shared": SHARED, **folders}
        self.build = _digest(self._folders)

    def mount(self, app: FastAPI) -> None:
        for name, folder in self._folders.items():
            app.mount(f"/static/{self.build}/{name}", _Immutable(directory=folder), name=f"static-{name}")

    def page(self, path: Path) -> HTMLResponse:
        """An HTML file with the build put in; never cached."""
        return HTMLResponse(path.read_text().replace(BUILD_MARK, self.build), headers={"Cache-Control": "no-cache"})


def _digest(folders: Mapping[str, Path]) -> str:
    digest = hashlib.sha256()
    for name, folder in sorted(folders.items()):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{name}/{path.relative_to(folder)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
