"""Lists are taken whole or not at all; what is wrong is named by file, line and field, and never by value."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from register.store import Store

GOOD = {
    "record": "V-1",
    "issuing_state": "UTO",
    "document_number": "L898902C3",
    "birth_date": "740812",
    "surname": "ERIKSSON",
    "given_names": "ANNA MARIA",
    "nationality": "UTO",
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "entries": "2",
    "portrait": "anna.png",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    image = np.full((60, 48, 3), 128, np.uint8)
    (tmp_path / "anna.png").write_bytes(cv2.imencode(".png", image)[1].tobytes())
    (tmp_path / "cut.png").write_bytes((tmp_path / "anna.png").read_bytes()[:40])
    return tmp_path


def run(*arguments: object) -> Any:
    """One command; its failure is raised, so that its sentence can be looked at."""
    return CliRunner().invoke(app, [str(each) for each in arguments], catch_exceptions=False)


def as_csv(*rows: dict[str, Any]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "\n".join([",".join(names), *(",".join(str(row.get(name, "")) for name in names) for row in rows)]) + "\n"


def imported(folder: Path, name: str, text: str, *options: str) -> Path:
    (folder / name).write_text(text)
    register = folder / "register.sqlite"
    run("register", "import", folder / name, "--register", register, *options)
    return register


@pytest.mark.parametrize("name", ["visas.csv", "visas.json"])
def test_a_good_list_is_taken_with_its_portraits(folder: Path, name: str) -> None:
    rows = [GOOD, {**GOOD, "record": "V-2", "entries": "", "cancelled": "yes", "restrictions": "no work;escort"}]
    as_json = json.dumps([{key: value for key, value in row.items() if value != ""} for row in rows], indent=1)
    register = imported(folder, name, as_csv(*rows) if name.endswith("csv") else as_json)
    with Store(register) as store:
        first, second = (found.visa for found in store.visas())
        assert store.portrait("V-1") == (folder / "anna.png").read_bytes()
    assert (first.entries, first.cancelled, first.restrictions) == (2, False, ())
    assert (second.entries, second.cancelled, second.restrictions) == (None, True, ("no work", "escort"))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"birth_date": "1974-08-12"}, "the field 'birth_date' is not YYMMDD"),
        ({"valid_from": "soon"}, "the field 'valid_from' is not a day as YYYY-MM-DD"),
        ({"valid_from": "2027-01-01"}, "the field 'valid_until' is before valid_from"),
        ({"entries": "two"}, "the field 'entries' is not a whole number"),
        ({"entries": "0"}, "the field 'entries' is less than one"),
        ({"document_number": "l898902c3"}, "the field 'document_number' is not made of capital letters"),
        ({"issuing_state": "Utopia"}, "the field 'issuing_state' is not a code"),
        ({"cancelled": "perhaps"}, "the field 'cancelled' is not yes or no"),
        ({"portrait": "absent.png"}, "the field 'portrait' names a file that cannot be read"),
        ({"portrait": "cut.png"}, "the field 'portrait' cannot be used"),
        ({"portrait": "visas.csv"}, "the field 'portrait' cannot be used"),
        ({"surname": "", "given_names": ""}, "the field 'surname' is missing"),
        ({"record": "V-1"}, "the field 'record' is in the register already"),
        ({"record": "V-3", "surname": "OTHER"}, "the field 'surname' or given_names differs"),
        ({"colour": "blue"}, "the field 'colour' is not one of"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken(folder: Path, change: dict[str, str], problem: str) -> None:
    rows = [GOOD, {**GOOD, "record": "V-2", **change}]
    with pytest.raises(CommandFailed) as failed:
        imported(folder, "visas.csv", as_csv(*rows))
    sentence = str(failed.value)
    assert sentence.startswith(f"{folder / 'visas.csv'}:3: {problem}")
    assert sentence.endswith("nothing was imported.")
    assert failed.value.exit_code == 2
    assert not any(secret in sentence for secret in ("ERIKSSON", "L898902C3", "740812", "ANNA"))
    if (folder / "register.sqlite").exists():
        with Store(folder / "register.sqlite") as store:
            assert set(store.counts().values()) == {0}


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.csv", 'record,surname\n"V-1,x\n', ":2: this is not CSV"),
        ("a.csv", "record\nV-1,too,many\n", ":2: there are more values"),
        ("a.json", "{}", ":1: this is no JSON array"),
        ("a.json", '[\n{"record": "V-1"},\n{"record": }]', ":3: this is not JSON"),
        ("a.json", "[\n\n1]", ":3: this is no object"),
        ("a.json", "[{}", ":1: this is no JSON array"),
        ("a.json", '[\n{"record": 1}]', ":2: the field 'record' is not text"),
        ("a.json", '[\n{"record": "V-1"}]', ":2: the field 'issuing_state' is missing"),
        ("a.txt", "", ": a list ends in .csv or .json"),
    ],
)
def test_a_list_that_is_none(folder: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(CommandFailed) as failed:
        imported(folder, name, text)
    assert str(failed.value).startswith(f"{folder / name}{problem}")


def test_lines_are_counted_through_quoted_line_ends(folder: Path) -> None:
    text = (
        as_csv(GOOD).rstrip("\n")
        + '\nV-2,UTO,L2,740812,"ERIKSSON\n",ANNA,UTO,2026-01-01,2026-12-31,1,\nV-3,?,,,,,,,,,\n'
    )
    with pytest.raises(CommandFailed, match=r"visas.csv:5: "):
        imported(folder, "visas.csv", text)


def test_a_watchlist_is_imported_too(folder: Path) -> None:
    text = "alert,hold,document_number\nA-1,yes,L898902C3\nA-2,no,X1\n"
    with Store(imported(folder, "alerts.csv", text, "--watchlist")) as store:
        assert store.alerts("UTO", "L898902C3", "", "", "") == (("A-1", True),)


def test_show_masks_unless_it_is_told_to_reveal(folder: Path) -> None:
    register = imported(folder, "visas.csv", as_csv(GOOD))
    for options in ((), ("--json",)):
        shown = run("register", "show", "--register", register, *options).stdout
        assert "V-1" in shown
        assert not any(secret in shown for secret in ("ERIKSSON", "ANNA", "L898902C3", "740812"))
    revealed = json.loads(run("register", "show", "--register", register, "--reveal", "--json").stdout)
    assert revealed["visas"][0]["document_number"] == "L898902C3"
    assert [name for name, rows in revealed["counts"].items() if rows] == ["documents", "visas", "portraits"]


def test_add_takes_one_visa_and_names_the_field_that_is_wrong(folder: Path) -> None:
    register = folder / "register.sqlite"
    options = {key: value for key, value in GOOD.items() if key != "portrait"}

    def add(**changes: str) -> Any:
        values = {**options, **changes, "portrait": str(folder / "anna.png")}
        pairs = ((f"--{key.replace('_', '-')}", value) for key, value in values.items())
        return run("register", "add", "--register", register, *(each for pair in pairs for each in pair))

    assert "added 1 visas" in add().stdout
    with pytest.raises(CommandFailed, match="V-1: the field 'record' is in the register already"):
        add()
    with pytest.raises(CommandFailed, match="the field 'birth_date' is not YYMMDD"):
        add(birth_date="x", record="V-2")


def test_show_names_what_is_missing(folder: Path) -> None:
    with pytest.raises(CommandFailed, match="there is no register"):
        run("register", "show", "--register", folder / "absent.sqlite")
    register = imported(folder, "visas.csv", as_csv(GOOD))
    with pytest.raises(CommandFailed, match="there is no record V-9"):
        run("register", "show", "--register", register, "--record", "V-9")
