"""The console as one app: pages, sockets, API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI

from console import api_alarms, api_desk, api_lanes, api_records, api_session, problems, screens
from console.access import Access
from console.body_limit import BodyLimit
from console.room import Room, open_room
from web.headers import SecurityHeaders
from web.static_files import StaticTree


@dataclass(frozen=True, slots=True)
class Console:
    app: FastAPI
    room: Room


def make_console(folder: Path, *, is_secure: bool) -> Console:
    """`folder` holds the console's own files; `is_secure` = it is served over https.

    Raises StoreFailed or JournalFailed.
    """
    tree = StaticTree({"console": screens.FOLDER})
    room = open_room(folder, tree.build)

    @asynccontextmanager
    async def life(_app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(room.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            room.audit.close()
            room.store.close()

    app = FastAPI(
        title="egate console",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        lifespan=life,
    )
    access = Access(room, is_secure)
    problems.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    tree.mount(app)
    api = APIRouter(prefix="/api/v1", dependencies=[Depends(access.require_own_page)])
    for part in (api_session, api_lanes, api_alarms, api_records, api_desk):
        api.include_router(part.router(access))
    app.include_router(api)
    screens.pages(app, tree)
    screens.sockets(app, access)
    screens.machines(app, access)
    return Console(app, room)
