"""Tokens of machines: the service keeps hashes only, and a file that is not one is named with its line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from web.tokens import TokensRefused, holder, line_of, read_secret, read_tokens


def test_a_token_names_its_machine_and_no_other(tmp_path: Path) -> None:
    file = tmp_path / "gates.tokens"
    file.write_text("# comment\n" + line_of("a" * 20, "gate-1") + line_of("b" * 20, "gate-2"))
    known = read_tokens(file)
    assert holder(known, "Bearer " + "b" * 20) == "gate-2"
    assert holder(known, "Bearer " + "c" * 20) is None
    assert holder(known, "") is None
    assert "a" * 20 not in file.read_text()


@pytest.mark.parametrize("content", ["0" * 63 + " gate-1", "gate-1", "0" * 64 + " gate one"])
def test_a_line_that_is_none_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "gates.tokens"
    file.write_text("\n" + content)
    with pytest.raises(TokensRefused, match=":2: "):
        read_tokens(file)


def test_a_token_that_others_may_read_or_that_is_short_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("x" * 20)
    file.chmod(0o640)
    with pytest.raises(TokensRefused, match="0600"):
        read_secret(file)
    file.chmod(0o600)
    assert read_secret(file) == "x" * 20
    file.write_text("guess")
    with pytest.raises(TokensRefused, match="20 characters"):
        read_secret(file)


def test_certs_make_gives_each_machine_its_own_and_keeps_what_is_there(tmp_path: Path) -> None:
    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["certs", "make", str(tmp_path), *arguments], catch_exceptions=False)
        return done.output

    run("--gate", "gate-1")
    first = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    run("--gate", "gate-2")
    after = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert {file.name for file in first if file.read_bytes() != first[file]} == {"gates.tokens"}
    assert {file.name for file in after if file.parent.name == "gate-2"} == {
        "ca.pem", "gate.pem", "gate.key", "token", "answers.pem", "heads.key", "heads.pem", "copy.key"
    }  # fmt: skip
    private = [file for file in after if file.suffix == ".key" or file.name == "token"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in private)
    assert sorted(read_tokens(tmp_path / "register" / "gates.tokens").values()) == ["gate-1", "gate-2"]
    assert "ca.key" not in {file.name for file in after if file.parent.name != "authority"}
