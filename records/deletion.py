"""Deleting from the journal so that its chain still holds, with a signed certificate of what was deleted.

Of a deleted entry its place in the chain stays (gate, boot, seq, both digests): what it said is gone, and its bytes are
overwritten. A certificate, an entry at the end of the chain, tells how many went, which, of what class and why, with a
digest over the places that are left, the mark of the gate's key, and the gate's signature. Without a certificate that
fits, a deleted entry is a broken chain (records/reading.py).
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from records.chain import keyed_hash, linked
from records.database import COLUMNS, DROP_TRIGGERS, MAKE_TRIGGERS, open_alone, sentence, to_row
from records.errors import JournalFailed
from records.model import DELETED, RETENTION, Entry, Fact
from records.reading import JournalReader, stubs_digest
from records.retention import Due, Limits, due

_PREFIX = b"egate deletion 1\n"
_STUB = "UPDATE entries SET crossing = '', kind = ?, at_s = 0.0, facts = ? WHERE position = ?"
_INSERT = f"INSERT INTO entries ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  (COLUMNS is ours)


class CertificateRefused(Exception):
    """A certificate of deletion that this key has not signed. One sentence."""


@dataclass(frozen=True, slots=True)
class Hand:
    """Who deletes: the gate, by its two keys."""

    gate: str
    boot: str
    """Names this deletion as a start of its own."""
    key: bytes = field(repr=False)
    signer: Ed25519PrivateKey = field(repr=False)


def prune(path: Path, hand: Hand, limits: Limits, now: datetime, upto: int | None = None) -> tuple[Entry, ...]:
    """Delete what has been kept for long enough; returns the certificates. Whole or not at all.

    The lane must not run: the file is held alone. Raises JournalFailed, also when the chain does not hold: then nothing
    is deleted, because it is evidence now.
    """
    with _alone(path) as connection:
        reader = JournalReader(path, connection)
        found = reader.verify(hand.key)
        if not found.holds:
            raise JournalFailed(f"{path}: {found.fault} Nothing was deleted: keep it for the inquiry.")
        plans = due(reader.walk(), limits, now, upto)
        if not plans:
            return ()
        return _deleted(connection, reader, hand, plans, limits, now, found.head)


def signed_statement(facts: Mapping[str, Fact]) -> bytes:
    """The bytes that a certificate's signature is over: all of its facts but mark and signature."""
    said = {name: value for name, value in facts.items() if name not in ("mark", "signature")}
    return _PREFIX + json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def require_signed(certificate: Entry, key: Ed25519PublicKey) -> None:
    """Raises CertificateRefused."""
    facts = dict(certificate.facts)
    try:
        key.verify(bytes.fromhex(str(facts.get("signature", ""))), signed_statement(facts))
    except (InvalidSignature, ValueError):
        raise CertificateRefused(
            f"the certificate of deletion {facts.get('run')} was signed with another key: keep the journal."
        ) from None


def _deleted(
    connection: sqlite3.Connection,
    reader: JournalReader,
    hand: Hand,
    plans: Sequence[Due],
    limits: Limits,
    now: datetime,
    head: str,
) -> tuple[Entry, ...]:
    certificates: list[Entry] = []
    for trigger in DROP_TRIGGERS:
        connection.execute(trigger)
    for number, plan in enumerate(plans, 1):
        run = f"{now:%Y%m%d-%H%M%S}-{plan.data_class.value}"
        stubs = stubs_digest(map(reader.place_at, plan.positions))
        stub = json.dumps({"run": run}, separators=(",", ":"))
        connection.executemany(_STUB, ((DELETED, stub, position) for position in plan.positions))
        facts: dict[str, Fact] = {
            "run": run,
            "class": plan.data_class.value,
            "entries": len(plan.positions),
            "crossings": plan.crossings,
            "first": plan.positions[0],
            "last": plan.positions[-1],
            "newest": plan.newest.isoformat(),
            "kept_days": limits[plan.data_class].days,
            "stubs": stubs,
            "at": now.isoformat(),
            "gate": hand.gate,
        }
        signature = hand.signer.sign(signed_statement(facts)).hex()
        facts |= {"mark": keyed_hash(hand.key, head), "signature": signature}
        entry = Entry(hand.gate, hand.boot, number, "", RETENTION, 0.0, tuple(sorted(facts.items())), "", "")
        certificates.append(linked(entry, head))
        connection.execute(_INSERT, to_row(certificates[-1]))
        head = certificates[-1].digest
    for trigger in MAKE_TRIGGERS:
        connection.execute(trigger)
    return tuple(certificates)


@contextmanager
def _alone(path: Path) -> Iterator[sqlite3.Connection]:
    """One transaction on a file that nobody else has open; afterwards nothing of the old bytes is left in it."""
    connection = open_alone(path)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("BEGIN EXCLUSIVE")
        yield connection
        connection.execute("COMMIT")
        if connection.total_changes:
            for step in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                connection.execute(step)
    except sqlite3.Error as error:
        raise JournalFailed(sentence(path, error)) from None
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        connection.close()
