"""egate journal: shows what is there, and ends with 1 when somebody has touched it."""

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from records.journal import Journal
from records.page import Page
from tests.records.conftest import KEY, SteppingClock


@pytest.fixture
def kept(path: Path, clock: SteppingClock) -> Path:
    with Journal.open(path, "gate-1", "boot-1", KEY) as journal:
        for name in ("t1", "t2"):
            page = Page(journal, name, clock)
            page.note("document", mark=page.mark("UTO", f"X{name}"))
            page.seal("PASSED", "passed", check_face="successful", face_ms=812)
    return path


def run(*arguments: object) -> str:
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False).stdout


def test_verify_tells_the_head(kept: Path) -> None:
    assert run("journal", "verify", kept).startswith("6 entries, 2 crossings sealed, 0 not; head ")
    (kept.parent / "key").write_bytes(KEY)
    answer = json.loads(run("journal", "verify", kept, "--key", kept.parent / "key", "--json"))
    assert answer == {**answer, "holds": True, "fault": "", "entries": 6, "sealed": 2, "unsealed": []}
    assert len(answer["head"]) == 64


def test_verify_ends_with_1_and_names_the_entry(kept: Path) -> None:
    connection = sqlite3.connect(kept)
    connection.executescript("DROP TRIGGER no_update; UPDATE entries SET kind = 'x' WHERE position = 4")
    connection.close()
    with pytest.raises(CommandFailed, match="entry 4 of boot boot-1 at gate gate-1 was changed") as failed:
        run("journal", "verify", kept, "--json")
    assert failed.value.exit_code == 1


def test_show_prints_all_or_one_crossing(kept: Path) -> None:
    lines = [json.loads(line) for line in run("journal", "show", kept, "--json").splitlines()]
    assert [line["seq"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert list(lines[1]["facts"]) == ["mark"]
    one = run("journal", "show", kept, "--transaction", "t2", "--json").splitlines()
    assert {json.loads(line)["transaction"] for line in one} == {"t2"}
    assert "document" in run("journal", "show", kept)
    explained = run("audit", "show", kept, "--transaction", "t2")
    assert any({"face", "successful", "812"} <= set(line.split()) for line in explained.splitlines())
    with pytest.raises(CommandFailed, match="no crossing t9"):
        run("audit", "show", kept, "--transaction", "t9")


def test_what_is_no_journal_has_one_sentence(path: Path, kept: Path) -> None:
    with pytest.raises(CommandFailed, match="there is no journal"):
        run("journal", "verify", path.parent / "absent.sqlite")
    with pytest.raises(CommandFailed, match=r"key file .* cannot be read"):
        run("journal", "verify", kept, "--key", path.parent / "absent.key")
    other = path.parent / "other"
    other.write_bytes(b"something else " * 500)
    with pytest.raises(CommandFailed, match="is not a journal") as failed:
        run("journal", "show", other)
    assert failed.value.exit_code == 3


def test_a_document_is_found_with_the_gates_key_alone(kept: Path) -> None:
    keys = kept.parent / "key", kept.parent / "other"
    keys[0].write_bytes(KEY)
    keys[1].write_bytes(b"another gate's key, also for tests")

    def found(key: Path, number: str) -> list[str]:
        about = ("--issuing-state", "UTO", "--document-number", number, "--json")
        return list(json.loads(run("audit", "find", kept, "--key", key, *about)))

    assert found(keys[0], "Xt2") == ["t2"]
    assert found(keys[0], "Xt3") == found(keys[1], "Xt2") == []
