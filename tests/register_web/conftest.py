"""A browser, and the people's door of a register on a thread of its own."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright
from starlette.types import ASGIApp

from web.serve import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WIDE = """() => [...document.querySelectorAll("body *")]
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([, box]) => box.right > document.documentElement.clientWidth + 1 || box.left < -1)
    .map(([each]) => each)
    .map((each) => `${each.tagName} ${each.className}`)"""
"""What reaches over an edge of the telephone."""
PATIENCE_MS = 90_000
"""The nets are loaded with the first picture, on a machine that may be busy."""


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served_at(app: ASGIApp) -> Iterator[str]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def do(work: Any) -> Any:
        asked: Future[Any] = asyncio.run_coroutine_threadsafe(work, loop)
        return asked.result(timeout=30)

    served = serving(app)
    try:
        yield do(served.__aenter__())
        do(served.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
