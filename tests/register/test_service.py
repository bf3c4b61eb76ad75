"""The register's service: signed, bound, silent about what it was sent."""

import asyncio
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from link.register_api import SignedAnswer
from link.signing import AnswerRefused, Asked, document_digest, proved
from register.service.app import make_app
from register.service.desk import GOOD_FOR, Desk
from register.store import Store
from tests.register.conftest import QUERY, TODAY

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
NONCE = "0123456789abcdef" * 2
QUESTION = {
    "transaction": "t1", "nonce": NONCE, "issuing_state": "UTO", "document_number": "L898902C3",
    "birth_date": "740812", "surname": "ERIKSSON", "given_names": "ANNA MARIA", "nationality": "UTO",
}  # fmt: skip
ASKED = Asked("record", "t1", NONCE, document_digest(QUERY.issuing_state, QUERY.document_number, QUERY.birth_date))
REPORT = {"transaction": "t1", "nonce": NONCE, "record": "V-1", "passed_at": TODAY.isoformat()}
Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(path: Path, fill: Callable[..., None]) -> Ask:
    fill({"entries": 1})

    def asked(where: str, body: Any, bearer: str = "of-gate-1") -> httpx.Response:
        async def post(store: Store) -> httpx.Response:
            known = {hashlib.sha256(b"of-gate-1").hexdigest(): "gate-1"}
            transport = httpx.ASGITransport(make_app(Desk(store, KEY, known, lambda: TODAY)))
            async with httpx.AsyncClient(transport=transport, base_url="http://register") as client:
                return await client.post(where, json=body, headers={"Authorization": f"Bearer {bearer}"})

        with Store(path) as store:
            return asyncio.run(post(store))

    return asked


def test_an_answer_proves_itself_to_the_gate_that_asked(ask: Ask) -> None:
    got = SignedAnswer.model_validate(ask("/v1/records/search", QUESTION).json())
    answer = proved(KEY.public_key(), ASKED, got, TODAY)
    assert (answer["state"], answer["record"], answer["entries_left"]) == ("valid", "V-1", 1)


@pytest.mark.parametrize("change", [{"purpose": "watchlist"}, {"transaction": "t2"}, {"nonce": "0"}, {"subject": "0"}])
def test_an_answer_to_another_question_is_refused(ask: Ask, change: dict[str, str]) -> None:
    got = SignedAnswer.model_validate(ask("/v1/records/search", QUESTION).json())
    other = Asked(**{"purpose": "record", "transaction": "t1", "nonce": NONCE, "subject": ASKED.subject, **change})
    with pytest.raises(AnswerRefused, match="answers another question"):
        proved(KEY.public_key(), other, got, TODAY)


def test_a_changed_foreign_late_or_early_answer_is_refused(ask: Ask) -> None:
    got = SignedAnswer.model_validate(ask("/v1/records/search", QUESTION).json())
    changed = got.model_copy(update={"payload": got.payload.replace('"entries_left":1', '"entries_left":9')})
    assert changed != got
    with pytest.raises(AnswerRefused, match="wrong signature"):
        proved(KEY.public_key(), ASKED, changed, TODAY)
    with pytest.raises(AnswerRefused, match="another key"):
        proved(Ed25519PrivateKey.generate().public_key(), ASKED, got, TODAY)
    with pytest.raises(AnswerRefused, match="older than it may be"):
        proved(KEY.public_key(), ASKED, got, TODAY + GOOD_FOR + timedelta(seconds=1))
    with pytest.raises(AnswerRefused, match="in the future"):
        proved(KEY.public_key(), ASKED, got, TODAY - timedelta(minutes=1))


@pytest.mark.slow
def test_a_last_entry_is_won_once_and_told_again_alike(ask: Ask) -> None:
    def consumed(transaction: str) -> bool:
        got = SignedAnswer.model_validate(ask("/v1/passages", {**REPORT, "transaction": transaction}).json())
        asked = Asked("passage", transaction, NONCE, "V-1")
        return bool(proved(KEY.public_key(), asked, got, TODAY)["consumed"])

    assert [consumed("t1"), consumed("t2"), consumed("t1"), consumed("t2")] == [True, False, True, False]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "token", "status", "code"),
    [
        (QUESTION, "guessed", 401, "token_unknown"),
        ({**QUESTION, "document_number": "L898902C3' OR 1=1"}, "of-gate-1", 422, "body_invalid"),
        ({**QUESTION, "more": "x"}, "of-gate-1", 422, "body_invalid"),
        ({**QUESTION, "surname": "X" * 20_000}, "of-gate-1", 413, "body_too_large"),
    ],
)
def test_what_is_refused_leaks_nothing(ask: Ask, body: Any, token: str, status: int, code: str) -> None:
    answer = ask("/v1/records/search", body, token)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not any(secret in answer.text for secret in ("L898902C3", "ERIKSSON", "740812"))


def test_a_passage_of_no_record_is_a_conflict(ask: Ask) -> None:
    answer = ask("/v1/passages", {**REPORT, "record": "V-9"})
    assert (answer.status_code, answer.json()["code"]) == (409, "passage_refused")
