"""The staff's page in a browser: cases, persons, documents; staff and machines; the audit. Each role sees its own."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from link.staff import StaffRole
from link.travel import LostState, PassageClaim, UseEnd
from register.application import Terms
from register.applying import Applying, Sent
from register.grants import GrantPolicy, Grants
from register.machines import Machines
from register.service.app import Part, make_app
from register.service.desk import Desk, digest
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
PAGES_OF = {
    StaffRole.LANE_OFFICER: ["Applications", "Persons", "Documents"],
    StaffRole.SHIFT_SUPERVISOR: ["Applications", "Persons", "Documents"],
    StaffRole.ADMINISTRATOR: ["Staff", "Machines"],
    StaffRole.AUDITOR: ["Audit"],
}
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
        for role in (*PAGES_OF, StaffRole.VIEWER):
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
    page.click("text=Who did and saw what")
    page.wait_for_selector("li.card[data-action=suspended]")
    assert "reported by the embassy" in page.inner_text("li.card[data-action=suspended]")


def test_a_passport_is_reported_found_again_and_cleared_for_the_hall(page: "Page", store: Store) -> None:
    document = (VISA.issuing_state, VISA.document_number)
    store.begin_use("c2", *document, TODAY)
    store.end_use("c2", UseEnd.REFERRED, TODAY)

    def look() -> None:
        page.click("nav >> text=Documents")
        page.fill("input[name=issuing_state]", document[0].lower())
        page.fill("input[name=document_number]", document[1])
        page.click("button.main")
        page.wait_for_selector("section[data-use=referred]")

    sign_in(page, StaffRole.LANE_OFFICER)
    look()
    assert page.locator("text=Clear it").count() == 0  # a lane officer may report, not clear
    check(page)
    page.click("text=Report stolen")
    page.wait_for_selector("[role=alert]:not([hidden])")  # a reason is missing
    assert store.lost_state(*document) is LostState.NOT_REPORTED
    page.fill("input[name=reason]", "told at the counter")
    page.click("text=Report stolen")
    page.wait_for_selector("section[data-lost=stolen]")
    assert store.lost_state(*document) is LostState.STOLEN
    page.click("text=Sign out")
    sign_in(page, StaffRole.SHIFT_SUPERVISOR)
    look()
    for what, done in (("Found again", "[data-lost=not_reported]"), ("Clear it", "[data-use=free]")):
        page.fill("input[name=reason]", "looked at it at the desk")
        page.click(f"text={what}")
        page.wait_for_selector(f"section{done}")
    assert store.lost_state(*document) is LostState.NOT_REPORTED


def test_an_administrator_adds_and_disables_staff_and_tokens(page: "Page", store: Store) -> None:
    sign_in(page, StaffRole.ADMINISTRATOR)
    page.fill("input[name=new-name]", "officer-9")
    page.fill("input[name=new-password]", "short")
    page.check("input[value=lane_officer]")
    page.click("button.main")
    page.wait_for_selector("[role=alert]:not([hidden])")
    assert "at least 12" in page.inner_text("[role=alert]")
    page.fill("input[name=new-password]", PASSWORD)
    page.click("button.main")
    page.wait_for_selector("li.card[data-name=officer-9]:not([data-disabled])")
    check(page)
    session = Staff(store.database).sign_in("officer-9", PASSWORD, TODAY)
    assert session.member.roles == {StaffRole.LANE_OFFICER}
    page.click("text=Disable officer-9")
    page.wait_for_selector("li.card[data-name=officer-9][data-disabled]")
    assert Staff(store.database).member(session.token, TODAY) is None

    page.click("nav >> text=Machines")
    page.fill("input[name=new-machine]", "gate-9")
    page.check("input[value=gate]")
    page.click("button.main")
    page.wait_for_selector("#token:not([hidden])")
    token = page.inner_text("#token")
    machine = Machines(store.database).find(digest(token), TODAY)
    assert machine is not None
    assert (machine.name, machine.scopes) == ("gate-9", {"gate"})
    page.wait_for_selector("li.card[data-name=gate-9]")
    check(page)
    page.click("text=Revoke gate-9")
    page.wait_for_selector("li.card[data-name=gate-9][data-revoked]")
    assert Machines(store.database).find(digest(token), TODAY) is None


def test_an_auditor_reads_who_did_what_and_nothing_else(page: "Page") -> None:
    sign_in(page, StaffRole.AUDITOR, "a wrong password")
    page.wait_for_selector("[role=alert]:not([hidden])")
    sign_in(page, StaffRole.AUDITOR)
    page.wait_for_selector("li.card[data-action=sign_in_failed]")
    check(page)
    page.fill("input[name=actor]", "traveller")
    page.click("button.main")
    page.wait_for_selector("li.card[data-action=applied]")
    assert page.locator("li.card[data-action=sign_in_failed]").count() == 0
    page.click("text=Later entries")
    page.wait_for_selector("text=Later entries", state="hidden")


def test_each_role_is_shown_the_pages_it_may_use(page: "Page") -> None:
    for role, pages in {**PAGES_OF, StaffRole.VIEWER: []}.items():
        sign_in(page, role)
        page.wait_for_selector("nav >> text=Sign out")
        assert page.locator("nav button").all_inner_texts() == [*pages, "Sign out"], role
        if not pages:
            page.wait_for_selector("text=None of your roles")
        page.click("text=Sign out")
