"""The engineer's page in a real browser: a crossing by clicks, doors seen moving, nothing complained of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from simulators.pages import figures
from tests.screens.browsing import broken_rules, browser, listened, needs_chromium
from tests.screens.demo_lane import DemoLane

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
PATIENCE_MS = 90_000


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoLane]:
    with DemoLane(tmp_path_factory.mktemp("lane"), speed=2.0) as lane:
        yield lane


@pytest.fixture
def page(chromium: "Browser", lane: DemoLane) -> Iterator["Page"]:
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE_MS)
    page.complaints = listened(page)  # type: ignore[attr-defined]  # carried along with it
    page.goto(lane.sim)
    page.wait_for_selector("#sim:not([aria-busy])")
    yield page
    assert page.complaints == []  # type: ignore[attr-defined]
    page.close()


def test_a_whole_crossing_by_one_click_with_its_doors_seen_moving(page: "Page", lane: DemoLane) -> None:
    page.wait_for_selector("#sim[data-prompt=welcome]")
    page.click("[data-card=genuine]")
    page.wait_for_selector(".body", state="attached")
    page.wait_for_function("() => Number(document.querySelector('#sim').dataset.entry) > 900")
    page.wait_for_selector("#mirror .traveller[data-prompt=look_here]")
    page.wait_for_function("() => Number(document.querySelector('#sim').dataset.exit) > 900")
    page.wait_for_selector(".crossings li[data-outcome=PASSED]")
    assert "permit granted" in page.inner_text(".log")
    glass = page.evaluate("() => document.querySelector('#mirror').textContent").upper()
    names = {part for figure in figures() for part in figure.name.upper().split("-")}
    assert [name for name in names if name in glass] == []
    with closing(sqlite3.connect(lane.simulation.folder / lane.simulation.site.register_file)) as register:
        numbers = [number for (number,) in register.execute("SELECT document_number FROM documents")]
    assert numbers
    assert [number for number in numbers if number in glass] == []
    assert lane.state()["ended"][0]["transaction"] not in glass


def test_a_broken_camera_is_seen_and_mended_by_clicks(page: "Page") -> None:
    page.wait_for_selector("#sim[data-prompt=welcome]")
    page.click("[data-preset=camera_stalled]")
    page.wait_for_selector(".active li:not(.waits)")
    page.click("[data-card=genuine]")
    page.wait_for_selector(".crossings .ending:has-text('camera failed')")
    page.wait_for_selector("#top .state.closed")
    page.wait_for_selector("#sim[data-prompt=closed]")
    page.click("[data-preset=camera_stalled][aria-pressed=true]")
    page.wait_for_selector("#sim[data-prompt=welcome]")
    page.wait_for_selector(".active li", state="detached")


def test_somebody_is_dragged_and_a_closed_door_holds(page: "Page") -> None:
    page.check("#by-hand")
    page.click("[data-card=genuine]")
    page.wait_for_selector(".body.hand")
    box = page.locator(".body.hand").bounding_box()
    plan = page.locator(".gate-plan").bounding_box()
    assert box and plan
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(plan["x"] + 0.5 * plan["width"], plan["y"] + plan["height"] / 2, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "() => { const x = new DOMMatrix(getComputedStyle(document.querySelector('.body.hand')).transform).e;"
        " return x > -500 && x < 0; }"
    )
    page.click("text=goes home")
    page.wait_for_selector(".body.hand", state="detached")
    page.uncheck("#by-hand")


def test_the_page_is_used_by_keyboard_alone(page: "Page") -> None:
    page.check("#by-hand")
    page.focus("[data-card=genuine]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".body.hand")
    page.focus(".body.hand")
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector(".hand:has-text('lays the passport')")
    page.focus("text=goes home")
    page.keyboard.press("Enter")
    page.wait_for_selector(".body.hand", state="detached")
    page.uncheck("#by-hand")


def test_time_is_paused_stepped_and_goes_on(page: "Page") -> None:
    page.click(".pause")
    page.wait_for_selector(".pause[data-paused=true]")
    before = page.inner_text(".clock")
    page.click("text=step")
    page.wait_for_function(f"() => document.querySelector('.clock').textContent !== '{before}'")
    page.click(".pause")
    page.wait_for_selector(".pause[data-paused=false]")


def test_the_recording_is_copied_as_a_scenario(page: "Page") -> None:
    page.click("text=copy as scenario")
    page.wait_for_selector("dialog.scenario textarea, #toast.there")


@pytest.mark.parametrize("width", [1920, 1280, 800])
def test_the_page_is_accessible_and_nothing_runs_out_of_it(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.complaints == []  # type: ignore[attr-defined]
    assert broken_rules(page) == []
    page.complaints.clear()  # type: ignore[attr-defined]  # axe itself tries inline styles, and is refused
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
