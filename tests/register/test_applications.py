"""From an application to a visa at the gate: granted at once, waiting for an officer, families, new passports."""

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from link.staff import StaffRole
from link.travel import LostState, PassageClaim
from register.database import BUSY_S
from register.grants import DecisionRefused, GrantPolicy, Grants, Ruling
from register.model import Alert
from register.store import Store
from register.tables import applications, pictures, portraits
from tests.register.applicants import ANNA, LINES, UNREADABLE, Office, face, office, renewed, sent
from tests.register.asking import QUESTION
from tests.register.conftest import TODAY, VISA

pytestmark = pytest.mark.slow
OFFICER = StaffRole.SHIFT_SUPERVISOR
GIVEN = ("BRUNO", "CHLOE", "DELPHINE", "EMIL", "FATIMA", "GUSTAV", "HANNELORE", "IGOR")
RACES = len(GIVEN)


@pytest.fixture
def desk(path: Path | str) -> Iterator[Office]:
    with office(path) as opened:
        yield opened


def at_the_gate(desk: Office, number: str = "L898902C3") -> Any:
    body = {**QUESTION, "document_number": number}
    from link.signing import document_digest

    subject = document_digest("UTO", number, "740812")
    return desk.service.proved("record", "/v1/records/search", body, subject=subject)


def kept_pictures(desk: Office) -> int:
    with desk.store.database.reading() as connection:
        return len(connection.execute(select(pictures)).all())


def test_a_good_application_is_a_visa_at_once_and_the_gate_finds_it(desk: Office) -> None:
    party = desk.applied(desk.anna())
    (told,) = party["applications"]
    assert (told["state"], told["first_name"], told["document_masked"]) == ("granted", "ANNA", "*******C3")
    assert told["said"][0].startswith("Your visa is granted")
    answer = at_the_gate(desk)
    assert (answer["state"], answer["record"]) == ("valid", told["visa"]["record"])
    assert (answer["entries_left"], answer["stay_days_left"]) == (1, 90)
    assert (answer["portrait_captured_on"], answer["portrait_quality"]) == ("2026-05-01", 0.9)
    assert kept_pictures(desk) == 0
    with desk.store.database.reading() as connection:
        assert connection.execute(select(portraits.c.basis)).scalar_one() == "compared"


def test_a_poor_portrait_is_told_in_words_and_a_better_one_grants(desk: Office) -> None:
    page = desk.passports.print(ANNA, 5)
    party = desk.applied(sent(page, face(13)))
    (told,) = party["applications"]
    assert (told["state"], told["portrait_reasons"]) == ("needs_portrait", ["The face is too dark."])
    assert told["portrait_advice"] == ["luma_low"]
    assert at_the_gate(desk)["state"] == "none"
    where = f"/applications/{told['application']}/pictures"
    (again,) = desk.as_party(party, "POST", where, sent(portrait=face(13))).json()["applications"]
    assert (again["state"], again["portrait_reasons"]) == ("needs_portrait", ["The face is too dark."])
    (better,) = desk.as_party(party, "POST", where, sent(portrait=face(5))).json()["applications"]
    assert (better["state"], better["portrait_reasons"]) == ("granted", [])
    assert desk.as_party(party, "POST", where, sent(portrait=face(5))).json()["code"] == "already_decided"


def test_a_portrait_that_differs_is_no_reference_until_an_officer_accepts_it(desk: Office) -> None:
    party = desk.applied(desk.anna(person=5, portrait=6))
    (told,) = party["applications"]
    assert told["state"] == "waiting"
    assert "look different" in " ".join(told["said"])
    assert at_the_gate(desk)["state"] == "none"
    officer = desk.staff(OFFICER)
    application = told["application"]
    assert desk.decide(application, officer, decision="grant").json()["code"] == "portrait_not_accepted"
    assert at_the_gate(desk)["state"] == "none"
    ruled = desk.decide(application, officer, decision="grant", accepts_portrait=True).json()
    assert (ruled["state"], ruled["decided_by"]) == ("granted", "shift_supervisor")
    assert at_the_gate(desk)["state"] == "valid"
    with desk.store.database.reading() as connection:
        assert connection.execute(select(portraits.c.basis)).scalar_one() == "accepted"


def test_typed_lines_grant_nothing_before_the_page_is_seen(desk: Office) -> None:
    party = desk.applied(sent(portrait=face(5), lines=LINES))
    (told,) = party["applications"]
    assert told["state"] == "needs_document"
    officer = desk.staff(OFFICER)
    refused = desk.decide(told["application"], officer, decision="grant", accepts_portrait=True)
    assert refused.json()["code"] == "pictures_missing"
    where = f"/applications/{told['application']}/pictures"
    other = desk.passports.print(renewed(ANNA, "X1"), 5)
    assert desk.as_party(party, "POST", where, sent(other)).json()["code"] == "page_of_another"
    typed = replace(ANNA, expires=ANNA.expires.replace(year=2012) if ANNA.expires else None)  # as in the lines
    (seen,) = desk.as_party(party, "POST", where, sent(desk.passports.print(typed, 5))).json()["applications"]
    assert seen["state"] == "waiting"  # the passport of the lines has run out
    assert "passport ends before" in " ".join(seen["said"])


