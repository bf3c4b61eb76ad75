"""Every screen as a picture: that it shows something, and, on request, the pictures of docs/screens.md.

EGATE_SCREENSHOTS=docs pytest tests/screens/test_screenshots.py     # writes them anew
"""

import asyncio
import io
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from drivers.model import Frame, Prompt
from simulators.camera_view import CameraView
from simulators.cast_faces import members
from simulators.world import Person, World
from tests.screens.browsing import browser, needs_chromium
from tests.screens.demo_lane import DemoLane
from tests.screens.test_browser import Gate

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
DOCS = Path(__file__).parents[2] / "docs" / "screens"
COLOURS = 96
MOST_BYTES = 120_000
HAS_PICTURE = """() => {
    const canvas = document.querySelector(".self-view canvas");
    return canvas.getContext("2d").getImageData(240, 320, 1, 1).data[3] > 0;
}"""
PORTRAIT, LANDSCAPE, DESK = (1080, 1920), (1280, 800), (1920, 1080)


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with browser() as chromium:
        yield chromium


@pytest.fixture
def album(tmp_path: Path) -> Path:
    return DOCS if os.environ.get("EGATE_SCREENSHOTS") == "docs" else tmp_path


def opened(chromium: "Browser", size: tuple[int, int], scale: float) -> "Page":
    width, height = size
    context = chromium.new_context(viewport={"width": width, "height": height}, device_scale_factor=scale)
    return context.new_page()


def shot(page: "Page", album: Path, name: str) -> Path:
    """A palette of few colours keeps it small."""
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = picture.quantize(COLOURS, dither=Image.Dither.NONE)
    album.mkdir(exist_ok=True)
    path = album / f"{name}.png"
    few.save(path, optimize=True)
    assert path.stat().st_size < MOST_BYTES, name
    assert len(set(few.get_flattened_data())) > 8, f"{name} shows next to nothing"
    return path


class FaceCamera:
    """A member of the cast before the camera."""

    def __init__(self) -> None:
        world = World(persons=[Person("somebody", members("demo")[4].name, x_mm=900.0)])
        self._view, self._count = CameraView(world, 3), 0

    async def next_frame(self, after_s: float) -> Frame:
        await asyncio.sleep(1 / 15)
        self._count += 1
        now_s = time.monotonic()
        return Frame(self._view(0.1), now_s, self._count)


TRAVELLER: tuple[tuple[str, Prompt, str, tuple[int, int], float], ...] = (
    ("traveller-welcome-en", Prompt.WELCOME, "en", PORTRAIT, 0),
    ("traveller-passport-de", Prompt.TAKE_DOCUMENT, "de", PORTRAIT, 9.0),
    ("traveller-face-en", Prompt.COME_CLOSER, "en", PORTRAIT, 0),
    ("traveller-enter-ar", Prompt.WALK_IN, "ar", PORTRAIT, 8.0),
    ("traveller-officer-ja", Prompt.SEE_OFFICER, "ja", PORTRAIT, 0),
    ("traveller-face-fa", Prompt.LOOK_HERE, "fa", LANDSCAPE, 0),
)


def test_the_travellers_screen(chromium: "Browser", album: Path) -> None:
    gate = Gate(FaceCamera())
    try:
        for name, prompt, language, size, limit_s in TRAVELLER:
            page = opened(chromium, size, 0.4)
            page.goto(gate.screen.address)
            page.wait_for_selector("#screen:not([aria-busy])")
            gate.say(Prompt.ONE_MOMENT)
            gate.say(prompt)
            gate.speak(language)
            if limit_s:
                gate.do(gate.screen.count_down(limit_s, may_ask=True))
            page.wait_for_selector(f"html[lang='{language}']")
            if "-face-" in name:
                page.wait_for_function(HAS_PICTURE)
            page.wait_for_timeout(1500)
            shot(page, album, name)
            page.context.close()
    finally:
        gate.close()


def test_the_page_without_its_server(chromium: "Browser", album: Path) -> None:
    gate = Gate()
    page = opened(chromium, PORTRAIT, 0.4)
    page.goto(gate.screen.address)
    page.wait_for_selector("#screen:not([aria-busy])")
    gate.close()
    page.wait_for_selector("#away:not([hidden])", timeout=20_000)
    shot(page, album, "traveller-away")
    page.context.close()


def test_the_engineers_page(chromium: "Browser", album: Path, tmp_path: Path) -> None:
    page = opened(chromium, DESK, 0.6)
    with DemoLane(tmp_path, speed=2.0) as lane:
        for traveller in ({}, {"visa": "expired"}, {"face": "impostor"}):
            lane.ask("POST", "travellers", traveller)
        lane.until(lambda state: len(state["ended"]) == 2, 90)
        page.goto(lane.sim)
        page.wait_for_selector("#sim:not([aria-busy])")
        lane.ask("POST", "events?words=Exit%20door:%20jammed", {"breaks": ["exit.jammed"]})
        lane.until(lambda state: state["now"]["prompt"] == "look_here", 60)
        page.wait_for_selector(".active li:not(.waits)")
        page.wait_for_timeout(700)
        shot(page, album, "simulator")
        lane.until(lambda state: len(state["ended"]) == 3, 120)
    page.context.close()


def test_the_pictures_of_the_docs_are_there_and_small() -> None:
    there = {path.name for path in DOCS.glob("*.png")}
    assert {f"{name}.png" for name, *_ in TRAVELLER} | {"traveller-away.png", "simulator.png"} <= there
    assert sum(path.stat().st_size for path in DOCS.glob("*.png")) < 1_000_000
    page = (DOCS.parent / "screens.md").read_text()
    assert [name for name in sorted(there) if f"screens/{name}" not in page] == []
