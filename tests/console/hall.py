"""A console with its lanes beside a test, and officers in front of real browsers."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.console.lanes import PretendLane, pretend_lane
from tests.console.rig import PASSWORD, Rig, console_at, until
from tests.screens.browsing import browser, listened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["Hall", "Officer", "SignIn", "chromium", "hall", "sign_in"]


class Hall:
    """A console and its lanes in a thread of their own, driven from the test."""

    def __init__(self, folder: Path, *lanes: str) -> None:
        self.folder, self.names = folder, lanes
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self._served, self._lanes = AsyncExitStack(), AsyncExitStack()
        self._asking: list[Future[Any]] = []
        self.rig: Rig = self.do(self._served.enter_async_context(console_at(folder, *lanes)))
        self.address = f"{self.rig.address}/console"

    def do(self, work: Any, limit_s: float = 90.0) -> Any:
        asked: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asked.result(timeout=limit_s)

    def call(self, work: Callable[[], Any]) -> Any:
        async def called() -> Any:
            return work()

        return self.do(called())

    def lane(self, name: str) -> PretendLane:
        """Goes on over a restart of the console."""
        opening = pretend_lane(self.rig.address, name, self.rig.keys[name])
        lane: PretendLane = self.do(self._lanes.enter_async_context(opening))
        self.until(lambda: self.rig.room.lanes.lanes[name].now is not None)
        self.until(lambda: lane.link.on_duty == self.rig.room.on_duty)
        return lane

    def ask(self, lane: PretendLane, transaction: str) -> "Future[Any]":
        self._asking.append(asyncio.run_coroutine_threadsafe(lane.ask(transaction, limit_s=60.0), self._loop))
        return self._asking[-1]

    def until(self, holds: Callable[[], object]) -> None:
        self.do(until(holds))

    def restart(self, meanwhile: Callable[[], None]) -> None:
        """The server goes away and comes back at the same address, from its own files."""
        port = int(self.rig.address.rpartition(":")[2])
        self.do(self._served.aclose())
        meanwhile()
        self._served = AsyncExitStack()
        self.rig = self.do(self._served.enter_async_context(console_at(self.folder, *self.names, port=port)))

    async def _finish_asking(self) -> None:
        for asking in self._asking:
            asking.cancel()
        await asyncio.sleep(0)

    def close(self) -> None:
        self.do(self._finish_asking())
        self.do(self._lanes.aclose())
        self.do(self._served.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path, "A1", "A2", "A3")
    yield hall
    hall.close()


class Officer:
    """Somebody in front of a browser of his own."""

    def __init__(self, chromium: "Browser", hall: Hall, login: str, paced: bool = False) -> None:
        """`paced`: the page's clock can be put on."""
        self.context = chromium.new_context(viewport={"width": 1920, "height": 1080})
        self.page: Page = self.context.new_page()
        self.complaints = listened(self.page)
        if paced:
            self.page.clock.install()
        self.page.goto(hall.address)
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".lane")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def sign_in(chromium: "Browser", hall: Hall) -> Iterator[Callable[[str], Officer]]:
    officers: list[Officer] = []

    def signed_in(login: str) -> Officer:
        officers.append(Officer(chromium, hall, login))
        return officers[-1]

    yield signed_in
    for officer in officers:
        officer.close()
    assert [said for officer in officers for said in officer.complaints] == []


SignIn = Callable[[str], Officer]
