"""Figures of the pages in a real browser: how late a screen is, how fast it comes back, what it keeps.

Needs the packages for development (Playwright) and a Chromium. Lanes speak the real line to a console in a process of
its own; what is measured ends on the glass: after the browser's next frame.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.screens_lanes import Lanes
from benchmarks.screens_reaction import reactions
from benchmarks.screens_server import free_port, person_and_keys
from drivers.clock import WallClock
from drivers.model import Frame, Prompt
from drivers.screen_web import WebScreen

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--enable-precise-memory-info", "--js-flags=--expose-gc", "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding", "--disable-backgrounding-occluded-windows",
]  # fmt: skip
EVENTS_PER_S = 5.0
WARM_UP_S = 20.0
HEAP_MB = "() => { gc(); gc(); return performance.memory.usedJSHeapSize / 1048576; }"
PAINTED = """(names) => {
    window.painted = [];
    const watch = (name) => {
        const card = document.querySelector(`.board [data-key="${name}"]`);
        const leaf = card.querySelector(".leaf.entry");
        new MutationObserver(() => {
            const height = Number(leaf.getAttribute("height"));
            requestAnimationFrame(() => setTimeout(() => window.painted.push([name, height, Date.now()]), 0));
        }).observe(leaf, { attributes: true, attributeFilter: ["height"] });
    };
    names.forEach(watch);
}"""
RETURNS = """() => {
    window.returns = [];
    const Plain = WebSocket;
    window.WebSocket = class extends Plain {
        constructor(...asked) {
            super(...asked);
            const note = () => requestAnimationFrame(() => setTimeout(() => window.returns.push(Date.now()), 0));
            this.addEventListener("message", note, { once: true });
        }
    };
}"""
"""Notes when each of the page's connections has shown its first word."""
TAKE = "() => { const taken = window.painted; window.painted = []; return taken; }"
FACES = """() => ["live", "record", "page"].every((name) => {
    const canvas = document.querySelector(`.face-${name} canvas`);
    return canvas && !canvas.classList.contains("empty");
})"""


class NoBrowser(Exception):
    """One sentence."""


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 1) if ordered else float("nan")


