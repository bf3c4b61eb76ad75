"""From a telephone to the lane: apply on a phone-sized page, read why, take a better picture, and walk through."""

import json
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli.demo_commands import DEMO_SITE
from cli.simulation import VIRTUAL_START, Simulation
from config.load import load
from drivers.model import Image, Light
from mrz.model import DocumentType, MrzFields
from mrz.parse import parse
from mrz.write import write
from register.service.app import Part, make_app
from register.service.desk import Desk
from register.service.pages import FOLDER
from register.store import Store
from simulators.pages import draw, encoded_portrait, figures
from simulators.population import Population, Story, Visitor
from tests.register_web.conftest import CHROMIUM, PATIENCE_MS, PHONE, WIDE, served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.wire,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package chromium"),
]
TEXTS = FOLDER / "texts"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


MINUTES_OF_CLICKS = 5
A_HAND_S = 15.0
"""For each thing that a hand does (choose or take a picture, set a date, press a button): slow, with reading."""


@dataclass
class Telephone:
    page: "Page"
    visitor: Visitor
    pictures: Path
    register: Path
    store: Store
    waited_s: float = 0.0
    hands: int = 0

    @contextmanager
    def a_hand(self) -> Iterator[None]:
        """One thing that a hand does, and the wait for what comes of it."""
        begun_s = time.monotonic()
        yield
        self.waited_s += time.monotonic() - begun_s
        self.hands += 1

    def file(self, name: str) -> str:
        return str(self.pictures / f"{name}.jpg")

    def choose(self, field: str, picture: str, says: str) -> None:
        with self.a_hand():
            self.page.set_input_files(f"input[name={field}]", self.file(picture))
            self.page.wait_for_selector(f"[data-photo={field}] p.said{says}", timeout=PATIENCE_MS)

    def dates(self) -> None:
        today = VIRTUAL_START.date()
        for name, day in (("valid_from", today), ("valid_until", today + timedelta(days=20))):
            with self.a_hand():
                self.page.fill(f"input[name={name}]", day.isoformat())

    def apply(self) -> str:
        """Press the button; how the application stands."""
        with self.a_hand():
            self.page.click("button.main")
            return self.state()

    def state(self) -> str:
        self.page.wait_for_selector("li.card", timeout=PATIENCE_MS)
        return self.page.get_attribute("li.card", "data-state") or ""


def renewed(visitor: Visitor, portrait: str) -> Image:
    """The page of the same holder's next passport."""
    read = parse(visitor.page.lines, VIRTUAL_START.date())
    names = (each.name for each in fields(MrzFields))
    own = MrzFields(**{**{name: getattr(read, name) for name in names}, "document_number": "NW1234567"})
    return draw(own, write(own, DocumentType.TD3), portrait)[Light.VISIBLE]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, Store]]:
    """The people's door of a register without a visa, on a thread of its own; its day is the simulated lane's."""
    with Store(tmp_path / "register.sqlite", create=True) as store:
        app = make_app(Desk(store, KEY, {}, lambda: VIRTUAL_START), parts=(Part.PEOPLE,))
        with served_at(app) as address:
            yield address, store


