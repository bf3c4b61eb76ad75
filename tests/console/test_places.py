"""The console by keys alone, at every size of a hall, and between people: desk, care, and the post handed over."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.console.hall import Hall, Officer, SignIn, chromium, hall, sign_in
from tests.console.rig import PASSWORD
from tests.screens.browsing import needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["chromium", "hall", "sign_in"]  # fixtures
pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
MOST_TABS = 120
OUTSIDE = """() => [...document.querySelectorAll(".board .lane")].filter((card) => {
    const box = card.getBoundingClientRect();
    return box.width < 60 || box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth;
}).length"""


def tab_to(page: "Page", selector: str) -> None:
    """With the Tab key, as somebody without a mouse does."""
    page.wait_for_selector(selector)
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"no key leads to {selector}")


def test_every_place_is_reached_and_a_record_is_opened_by_keys_alone(hall: Hall, chromium: "Browser") -> None:
    lane = hall.lane("A1")
    transaction = hall.call(lane.arrive)
    hall.call(lambda: lane.leave("REFERRED", "face_differs"))
    hall.until(lambda: hall.rig.room.store.crossing(transaction))
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.goto(hall.address)
    page.wait_for_selector("#login:focus")
    page.keyboard.type("supervisor")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".board .lane")
    for place in ("figures", "history", "desk", "trail"):
        tab_to(page, f"[data-place={place}]")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"[data-place={place}][aria-current=page]")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    page.wait_for_selector(".detail:not([hidden])")
    page.keyboard.press("/")
    tab_to(page, "button.link")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog textarea:focus")
    page.keyboard.type("a look back")
    tab_to(page, "dialog button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".record").first).to_contain_text(transaction)
    context.close()


@pytest.mark.parametrize(("count", "size"), [(8, "full"), (16, "compact"), (48, "tiles")])
def test_all_lanes_of_a_hall_are_in_sight_without_scrolling(
    chromium: "Browser", tmp_path: Path, count: int, size: str
) -> None:
    hall = Hall(tmp_path, *(f"A{number}" for number in range(1, count + 1)))
    try:
        officer = Officer(chromium, hall, "officer")
        page = officer.page
        expect(page.locator(".board .lane")).to_have_count(count)
        assert page.get_attribute(".board", "data-size") == size
        assert page.evaluate(OUTSIDE) == 0
        officer.close()
    finally:
        hall.close()


def test_a_case_goes_to_the_desk_and_its_result_comes_back_on_the_screens(hall: Hall, sign_in: SignIn) -> None:
    lane, officer, desk = hall.lane("A1"), sign_in("officer"), sign_in("desk")
    desk.page.click("[data-place=desk]")
    expect(desk.page.locator(".page").first).to_contain_text("No case waits at the desk.")
    transaction = hall.call(lane.arrive)
    hall.call(lambda: lane.leave("REFERRED", "face_differs"))
    hall.until(lambda: hall.rig.room.store.crossing(transaction))
    page = officer.page
    page.click("[data-place=crossings]")
    page.click("button.link")
    answered(page, "to hand it over")
    page.click("text=Hand to the desk")
    answered(page, "beard is new")

    desk.page.click("button:text-is('Take')")  # it has come by itself
    expect(desk.page.locator(".record").first).to_contain_text("beard is new")
    desk.page.click("text=Result …")
    desk.page.select_option("dialog select", "false_alarm")
    answered(desk.page, "the same person")

    notice = page.locator(".notice", has_text="Desk: false alarm")
    expect(notice).to_contain_text("the same person")
    notice.get_by_role("button", name="Seen").click()
    expect(notice).to_have_count(0)


def test_care_and_the_post_are_handed_from_one_screen_to_another(hall: Hall, sign_in: SignIn) -> None:
    hall.lane("A1")
    officer, colleague = sign_in("officer"), sign_in("colleague")
    page, theirs = officer.page, colleague.page
    page.keyboard.press("g")
    page.wait_for_selector("dialog[open]")
    page.locator("dialog select").nth(1).select_option("child_alone")
    answered(page, "waits at the bench")
    expect(theirs.locator(".alarm-list li.p2").first).to_be_visible()
    page.click(".post")
    answered(page, "one child waits")
    theirs.locator(".notice", has_text="hands the post over").get_by_role("button", name="Take over").click()
    expect(theirs.locator(".notice", has_text="hands the post over")).to_have_count(0)
    assert not hall.rig.room.desk.handovers


def answered(page: "Page", words: str) -> None:
    """The question that stands open, with the last of its fields filled in."""
    page.wait_for_selector("dialog[open]")
    page.locator("dialog textarea").last.fill(words)
    page.click("dialog button[type=submit]")
    page.wait_for_selector("dialog", state="detached")
