"""The console's pages and their one socket; events for integrators; health and figures for machines."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, WebSocket
from starlette.responses import RedirectResponse, Response, StreamingResponse

import web
from console import asyncapi
from console.access import Access
from console.link_server import attend, packed
from console.problems import Problem
from console.roles import May, may
from console.staff import Session
from web.envelope import Envelope
from web.static_files import StaticTree

FOLDER = Path(web.__path__[0]) / "static" / "console"
NOT_SIGNED_IN = 4001
LOOPBACK = frozenset({"127.0.0.1", "::1"})


def pages(app: FastAPI, tree: StaticTree) -> None:
    @app.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        return RedirectResponse("/console")

    @app.get("/console", include_in_schema=False)
    async def console() -> Response:
        return tree.page(FOLDER / "index.html")

    @app.get("/favicon.ico", include_in_schema=False)
    async def icon() -> Response:
        return Response(status_code=204)


def sockets(app: FastAPI, access: Access) -> None:
    room = access.room

    @app.websocket("/api/link/v1")
    async def lane(socket: WebSocket) -> None:
        await attend(room, socket)

    @app.websocket("/api/v1/ws")
    async def screen(socket: WebSocket) -> None:
        session = access.session(socket.cookies)
        if session is None:
            await socket.accept()
            await socket.close(NOT_SIGNED_IN)
            return
        await _attend_screen(access, socket, session)


async def _attend_screen(access: Access, socket: WebSocket, session: Session) -> None:
    room, screen = access.room, id(socket)
    sees_cases = session.state == "active" and may(session.role, May.SEE_PICTURES)
    token = access.token(socket.cookies)

    def heard(message: Mapping[str, Any]) -> None:
        if "input" in message:
            room.staff.touch(token, room.now_s)
        if isinstance(lane := message.get("watch"), str) and sees_cases and (not lane or session.covers(lane)):
            room.watching[screen] = lane
            room.beat.set()
            _show_pictures(access, lane)

    def wants(envelope: Envelope) -> bool:
        return envelope.type != "lane.detail" or (sees_cases and session.covers(envelope.lane))

    def sees(channel: str) -> bool:
        return sees_cases and channel.partition("|")[0] == room.watching.get(screen)

    room.staff.screen(session, True, room.now_s)
    ended = room.ended.setdefault(session.id, asyncio.Event())
    attending = asyncio.create_task(
        room.hub.attend(socket, lambda: room.snapshot(session, with_details=sees_cases), heard, wants, sees)
    )
    waiting = asyncio.create_task(_over(access, token, session, ended))
    try:
        await asyncio.wait((attending, waiting), return_when=asyncio.FIRST_COMPLETED)
        if waiting.done() and not attending.done():
            await socket.close(NOT_SIGNED_IN)
    finally:
        for task in (attending, waiting):
            task.cancel()
        await asyncio.gather(attending, waiting, return_exceptions=True)
        room.watching.pop(screen, None)
        room.staff.screen(session, False, room.now_s)


async def _over(access: Access, token: str, session: Session, ended: asyncio.Event) -> None:
    """Until the session is another than the one this socket was opened with: locked, unlocked, or ended."""
    while True:
        now = access.room.staff.of(token, access.room.now_s)
        if now is None or now.state != session.state:
            access.room.ended.pop(session.id, None)
            return
        try:
            await asyncio.wait_for(ended.wait(), 1.0)
            ended.clear()
        except TimeoutError:
            continue


def _show_pictures(access: Access, name: str) -> None:
    """What is there already, for who has just begun to look."""
    lane = access.room.lanes.lanes.get(name)
    for channel, picture in (lane.pictures if lane else {}).items():
        data = packed(name, channel, picture.transaction, picture.taken_ms, picture.jpeg)
        access.room.hub.picture(f"{name}|{channel}", data)


def machines(app: FastAPI, access: Access) -> None:
    room = access.room
    routes = APIRouter()
    Seer = Annotated[Session, Depends(access.needs(May.SEE_BOARD))]  # noqa: N806  (a type)

    @routes.get("/api/v1/events", tags=["events"])
    async def events(request: Request, _session: Seer, types: str = "", lanes: str = "") -> StreamingResponse:
        """Server-sent events for integrators; resumes by `Last-Event-ID`. Never a score or a check of a traveller."""
        kinds, names = set(filter(None, types.split(","))), set(filter(None, lanes.split(",")))

        def wants(envelope: Envelope) -> bool:
            is_asked = (not kinds or envelope.type in kinds) and (not names or envelope.lane in names)
            return is_asked and envelope.type != "lane.detail"

        async def stream() -> AsyncIterator[str]:
            yield "retry: 1000\n\n"
            async for envelope in room.hub.lines(request.headers.get("last-event-id", ""), wants):
                yield ": beat\n\n" if envelope is None else f"id: {envelope.id}\ndata: {envelope.to_json()}\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")

    @routes.get("/api/v1/asyncapi.json", tags=["events"])
    async def described() -> dict[str, Any]:
        """Every message of the socket and of the events, as openapi.json describes the requests."""
        return asyncapi.document(app.version)

    @routes.get("/healthz", include_in_schema=False)
    async def alive() -> dict[str, str]:
        return {"status": "alive"}

    @routes.get("/readyz", include_in_schema=False)
    async def ready() -> Response:
        """Each dependency by its name."""
        lanes = {f"lane {name}": lane.is_up(room.now_s) for name, lane in room.lanes.lanes.items()}
        parts = {"store": True, "officer on duty": room.on_duty, **lanes}
        content = json.dumps({"ready": parts["store"], "parts": parts})
        return Response(content, media_type="application/json")

    @routes.get("/version", include_in_schema=False)
    async def about() -> dict[str, str]:
        return {"version": version("egate")}

    @routes.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """For this computer, or for a machine with a token."""
        if request.client is None or request.client.host not in LOOPBACK:
            session = await access.anybody(request)
            if not may(session.role, May.SEE_STATISTICS):
                raise Problem(403, "not_allowed", "Your role may not do this.")
        exposed = room.metrics.exposed(room.hub.screens, room.hub.dropped, room.audit.proof()["intact"])
        return Response(exposed, media_type="text/plain; version=0.0.4")

    app.include_router(routes)
