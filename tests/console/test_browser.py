"""The console in a real Chromium: decided, approved, released and found by the pages alone; nothing complained of."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from drivers.model import LaneCommand, OfficerCase
from link.console_words import Revealed
from tests.console.hall import Hall, Officer, SignIn, chromium, hall, sign_in
from tests.console.lanes import DEVICES
from tests.console.rig import PASSWORD, until
from tests.screens.browsing import broken_rules, needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

__all__ = ["chromium", "hall", "sign_in"]  # fixtures
pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
PLACES = ("lanes", "crossings", "figures", "history", "desk", "trail")
SCRIPT = "<img src=x onerror=alert(1)>"
LUMINANCE = """(selector) => {
    const part = (value) => (value /= 255, value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = getComputedStyle(document.querySelector(selector)).backgroundColor.match(/[\\d.]+/g).map(Number);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
}"""


SHORT_PRESS = """() => new Promise((done) => {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "F9" }));
    setTimeout(() => {
        document.dispatchEvent(new KeyboardEvent("keyup", { key: "F9" }));
        setTimeout(done, 1000);
    }, 300);
})"""
"""Of the page's own timers the one that is due sooner runs first, however busy the machine is."""


def test_a_traveller_is_let_through_by_the_keyboard_alone_and_the_record_is_found(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A2"), sign_in("supervisor")
    transaction = hall.call(lane.arrive)
    asking = hall.ask(lane, transaction)
    page = officer.page
    page.wait_for_selector(".case-list li")
    officer.press("2")
    page.wait_for_selector("canvas[aria-label='Gate camera']:not(.empty)")
    page.wait_for_selector("canvas[aria-label='Record (visa)']:not(.empty)")
    assert "0.281 against 0.363" in page.inner_text(".score-box")
    assert "Live face = record" in page.inner_text(".branch li.failed")
    page.wait_for_timeout(3200)
    officer.press("c")
    page.wait_for_selector("dialog[open]")
    officer.press("Tab", "Tab", "Tab", "Enter")
    decision = asking.result(timeout=60)
    assert (decision.action.value, decision.reason) == ("pass", "same_person")
    hall.call(lane.leave)
    expect(page.locator(".detail .document").first).to_contain_text("nobody here")
    officer.press("/")
    page.click("button.link")
    page.fill("dialog textarea", "a look back")
    page.click("dialog button[type=submit]")
    page.wait_for_selector(".record h3")
    assert transaction in page.inner_text(".record")


def test_a_broken_camera_is_seen_explained_and_acknowledged_on_the_screen(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    hall.call(
        lambda: lane.say(
            state="closed", why_closed="camera: its self-test failed", devices={**DEVICES, "camera": "failed"}
        )
    )
    page = officer.page
    page.wait_for_selector(".alarm-list li.p3")
    officer.press("ArrowDown")
    assert "camera" in page.inner_text(".why") and "technician" in page.inner_text(".why")
    officer.press("a")
    page.wait_for_selector(".alarm-list li.acknowledged")
    hall.call(lambda: lane.say(state="in_service", why_closed="", devices=DEVICES))
    page.wait_for_selector(".alarm-list li", state="detached")
    page.click("[data-place=history]")
    expect(page.locator(".page").first).to_contain_text("A device failed")


def test_the_second_person_approves_in_another_browser(hall: Hall, sign_in: SignIn) -> None:
    lane = hall.lane("A1")
    hall.call(lambda: lane.say(state="closed", modes=("emergency",), why_closed="doors: fire or emergency"))
    first, second = sign_in("supervisor"), sign_in("second")
    first.press("1")
    first.page.wait_for_selector(".detail:not([hidden])")
    first.press("o")
    first.page.wait_for_selector(".approval button:has-text('Withdraw')")
    second.page.click(".approval button:has-text('Approve')")
    told = hall.do(lane.officer.commanded())
    assert told.command is LaneCommand.OPEN
    hall.do(lane.officer.answer(told, ""))
    expect(first.page.locator(".command-status").first).to_contain_text("has taken it")
    assert first.page.locator(".approval").count() == second.page.locator(".approval").count() == 0


def test_emergency_release_is_held_down_and_works_on_a_locked_screen(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    page = officer.page
    hall.call(lane.arrive)
    officer.press("l")
    page.wait_for_selector("#unlock")
    assert page.locator(".detail").is_hidden()
    officer.press("Tab")
    page.click(".lane >> nth=0")
    page.evaluate(SHORT_PRESS)
    assert not hall.rig.room.commands.open, "a short press is none"
    page.keyboard.down("F9")
    told = hall.do(lane.officer.commanded())
    page.keyboard.up("F9")
    assert told.command is LaneCommand.RELEASE
    page.wait_for_selector(".alarm-list li.p1.unacknowledged")


def test_a_locked_screen_is_unlocked_where_it_was(hall: Hall, sign_in: SignIn) -> None:
    """The page asks twice what it is now, after the key and after its socket's end: no answer takes a letter."""
    hall.lane("A1")
    officer = sign_in("officer")
    held: list[Route] = []
    officer.page.route("**/api/v1/session", lambda route: held.append(route))
    officer.press("l")
    while len(held) < 2:
        officer.page.wait_for_timeout(10)
    held[0].continue_()
    officer.page.fill("#unlock", PASSWORD)
    with officer.page.expect_response("**/api/v1/session"):
        held[1].continue_()
    officer.page.wait_for_timeout(200)
    officer.page.unroute("**/api/v1/session")
    expect(officer.page.locator("#unlock")).to_have_value(PASSWORD)
    officer.press("Enter")
    officer.page.wait_for_selector("#root:not(.locked)")
    officer.press("1")
    officer.page.wait_for_selector(".detail:not([hidden])")


def test_a_restarted_server_is_followed_without_a_reload_and_nothing_open_is_lost(
    hall: Hall, chromium: "Browser"
) -> None:
    lane = hall.lane("A3")
    officer = Officer(chromium, hall, "officer")
    page = officer.page
    transaction = hall.call(lane.arrive)
    case = OfficerCase(transaction, "A3", "several_persons", "More than one person.", 0.0)
    hall.do(lane.officer.tell(case, alarm=True))
    page.click(".alarm-list .ack")
    expect(page.locator(".alarm-list").first).to_contain_text("taken over by you")
    page.evaluate("window.stillHere = true")
    hall.restart(lambda: page.wait_for_selector(".connection.stale", timeout=60_000))
    page.wait_for_selector(".connection:not(.stale)", timeout=60_000)
    expect(page.locator(".alarm-list").first).to_contain_text("taken over by you")
    assert page.evaluate("window.stillHere") is True
    hall.do(until(lambda: hall.rig.room.lanes.lanes["A3"].line is not None))
    officer.close()


def test_an_hour_without_the_server_is_said_and_then_followed_without_a_reload(hall: Hall, chromium: "Browser") -> None:
    lane = hall.lane("A1")
    officer = Officer(chromium, hall, "officer", paced=True)
    page = officer.page
    page.evaluate("window.stillHere = true")

    def for_an_hour() -> None:
        page.wait_for_selector(".connection.stale", timeout=60_000)
        page.clock.fast_forward("01:00:00")
        expect(page.locator(".connection").first).to_contain_text("no connection for 60:", timeout=60_000)
        assert page.locator("#root.stale").count() == 1, "no number looks as if it were of now"

    hall.restart(for_an_hour)
    page.wait_for_selector(".connection:not(.stale)", timeout=60_000)
    assert page.evaluate("window.stillHere") is True
    hall.do(until(lambda: hall.rig.room.lanes.lanes["A1"].line is not None))
    hall.call(lane.arrive)
    page.wait_for_selector(".lane[aria-label*='Looking for face']", timeout=60_000)
    officer.close()


def test_what_a_traveller_is_called_is_text_and_goes_again(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    hall.call(lane.arrive)
    lane.link.asked = lambda asked: lane.link.reveal(Revealed(asked=asked.asked, fields={"surname": SCRIPT}))
    page = officer.page
    officer.press("1")
    expect(page.locator(".detail .document").first).to_contain_text("A1-test")
    officer.press("n")
    page.fill("dialog textarea", SCRIPT)
    page.click("dialog button[type=submit]")
    page.wait_for_selector(".holder:not([hidden])")
    assert SCRIPT in page.inner_text(".holder")
    assert page.locator("img").count() == 0
    hall.call(lambda: lane.leave())
    page.wait_for_selector(".holder", state="hidden")
    assert SCRIPT not in page.content()


def test_the_score_waits_for_the_officers_own_judgement_where_that_is_wanted(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    page = officer.page
    officer.press("1")
    page.check("#decide-first")
    hall.call(lane.arrive)
    page.wait_for_selector(".judge:not([hidden])")
    assert "0.281" not in page.inner_text(".detail")
    page.click(".judge button:has-text('different')")
    expect(page.locator(".score-box").first).to_contain_text("0.281")


def test_ten_tabs_are_all_live(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    pages = [officer.page, *(officer.context.new_page() for _ in range(9))]
    for page in pages[1:]:
        page.goto(hall.address)
        page.wait_for_selector(".lane")
    hall.call(lane.arrive)
    for page in pages:
        expect(page.locator(".lane").first).to_contain_text("Looking for face")


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_every_place_is_accessible_and_silent(hall: Hall, sign_in: SignIn, theme: str) -> None:
    lanes = [hall.lane(name) for name in ("A1", "A2", "A3")]
    transaction = hall.call(lanes[0].arrive)
    hall.ask(lanes[0], transaction)
    hall.do(lanes[1].officer.tell(OfficerCase("t", "A2", "several_persons", "Two.", 0.0), alarm=True))
    hall.call(lambda: lanes[2].say(state="closed", why_closed="closed by command"))
    officer = sign_in("supervisor")
    page = officer.page
    if theme == "light":
        page.click("text=Light/dark")
    page.wait_for_selector(".alarm-list li.p1")
    officer.press("1", "ArrowDown")
    page.wait_for_selector("canvas:not(.empty)")
    for place in PLACES:
        page.click(f"[data-place={place}]")
        page.wait_for_timeout(200)
    assert officer.complaints == [], "before axe puts its own style in"
    officer.press("Escape", "1")
    assert broken_rules(page) == []
    for place in PLACES[1:]:
        page.click(f"[data-place={place}]")
        page.wait_for_selector(".page")
        page.wait_for_timeout(300)
        assert broken_rules(page) == [], place
    officer.press("Escape", "1", "h")
    page.wait_for_selector("dialog[open]")
    assert broken_rules(page) == []
    officer.complaints.clear()


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_priorities_differ_by_light_and_shape_not_by_hue(hall: Hall, sign_in: SignIn, theme: str) -> None:
    """Whoever sees no red tells them apart: priority 1 turns its whole row over, the marks are three shapes."""
    lane, officer = hall.lane("A1"), sign_in("officer")
    for reason in ("several_persons", "face_differs", "clock_invalid"):
        hall.do(lane.officer.tell(OfficerCase("t", "A1", reason, "w", 0.0), alarm=True))
    page = officer.page
    if theme == "light":
        page.click("text=Light/dark")
    page.wait_for_selector(".alarm-list li.p3")
    light = {p: page.evaluate(LUMINANCE, f".alarm-list li.p{p}") for p in (1, 2, 3)}
    brighter, darker = max(light[1], light[2]), min(light[1], light[2])
    assert (brighter + 0.05) / (darker + 0.05) > 7
    assert light[2] == pytest.approx(light[3])
    widths = [
        page.evaluate(f"parseFloat(getComputedStyle(document.querySelector('.alarm-list li.p{p}')).borderTopWidth)")
        for p in (2, 3)
    ]
    assert widths[0] >= 3 * widths[1]
    assert [page.inner_text(f".alarm-list li.p{p} .alarm-mark") for p in (1, 2, 3)] == ["▲1", "◆2", "●3"]


def test_sounds_follow_the_alarms_and_are_silenced_for_all_but_a_new_grave_one(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    played: list[str] = []
    officer.page.expose_function("played", lambda said: played.append(said))
    officer.page.evaluate("window.addEventListener('egate-sound', (event) => window.played(event.detail))")
    hall.do(lane.officer.tell(OfficerCase("t", "A1", "face_differs", "w", 0.0), alarm=True))
    heard(officer.page, played, "2:first")
    officer.press("m")
    hall.do(lane.officer.tell(OfficerCase("t", "A1", "object_left", "w", 0.0), alarm=True))
    hall.do(lane.officer.tell(OfficerCase("t", "A1", "door_forced", "w", 0.0), alarm=True))
    heard(officer.page, played, "1:first")
    assert played[:2] == ["2:first", "1:first"], "what came in between is silenced"


def heard(page: "Page", played: list[str], sound: str) -> None:
    while sound not in played:
        page.wait_for_timeout(20)