@contextmanager
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise NoBrowser("the bench of the screens needs Playwright: pip install -e '.[dev]'") from None
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        raise NoBrowser("the bench of the screens needs a Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


# --- the traveller's screen ------------------------------------------------------------------------------------


class _Camera:
    """480 x 640 pictures at 15 a second, each another one."""

    def __init__(self) -> None:
        import numpy as np

        rng = np.random.default_rng(1)
        self._images = [np.repeat(np.repeat(rng.integers(0, 255, (64, 48, 3)), 10, 0), 10, 1).astype(np.uint8)] * 2
        self._images[1] = self._images[0][:, ::-1].copy()
        self._sequence = 0

    async def next_frame(self, after_s: float) -> Frame:
        while (now_s := time.monotonic()) <= after_s:  # noqa: ASYNC110  (a camera has no event)
            await asyncio.sleep(after_s - now_s + 0.001)
        self._sequence += 1
        return Frame(self._images[self._sequence % 2], now_s, self._sequence)


def self_view(share: float) -> dict[str, Any]:
    """From the frame to the glass, at 15 pictures a second."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()

    def do(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(60)

    screen = WebScreen("bench", WallClock(), _Camera())  # type: ignore[arg-type]  # all that a self-view asks of it

    async def say(prompt: Prompt) -> None:
        screen.say(prompt)

    do(screen.open())
    seconds = max(10.0, 120.0 * share)
    try:
        with browser() as chromium:
            page = chromium.new_page(viewport={"width": 1080, "height": 1920})
            page.goto(screen.address)
            page.wait_for_selector("#screen:not([aria-busy])")
            do(say(Prompt.LOOK_HERE))
            page.wait_for_timeout(3000)
            before = page.evaluate(HEAP_MB)
            page.wait_for_timeout(1000 * seconds)
            told = dict(screen.painted)
            after = page.evaluate(HEAP_MB)
    finally:
        do(screen.close())
        loop.call_soon_threadsafe(loop.stop)
    return {
        "pictures": int(told.get("pictures", 0)),
        "dropped": int(told.get("dropped", 0)),
        "frame to glass ms": {"p50": told.get("lag_p50_ms"), "p95": told.get("lag_p95_ms")},
        "heap growth MB": round(after - before, 2),
        "seconds": seconds,
    }


# --- the console -----------------------------------------------------------------------------------------------


@dataclass
class Served:
    """A console in a process of its own."""

    folder: Path
    port: int
    password: str = field(repr=False)
    keys: dict[str, bytes] = field(repr=False)
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Gives how long it took until it listened, in seconds."""
        command = [sys.executable, "-m", "benchmarks.screens_server", str(self.folder), str(self.port)]
        began_s = time.monotonic()
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout is not None  # noqa: S101  (a pipe was asked for)
        self.process.stdout.readline()
        return time.monotonic() - began_s

    def kill(self) -> None:
        assert self.process is not None  # noqa: S101  (it was started)
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def rss_mb(self) -> float:
        assert self.process is not None  # noqa: S101  (it was started)
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


@contextmanager
def control_room(count: int) -> Iterator[tuple[Served, Lanes, Any]]:
    """A console, `count` lanes that speak to it, and a page with an officer signed in."""
    names = [f"L{number:02d}" for number in range(1, count + 1)]
    with tempfile.TemporaryDirectory(prefix="egate-bench-") as scratch:
        password, keys = person_and_keys(Path(scratch), names)
        served = Served(Path(scratch), free_port(), password, keys)
        served.start()
        try:
            with Lanes(served.address, keys) as lanes, browser() as chromium:
                yield served, lanes, signed_in(chromium, served, count)
        finally:
            served.kill()


def signed_in(chromium: Any, served: Served, count: int) -> Any:
    page = chromium.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.set_default_timeout(60_000)
    enter(page, f"{served.address}/console", "officer", served.password)
    page.wait_for_function(f"() => document.querySelectorAll('.board .lane:not(.lost)').length === {count}")
    return page


def enter(page: Any, address: str, login: str, password: str) -> None:
    page.goto(address)
    page.fill("#login", login)
    page.fill("#password", password)
    page.click("button[type=submit]")


def lateness(share: float) -> dict[str, Any]:
    """Twenty lanes at five events a second: from a lane's word to the console's glass, and what both keep meanwhile."""
    seconds = max(15.0, 600.0 * share)
    with control_room(20) as (served, lanes, page):
        page.evaluate(PAINTED, list(lanes.names))
        lanes.move_for(min(WARM_UP_S, seconds), EVENTS_PER_S)
        page.evaluate(TAKE)
        heap, rss = page.evaluate(HEAP_MB), served.rss_mb()
        lags: list[float] = []
        ends_s = time.monotonic() + seconds
        while time.monotonic() < ends_s:
            sent = lanes.move_for(min(10.0, max(1.0, ends_s - time.monotonic())), EVENTS_PER_S)
            page.wait_for_timeout(500)
            lags += matched(page.evaluate(TAKE), sent)
        after = page.evaluate(HEAP_MB)
        return {
            "event to glass ms": {
                "p50": quantile(lags, 0.5),
                "p95": quantile(lags, 0.95),
                "worst": quantile(lags, 1.0),
            },
            "events seen": len(lags),
            "JS heap growth MB": round(after - heap, 2),
            "server memory growth MB": round(served.rss_mb() - rss, 2),
            "seconds": seconds,
        }


def matched(painted: list[tuple[str, float, float]], sent: dict[tuple[str, int], float]) -> list[float]:
    """Milliseconds from each word to its picture; a word that a newer one overtook has none."""
    found = {(name, round(height)): at_ms for name, height, at_ms in painted}
    return [found[key] - at_ms for key, at_ms in sent.items() if key in found]


def cases(share: float) -> dict[str, Any]:
    """A lane opened by the officer: until all three portraits are on the glass."""
    took: list[float] = []
    with control_room(8) as (_served, lanes, page):
        for number in range(max(5, round(40 * share))):
            name = lanes.names[number % len(lanes.names)]
            lanes.arrive(name)
            page.wait_for_timeout(400)
            began_s = time.monotonic()
            page.click(f'.board [data-key="{name}"]')
            page.wait_for_function(FACES)
            took.append(1000 * (time.monotonic() - began_s))
            page.keyboard.press("Escape")
            lanes.leave(name)
    return {"case with all pictures ms": {"p50": quantile(took, 0.5), "p95": quantile(took, 0.95)}, "cases": len(took)}


def reaction(share: float) -> dict[str, Any]:
    """An officer's command on the page to the first movement of the door that it asks for, through a whole lane."""
    with browser() as chromium:

        def sign_in(address: str, login: str, password: str) -> Any:
            page = chromium.new_context(viewport={"width": 1920, "height": 1080}).new_page()
            enter(page, address, login, password)
            page.wait_for_selector(".board .lane:not(.lost)")
            return page

        took = reactions(max(3, round(30 * share)), sign_in)
    return {"command to door ms": {"p50": quantile(took, 0.5), "p95": quantile(took, 0.95)}, "commands": len(took)}


def restart(share: float) -> dict[str, Any]:
    """The console's server killed and started again: from its first open socket to a live page, without a reload."""
    back: list[float] = []
    with control_room(8) as (served, _lanes, page):
        page.evaluate(RETURNS)
        for number in range(max(2, round(10 * share))):
            served.kill()
            page.wait_for_timeout(3000)
            served.start()
            began_ms = 1000 * time.time()
            page.wait_for_function(f"() => window.returns.length > {number}")
            back.append(page.evaluate("() => window.returns.at(-1)") - began_ms)
        page.wait_for_function("() => document.querySelectorAll('.board .lane:not(.lost)').length === 8")
        kept = page.evaluate("() => Array.isArray(window.returns)")
    return {"live again ms": {"p50": quantile(back, 0.5), "worst": quantile(back, 1.0)}, "without a reload": kept}


def tabs(share: float) -> dict[str, Any]:
    """Ten tabs of one browser, twelve lanes at full rate: how late the last of them is; 48 lanes as tiles."""
    with control_room(12) as (served, lanes, page):
        pages = [page]
        for _ in range(9):
            tab = page.context.new_page()
            tab.goto(f"{served.address}/console")
            tab.wait_for_function("() => document.querySelectorAll('.board .lane:not(.lost)').length === 12")
            pages.append(tab)
        for tab in pages:
            tab.evaluate(PAINTED, list(lanes.names))
        sent = lanes.move_for(max(5.0, 30.0 * share), EVENTS_PER_S)
        page.wait_for_timeout(1000)
        seen = [len(matched(tab.evaluate(TAKE), sent)) for tab in pages]
    with control_room(48) as (_served, _lanes, page):
        size = page.evaluate("() => document.querySelector('.board').dataset.size")
    return {"tabs live": sum(1 for count in seen if count), "words seen by each": seen, "48 lanes shown as": size}


def screens(share: float) -> dict[str, Any]:
    """All of it; the soak alone takes ten minutes at share 1."""
    return {
        **{f"self-view: {name}": value for name, value in self_view(share).items()},
        **{f"20 lanes: {name}": value for name, value in lateness(share).items()},
        **cases(share),
        **reaction(share),
        **{f"restart: {name}": value for name, value in restart(share).items()},
        **tabs(share),
    }
