"""The officers' page in a browser: a case with both portraits, a decision, a person found, suspended and resumed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from link.staff import StaffRole
from link.travel import PassageClaim
from register.application import Terms
from register.applying import Applying, Sent
from register.grants import GrantPolicy, Grants
from register.service.app import Part, make_app
from register.service.desk import Desk
from register.staff import Staff
from register.store import Store
from tests.register.applicants import ANNA, PASSWORD, Passports, face
from tests.register.conftest import TODAY, VISA
from tests.register_web.conftest import CHROMIUM, PATIENCE_MS, PHONE, WIDE, served_at

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.wire,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package chromium"),
]
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A granted visa, an application whose portraits differ, and two of the staff."""
    passports = Passports()
    with Store(tmp_path / "register.sqlite", create=True) as store:
        store.add([VISA])
        store.consume_entry(PassageClaim("c1", VISA.record, TODAY), "gate-1")
        applying = Applying(Grants(store, GrantPolicy()), passports)
        bruno = ANNA.__class__("UTO", "N1", "600101", "ERIKSSON", "BRUNO", "UTO", ANNA.expires)
        terms = Terms(TODAY.date(), TODAY.date() + timedelta(days=20), 1)
        applying.apply([Sent(passports.print(bruno, 4), portrait=face(5))], terms, "", TODAY)
        for role in (StaffRole.LANE_OFFICER, StaffRole.SHIFT_SUPERVISOR):
            Staff(store.database).add(role.value, PASSWORD, [role])
        yield store


@pytest.fixture
def page(chromium: "Browser", store: Store) -> Iterator["Page"]:
    app = make_app(Desk(store, KEY, {}, lambda: TODAY), Passports(), parts=(Part.PEOPLE,))
    complaints: list[str] = []
    with served_at(app) as address:
        context = chromium.new_context(**PHONE)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        page.goto(f"{address}/officers")
        page.wait_for_selector("#page:not([aria-busy])")
        yield page
        context.close()
    assert complaints == []


def sign_in(page: "Page", role: StaffRole, password: str = PASSWORD) -> None:
    page.fill("input[name=name]", role.value)
    page.fill("input[name=password]", password)
    page.click("button.main")


def check(page: "Page") -> None:
    assert page.evaluate(WIDE) == []
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()


def test_a_portrait_that_differs_is_accepted_by_who_may_and_has_said_so(page: "Page", store: Store) -> None:
    sign_in(page, StaffRole.SHIFT_SUPERVISOR, "a wrong password")
    page.wait_for_selector("[role=alert]:not([hidden])")
    sign_in(page, StaffRole.SHIFT_SUPERVISOR)
    page.click("text=Open")
    page.wait_for_selector("img[data-kind=portrait]")
    assert page.locator(".portraits img").count() == 2
    assert "not alike" in page.inner_text("ul[aria-label=Questions]")
    check(page)
    page.click("text=Grant")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "look at both" in page.inner_text("[role=alert]")
    assert store.counts()["visas"] == 1
    page.check("input[name=accepts]")
    page.click("text=Grant")
    page.wait_for_selector("text=Nothing waits.")
    assert store.counts()["visas"] == 2


def test_who_may_only_look_is_told_so_and_a_person_is_suspended_and_resumed(page: "Page", store: Store) -> None:
    sign_in(page, StaffRole.LANE_OFFICER)
    page.click("text=Open")
    page.click("text=Refuse")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "none of your roles" in page.inner_text("[role=alert]").lower()
    page.click("text=Sign out")
    sign_in(page, StaffRole.SHIFT_SUPERVISOR)
    page.click("nav >> text=Persons")
    for name, value in (("issuing_state", "uto"), ("document_number", VISA.document_number), ("birth_date", "740812")):
        page.fill(f"input[name={name}]", value)
    page.click("button.main")
    page.click("text=Entries and exits")
    page.wait_for_selector("li.card ul li")
    assert "Entry" in page.inner_text("li.card ul")
    check(page)
    page.fill("input[name=reason]", "reported by the embassy")
    page.click("text=Suspend")
    page.wait_for_selector("li.card[data-state=suspended]")
    page.fill("input[name=reason]", "it was a mistake")
    page.click("text=Resume")
    page.wait_for_selector("li.card[data-state=valid]")
