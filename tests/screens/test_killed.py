"""The traveller's screen outlives a kill of its server: it says where to go, and is there again without a reload."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from benchmarks.screens_server import free_port
from drivers.model import Prompt
from tests.screens.browsing import browser, listened, needs_chromium

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
PATIENCE_MS = 60_000


@contextmanager
def screen_on(port: int, prompt: Prompt) -> Iterator[str]:
    """Its address; killed at the end, without a word to anybody."""
    command = [sys.executable, "-u", "-m", "tests.screens.screen_process", str(port), prompt.value]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            assert address
            yield address
        finally:
            process.kill()


def test_a_killed_screens_page_is_there_again_without_a_reload() -> None:
    port = free_port()
    with browser() as chromium:
        page = chromium.new_page(viewport={"width": 1080, "height": 1920})
        page.set_default_timeout(PATIENCE_MS)
        with screen_on(port, Prompt.WELCOME) as address:
            page.goto(address)
            page.wait_for_selector("#screen[data-prompt=welcome]")
            page.evaluate("() => { window.isTheSame = true; }")
        page.wait_for_selector("#away:not([hidden])")
        complaints = listened(page)
        with screen_on(port, Prompt.WALK_IN):
            page.wait_for_selector("#screen[data-prompt=walk_in]")
            page.wait_for_selector("#away", state="hidden")
            assert page.evaluate("() => window.isTheSame")
        assert [said for said in complaints if "WebSocket" not in said and "ERR_CONNECTION" not in said] == []
