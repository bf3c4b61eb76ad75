"""Whatever the register's line tells, a lie leads to an officer: never to a grant, nor into the journal's text."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.clock import LoopClock
from drivers.protocols import Device
from kiosk.offload import Inline
from link.copy_api import ChangesQuestion
from link.register_api import DocumentQuestion, PassageReply, SignedAnswer, UseEndReply, UseReply, WatchlistReply
from link.signing import Asked, document_digest, signed
from link.travel import PassageClaim, RegisterQuery, UseEnd
from register.answers import begin_use, look_up, reported_lost, screen
from register.client import Address, ServiceClient
from register.gate import GateRegister, Keeping
from register.sealing import SecretKey
from register.service.desk import GOOD_FOR
from register.service.expected import ExpectedList
from register.service.gates import _record_answer as record_answer
from register.store import Store
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
Lie = Callable[["InPlace", str, Asked, dict[str, Any]], httpx.Response]


@dataclass
class InPlace(httpx.AsyncBaseTransport):
    """The register's service without a thread or a socket, so that virtual time can stand still in it."""

    path: Path
    clock: LoopClock
    lie: Lie
    about: str
    """Which question is answered with the lie; the others are answered well."""
    kept: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store(self.path)
        self.expected = ExpectedList(self.store, self.clock.now)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        purpose, subject, answer = self.answered(request.url.path, body)
        transaction = str(body.get("transaction", body.get("gate")))
        asked = Asked(purpose, transaction, body["nonce"], subject)
        return self.lie(self, purpose, asked, answer) if purpose == self.about else told(self.sign(asked, answer))

    def sign(
        self, asked: Asked, answer: dict[str, Any], key: Ed25519PrivateKey = KEY, at: datetime | None = None
    ) -> SignedAnswer:
        return signed(key, asked, answer, at or self.clock.now(), GOOD_FOR)

    def answered(self, path: str, body: dict[str, Any]) -> tuple[str, str, dict[str, Any]]:
        """Purpose, subject and plain answer."""
        store, now = self.store, self.clock.now()
        if path == "/v1/copies/changes":
            changes = self.expected.changes(ChangesQuestion.model_validate(body))
            return "changes", body["gate"], changes.model_dump(mode="json")
        if path == "/v1/passages":
            store.consume_entry(PassageClaim(body["transaction"], body["record"], now))
            return "passage", body["record"], PassageReply(consumed=True).model_dump(mode="json")
        if path == "/v1/uses/end":
            store.end_use(body["transaction"], UseEnd(body["end"]), now)
            return "use_end", body["transaction"], UseEndReply(ended_at=now).model_dump(mode="json")
        query = RegisterQuery(**DocumentQuestion.model_validate(body).model_dump(exclude={"nonce"}))
        subject = document_digest(query.issuing_state, query.document_number, query.birth_date)
        if path == "/v1/records/search":
            return "record", subject, record_answer(look_up(store, query, now)).model_dump(mode="json")
        if path == "/v1/watchlist/search":
            found = screen(store, query, now)
            return "watchlist", subject, WatchlistReply(state=found.state, answered_at=now).model_dump(mode="json")
        if path == "/v1/documents/search":
            lost = reported_lost(store, query, now)
            return "lost", subject, {"state": lost.state.value, "answered_at": now.isoformat()}
        use = begin_use(store, query, now)
        return "use", subject, UseReply(state=use.state, answered_at=now, since=use.since).model_dump(mode="json")


def told(answer: SignedAnswer) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(answer.model_dump_json().encode()))


def truth(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    return told(service.sign(asked, answer))


def replayed(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    return told(service.sign(Asked(asked.purpose, "toy-boot-000000", "0" * 32, asked.subject), answer))


def expired(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    return told(service.sign(asked, answer, at=service.clock.now() - timedelta(minutes=5)))


def from_the_future(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    """What a gate sees whose clock was set back."""
    return told(service.sign(asked, answer, at=service.clock.now() + timedelta(hours=1)))


def of_another_key(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    return told(service.sign(asked, answer, OTHER))


def changed_on_its_way(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    good = service.sign(asked, answer)
    return told(SignedAnswer(payload=good.payload + " ", key=good.key, signature=good.signature))


def of_another_person(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    """Signed by the register itself, about a document that was not asked about."""
    return told(service.sign(asked, {**answer, "document_number": "X9999999", "issuing_state": "UTO"}))


def another_question(service: InPlace, _purpose: str, asked: Asked, answer: dict[str, Any]) -> httpx.Response:
    return told(service.sign(Asked("changes", asked.transaction, asked.nonce, asked.subject), answer))


def no_answer_at_all(_service: InPlace, _purpose: str, _asked: Asked, _answer: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, stream=httpx.ByteStream(b'{"granted": true}'))


def refused(_service: InPlace, _purpose: str, _asked: Asked, _answer: dict[str, Any]) -> httpx.Response:
    return httpx.Response(403, stream=httpx.ByteStream(b"{}"))


pytestmark = pytest.mark.slow
LIES: tuple[Lie, ...] = (
    replayed, expired, from_the_future, of_another_key, changed_on_its_way, another_question, no_answer_at_all, refused,
)  # fmt: skip


def lane_that_hears(lie: Lie, folder: Path, about: str) -> ToyRun:
    """A lane with the gate's own register, which has synced once."""
    services: list[InPlace] = []

    def register(path: Path, clock: LoopClock) -> Device:
        services.append(InPlace(path, clock, lie, about))
        client = ServiceClient(Address("http://register", KEY.public_key(), "t" * 24), clock, transport=services[0])
        keeping = Keeping(folder / "copy.db", "toy", sync_every_s=5.0, fresh_s=0.0)
        return GateRegister(client, keeping, SecretKey(b"k" * 32, "the test's key"), clock, Inline())

    try:
        return cross(ToyRun(folder, register=register), Story.GENUINE)
    finally:
        for service in services:
            service.store.close()


def test_the_truth_lets_pass(tmp_path: Path) -> None:
    run = lane_that_hears(truth, tmp_path, "record")
    assert run.record.outcome == "PASSED"
    assert run.world.exit_opened_at_s


@pytest.mark.parametrize("about", ["record", "watchlist"])
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_no_lie_opens_the_exit(tmp_path: Path, lie: Lie, about: str) -> None:
    run = lane_that_hears(lie, tmp_path, about)
    wanted = "register_unreachable" if about == "record" else "watchlist_unreachable"
    assert (run.record.outcome, run.record.reason) == ("REFERRED", wanted)
    assert run.world.exit_opened_at_s == []
    assert_told_without_a_name(run, tmp_path)


def test_a_signed_record_of_another_person_opens_nothing(tmp_path: Path) -> None:
    run = lane_that_hears(of_another_person, tmp_path, "record")
    assert run.record.outcome == "REFERRED"
    assert run.world.exit_opened_at_s == []
    assert_told_without_a_name(run, tmp_path)


def assert_told_without_a_name(run: ToyRun, folder: Path) -> None:
    """The journal says that the register failed and how, and nothing of what it had said."""
    with run.journal() as journal:
        calls = [entry for _, entry in journal.reader.walk() if entry.kind == "device_call"]
    assert {entry.fact("device") for entry in calls} >= {"register"}
    visitor = run.travellers[0].page.lines[1][:9].strip("<").encode()
    assert visitor not in b"".join(file.read_bytes() for file in folder.glob("journal.db*"))
