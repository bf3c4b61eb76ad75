"""The demo's lane in this process with the engineer's page beside it, in a thread of its own, faster than real time."""

import asyncio
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from cli.demo_commands import DEMO_SITE
from cli.simulation import Running, Simulation
from cli.studio import Studied
from config.devices import MirroredDisplay
from config.load import load
from simulators.studio_model import Traffic

OPEN_S = 60.0


class DemoLane:
    """A context. `sim` and `traveller` are the pages' addresses."""

    def __init__(self, folder: Path, speed: float = 1.0, first: bool = False, port: int = 0) -> None:
        site = load(DEMO_SITE.with_name("virtual.toml")).site
        site = site.model_copy(update={"display": MirroredDisplay(kind="mirrored")})
        self.simulation = Simulation(site, (), folder, endless=True, until_watched=True, watch=self._until_stopped)
        self.studied = Studied(self.simulation, False, Traffic(per_hour=0), port=port, first=first)
        self.studied.join()
        self.failure: BaseException | None = None
        self._speed = speed
        self._open = threading.Event()
        self._stop: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="demo lane")
        self.simulation.shown = lambda name, _address: self._open.set() if name == "simulator" else None

    def _run(self) -> None:
        try:
            self.simulation.on_the_wall_clock()
        except BaseException as failure:
            self.failure = failure
        finally:
            self._open.set()

    async def _until_stopped(self, _running: Running) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        await self._stop.wait()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._open.wait(OPEN_S)
        if self.failure:
            raise self.failure
        self.sim, self.traveller = self.simulation.pages["simulator"], self.simulation.pages["traveller's screen"]
        if self._speed != 1.0:
            self.ask("PUT", "pace", {"speed": self._speed})
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop and self._stop:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        assert not self._thread.is_alive()
        if self.failure and error is None:
            raise self.failure

    def ask(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> httpx.Response:
        """One command of the page."""
        return httpx.request(method, f"{self.sim}/api/{path}", json=body, headers=headers, timeout=20)

    def state(self) -> Any:
        return self.ask("GET", "state").json()

    def until(self, is_there: Any, patience_s: float = 60.0) -> Any:
        """The page's state as soon as it is so."""
        import time

        ends_s = time.monotonic() + patience_s
        while not is_there(state := self.state()):
            assert time.monotonic() < ends_s, state["now"]
            time.sleep(0.1)
        return state
