"""The three pages of `egate demo`, used as somebody does who has read nothing: by what stands on them.

A traveller is let through, the camera is broken under the next one, his case is resolved at the console, and the record
of it is found.
"""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.screens.browsing import browser, listened, needs_chromium
from tests.wire.test_demo import INTERRUPTIBLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
ROOT = Path(__file__).parents[2]
START_S = 120.0
PATIENCE_MS = 180_000
"""What is waited for is a state; how long a busy computer takes to get there is no matter."""
PAGES = ("console", "traveller's screen", "simulator")


@dataclass(frozen=True, slots=True)
class Demo:
    pages: dict[str, str]
    password: str


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The command that a newcomer types, and what it prints. In process: its time forgives a computer that is busy."""
    command = [sys.executable, "-u", "-c", INTERRUPTIBLE, "demo", "--stay", "--in-process"]
    environment = {**os.environ, "TMPDIR": str(tmp_path), "COLUMNS": "120"}
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield said_by(process)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.stdout is not None
        process.stdout.close()


def said_by(process: subprocess.Popen[str]) -> Demo:
    lines: Queue[str] = Queue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.put(line)

    threading.Thread(target=read, daemon=True).start()
    said, pages, password = "", {}, ""
    while not (password and len(pages) == len(PAGES)):
        try:
            said += (line := lines.get(timeout=START_S))
        except Empty:
            pytest.fail(f"the demonstration did not say where its pages are: {said}")
        if found := re.match(rf"({'|'.join(PAGES)}): (http\S+)", line):
            pages[found[1]] = found[2]
        if found := re.search(r"\bofficer\b\W+(\S{12,})", line):
            password = found[1]
    return Demo(pages, password)


@pytest.fixture
def chromium() -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


def opened(chromium: "Browser", address: str, width: int, height: int) -> tuple["Page", list[str]]:
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE_MS)
    complaints = listened(page)
    page.goto(address)
    return page, complaints


def shows(glass: "Page", prompt: str) -> None:
    """Whatever language it speaks: that of the passport, or the next one of the welcome."""
    expect(glass.locator(f"[data-prompt={prompt}]")).to_have_count(1)


@pytest.mark.timeout(900)
def test_whoever_has_read_nothing_lets_one_through_breaks_the_camera_resolves_the_case_and_finds_its_record(
    demo: Demo, chromium: "Browser"
) -> None:
    expect.set_options(timeout=PATIENCE_MS)
    glass, on_glass = opened(chromium, demo.pages["traveller's screen"], 800, 1280)
    sim, on_sim = opened(chromium, demo.pages["simulator"], 1440, 900)
    console, on_console = opened(chromium, demo.pages["console"], 1920, 1080)

    console.get_by_label("Name").fill("officer")
    console.get_by_label("Password").fill(demo.password)
    console.get_by_role("button", name="Sign in").click()
    lane = console.locator(".board .lane")
    expect(lane).to_have_count(1)

    # the next traveller is let through: nothing to decide, only to be seen
    shows(glass, "welcome")
    sim.get_by_role("button", name="genuine").first.click()
    shows(glass, "go_ahead")
    expect(sim.locator(".crossings li[data-outcome=PASSED]").first).to_be_visible()
    assert demo.password not in glass.content()

    # the camera breaks while somebody is before it
    sim.get_by_label("at", exact=True).select_option(label="inside, doors shut")
    sim.locator("[data-preset=camera_stalled]").click()
    sim.get_by_role("button", name="genuine").first.click()
    shows(glass, "needs_a_pause")
    sim.get_by_role("button", name="×0.25").click()  # an officer has 15 s: enough for a hand, not for every computer

    # the case is there, is opened by a click, and is resolved with a reason
    console.locator(".case-list .case-main").first.click()
    expect(console.get_by_role("heading", name=re.compile("^Lane "))).to_be_visible()
    expect(console.locator(".detail .case")).to_contain_text("The camera failed")
    console.get_by_role("button", name="Let back out").click()
    console.get_by_role("dialog").get_by_role("button", name="Let back out").click()
    sim.get_by_role("button", name="×1", exact=True).click()
    expect(console.locator(".command-status")).to_contain_text("the lane has taken it")
    console.locator(".alarm-list .ack").first.click()

    # mended in the simulator: the lane serves again by itself
    sim.locator("[data-preset=camera_stalled][aria-pressed=true]").click()
    shows(glass, "welcome")

    # and the record is found
    console.get_by_role("button", name="Crossings").click()
    row = console.locator(".results tr", has_text="The camera failed").first
    row.get_by_role("button").click()
    console.get_by_role("dialog").get_by_label("Reason").fill("to see how it ended")
    console.get_by_role("dialog").get_by_role("button", name="Open").click()
    record = console.get_by_label("Record", exact=True)
    expect(record).to_contain_text("Interrupted")
    expect(record).to_contain_text("send_back")

    assert (on_glass, on_sim, on_console) == ([], [], [])
