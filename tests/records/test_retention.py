"""What has been kept for long enough goes, its bytes too; the chain holds, and nothing goes without a certificate."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from records.centre import Centre
from records.chain import linked
from records.database import DROP_TRIGGERS, to_row
from records.deletion import CertificateRefused, Hand, prune, require_signed, signed_statement
from records.errors import JournalFailed
from records.heads import Head, require_reached
from records.journal import Journal
from records.model import DELETED, RETENTION, Entry
from records.outbox import Outbox, acknowledged_by_all
from records.page import Page
from records.reading import JournalReader
from records.retention import DataClass
from tests.records.conftest import KEY

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DAY_0 = datetime(2026, 1, 1, 12, tzinfo=UTC)
LIMITS = {
    DataClass.PASSED: timedelta(days=30),
    DataClass.REFERRED: timedelta(days=180),
    DataClass.OPERATION: timedelta(days=365),
}
TOLD = "something-only-this-crossing-told"


@dataclass
class At:
    """A clock that stands at a day, and moves a quarter of a second at each look."""

    day: int
    at_s: float = 0.0

    def now(self) -> datetime:
        return DAY_0 + timedelta(days=self.day, seconds=self.at_s)

    def monotonic(self) -> float:
        self.at_s += 0.25
        return self.at_s


def serve(path: Path, day: int, *outcomes: str) -> None:
    """One boot of the lane on that day; an empty outcome is a crossing that was never sealed."""
    clock = At(day)
    with Journal.open(path, "gate-1", f"boot-{day}", KEY) as journal:
        journal.append("started", "", clock.monotonic(), {"at": clock.now().isoformat()})
        for number, outcome in enumerate(outcomes):
            page = Page(journal, f"day-{day}-{number}", clock)
            page.note("page_read", told=f"{TOLD}-{day}-{number}")
            if outcome:
                page.seal(outcome, outcome.lower())


def hand(day: int, key: bytes = KEY) -> Hand:
    return Hand("gate-1", f"prune-{day}", key, SIGNER)


def pruned(path: Path, day: int, upto: int | None = None) -> tuple[Entry, ...]:
    return prune(path, hand(day), LIMITS, DAY_0 + timedelta(days=day), upto)


def crossings(path: Path) -> set[str]:
    with JournalReader(path) as reader:
        return {entry.transaction for _, entry in reader.walk()} - {""}


@pytest.fixture
def kept(path: Path) -> Path:
    serve(path, 0, "PASSED", "REFERRED", "PASSED", "")
    serve(path, 40, "PASSED", "HELD")
    return path


def test_each_class_goes_in_its_time_and_the_chain_holds(kept: Path) -> None:
    with JournalReader(kept) as reader:
        before = reader.verify(KEY)
        head = Head("gate-1", before.entries, before.head, "then")
    (certificate,) = pruned(kept, 45)
    assert (certificate.fact("class"), certificate.fact("crossings"), certificate.fact("entries")) == ("passed", 2, 6)
    assert crossings(kept) == {"day-0-1", "day-0-3", "day-40-0", "day-40-1"}
    with JournalReader(kept) as reader:
        found = reader.verify(KEY)
        require_reached(reader, head)
    assert (found.holds, found.deleted, found.certificates) == (True, 6, (certificate,))
    require_signed(certificate, SIGNER.public_key())
    assert pruned(kept, 45) == ()
    assert [each.fact("class") for each in pruned(kept, 200)] == ["passed", "referred"]
    assert crossings(kept) == {"day-0-3", "day-40-1"}, "one is too young, one was never sealed"
    assert [each.fact("class") for each in pruned(kept, 400)] == ["referred", "operation"]
    with JournalReader(kept) as reader:
        assert reader.verify(KEY).holds


def test_the_bytes_are_gone_from_every_file(kept: Path) -> None:
    def said(number: str) -> list[str]:
        return [file.name for file in kept.parent.iterdir() if f"{TOLD}-{number}".encode() in file.read_bytes()]

    assert said("0-0"), "the search finds nothing even where it is"
    pruned(kept, 45)
    assert said("0-0") == said("0-2") == []
    assert said("0-1")


def test_the_lane_goes_on_and_settles_what_it_left_open(kept: Path) -> None:
    pruned(kept, 45)
    serve(kept, 46, "PASSED")
    with JournalReader(kept) as reader:
        assert reader.verify(KEY).holds
        assert reader.unsealed() == ("day-0-3",)
    with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(kept) as other:
        other.execute("DELETE FROM entries")


def test_a_running_lane_keeps_its_journal(kept: Path) -> None:
    with Journal.open(kept, "gate-1", "boot-50", KEY), pytest.raises(JournalFailed, match="locked by another process"):
        pruned(kept, 45)
    assert "day-0-0" in crossings(kept)


def test_what_the_centre_has_not_got_stays(kept: Path) -> None:
    assert acknowledged_by_all(kept) is None
    with Outbox(kept) as outbox:
        assert acknowledged_by_all(kept) == 0
        assert pruned_while_closed(outbox, kept) == ()
    with Outbox(kept) as outbox:
        outbox.acknowledge(5)
    assert acknowledged_by_all(kept) == 5
    (certificate,) = pruned(kept, 45, acknowledged_by_all(kept))
    assert certificate.fact("crossings") == 1


def pruned_while_closed(outbox: Outbox, path: Path) -> tuple[Entry, ...]:
    upto = outbox.acknowledged
    outbox.close()
    return pruned(path, 45, upto)


def test_a_chain_that_does_not_hold_is_evidence(kept: Path) -> None:
    changed(kept, "UPDATE entries SET kind = 'x' WHERE position = 3")
    with pytest.raises(JournalFailed, match="Nothing was deleted"):
        pruned(kept, 45)
    assert "day-0-0" in crossings(kept)


def changed(path: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(path) as other:
        for trigger in DROP_TRIGGERS:
            other.execute(trigger)
        other.execute(statement, values)
    other.close()


def without_a_certificate(path: Path) -> None:
    stub = json.dumps({"run": "mine"})
    changed(path, "UPDATE entries SET crossing = '', kind = ?, facts = ? WHERE position = 5", DELETED, stub)


def one_more_than_certified(path: Path) -> None:
    with JournalReader(path) as reader:
        run = next(entry.fact("run") for _, entry in reader.walk() if entry.kind == RETENTION)
    stub = json.dumps({"run": run})
    changed(path, "UPDATE entries SET crossing = '', kind = ?, facts = ? WHERE position = 5", DELETED, stub)


def with_a_certificate_of_ones_own(path: Path) -> None:
    """By somebody who may write the file, and has not got the gate's key."""
    without_a_certificate(path)
    from records.reading import stubs_digest

    with JournalReader(path) as reader:
        last, place = reader.verify().head, reader.place_at(5)
        head = [entry for _, entry in reader.walk()][-1]
    assert last
    facts = {"run": "mine", "entries": 1, "stubs": stubs_digest([place]), "mark": "0" * 32, "signature": ""}
    forged = linked(Entry("gate-1", "forged", 1, "", RETENTION, 0.0, tuple(sorted(facts.items())), "", ""), head.digest)
    changed(path, "INSERT INTO entries VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)", *to_row(forged))


