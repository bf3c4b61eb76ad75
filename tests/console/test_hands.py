"""What somebody types or is about to press stays under his hand, whatever is answered late or comes in meanwhile."""

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from drivers.model import LaneCommand, OfficerCase
from tests.console.hall import Hall, Officer, SignIn, chromium, hall, sign_in
from tests.console.rig import PASSWORD
from tests.screens.browsing import needs_chromium

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page, Route

__all__ = ["chromium", "hall", "sign_in"]  # fixtures
pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
TWO_FRAMES = (
    "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
)
PRESS_WHEN_MOVED = """() => new MutationObserver((_changes, watch) => {
    const row = document.querySelector(".alarm-list li.p2");
    if (!row.previousElementSibling) return;
    watch.disconnect();
    const press = new MouseEvent("click", { detail: 1, bubbles: true });
    requestAnimationFrame(() => row.querySelector(".ack").dispatchEvent(press));
}).observe(document.querySelector(".alarm-list"), { childList: true })"""


class Held:
    """Answers about the session that are on their way: asked for at once, and told to the page when it is let."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.answers: dict[str, tuple[Route, APIResponse]] = {}
        page.route("**/api/v1/session", self._hold)

    def _hold(self, route: "Route") -> None:
        method = route.request.method
        if method == "POST" or method in self.answers:
            route.continue_()
        else:
            self.answers[method] = (route, route.fetch())

    def wait(self, *methods: str) -> None:
        while not set(methods) <= set(self.answers):
            self.page.wait_for_timeout(10)

    def release(self, method: str) -> None:
        route, answer = self.answers[method]
        route.fulfill(response=answer)


def test_who_signs_in_keeps_what_he_has_typed_whatever_is_answered_late(hall: Hall, sign_in: SignIn) -> None:
    """Signing out is told twice, by its answer and by the socket's end, after which the page asks who is there."""
    page = sign_in("officer").page
    held = Held(page)
    page.click("text=Sign out")
    held.wait("DELETE", "GET")
    held.release("GET")
    page.fill("#login", "supervisor")
    page.fill("#password", PASSWORD)
    held.release("DELETE")
    page.evaluate(TWO_FRAMES)
    assert page.input_value("#login") == "supervisor"
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("supervisor")


def test_an_answer_from_before_the_sign_in_throws_nobody_out(hall: Hall, sign_in: SignIn) -> None:
    page = sign_in("officer").page
    held = Held(page)
    page.click("text=Sign out")
    held.wait("DELETE", "GET")
    held.release("DELETE")
    page.fill("#login", "supervisor")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".who")).to_contain_text("supervisor")
    held.release("GET")
    page.evaluate(TWO_FRAMES)
    expect(page.locator(".who")).to_contain_text("supervisor")
    assert page.locator("#login").count() == 0


def test_nothing_moves_under_a_hand_that_is_about_to_approve(hall: Hall, sign_in: SignIn) -> None:
    """The button is the same one, at the same place, when something else comes to wait."""
    lanes = [hall.lane("A1"), hall.lane("A2")]
    for lane in lanes:
        hall.call(lambda lane=lane: lane.say(state="closed", modes=("emergency",), why_closed="doors: fire"))  # type: ignore[misc]
    first, second = sign_in("supervisor"), sign_in("second")
    order(first, "1")
    button = second.page.wait_for_selector(".approval button:has-text('Approve')")
    assert button is not None
    before = button.bounding_box()
    order(first, "2")
    expect(second.page.locator(".approval")).to_have_count(2)
    assert button.is_visible() and button.bounding_box() == before
    button.click()
    told = hall.do(lanes[0].officer.commanded())
    assert told.command is LaneCommand.OPEN


def order(officer: Officer, number: str) -> None:
    """The lane with this number is to open."""
    officer.press(number)
    expect(officer.page.locator(".detail h2").first).to_have_text(f"Lane A{number}")
    officer.press("o")
    officer.page.wait_for_selector(f".approval:has-text('lane A{number}') button:has-text('Withdraw')")


def test_a_lock_closes_what_was_asked_and_a_search_keeps_its_words(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    page = officer.page
    hall.call(lane.arrive)
    officer.press("1")
    expect(page.locator(".detail .document").first).to_contain_text("A1-test")
    officer.press("h")
    page.wait_for_selector("dialog[open]")
    hall.rig.room.now = lambda now=hall.rig.now: now() + timedelta(minutes=6)  # nobody has touched it for so long
    page.wait_for_selector("#unlock")
    assert page.locator("dialog").count() == 0
    page.fill("#unlock", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#root:not(.locked)")
    page.click("[data-place=crossings]")
    page.fill("[name=transaction]", "A1-test")
    page.click("[data-place=lanes]")
    page.click("[data-place=crossings]")
    assert page.input_value("[name=transaction]") == "A1-test"


def test_a_press_just_after_the_list_has_moved_is_asked_for_again(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    page = officer.page
    tell = lambda reason: hall.do(lane.officer.tell(OfficerCase("t", "A1", reason, "w", 0.0), alarm=True))  # noqa: E731
    tell("face_differs")
    page.wait_for_selector(".alarm-list li.p2.unacknowledged")
    page.evaluate(PRESS_WHEN_MOVED)
    tell("door_forced")
    expect(page.locator(".toast")).to_contain_text("press again")
    page.wait_for_timeout(400)
    assert page.locator(".alarm-list li.p2.unacknowledged").count() == 1
    page.click(".alarm-list li.p2 .ack")
    page.wait_for_selector(".alarm-list li.p2.acknowledged")


def test_a_traveller_is_let_try_again_by_one_key(hall: Hall, sign_in: SignIn) -> None:
    lane, officer = hall.lane("A1"), sign_in("officer")
    asking = hall.ask(lane, hall.call(lane.arrive))
    officer.page.wait_for_selector(".case-list li")
    officer.press("1")
    officer.page.wait_for_selector("button.action.retry:not([disabled])")
    officer.press("t")
    assert asking.result(timeout=60).action.value == "retry"