@pytest.fixture
def telephone(chromium: "Browser", address: tuple[str, Store], tmp_path: Path) -> Iterator[Telephone]:
    population = Population(figures()[2:], draw, encoded_portrait, VIRTUAL_START.date(), random.Random(11))
    visitor, other = population.visitor(Story.GENUINE), figures()[2].impostor
    page_image = visitor.page.images[Light.VISIBLE]
    cv2.imwrite(str(tmp_path / "page.jpg"), page_image)
    cv2.imwrite(str(tmp_path / "dark.jpg"), page_image // 60)  # four grey levels: nobody reads that
    cv2.imwrite(str(tmp_path / "renewed.jpg"), renewed(visitor, figures()[2].name))
    (tmp_path / "face.jpg").write_bytes(encoded_portrait(figures()[2].name))
    (tmp_path / "other.jpg").write_bytes(encoded_portrait(other))
    face = cv2.imread(str(tmp_path / "face.jpg"))
    cv2.imwrite(str(tmp_path / "blurred.jpg"), cv2.GaussianBlur(face, (0, 0), 12))
    complaints: list[str] = []
    context = chromium.new_context(**PHONE)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
    page.goto(address[0])
    page.wait_for_selector("#page:not([aria-busy])")
    yield Telephone(page, visitor, tmp_path, tmp_path / "register.sqlite", address[1])
    context.close()
    assert complaints == []


def test_from_a_telephone_to_a_visa_and_across_the_lane(telephone: Telephone, tmp_path: Path) -> None:
    page = telephone.page
    telephone.dates()
    telephone.choose("page-1", "dark", ".bad")
    telephone.choose("page-1", "page", ".good")
    telephone.choose("portrait-1", "blurred", ".bad")
    assert "not sharp" in page.inner_text("fieldset")
    telephone.choose("portrait-1", "face", ".good")
    assert page.evaluate(WIDE) == []
    assert telephone.apply() == "granted"
    assert page.evaluate(WIDE) == []
    assert telephone.hands == 7  # two of them for pictures that were not good enough
    assert telephone.hands * A_HAND_S + telephone.waited_s < MINUTES_OF_CLICKS * 60

    folder = tmp_path / "lane"
    folder.mkdir()
    site = load(DEMO_SITE.with_name("virtual.toml")).site
    lane = Simulation(site, [telephone.visitor], folder, register=telephone.register)
    with ThreadPoolExecutor(1) as elsewhere:  # the browser's own loop runs in this thread
        (crossed,) = elsewhere.submit(lane.on_the_virtual_clock).result()
    assert (crossed.record.outcome, crossed.record.reason) == ("PASSED", "passed")
    total_ms = crossed.record.entries[-1].fact("total_ms")
    assert isinstance(total_ms, int)
    assert total_ms < 60_000  # of the lane's own clock

    page.click("text=Look again")
    page.click("button.proof-button", timeout=PATIENCE_MS)
    page.wait_for_selector(".proof img[src^=blob]")
    assert page.evaluate(
        "async () => { const i = document.querySelector('.proof img'); await i.decode(); return i.naturalWidth }"
    )
    assert "0" in page.inner_text("dl")  # no entry is left


def test_another_face_waits_and_the_page_says_why(telephone: Telephone) -> None:
    telephone.dates()
    telephone.choose("page-1", "page", ".good")
    telephone.choose("portrait-1", "other", ".good")
    telephone.page.click("button.main")
    assert telephone.state() == "waiting"
    assert "look different" in telephone.page.inner_text("li.card")
    for language, direction in (("ar", "rtl"), ("ja", "ltr"), ("en", "ltr")):
        telephone.page.select_option("select[name=language]", language)
        telephone.page.wait_for_selector(f"html[lang={language}][dir={direction}]")
        said = json.loads((TEXTS / f"{language}.json").read_text())["prompts"]
        assert said["why.portrait_differs"] in telephone.page.inner_text("li.card")
        assert telephone.page.evaluate(WIDE) == []
    code = telephone.page.inner_text("#code")
    telephone.page.click("text=I have a code")
    telephone.page.fill("input[name=code]", code)
    telephone.page.click("button.main")
    assert telephone.state() == "waiting"
    assert telephone.store.counts()["visas"] == 0


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("de", "ltr")])
def test_the_whole_form_speaks_the_language_and_keeps_what_is_filled_in(
    telephone: Telephone, language: str, direction: str
) -> None:
    page, said = telephone.page, json.loads((TEXTS / f"{language}.json").read_text())["prompts"]
    english = json.loads((TEXTS / "en.json").read_text())["prompts"]
    telephone.dates()
    telephone.choose("portrait-1", "blurred", ".bad")
    assert english["portrait.sharpness_low"] in page.inner_text("fieldset")
    telephone.choose("page-1", "page", ".good")
    page.select_option("select[name=language]", language)
    page.wait_for_selector(f"html[lang={language}][dir={direction}]")
    assert said["portrait.sharpness_low"] in page.inner_text("fieldset")
    page.click("button.main")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert said["apply.both"].split("{number}")[1] in page.inner_text("[role=alert]")
    assert_accessible(page)
    read = page.inner_text("body")
    left = [key for key, text in english.items() if len(text) > 12 and text in read and said[key] != text]
    assert left == []  # nothing is said in English any longer
    assert said["footer.machine"] in read

    telephone.choose("portrait-1", "face", ".good")
    page.click("button.main")  # with the page that was chosen before the language
    assert telephone.state() == "granted"
    assert said["state.granted"] in page.inner_text("li.card")
    assert_accessible(page)
    page.click("#nav a[href='#return']")
    page.fill("input[name=code]", "Q-1 GUESSED")
    page.click("button.main")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert page.inner_text("[role=alert]") == said["error.access_unknown"]
    assert_accessible(page)


def assert_accessible(page: "Page") -> None:
    assert page.evaluate(WIDE) == []
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_new_passport_takes_the_visa_over(telephone: Telephone) -> None:
    page = telephone.page
    telephone.dates()
    telephone.choose("page-1", "page", ".good")
    telephone.choose("portrait-1", "face", ".good")
    page.click("button.main")
    assert telephone.state() == "granted"
    page.click("summary")
    page.click("text=Bind the visa to the new passport")
    assert "Choose a picture of your new passport" in page.inner_text("details [role=alert]")
    page.set_input_files("input[name=new-page]", telephone.file("renewed"))
    page.set_input_files("input[name=old-page]", telephone.file("page"))
    page.click("text=Bind the visa to the new passport")
    page.wait_for_selector("li.card >> nth=1", timeout=PATIENCE_MS)
    assert [card.get_attribute("data-state") for card in page.locator("li.card").all()] == ["granted", "granted"]
    assert page.inner_text("li.card >> nth=1").count("*******67") == 2
    assert page.evaluate(WIDE) == []


def test_a_form_that_lacks_something_says_what_and_the_pages_are_accessible(telephone: Telephone) -> None:
    page = telephone.page
    page.click("button.main")
    assert "both pictures" in page.inner_text("[role=alert]")
    page.click("text=Add a traveller")
    assert page.locator("fieldset").count() == 2
    for hash_ in ("#apply", "#return"):
        page.goto(page.url.split("#")[0] + hash_)
        page.wait_for_selector("#page form")
        assert_accessible(page)
    page.fill("input[name=code]", "Q-1 GUESSED")
    page.click("button.main")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "no application with this code" in page.inner_text("[role=alert]").lower()
