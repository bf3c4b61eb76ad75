"""The engineer's page as an app: /sim, its socket, and the commands that page and tests share.

It exists only where a simulated lane is run by hand (`egate demo`): no production lane imports it.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, WebSocket
from pydantic import TypeAdapter
from starlette.responses import JSONResponse, PlainTextResponse, Response

import web
from simulators.paced_time import paced_loop
from simulators.scenario import Event, Fault, Officer, Traveller
from simulators.studio import Studio, StudioRefused
from simulators.studio_deck import CARDS, PRESETS
from simulators.studio_look import Lines, fixed, now
from simulators.studio_model import (
    Accepted,
    EndedShown,
    Hand,
    LineShown,
    NetworkCut,
    NowShown,
    Pacing,
    Place,
    Put,
    Rehearsal,
    SimulatorSnapshot,
    Traffic,
)
from web.headers import SecurityHeaders, is_same_origin
from web.hub import Hub
from web.static_files import StaticTree

STATIC = Path(web.__path__[0]) / "static"
FRAME_S = 0.08
LINES_KEPT = 300
WIRED_MOST = 1.0
_SNAPSHOT = TypeAdapter(SimulatorSnapshot)


class StudioPage:
    """Serves one studio. `mirror` attends a socket as the traveller's screen would, confirming nothing."""

    def __init__(
        self, studio: Studio, lane: str, wires: Mapping[str, str], mirror: Callable[[WebSocket], Awaitable[None]]
    ) -> None:
        self._studio, self._lane, self._wires, self._mirror = studio, lane, wires, mirror
        self._tree = StaticTree({"sim": STATIC / "sim", "traveller": STATIC / "traveller"})
        self.hub = Hub(self._tree.build)
        self._lines: deque[LineShown] = deque(maxlen=LINES_KEPT)
        self._endings: deque[EndedShown] = deque(maxlen=LINES_KEPT)
        self.app = self._make()

    async def live(self) -> None:
        """Tell every page what is new, until cancelled."""
        lines = Lines(self._studio)
        before: NowShown | None = None
        sleep = paced_loop().real_sleep
        while True:
            for line in lines.fresh():
                self._lines.append(line)
                self.hub.publish("line", line, lane=self._lane)
            state = now(self._studio)
            if state != before:
                self.hub.publish("now", state, lane=self._lane)
                before = state
            await sleep(FRAME_S)

    def ended(self, ending: EndedShown) -> None:
        """A crossing was sealed."""
        self._studio.ended(ending["outcome"], ending["reason"])
        self._endings.append(ending)
        self.hub.publish("ended", ending, lane=self._lane)

    def _snapshot(self) -> SimulatorSnapshot:
        return {
            **fixed(self._studio, self._lane, self._wires),
            "deck": list(CARDS),
            "presets": list(PRESETS),
            "now": now(self._studio),
            "lines": list(self._lines),
            "ended": list(self._endings),
        }

    def _plain(self) -> dict[str, Any]:
        return _SNAPSHOT.dump_python(self._snapshot(), mode="json")  # type: ignore[no-any-return]  # JSON

    # --- the app ----------------------------------------------------------------------------------------------

    def _make(self) -> FastAPI:
        app = FastAPI(title="egate simulator", docs_url=None, redoc_url=None, openapi_url=None)
        app.add_middleware(SecurityHeaders)
        self._tree.mount(app)
        self._pages(app)
        self._people(app)
        self._happenings(app)
        self._time_and_record(app)
        app.exception_handler(StudioRefused)(_refused)
        app.middleware("http")(_own_pages_only)
        return app

    def _pages(self, app: FastAPI) -> None:
        @app.get("/sim")
        async def page() -> Response:
            return self._tree.page(STATIC / "sim" / "index.html")

        @app.websocket("/sim/ws")
        async def socket(socket: WebSocket) -> None:
            await self.hub.attend(socket, self._plain)

        @app.websocket("/sim/screen/ws")
        async def screen(socket: WebSocket) -> None:
            await self._mirror(socket)

        @app.get("/favicon.ico")
        async def icon() -> Response:
            return Response(status_code=204)

        @app.get("/sim/api/state")
        async def state() -> dict[str, Any]:
            return self._plain()

    def _people(self, app: FastAPI) -> None:
        studio = self._studio

        @app.post("/sim/api/travellers", status_code=202)
        async def send(traveller: Traveller, by_hand: bool = False) -> Accepted:
            return Accepted(id=await studio.send(traveller, by_hand), words="comes")

        @app.put("/sim/api/persons/{name}")
        async def move(name: str, place: Place) -> Accepted:
            studio.move(name, place.x_mm, place.y_mm)
            return Accepted(id=name, words="moved")

        @app.put("/sim/api/persons/{name}/passport")
        async def handle(name: str, hand: Hand) -> Accepted:
            studio.handle(name, hand.passport == "lay")
            return Accepted(id=name, words=hand.passport)

        @app.delete("/sim/api/persons/{name}")
        async def remove(name: str) -> Accepted:
            studio.remove(name)
            return Accepted(id=name, words="gone")

        @app.post("/sim/api/things", status_code=202)
        async def put(thing: Put) -> Accepted:
            studio.put(thing.kind, thing.x_mm)
            return Accepted(id=thing.kind, words="put down")

        @app.delete("/sim/api/things")
        async def clear() -> Accepted:
            studio.clear_things()
            return Accepted(id="things", words="taken away")

        @app.put("/sim/api/traffic")
        async def traffic(traffic: Traffic) -> Traffic:
            studio.traffic = traffic
            return traffic

    def _happenings(self, app: FastAPI) -> None:
        studio = self._studio

        @app.post("/sim/api/events", status_code=202)
        async def happen(event: Event, words: str = "event") -> Accepted:
            return Accepted(id=await studio.happen(event, words[:60]), words=words[:60])

        @app.post("/sim/api/faults", status_code=202)
        async def break_calls(fault: Fault, words: str = "fault") -> Accepted:
            return Accepted(id=studio.break_calls(fault, words[:60]), words=words[:60])

        @app.delete("/sim/api/active/{id_}")
        async def end(id_: str) -> Accepted:
            studio.end(id_)
            return Accepted(id=id_, words="over")

        @app.post("/sim/api/officer", status_code=202)
        async def officer(entry: Officer) -> Accepted:
            await studio.officer(entry)
            return Accepted(id="officer", words="done")

        @app.put("/sim/api/network")
        async def network(wanted: NetworkCut) -> Accepted:
            await studio.cut(wanted.cut)
            return Accepted(id="network", words="cut" if wanted.cut else "mended")

    def _time_and_record(self, app: FastAPI) -> None:
        studio = self._studio

        @app.put("/sim/api/pace")
        async def pace(wanted: Pacing) -> Pacing:
            if wanted.speed is not None and wanted.speed > WIRED_MOST and studio.wired:
                raise StudioRefused("real wires go no faster than real time: start `egate demo --in-process`")
            _pace(studio, wanted)
            return wanted

        @app.post("/sim/api/recording")
        async def rehearse(rehearsal: Rehearsal) -> Accepted:
            if rehearsal.do == "replay":
                await studio.replay()
            else:
                studio.begin_recording()
            return Accepted(id="recording", words=rehearsal.do)

        @app.get("/sim/api/scenario")
        async def scenario() -> Response:
            return PlainTextResponse(studio.scenario(), media_type="application/toml")


def _pace(studio: Studio, wanted: Pacing) -> None:
    if wanted.step_s is not None:
        studio.pace.step(wanted.step_s)
        return
    is_paused = studio.pace.is_paused if wanted.paused is None else wanted.paused
    studio.pace.go(wanted.speed or studio.pace.speed)
    if is_paused:
        studio.pace.pause()


async def _refused(_request: Request, refused: Exception) -> Response:
    return JSONResponse({"detail": str(refused)}, status_code=409)


async def _own_pages_only(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    """Another site's page in the same browser may not play with the lane; a script without a browser may."""
    foreign = "origin" in request.headers and not is_same_origin(request.headers)
    if foreign and request.method not in ("GET", "HEAD"):
        return JSONResponse({"detail": "only this page's own commands are taken"}, status_code=403)
    return await call_next(request)


@contextmanager
def running_again(studio: Studio) -> Iterator[None]:
    """Time goes on when the studio closes, or nothing that waits would ever end."""
    try:
        yield
    finally:
        studio.pace.go(1.0)
