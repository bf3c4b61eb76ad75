"""Signed heads at the centre: what a gate has signed for cannot be cut off, written anew or taken back unseen."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from records.centre import BatchRefused, Centre
from records.centre_app import Gates, make_centre
from records.centre_heads import HeadState
from records.errors import JournalFailed
from records.heads import Head, sign
from records.journal import Journal
from records.outbox import Outbox
from tests.records.conftest import KEY
from tests.records.test_centre import GATE, fill

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
AT = "2026-11-27T00:00:00+00:00"


@pytest.fixture
def head(journal: Journal, path: Path) -> Head:
    fill(journal, 20)
    last = journal.reader.at(20)
    assert last is not None
    return Head(GATE, 20, last.digest, AT)


def deliver(centre: Centre, path: Path, limit: int = 500) -> None:
    with Outbox(path) as outbox:
        centre.receive(GATE, outbox.batch(limit), 1.0)


def test_a_head_is_held_against_what_came(tmp_path: Path, path: Path, head: Head) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        assert centre.gate(GATE).head_state is HeadState.NONE
        centre.keep_head(GATE, head, "line", 1.0)
        assert centre.gate(GATE).head_state is HeadState.WAITING
        deliver(centre, path)
        seen = centre.gate(GATE)
        assert (seen.head_state, seen.signed, seen.entries) == (HeadState.HOLDS, 20, 20)
        assert centre.head_line(GATE) == "line"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gate": "gate-2"}, "another gate"),
        ({"entries": 19}, "fewer entries"),
        ({"digest": "0" * 64}, "another entry 20"),
    ],
)
def test_a_head_that_does_not_fit_is_refused_and_noted(
    tmp_path: Path, path: Path, head: Head, change: dict[str, object], words: str
) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        deliver(centre, path)
        centre.keep_head(GATE, head, "line", 1.0)
        with pytest.raises(BatchRefused, match=words):
            centre.keep_head(GATE, replace(head, **change), "other", 2.0)  # type: ignore[arg-type]  # by its fields
        assert words in centre.gate(GATE).refused
        assert centre.head_line(GATE) == "line"


def test_a_chain_written_anew_after_a_head_is_seen(tmp_path: Path, head: Head) -> None:
    """The gate signs, loses its line, and its journal is made anew before anything was sent."""
    with Centre(tmp_path / "centre.sqlite") as centre:
        centre.keep_head(GATE, head, "line", 1.0)
        with Journal.open(tmp_path / "anew.sqlite", GATE, "boot-9", KEY) as anew:
            fill(anew, 20)
        deliver(centre, tmp_path / "anew.sqlite")
        assert centre.gate(GATE).head_state is HeadState.CONTRADICTED


def test_an_entry_taken_out_of_the_centres_file_is_counted(tmp_path: Path, path: Path, head: Head) -> None:
    with Centre(tmp_path / "centre.sqlite") as centre:
        deliver(centre, path)
        assert centre.numbers_missing(GATE) == 0
        centre._connection.execute("DELETE FROM entries WHERE number IN (3, 4)")
        assert centre.numbers_missing(GATE) == 2


def test_another_file_is_no_centres(tmp_path: Path, path: Path, journal: Journal) -> None:
    with pytest.raises(JournalFailed, match="not a centre's file"):
        Centre(path)


def test_over_http_only_the_gates_own_key_proves_a_head(tmp_path: Path, path: Path, head: Head) -> None:
    tokens = {hashlib.sha256(name.encode()).hexdigest(): name for name in (GATE, "gate-2")}
    with Centre(tmp_path / "centre.sqlite") as centre:
        gates = Gates(tokens, {GATE: SIGNER.public_key()}, lambda request: request.headers.get("shown"))
        app = httpx.ASGITransport(make_centre(centre, gates, lambda: 7.0))

        def posted(line: str, token: str = GATE, shown: str = GATE) -> tuple[int, str]:
            async def run() -> httpx.Response:
                async with httpx.AsyncClient(transport=app, base_url="http://centre") as http:
                    headers = {"authorization": f"Bearer {token}", "shown": shown}
                    return await http.post("/v1/heads", content=line, headers=headers)

            answer = asyncio.run(run())
            return answer.status_code, answer.json().get("code", "")

        assert posted(sign(head, SIGNER)) == (200, "")
        assert posted(sign(head, Ed25519PrivateKey.generate())) == (400, "head_not_proved")
        assert posted(sign(head, SIGNER).replace(AT, "2027")) == (400, "head_not_proved")
        assert posted(sign(replace(head, entries=19), SIGNER)) == (409, "head_contradicts")
        assert posted(sign(head, SIGNER), "gate-2", "gate-2") == (403, "no_key_for_heads")
        assert posted(sign(head, SIGNER), "guessed") == (401, "token_unknown")
        assert posted(sign(head, SIGNER), GATE, "gate-2") == (403, "certificate_of_another")
        assert posted("x" * 5000) == (413, "body_too_large")
        assert centre.gate(GATE).signed == 20
