"""Every question of the service under attack: made-up bodies, injections, large bodies, guessed tokens, odd methods."""

import asyncio
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from link.staff import StaffRole
from register import audit
from register.service.callers import Callers
from register.service.limits import MAX_BODY_BYTES
from register.service.rates import Rate, Rates
from tests.register.applicants import Office, office
from tests.register.asking import QUESTION
from tests.register.conftest import VISA

pytestmark = pytest.mark.slow
INSIDES = ("Traceback", "sqlalchemy", "sqlite3", "psycopg", 'File "', "ERIKSSON/")
INJECTIONS = (
    "' OR '1'='1",
    "'; DROP TABLE visas; --",
    '" UNION SELECT image FROM portraits --',
    "\\x00",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "%00",
    "A\r\nX-Injected: 1",
)
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
QUICK = partial(
    settings,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path / "register.sqlite") as opened:
        opened.store.add([VISA])
        yield opened


def _token(case: Any, rights: str, party: dict[str, Any]) -> str:
    """Who may ask this."""
    tags = case.operation.definition.raw.get("tags", [])
    if "gates" in tags or case.path.endswith("/elsewhere"):
        return "of-gate-1"
    return str(party["access"]) if "travellers" in tags else rights


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_the_whole_interface_withstands_made_up_questions(
    desk: Office, monkeypatch: pytest.MonkeyPatch, long_scale: float, mode: GenerationMode
) -> None:
    """With every right at once, so that no question ends at its door; every answer is one that is promised."""
    monkeypatch.setattr(Callers, "limit", lambda *_: None)
    rights, party = desk.staff(*StaffRole), desk.applied(desk.anna())
    schema = schemathesis.openapi.from_asgi("/openapi.json", desk.service.app)
    operations = [found.ok() for found in schema.get_all_operations()]
    examples = max(3, round(40 * long_scale))

    def withstands(operation: Any) -> None:
        @QUICK(max_examples=examples)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            if "party" in (case.path_parameters or {}):
                case.path_parameters["party"] = party["party"]
            answer = case.call(headers={"Authorization": f"Bearer {_token(case, rights, party)}"})
            case.validate_response(answer, checks=CHECKS)
            assert not any(inside in answer.text for inside in INSIDES)

        ask()

    if mode is GenerationMode.NEGATIVE:
        operations = [each for each in operations if each.body or each.path_parameters or each.query]
    assert len(operations) > 20
    for operation in operations:
        withstands(operation)
    assert desk.service.gate("/v1/records/search", QUESTION).json()["key"]  # it still answers


@pytest.mark.parametrize("injected", INJECTIONS)
@pytest.mark.parametrize("field", ["surname", "document_number", "transaction", "birth_date", "issuing_state"])
def test_what_is_injected_is_a_value_or_refused_and_never_said_back(desk: Office, field: str, injected: str) -> None:
    got = desk.service.gate("/v1/records/search", {**QUESTION, field: injected})
    assert got.status_code in (200, 422)
    if got.status_code == 422:
        assert got.json() == {
            "type": "about:blank",
            "status": 422,
            "code": "body_invalid",
            "title": "the request is not what this question takes",
            "fields": [field],
        }
        assert turned_away(desk) == [("gate-1", "body_invalid")]
    assert desk.store.counts()["visas"] == 1


@pytest.mark.parametrize("header", ["Authorization", "Idempotency-Key", "X-Forwarded-For", "Host"])
def test_headers_that_lie_change_nothing(desk: Office, header: str) -> None:
    for value in ("Bearer \u00e9", "' OR 1=1", "a" * 9000, "Bearer  of-gate-1 extra"):
        got = desk.service.ask("POST", "/v1/records/search", QUESTION, headers={header: value.encode("latin-1")})  # type: ignore[dict-item]
        assert (got.status_code, got.json()["code"]) == (401, "token_unknown")
        assert "X-Injected" not in got.headers
    assert ("stranger", "token_unknown") in turned_away(desk)


