"""egate audit: a signed head finds what the chain alone cannot: a tail that was cut off, a chain written anew."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from records.journal import Journal
from records.page import Page
from tests.records.conftest import KEY, SteppingClock


def write(path: Path, boot: str, clock: SteppingClock, crossings: int) -> None:
    with Journal.open(path, "gate-1", boot, KEY) as journal:
        for number in range(crossings):
            Page(journal, f"{boot}-{number}", clock).seal("PASSED", "passed")


@pytest.fixture
def kept(path: Path, clock: SteppingClock) -> Path:
    write(path, "boot-1", clock, 3)
    return path


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    key = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    private, public = tmp_path / "gate.pem", tmp_path / "gate.pub.pem"
    private.touch(mode=0o600)
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private, public


@pytest.fixture
def heads(kept: Path, keys: tuple[Path, Path], tmp_path: Path) -> Path:
    file = tmp_path / "heads.jsonl"
    file.write_text(run("head", kept, "--signing-key", keys[0]))
    return file


def run(*arguments: object) -> str:
    return CliRunner().invoke(app, ["audit", *map(str, arguments)], catch_exceptions=False).stdout


def test_what_was_signed_holds_and_so_does_what_came_after(
    kept: Path, keys: tuple[Path, Path], heads: Path, clock: SteppingClock
) -> None:
    assert "1 signed heads hold" in run("verify", kept, "--heads", heads, "--public-key", keys[1])
    write(kept, "boot-2", clock, 2)
    assert "1 signed heads hold" in run("verify", kept, "--heads", heads, "--public-key", keys[1])


def test_a_tail_that_was_cut_off_is_found(kept: Path, keys: tuple[Path, Path], heads: Path) -> None:
    connection = sqlite3.connect(kept)
    triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("DELETE FROM entries WHERE position = (SELECT max(position) FROM entries)")
    connection.commit()
    connection.close()
    run("verify", kept)  # the chain alone holds
    with pytest.raises(CommandFailed, match="its tail was cut off"):
        run("verify", kept, "--heads", heads, "--public-key", keys[1])


def test_a_chain_written_anew_is_found(kept: Path, keys: tuple[Path, Path], heads: Path, clock: SteppingClock) -> None:
    kept.unlink()
    write(kept, "boot-9", clock, 3)
    with pytest.raises(CommandFailed, match="written anew"):
        run("verify", kept, "--heads", heads, "--public-key", keys[1])


SPOILT: dict[str, Callable[[str], str]] = {
    "more entries": lambda line: line.replace('entries\\":', 'entries\\":1'),
    "no signature": lambda line: line.replace("==", "=A"),
    "nothing": lambda _line: "{}",
    "no JSON": lambda line: line[:20],
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_head_that_was_changed_is_refused(
    kept: Path, keys: tuple[Path, Path], heads: Path, spoil: Callable[[str], str]
) -> None:
    line = heads.read_text()
    heads.write_text(spoil(line))
    assert heads.read_text() != line
    with pytest.raises(CommandFailed, match=r"signed with another key or changed|no signed head"):
        run("verify", kept, "--heads", heads, "--public-key", keys[1])


def test_a_head_of_another_gate_is_refused(kept: Path, keys: tuple[Path, Path], heads: Path) -> None:
    other = Ed25519PrivateKey.generate().public_key()
    keys[1].write_bytes(other.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    with pytest.raises(CommandFailed, match="signed with another key"):
        run("verify", kept, "--heads", heads, "--public-key", keys[1])


def test_a_key_that_others_may_read_signs_nothing(kept: Path, keys: tuple[Path, Path]) -> None:
    keys[0].chmod(0o644)
    with pytest.raises(CommandFailed, match="0600"):
        run("head", kept, "--signing-key", keys[0])
    with pytest.raises(CommandFailed, match="no Ed25519 private key"):
        keys[1].chmod(0o600)
        run("head", kept, "--signing-key", keys[1])


def test_export_writes_every_entry(kept: Path) -> None:
    lines = [json.loads(line) for line in run("export", kept).splitlines()]
    assert [line["kind"] for line in lines].count("sealed") == 3
    assert all(line["gate"] == "gate-1" for line in lines)