def test_a_family_applies_once_and_each_child_has_a_visa_in_its_own_passport(desk: Office) -> None:
    children = [renewed(ANNA, f"KID{n}", given_names=f"KID {n}", birth_date=f"1{n}0101") for n in range(3)]
    asked = [desk.anna(person=n + 1, holder=child) for n, child in enumerate(children)]
    asked[2] = desk.anna(person=3, holder=children[2], portrait=4)
    party = desk.applied(*asked)
    assert [each["state"] for each in party["applications"]] == ["granted", "granted", "waiting"]
    assert len({each["visa"]["record"] for each in party["applications"] if each["visa"]}) == 2
    assert [each["state"] for each in desk.seen(party)["applications"]] == ["granted", "granted", "waiting"]


def test_the_same_key_makes_one_application(desk: Office) -> None:
    asked = desk.anna()
    first, second = desk.applied(asked, key="journey-1"), desk.applied(asked, key="journey-1")
    assert (first["party"], first["access"]) == (second["party"], second["access"])
    assert desk.store.counts()["visas"] == 1
    assert desk.apply(asked, key="journey-1", entries=2).json()["code"] == "idempotency_conflict"
    assert desk.apply(asked, key="short").json()["code"] == "body_invalid"


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        (sent(UNREADABLE, face(5)), "page_unreadable", "too dark"),
        (sent(portrait=face(5)), "page_missing", "passport's page"),
        (sent(lines=(LINES[0], LINES[1][:-1] + "9")), "lines_refused", "look at"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(desk: Office, body: dict[str, Any], code: str, words: str) -> None:
    told = desk.apply(body)
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert words in told.json()["title"]
    assert told.json().get("advice", "") == ("too_dark" if code == "page_unreadable" else "")
    assert not any(secret in told.text for secret in ("ERIKSSON", "L898902C3", "740812"))


def test_a_portrait_that_is_no_image_is_refused(desk: Office) -> None:
    page = desk.passports.print(ANNA, 5)
    refused = desk.apply(sent(page, b"no image at all, but long enough to be looked at"))
    assert refused.json()["code"] == "image_unusable"
    assert desk.apply({**sent(page), "portrait": "####"}).json()["code"] == "body_invalid"


def test_a_journey_that_is_over_is_refused(desk: Office) -> None:
    for dates in ({"valid_until": "2026-04-30"}, {"valid_from": "2026-06-02", "valid_until": "2026-06-01"}):
        assert desk.apply(desk.anna(), **dates).json()["code"] == "journey_dates"


def test_what_only_the_authority_may_know_is_told_to_officers_alone(desk: Office) -> None:
    alert = Alert("A-1", True, surname="ERIKSSON", given_names="ANNA MARIA", birth_date="740812")
    desk.store.add(alerts=[alert])
    desk.store.report("UTO", "L898902C3", LostState.LOST, TODAY)
    desk.store.add([replace(VISA, record="V-0", document_number="OTHER1", surname="ERIKSON", portrait=b"")])
    (told,) = desk.applied(desk.anna())["applications"]
    assert (told["state"], len(told["said"])) == ("waiting", 1)
    case = desk.service.ask("GET", f"/v1/applications/{told['application']}", token=desk.staff(OFFICER)).json()
    assert {"alert", "document_reported", "near_match"} <= set(case["questions"])


def test_overlapping_visas_and_used_up_days_wait_for_an_officer(desk: Office) -> None:
    desk.applied(desk.anna())
    (second,) = desk.applied(desk.anna(), valid_from="2026-07-01", valid_until="2026-12-31")["applications"]
    assert (second["state"], "for some of these days" in second["said"][1]) == ("waiting", True)
    (later,) = desk.applied(desk.anna(), valid_from="2026-08-01", valid_until="2026-12-31")["applications"]
    assert later["state"] == "granted"
    record = later["visa"]["record"]
    from link.travel import PassageClaim

    desk.store.consume_entry(PassageClaim("in", record, TODAY), "gate-1")
    desk.store.consume_entry(PassageClaim("out", record, TODAY + timedelta(days=91), "exit"), "gate-1")
    desk.service.at = TODAY + timedelta(days=91)
    (third,) = desk.applied(desk.anna(), valid_from="2027-01-01", valid_until="2027-02-01")["applications"]
    assert third["state"] == "granted"  # by then days are free again
    (soon,) = desk.applied(desk.anna(), valid_from="2026-08-01", valid_until="2026-08-09")["applications"]
    assert "longer than is allowed" in " ".join(soon["said"])


def test_an_authority_may_have_everything_decided_by_officers(path: Path | str) -> None:
    with office(path, GrantPolicy(automatic=False)) as desk:
        (told,) = desk.applied(desk.anna())["applications"]
        assert told["state"] == "waiting"
        officer = desk.staff(OFFICER)
        assert (
            desk.decide(told["application"], officer, decision="refuse", words="Ask again in June.").status_code == 200
        )
        (seen,) = desk.applied(desk.anna(), valid_from="2026-06-01")["applications"]
        assert desk.decide(seen["application"], officer, decision="grant").json()["state"] == "granted"
        assert desk.decide(seen["application"], officer, decision="grant").json()["code"] == "already_decided"


def test_an_application_that_nobody_goes_on_with_is_ended_and_its_pictures_are_gone(desk: Office) -> None:
    party = desk.applied(desk.anna(portrait=6))
    assert kept_pictures(desk) == 2
    grants, later = Grants(desk.store), TODAY + timedelta(days=31)
    assert grants.forget(TODAY, TODAY) == 0
    assert grants.forget(later - timedelta(days=30), later) == 1
    assert kept_pictures(desk) == 0
    (seen,) = desk.seen(party)["applications"]
    assert (seen["state"], "apply again" in seen["said"][-1]) == ("refused", True)


def test_a_refusal_is_told_with_the_officers_words(desk: Office) -> None:
    party = desk.applied(desk.anna(portrait=6))
    application = party["applications"][0]["application"]
    desk.decide(application, desk.staff(OFFICER), decision="refuse", words="Please come with your new passport.")
    (seen,) = desk.seen(party)["applications"]
    assert (seen["state"], seen["said"][-1]) == ("refused", "Please come with your new passport.")
    assert kept_pictures(desk) == 0


# --- a new passport -----------------------------------------------------------------------------------------


@pytest.fixture
def granted(desk: Office) -> tuple[dict[str, Any], str]:
    party = desk.applied(desk.anna())
    return party, party["applications"][0]["visa"]["record"]


def rebind(desk: Office, party: dict[str, Any], record: str, new: bytes, old: bytes | None) -> Any:
    pages = {"new_page": sent(new)["page"], **({"old_page": sent(old)["page"]} if old else {})}
    return desk.as_party(party, "POST", "/rebindings", {"record": record, **pages})


def test_a_visa_moves_to_a_new_passport_with_proof_of_both(desk: Office, granted: tuple[dict[str, Any], str]) -> None:
    party, record = granted
    old, new = desk.passports.print(ANNA, 5), desk.passports.print(renewed(ANNA, "NEW123456"), 5)
    told = rebind(desk, party, record, new, old).json()
    assert [each["state"] for each in told["applications"]] == ["granted", "granted"]
    assert (at_the_gate(desk, "NEW123456")["state"], at_the_gate(desk, "NEW123456")["record"]) == ("valid", record)
    moved = at_the_gate(desk)
    assert (moved["state"], moved["other_document_masked"]) == ("other_document", "*******56")
    with desk.store.database.reading() as connection:
        from register.tables import documents

        persons = connection.execute(select(documents.c.person)).scalars().all()
    assert len(persons) == 2
    assert len(set(persons)) == 1


def test_after_a_change_of_name_the_old_passport_still_leads_to_the_new_one(
    desk: Office, granted: tuple[dict[str, Any], str]
) -> None:
    party, record = granted
    married = renewed(ANNA, "NEW123456", surname="BERGSTROEM")
    told = rebind(desk, party, record, desk.passports.print(married, 5), desk.passports.print(ANNA, 5)).json()
    application = told["applications"][-1]["application"]
    assert at_the_gate(desk)["state"] == "valid"
    assert desk.decide(application, desk.staff(OFFICER), decision="grant").json()["state"] == "granted"
    moved = at_the_gate(desk)
    assert (moved["state"], moved["other_document_masked"], moved["record"]) == ("other_document", "*******56", record)


@pytest.mark.parametrize(
    ("changes", "person", "old_too"),
    [
        ({}, 6, True),
        ({}, 0, True),
        ({}, 5, False),
        ({"birth_date": "740813"}, 5, True),
        ({"surname": "OTHER"}, 5, True),
    ],
    ids=["another face", "no face", "no old page", "another birth date", "another name"],
)
def test_a_doubtful_new_passport_waits_for_an_officer(
    desk: Office, granted: tuple[dict[str, Any], str], changes: dict[str, str], person: int, old_too: bool
) -> None:
    party, record = granted
    new = desk.passports.print(renewed(ANNA, "NEW123456", **changes), person)
    old = desk.passports.print(ANNA, 5) if old_too else None
    told = rebind(desk, party, record, new, old).json()
    assert told["applications"][-1]["state"] == "waiting"
    assert at_the_gate(desk)["state"] == "valid"  # still the old one's


def test_days_of_stay_and_journeys_follow_the_person_to_the_new_passport(
    desk: Office, granted: tuple[dict[str, Any], str]
) -> None:
    party, record = granted
    for crossing, direction, ago in (("in-1", "entry", 20), ("out-1", "exit", 11)):
        desk.store.consume_entry(PassageClaim(crossing, record, TODAY - timedelta(days=ago), direction), "gate-1")
    new, old = desk.passports.print(renewed(ANNA, "NEW123456"), 5), desk.passports.print(ANNA, 5)
    assert rebind(desk, party, record, new, old).status_code == 200
    moved = at_the_gate(desk, "NEW123456")
    assert (moved["entries_left"], moved["stay_days_left"]) == (0, 80)  # ten days were used on the old passport
    officer = desk.staff(OFFICER)
    for number in ("NEW123456", ANNA.document_number):
        document = {"issuing_state": "UTO", "document_number": number, "birth_date": ANNA.birth_date}
        found = desk.service.ask("POST", "/v1/passages/search", document, officer).json()
        assert ([each["passage"] for each in found["passages"]], found["days_used"]) == (["in-1", "out-1"], 10)


def test_asked_again_to_bind_it_is_one_application_and_what_was_missing_grants_it(
    desk: Office, granted: tuple[dict[str, Any], str]
) -> None:
    party, record = granted
    new, old = desk.passports.print(renewed(ANNA, "NEW123456"), 5), desk.passports.print(ANNA, 5)
    for _ in range(2):
        told = rebind(desk, party, record, new, None).json()
        assert [each["state"] for each in told["applications"]] == ["granted", "waiting"]
    told = rebind(desk, party, record, new, old).json()
    assert [each["state"] for each in told["applications"]] == ["granted", "granted"]
    assert at_the_gate(desk, "NEW123456")["state"] == "valid"
    assert rebind(desk, party, record, new, old).json()["code"] == "page_of_another"  # it is bound already


def test_pages_that_prove_nothing_and_visas_of_others_are_refused(
    desk: Office, granted: tuple[dict[str, Any], str]
) -> None:
    party, record = granted
    page, other = desk.passports.print(ANNA, 5), desk.passports.print(renewed(ANNA, "NEW123456"), 5)
    assert rebind(desk, party, record, page, page).json()["code"] == "page_of_another"
    assert rebind(desk, party, record, other, other).json()["code"] == "page_of_another"
    assert rebind(desk, party, "V-none", other, page).json()["code"] == "record_unknown"
    stranger = {**party, "access": "GUESSED"}
    assert rebind(desk, stranger, record, other, page).json()["code"] == "access_unknown"


def test_considered_twice_at_once_an_application_becomes_one_visa(path: Path | str) -> None:
    with office(path, GrantPolicy(automatic=False)) as desk:
        born = [f"{60 + n}0{n + 1}{10 + n}" for n in range(RACES)]
        holders = [renewed(ANNA, f"N{n}", given_names=name, birth_date=born[n]) for n, name in enumerate(GIVEN)]
        made = [desk.applied(desk.anna(person=n + 1, holder=holder)) for n, holder in enumerate(holders)]
    names = [each["applications"][0]["application"] for each in made]
    barrier, granted = threading.Barrier(2), list[str]()

    def run() -> None:
        with Store(path) as own:
            barrier.wait()
            for name in names:
                try:
                    granted.append(Grants(own).consider(name, TODAY).record)
                except DecisionRefused:
                    continue

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([record for record in granted if record]) == len(names)
    with Store(path) as store:
        assert store.counts()["visas"] == len(names)


def test_an_application_waits_for_another_writer_whose_disk_is_slow(path: Path | str) -> None:
    """Longer than a gate would: a gate has its copy, a traveller would have to begin anew."""
    with office(path, GrantPolicy(automatic=False)) as desk:
        made = desk.applied(desk.anna())
    name, holding = made["applications"][0]["application"], threading.Event()

    def hold_on() -> None:
        with Store(path) as other, other.database.writing() as connection:
            connection.execute(update(applications).where(applications.c.application == name).values(words=""))
            holding.set()
            time.sleep(2.5 * BUSY_S)

    other = threading.Thread(target=hold_on)
    other.start()
    assert holding.wait(30)
    with Store(path) as own:
        assert Grants(own).rule(name, Ruling("officer-7", grant=True, accepts_portrait=True), TODAY).record
    other.join()