def renumbered(path: Path) -> None:
    changed(path, "UPDATE entries SET seq = 900 WHERE kind = ? AND seq = 2", DELETED)


@pytest.mark.parametrize(
    ("attack", "fault"),
    [
        (without_a_certificate, "no certificate of deletion accounts"),
        (one_more_than_certified, "no certificate of deletion accounts"),
        (with_a_certificate_of_ones_own, "the mark of another key"),
        (renumbered, "no certificate of deletion accounts"),
    ],
)
def test_nothing_goes_without_the_gates_own_certificate(kept: Path, attack: Callable[[Path], None], fault: str) -> None:
    pruned(kept, 45)
    attack(kept)
    with JournalReader(kept) as reader:
        assert fault in reader.verify(KEY).fault


def test_a_certificate_of_another_key_is_refused(kept: Path) -> None:
    (certificate,) = pruned(kept, 45)
    with pytest.raises(CertificateRefused, match="another key"):
        require_signed(certificate, Ed25519PrivateKey.generate().public_key())
    more = tuple((name, 7 if name == "crossings" else value) for name, value in certificate.facts)
    with pytest.raises(CertificateRefused):
        require_signed(replace(certificate, facts=more), SIGNER.public_key())


def test_what_has_no_time_of_day_is_kept(path: Path) -> None:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        journal.append("event", "", 0.0)
    assert pruned(path, 9999) == ()


def test_the_command_follows_the_site_and_verify_proves_what_it_did(kept: Path, tmp_path: Path) -> None:
    def run(*arguments: object) -> str:
        return CliRunner().invoke(app, ["audit", *map(str, arguments)], catch_exceptions=False).stdout

    demo = (Path(__file__).parents[2] / "config/sites/demo.toml").read_text()
    site, keys = tmp_path / "site.toml", tmp_path / "keys"
    with pytest.raises(CommandFailed, match=r"no \[retention\]"):
        site.write_text(demo)
        run("prune", "--site", site)
    keys.mkdir()
    private, public, key = keys / "heads.key", keys / "heads.pem", keys / "journal.key"
    private.write_bytes(SIGNER.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    private.chmod(0o600)
    public.write_bytes(SIGNER.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    key.write_bytes(KEY)
    site.write_text(
        demo.replace("[journal]", '[retention]\npassed_days = 1\n\n[journal]\nkey_file = "keys/journal.key"')
    )
    assert "passed: 9 entries, 3 crossings" in run("prune", "--site", site, "--dry-run")
    certificates = [json.loads(line) for line in run("prune", "--site", site).splitlines()]
    assert certificates[0]["class"] == "passed"
    told = run("verify", kept, "--key", key, "--public-key", public)
    assert "certificates of deletion hold" in told
    with pytest.raises(CommandFailed, match="another key"):
        other = Ed25519PrivateKey.generate().public_key()
        public.write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        run("verify", kept, "--public-key", public)


def test_the_centre_lets_go_in_time_too_and_takes_nothing_twice(kept: Path, tmp_path: Path) -> None:
    file, now = tmp_path / "centre.sqlite", DAY_0 + timedelta(days=45)

    def said() -> bool:
        return any(f"{TOLD}-0-0".encode() in each.read_bytes() for each in tmp_path.glob("centre.sqlite*"))

    with Outbox(kept) as outbox, Centre(file) as centre:
        batch = outbox.batch()
        centre.receive("gate-1", batch, 1.0)
        before = centre.keys_of("gate-1")
        assert said(), "the search finds nothing even where it is"
        (certificate,) = centre.prune(LIMITS, now, SIGNER)
        assert (certificate["class"], certificate["crossings"]) == ("passed", 2)
        signature = bytes.fromhex(str(certificate["signature"]))
        SIGNER.public_key().verify(signature, signed_statement(certificate))
        assert not said()
        assert centre.receive("gate-1", batch, 2.0) == batch.upto
        assert (centre.keys_of("gate-1"), centre.numbers_missing("gate-1")) == (before, 0)
        assert centre.prune(LIMITS, now, SIGNER) == []
