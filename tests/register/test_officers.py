"""What officers may see and do, each by role, and that every view and every refusal is noted."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link.staff import StaffRole
from link.travel import PassageClaim, UseEnd
from register.proofs import ProofRefused, base45, from_base45, from_text
from register.staff import FAILURES, IDLE, PERMISSIONS, Permission
from tests.register.applicants import ANNA, PASSWORD, Office, office, renewed
from tests.register.asking import KEY, QUESTION
from tests.register.conftest import TODAY, VISA

pytestmark = pytest.mark.slow
RECORD = "V-1"
BECAUSE = {"reason": "reported by the embassy"}
DOCUMENT = {"issuing_state": "UTO", "document_number": "L898902C3"}
ROUTES: list[tuple[str, str, Any, Permission]] = [
    ("GET", "/v1/applications", None, Permission.VIEW),
    ("GET", "/v1/applications/A-1", None, Permission.VIEW),
    ("GET", "/v1/applications/A-1/pictures/portrait", None, Permission.VIEW),
    ("POST", "/v1/applications/A-1/decision", {"decision": "grant"}, Permission.DECIDE),
    ("GET", "/v1/records/V-1", None, Permission.VIEW),
    ("GET", "/v1/records/V-1/history", None, Permission.VIEW),
    ("POST", "/v1/records/V-1/suspension", BECAUSE, Permission.CANCEL),
    ("POST", "/v1/records/V-1/resumption", BECAUSE, Permission.CANCEL),
    ("POST", "/v1/records/V-1/cancellation", BECAUSE, Permission.CANCEL),
    ("POST", "/v1/persons/search", {**DOCUMENT, "birth_date": "740812"}, Permission.VIEW),
    ("POST", "/v1/passages/search", {**DOCUMENT, "birth_date": "740812"}, Permission.VIEW),
    ("POST", "/v1/documents/standing", DOCUMENT, Permission.VIEW),
    ("POST", "/v1/documents/reports", {**DOCUMENT, **BECAUSE, "state": "lost"}, Permission.REPORT),
    ("POST", "/v1/uses/clearance", {**DOCUMENT, **BECAUSE}, Permission.CLEAR),
    ("GET", "/v1/staff", None, Permission.ADMINISTER),
    ("GET", "/v1/machines", None, Permission.ADMINISTER),
    ("POST", "/v1/staff", {"name": "x1", "password": PASSWORD, "roles": ["auditor"]}, Permission.ADMINISTER),
    ("DELETE", "/v1/staff/none", None, Permission.ADMINISTER),
    ("POST", "/v1/machines", {"name": "g1", "scopes": ["gate"]}, Permission.ADMINISTER),
    ("DELETE", "/v1/machines/none", None, Permission.ADMINISTER),
    ("GET", "/v1/audit", None, Permission.AUDIT),
]


@pytest.fixture
def desk(path: Path | str) -> Iterator[Office]:
    with office(path) as opened:
        opened.store.add([VISA])
        yield opened


def told(desk: Office, method: str, where: str, token: str, body: Any = None) -> Any:
    got = desk.service.ask(method, where, body, token)
    assert got.status_code in (200, 201), got.text
    return got.json()


def noted(desk: Office) -> list[tuple[str, str, str]]:
    entries = told(desk, "GET", "/v1/audit", desk.staff(StaffRole.AUDITOR))["entries"]
    return [(each["actor"], each["action"], each["subject"]) for each in entries]


@pytest.mark.parametrize("role", list(StaffRole), ids=lambda role: role.value)
def test_each_role_may_what_the_table_says_and_no_more(desk: Office, role: StaffRole) -> None:
    token = desk.staff(role)
    for method, where, body, permission in ROUTES:
        got = desk.service.ask(method, where, body, token)
        if permission in PERMISSIONS[role]:
            assert got.status_code not in (400, 401, 403, 422), (where, got.text)
        else:
            assert (got.status_code, got.json()["code"]) == (403, "role_missing"), where
    actions = noted(desk) if role is not StaffRole.AUDITOR else []
    lacking = [where for _, where, _, permission in ROUTES if permission not in PERMISSIONS[role]]
    if role is not StaffRole.AUDITOR:
        assert len([each for each in actions if each[:2] == (role.value, "turned_away")]) == len(lacking)


def test_without_a_session_nobody_sees_anything(desk: Office) -> None:
    for method, where, body, _permission in ROUTES[:10]:
        for token in ("", "guessed"):
            got = desk.service.ask(method, where, body, token)
            assert (got.status_code, got.json()["code"]) == (401, "not_signed_in"), where


def test_a_gates_token_is_no_session_and_a_session_no_token(desk: Office) -> None:
    assert desk.service.ask("GET", "/v1/records/V-1", None, "of-gate-1").status_code == 401
    session = desk.staff(StaffRole.LANE_OFFICER)
    assert desk.service.ask("POST", "/v1/records/search", QUESTION, session).status_code == 401


def test_a_session_ends_when_it_is_left_alone_signed_out_or_its_owner_disabled(desk: Office) -> None:
    token, administrator = desk.staff(StaffRole.LANE_OFFICER), desk.staff(StaffRole.ADMINISTRATOR)

    def code(session: str) -> int:
        return desk.service.ask("GET", "/v1/records/V-1", None, session).status_code

    desk.service.at = TODAY + IDLE * 0.9
    assert code(token) == 200
    desk.service.at = TODAY + IDLE * 1.8
    assert code(token) == 200
    desk.service.at = TODAY + IDLE * 2.9
    assert code(token) == 401
    desk.service.at = TODAY
    again = told(desk, "POST", "/v1/sessions", "", {"name": "lane_officer", "password": PASSWORD})["token"]
    assert code(again) == 200
    assert desk.service.ask("DELETE", "/v1/sessions/current", None, again).status_code == 204
    assert code(again) == 401
    third = told(desk, "POST", "/v1/sessions", "", {"name": "lane_officer", "password": PASSWORD})["token"]
    assert desk.service.ask("DELETE", "/v1/staff/lane_officer", None, administrator).status_code == 204
    assert code(third) == 401


def test_guessing_a_password_locks_the_name_and_tells_nothing(desk: Office) -> None:
    desk.staff(StaffRole.LANE_OFFICER)

    def sign_in(password: str, name: str = "lane_officer") -> Any:
        return desk.service.ask("POST", "/v1/sessions", {"name": name, "password": password})

    wrong = [sign_in(f"guess number {n}") for n in range(FAILURES)]
    assert {each.text for each in wrong} == {sign_in("whatever it is", "nobody-here").text}
    assert sign_in(PASSWORD).status_code == 401
    desk.service.at = TODAY + timedelta(minutes=16)
    assert sign_in(PASSWORD).status_code == 201


def test_suspended_resumed_cancelled_each_with_its_reason(desk: Office) -> None:
    token = desk.staff(StaffRole.INVESTIGATOR)

    def state() -> str:
        answer: str = desk.service.proved("record", "/v1/records/search", QUESTION)["state"]
        return answer

    for action, after in (("suspension", "suspended"), ("resumption", "valid"), ("cancellation", "cancelled")):
        assert told(desk, "POST", f"/v1/records/{RECORD}/{action}", token, BECAUSE)["state"] == after
        assert state() == after
    told(desk, "POST", f"/v1/records/{RECORD}/resumption", token, BECAUSE)
    assert state() == "cancelled"
    assert desk.service.ask("POST", f"/v1/records/{RECORD}/suspension", {}, token).status_code == 422
    history = told(desk, "GET", f"/v1/records/{RECORD}/history", token)["entries"]
    actions = [each["action"] for each in history]
    assert actions == ["suspended", "resumed", "cancelled", "resumed", "viewed_history"]
    assert history[0]["detail"] == {"reason": "reported by the embassy"}


def test_a_search_finds_the_person_and_those_alike_and_every_view_is_noted(desk: Office) -> None:
    token = desk.staff(StaffRole.LANE_OFFICER)
    by_document = told(desk, "POST", "/v1/persons/search", token, {**DOCUMENT, "birth_date": "740812"})["persons"]
    assert [(each["record"], each["match"]) for each in by_document] == [(RECORD, "document")]
    by_name = {"birth_date": "740812", "surname": "ERIKSSON", "given_names": "ANNA MARIA"}
    assert [each["match"] for each in told(desk, "POST", "/v1/persons/search", token, by_name)["persons"]] == ["person"]
    turned = {**by_name, "surname": "ANNA MARIA", "given_names": "ERIKSSON"}
    near = told(desk, "POST", "/v1/persons/search", token, turned)["persons"]
    assert [each["match"] for each in near] == ["name_order"]
    assert noted(desk).count(("lane_officer", "viewed_record", RECORD)) == 3


def test_the_desk_clears_a_referred_document(desk: Office) -> None:
    desk.store.begin_use("t1", "UTO", "L898902C3", TODAY)
    desk.store.end_use("t1", UseEnd.REFERRED, TODAY)
    token = desk.staff(StaffRole.SHIFT_SUPERVISOR)
    held = told(desk, "POST", "/v1/documents/standing", token, DOCUMENT)
    assert (held["lost"], held["use"]) == ("not_reported", "referred")
    assert told(desk, "POST", "/v1/uses/clearance", token, {**DOCUMENT, **BECAUSE}) == {"referrals": 1}
    assert told(desk, "POST", "/v1/documents/standing", token, DOCUMENT)["use"] == "free"
    assert desk.service.proved("use", "/v1/uses", {**QUESTION, "transaction": "t2"})["state"] == "free"
    reported = desk.service.ask("POST", "/v1/documents/reports", {**DOCUMENT, **BECAUSE, "state": "stolen"}, token)
    assert reported.status_code == 204, reported.text
    both = told(desk, "POST", "/v1/documents/standing", token, DOCUMENT)
    assert (both["lost"], both["use"], both["use_since"][:10]) == ("stolen", "in_use", f"{TODAY:%Y-%m-%d}")


def test_an_administrator_sees_no_person_and_makes_a_token_that_works(desk: Office) -> None:
    token = desk.staff(StaffRole.ADMINISTRATOR)
    made = told(desk, "POST", "/v1/machines", token, {"name": "gate-7", "scopes": ["gate"]})["token"]
    assert desk.service.ask("POST", "/v1/records/search", QUESTION, made).status_code == 200
    (listed,) = told(desk, "GET", "/v1/machines", token)
    assert listed == {"name": "gate-7", "scopes": ["gate"], "ends_at": None, "revoked": False}
    assert desk.service.ask("DELETE", "/v1/machines/gate-7", None, token).status_code == 204
    assert told(desk, "GET", "/v1/machines", token)[0]["revoked"]
    assert desk.service.ask("POST", "/v1/records/search", QUESTION, made).status_code == 401
    (own,) = told(desk, "GET", "/v1/staff", token)
    assert own == {"name": "administrator", "roles": ["administrator"], "disabled": False}
    short = {"name": "short", "password": "short", "roles": ["viewer"]}
    assert desk.service.ask("POST", "/v1/staff", short, token).json()["code"] == "password_short"


# --- entries and exits --------------------------------------------------------------------------------------


@pytest.fixture
def travelled(desk: Office) -> dict[str, Any]:
    holder = renewed(ANNA, "PASSED001", given_names="BRUNO", birth_date="800102")
    party = desk.applied(desk.anna(holder=holder, person=7))
    record = party["applications"][0]["visa"]["record"]
    for crossing, direction, day in (("in-1", "entry", 0), ("out-1", "exit", 3)):
        at = TODAY + timedelta(days=day)
        desk.store.consume_entry(PassageClaim(crossing, record, at, direction), "gate-1")
        desk.store.consume_entry(PassageClaim(crossing, record, at, direction), "gate-1")
    desk.service.at = TODAY + timedelta(days=5)
    return party


def test_the_traveller_has_a_proof_that_anybody_can_check(desk: Office, travelled: dict[str, Any]) -> None:
    (seen,) = desk.seen(travelled)["applications"]
    passages = [(each["passage"], each["direction"], each["gate"]) for each in seen["visa"]["passages"]]
    assert passages == [("in-1", "entry", "gate-1"), ("out-1", "exit", "gate-1")]
    proof = desk.as_party(travelled, "GET", "/passages/in-1/proof").json()
    assert (from_text(KEY.public_key(), proof["text"]).passage, proof["direction"]) == ("in-1", "entry")

    def verified(**asked: str) -> Any:
        return told(desk, "POST", "/v1/proofs/verify", "", {"text": proof["text"], **asked})

    assert verified()["genuine"] is True
    assert verified(document_number="PASSED001", birth_date="800102")["of_document"] is True
    assert verified(document_number="PASSED002", birth_date="800102")["of_document"] is False
    changed = proof["text"][:-5] + ("00000" if not proof["text"].endswith("00000") else "11111")
    assert told(desk, "POST", "/v1/proofs/verify", "", {"text": changed})["genuine"] is False
    assert "PASSED001" not in proof["text"]


def test_the_proof_is_drawn_as_a_code_for_its_owner_alone(desk: Office, travelled: dict[str, Any]) -> None:
    drawn = desk.as_party(travelled, "GET", "/passages/in-1/proof.svg")
    assert (drawn.headers["content-type"], drawn.text.count("<svg")) == ("image/svg+xml", 1)
    assert desk.as_party(travelled, "GET", "/passages/other/proof.svg").status_code == 404
    stranger = {**travelled, "access": "GUESSED"}
    assert desk.as_party(stranger, "GET", "/passages/in-1/proof.svg").status_code == 401


def test_officers_elsewhere_see_entries_exits_and_days(desk: Office, travelled: dict[str, Any]) -> None:
    question = {"issuing_state": "UTO", "document_number": "PASSED001", "birth_date": "800102"}
    seen = told(desk, "POST", "/v1/passages/search", desk.staff(StaffRole.LANE_OFFICER), question)
    assert [each["direction"] for each in seen["passages"]] == ["entry", "exit"]
    assert (seen["days_used"], seen["exits_missing"]) == (4, 0)
    token = told(
        desk, "POST", "/v1/machines", desk.staff(StaffRole.ADMINISTRATOR), {"name": "dubai", "scopes": ["passages"]}
    )
    assert told(desk, "POST", "/v1/passages/elsewhere", token["token"], question) == seen
    assert desk.service.ask("POST", "/v1/records/search", QUESTION, token["token"]).json()["code"] == "scope_missing"
    assert ("dubai", "viewed_passages", "UTO") in noted(desk)


def test_pictures_are_seen_by_officers_until_it_is_decided(desk: Office) -> None:
    holder = renewed(ANNA, "WAITS0001", given_names="EMIL", birth_date="900203")
    application = desk.applied(desk.anna(holder=holder, person=5, portrait=6))["applications"][0]["application"]
    token = desk.staff(StaffRole.SHIFT_SUPERVISOR)
    for kind in ("portrait", "page_portrait"):
        got = desk.service.ask("GET", f"/v1/applications/{application}/pictures/{kind}", None, token)
        assert (got.status_code, got.headers["cache-control"]) == (200, "no-store")
    assert [each["application"] for each in told(desk, "GET", "/v1/applications", token)] == [application]
    desk.decide(application, token, decision="refuse")
    assert desk.service.ask("GET", f"/v1/applications/{application}/pictures/portrait", None, token).status_code == 404


@given(st.binary(max_size=80))
def test_base45_goes_there_and_back(data: bytes) -> None:
    assert from_base45(base45(data)) == data


def test_base45_as_published() -> None:
    """RFC 9285, 4.3 and 4.4."""
    assert base45(b"AB") == "BB8"
    assert base45(b"Hello!!") == "%69 VD92EX0"
    assert from_base45("QED8WEX0") == b"ietf!"


@pytest.mark.parametrize(
    "text", ["", "EGATE1:", "EGATE1:GGW", "EGATE1:::::", "OTHER:ABC", "EGATE1:" + "A" * 2000, "EGATE1:é"]
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        from_text(KEY.public_key(), text)


def test_nothing_personal_is_in_the_audit(desk: Office) -> None:
    party = desk.applied(desk.anna(holder=renewed(ANNA, "SECRET001", birth_date="900203"), person=5, portrait=6))
    token = desk.staff(StaffRole.SHIFT_SUPERVISOR)
    told(desk, "GET", f"/v1/applications/{party['applications'][0]['application']}", token)
    entries = desk.service.ask("GET", "/v1/audit", None, desk.staff(StaffRole.AUDITOR)).text
    assert not any(secret in entries for secret in ("ERIKSSON", "ANNA", "SECRET001", "900203"))
