"""The traveller's page in a real browser: it paints, confirms, speaks every language, clips and reports nothing."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from drivers.clock import WallClock
from drivers.model import Button, Health, Prompt
from drivers.screen_web import WebScreen
from drivers.screen_web_app import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.wire,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package chromium"),
]
SIZES = ((1080, 1920), (800, 1280), (1280, 800))
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
EVERY_TEXT = (Path(__file__).parent / "every_text.js").read_text()
"""Shows every text of every catalogue as headline, second line, hint and with a countdown; gives what is clipped."""


class Gate:
    """A screen served from a thread of its own, driven from the test."""

    def __init__(self, camera: Any = None) -> None:
        self._camera = camera
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.screen: WebScreen = self.do(self._open())

    def do(self, work: Any) -> Any:
        asked: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        return asked.result(timeout=30)

    def restart(self) -> None:
        """The server goes and comes back at the same address."""
        port = int(self.screen.address.split(":")[2].split("/")[0])
        self.do(self.screen.close())
        self.screen = self.do(self._open(port))

    async def _open(self, port: int = 0) -> WebScreen:
        screen = WebScreen("lane-1", WallClock(), self._camera, port=port)
        await screen.open()
        return screen

    def show(self, prompt: Prompt) -> None:
        self.do(self.screen.show(prompt))

    def say(self, prompt: Prompt) -> None:
        self._loop.call_soon_threadsafe(self.screen.say, prompt)

    def speak(self, language: str) -> None:
        self._loop.call_soon_threadsafe(self.screen.choose, language)

    def close(self) -> None:
        self.do(self.screen.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator["Browser"]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.close()


@pytest.fixture
def complaints() -> list[str]:
    return []


@pytest.fixture
def page(chromium: "Browser", gate: Gate, complaints: list[str]) -> Iterator["Page"]:
    page = chromium.new_page(viewport={"width": 1080, "height": 1920})
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(gate.screen.address)
    page.wait_for_selector("#screen:not([aria-busy])")
    yield page
    page.close()


def test_every_prompt_is_painted_confirmed_and_without_a_complaint(
    gate: Gate, page: "Page", complaints: list[str]
) -> None:
    for prompt in Prompt:
        gate.show(prompt)
        assert page.get_attribute("#screen", "data-prompt") == prompt.value
        assert page.inner_text("h1").strip()
    assert gate.do(gate.screen.health()) is Health.READY
    assert complaints == []


def test_touches_reach_the_lane(gate: Gate, page: "Page") -> None:
    gate.show(Prompt.WALK_IN)
    page.click("button.officer")
    assert gate.do(asyncio.wait_for(gate.screen.buttons.get(), 60)) is Button.OFFICER
    page.click("button[data-language=fr]")
    page.wait_for_selector("html[lang=fr]")
    page.click("button[data-language=ar]")
    page.wait_for_selector("html[dir=rtl]")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_is_clipped_in_any_language(page: "Page", size: tuple[int, int]) -> None:
    """Every prompt x language, as the headline and wherever else it stands."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    seen = page.evaluate(EVERY_TEXT, list(LANGUAGES))
    assert seen["shown"] >= 54 * len(LANGUAGES)
    assert seen["clipped"] == []


def test_what_is_clipped_is_found(page: "Page") -> None:
    page.evaluate("() => document.styleSheets[1].insertRule('.traveller h1 { font-size: 300px !important }')")
    assert page.evaluate(EVERY_TEXT, ["en"])["clipped"]


def test_every_glyph_comes_from_our_own_fonts(page: "Page") -> None:
    """What Chromium itself says it drew each language with."""
    inside = page.context.new_cdp_session(page)
    inside.send("DOM.enable")
    inside.send("CSS.enable")
    for language in LANGUAGES:
        page.evaluate(
            """async ([language, id]) => {
                const prompts = new URL(`prompts/${language}.json`, document.querySelector("script[src]").src).href;
                const said = await (await fetch(prompts)).json();
                const element = document.createElement("p");
                Object.assign(element, { id, lang: language, dir: said.dir });
                element.textContent = Object.values(said.prompts).join(" ").replace(/[{}]/g, "");
                document.body.append(element);
                await document.fonts.ready;
                await new Promise((then) => requestAnimationFrame(() => requestAnimationFrame(then)));
            }""",
            [language, f"all-{language}"],
        )
        root = inside.send("DOM.getDocument")["root"]["nodeId"]
        node = inside.send("DOM.querySelector", {"nodeId": root, "selector": f"#all-{language}"})["nodeId"]
        fonts = inside.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert [font for font in fonts if not font["isCustomFont"]] == [], language
        assert sum(font["glyphCount"] for font in fonts) > 500, language


@pytest.mark.parametrize(
    ("prompt", "language"),
    [(Prompt.WELCOME, "en"), (Prompt.LOOK_HERE, "ar"), (Prompt.SEE_OFFICER, "he"), (Prompt.TAKE_DOCUMENT, "zh-Hans")],
)
def test_the_page_is_accessible_in_both_directions(gate: Gate, page: "Page", prompt: Prompt, language: str) -> None:
    gate.show(prompt)
    gate.speak(language)
    gate.do(gate.screen.count_down(9.0, may_ask=True))
    page.wait_for_selector(f"html[lang='{language}']")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert [violation["id"] for violation in found.response["violations"]] == []


def test_a_restarted_server_is_followed_without_a_reload(gate: Gate, page: "Page") -> None:
    page.evaluate("() => { window.isTheSame = true; }")
    gate.restart()
    gate.say(Prompt.WALK_IN)
    page.wait_for_selector("#screen[data-prompt=walk_in]", timeout=20_000)
    assert page.evaluate("() => window.isTheSame")
    assert not page.is_visible("#away")


def test_without_its_server_the_page_sends_people_elsewhere(gate: Gate, page: "Page") -> None:
    gate.do(gate.screen.close())
    page.wait_for_selector("#away:not([hidden])", timeout=20_000)
    assert "Please use another gate" in page.inner_text("#away")