@pytest.mark.parametrize("where", ["/v1/records/search", "/v1/sessions", "/v1/persons/search", "/v1/proofs/verify"])
def test_a_body_larger_than_a_question_is_refused_unread(desk: Office, where: str) -> None:
    got = desk.service.ask("POST", where, {**QUESTION, "more": "X" * MAX_BODY_BYTES}, "of-gate-1")
    assert (got.status_code, got.json()["code"]) == (413, "body_too_large")
    assert ("stranger", "body_too_large") in turned_away(desk)


def turned_away(desk: Office) -> list[tuple[str, Any]]:
    """(who, code) of everybody who is in the audit as such, without anything of what was sent."""
    with desk.store.database.reading() as connection:
        found = audit.entries(connection)
    assert not any(injected in repr(found) for injected in INJECTIONS)
    return [(each.actor, each.detail["code"]) for each in found if each.action == "turned_away"]


def test_a_flood_of_bad_bodies_is_noted_and_does_not_fill_the_audit(desk: Office) -> None:
    for _ in range(60):
        assert desk.service.gate("/v1/records/search", {**QUESTION, "surname": "A\r\nX: 1"}).status_code == 422
    noted = turned_away(desk)
    assert set(noted) == {("gate-1", "body_invalid")}
    assert 1 <= len(noted) < 60


def test_an_application_larger_than_its_pictures_may_be_is_refused(desk: Office) -> None:
    got = desk.apply({"page": "A" * 12_500_000})
    assert (got.status_code, got.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"transaction": NaN}', b"\xff\xfe", b"[" * 5000, b'{"nonce": 1e999}']
)
def test_what_is_no_json_is_told_without_what_was_sent(desk: Office, body: bytes) -> None:
    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(desk.service.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://register") as client:
            headers = {"Authorization": "Bearer of-gate-1", "Content-Type": "application/json"}
            return await client.post("/v1/records/search", content=body, headers=headers)

    got = asyncio.run(send())
    assert (got.status_code, got.json()["code"]) in ((422, "body_invalid"), (400, "body_unreadable"))
    assert got.headers["content-type"] == "application/problem+json"
    assert [code for _, code in turned_away(desk)] == [got.json()["code"]]


def test_unknown_places_and_methods_are_problems_too(desk: Office) -> None:
    for method, where, code in (
        ("PUT", "/v1/records/search", "method_not_allowed"),
        ("GET", "/v1/none", "not_found"),
        ("DELETE", "/v1/applications", "method_not_allowed"),
    ):
        got = desk.service.ask(method, where)
        assert (got.json()["code"], got.headers["content-type"]) == (code, "application/problem+json")


def test_the_answers_of_people_carry_the_headers_of_every_screen_and_are_cached_by_nobody(desk: Office) -> None:
    page, answer = desk.service.ask("GET", "/"), desk.service.ask("POST", "/v1/proofs/verify", {"text": "EGATE1:0"})
    for got in (page, answer):
        assert "default-src 'none'" in got.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"


def test_a_bucket_empties_and_fills_again() -> None:
    now = [0.0]
    rates, rate = Rates(lambda: now[0]), Rate(per_s=2, burst=3)
    assert [rates.wait_s("a", "x", rate) for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert rates.wait_s("a", "y", rate) == 0.0
    now[0] = 0.5
    assert [rates.wait_s("a", "x", rate) > 0 for _ in range(2)] == [False, True]


def test_every_error_that_the_interface_promises_is_problem_details(desk: Office) -> None:
    described = desk.service.ask("GET", "/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    for path in described["paths"].values():
        for operation in path.values():
            errors = {code: each for code, each in operation["responses"].items() if code[0] in "45"}
            assert all("application/problem+json" in each["content"] for each in errors.values()), operation
    assert json.dumps(described).count("HTTPValidationError") == 0


OSIA = {
    "createCredentialRequest",
    "readCredentialRequest",
    "updateCredentialRequest",
    "readCredential",
    "suspendCredential",
    "unsuspendCredential",
    "revokeCredential",
    "queryPersonList",
}
"""Operations of OSIA 7.1 (credential services; data access) that this register has."""


def test_operations_have_the_names_that_osia_gives_them_and_each_one_alone(desk: Office) -> None:
    described = desk.service.ask("GET", "/openapi.json").json()
    named = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(named) == len(set(named))
    assert set(named) >= OSIA
