"""The console as pictures, and, on request, those of docs/screens.md (as tests/screens/test_screenshots.py)."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from drivers.model import OfficerCase
from link.console_words import StepTaken
from tests.console.hall import Hall
from tests.console.lanes import DEVICES
from tests.console.rig import PASSWORD
from tests.screens.browsing import browser, needs_chromium
from tests.screens.test_screenshots import DESK, DOCS, album, opened, shot

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser"), needs_chromium]
NAMES = tuple(f"A{number}" for number in range(1, 9))
VISIONS = ("deuteranopia", "protanopia", "tritanopia", "achromatopsia")
SCALE = 0.6
__all__ = ["album"]  # the fixture of the traveller's screen


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with browser() as opened:
        yield opened


def busy(hall: Hall) -> None:
    """Eight lanes: one asks, one has two persons inside, one is closed, one has no camera, the rest serve."""
    lanes = [hall.lane(name) for name in NAMES]
    for turn in range(2):
        for lane in lanes:
            hall.call(lane.arrive)
            ended = ("REFERRED", "visa_expired") if lane is lanes[3] and turn else ("PASSED", "passed")
            hall.call(lambda lane=lane, ended=ended: lane.leave(*ended))  # type: ignore[misc]  # mypy takes no default here
    for number, lane in enumerate(lanes):
        name = ("document", "admission", "face")[number % 3]
        step = StepTaken(name=name, ms=2100 + 300 * number, limit_ms=16000, state="running")
        steps = (*(StepTaken(name=n, ms=900, limit_ms=9000, state="done") for n in ("document", "register")), step)
        inside = int(name != "document")
        hall.call(lambda lane=lane, name=name, steps=steps, number=number: lane.say(  # type: ignore[misc]
            transaction=f"A{number}-1", step=name, steps=steps if name != "document" else steps[-1:],
            elapsed_ms=3000 + 900 * number,
        ))  # fmt: skip
        hall.call(lambda lane=lane, inside=inside, name=name: lane.move(  # type: ignore[misc]
            persons=inside, entry_permille=700 if name == "admission" else 0
        ))  # fmt: skip
    asking = lanes[2]
    hall.until(lambda: asking.link.on_duty)
    transaction = hall.call(asking.arrive)
    hall.ask(asking, transaction)
    crowded = hall.call(lanes[5].arrive)
    hall.call(lambda: lanes[5].move(persons=2))
    case = OfficerCase(crowded, "A6", "several_persons", "More than one person is in the lane.", 0.0)
    hall.do(lanes[5].officer.tell(case, alarm=True))
    idle = {"transaction": "", "step": "", "steps": (), "elapsed_ms": 0}
    hall.call(lambda: lanes[6].say(**idle))
    hall.call(lambda: lanes[6].move(persons=0))
    hall.call(lambda: lanes[7].say(**idle, state="closed", why_closed="closed by an officer; open it again"))
    hall.call(lambda: lanes[7].move(persons=0, entry_permille=0))
    failed = {**DEVICES, "camera": "failed"}
    hall.call(lambda: lanes[0].say(**idle, devices=failed, state="closed", why_closed="camera: its self-test failed"))
    hall.call(lambda: lanes[0].move(persons=0))


def at_work(chromium: "Browser", hall: Hall) -> "Page":
    page = opened(chromium, DESK, SCALE)
    page.emulate_media(reduced_motion="reduce")  # else a mark may be caught while it blinks
    page.goto(hall.address)
    page.fill("#login", "supervisor")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".lane")
    return page


def test_the_console(chromium: "Browser", album: Path, tmp_path: Path) -> None:
    hall = Hall(tmp_path, *NAMES)
    try:
        page = at_work(chromium, hall)
        busy(hall)
        page.wait_for_selector(".alarm-list li.p3")
        page.wait_for_selector(".case-list li")
        shot(page, album, "console-overview")
        page.keyboard.press("3")
        page.wait_for_selector("canvas[aria-label='Record (visa)']:not(.empty)")
        page.wait_for_timeout(500)
        shot(page, album, "console-case")
        page.click("text=Light/dark")
        page.keyboard.press("ArrowDown")
        page.wait_for_timeout(300)
        shot(page, album, "console-case-light")
        page.keyboard.press("Escape")
        page.click("text=Light/dark")
        session = page.context.new_cdp_session(page)
        for vision in VISIONS:
            session.send("Emulation.setEmulatedVisionDeficiency", {"type": vision})
            shot(page, album, f"console-{vision}")
        page.context.close()
    finally:
        hall.close()


def test_the_pictures_of_the_docs_are_there() -> None:
    names = ("overview", "case", "case-light", *VISIONS)
    assert {f"console-{name}.png" for name in names} <= {path.name for path in DOCS.glob("*.png")}
