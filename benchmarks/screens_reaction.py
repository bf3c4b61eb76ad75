"""From an officer's command at the console to the door's first movement, on a whole simulated lane."""

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from cli.console_served import demo_console
from cli.demo_commands import DEMO_SITE
from cli.simulation import Running, Simulation
from cli.studio import Studied
from config.devices import MirroredDisplay
from config.load import load
from simulators.studio_model import Traffic
from simulators.world import World

SEND = """async ([address, key, wish]) => {
    const headers = { "X-Egate": "1", "Idempotency-Key": key, "Content-Type": "application/json" };
    return (await fetch(address, { method: "POST", headers, body: JSON.stringify(wish) })).status;
}"""
DOORS_HZ = 50.0
"""As often as a lane on its wire talks with the door controller."""
PATIENCE_S = 90.0
LOOK_S = 0.002
HIDDEN = {"covered": True}
"""A traveller whose face cannot be taken stays in the chamber until somebody does something."""


class _Lane:
    """A lane in this process with its console and the engineer's page, in a thread of its own."""

    def __init__(self, folder: Path, site: Any) -> None:
        self.world: World | None = None
        self._ready, self._stop = threading.Event(), asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.simulation = Simulation(site, (), folder, endless=True, until_watched=True, watch=self._watch)
        Studied(self.simulation, False, Traffic(per_hour=0), first=False).join()
        self.simulation.shown = lambda name, _address: self._ready.set() if name == "simulator" else None
        self._thread = threading.Thread(target=self.simulation.on_the_wall_clock, name="lane", daemon=True)

    async def _watch(self, running: Running) -> None:
        self.world, self._loop = running.world, asyncio.get_running_loop()
        await self._stop.wait()

    def start(self) -> str:
        """The engineer's page."""
        self._thread.start()
        if not self._ready.wait(PATIENCE_S):
            raise TimeoutError("the lane did not start")
        return self.simulation.pages["simulator"]

    def stop(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_S)


def reactions(count: int, sign_in: Callable[[str, str, str], Any]) -> list[float]:
    """The officer sends back whoever is inside: ms from the page's request to the entry door's first movement.

    `sign_in` is given the console's address, a login and its password, and gives the signed-in page.
    """
    site = load(DEMO_SITE.with_name("virtual.toml")).site
    site = site.model_copy(update={"doors": site.doors.model_copy(update={"cycle_hz": DOORS_HZ})})
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        folder = Path(scratch)
        (folder / "console").mkdir()
        with demo_console(folder / "console", site.lane) as console:
            site = console.over(site.model_copy(update={"display": MirroredDisplay(kind="mirrored")}))
            lane = _Lane(folder, site)
            sim = lane.start()
            try:
                page = sign_in(console.address, *console.sign_ins[0])
                return [_once(page, sim, lane, site.lane, turn) for turn in range(count)]
            finally:
                lane.stop()


def _once(page: Any, sim: str, lane: _Lane, name: str, turn: int) -> float:
    world = lane.world
    assert world is not None  # noqa: S101  (the lane has started)
    _until(lambda: world.prompt.value == "welcome" and not world.persons)
    httpx.post(f"{sim}/api/travellers", json=HIDDEN, timeout=20).raise_for_status()
    _until(lambda: world.prompt.value == "uncover_face" and world.entry_permille == 0)
    now = page.evaluate("async (lane) => (await (await fetch(`/api/v1/lanes/${lane}`)).json()).now", name)
    wish = {"command": "send_back", "transaction_id": now["transaction"], "rev": now["rev"], "reason_code": "other"}
    began_s = time.monotonic()
    status = page.evaluate(SEND, [f"/api/v1/lanes/{name}/commands", f"bench-{turn:06d}", wish])
    if status >= 300:
        raise RuntimeError(f"the console refused the command ({status})")
    _until(lambda: world.entry_permille > 0)
    return 1000 * (time.monotonic() - began_s)


def _until(holds: Any) -> None:
    ends_s = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > ends_s:
            raise TimeoutError("the lane did not come so far")
        time.sleep(LOOK_S)
