"""Flight manifests: gates hold the records of who lands in the next hours, and let them go again afterwards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.exits import CommandFailed
from cli.main import app
from link.copy_api import ChangesQuestion
from register.arrivals import Arrival, expect, flights
from register.model import VisaRefused
from register.service.expected import ExpectedList
from register.store import Store
from tests.register.conftest import TODAY, VISA

NONCE = "0" * 32


def arrival(number: str, hours: float = 3.0, flight: str = "UT417/2026-05-01") -> Arrival:
    return Arrival(flight, "UTO", number, TODAY + timedelta(hours=hours))


@pytest.fixture
def store(path: Path | str) -> Iterator[Store]:
    with Store(path, create=True) as store:
        store.add(replace(VISA, record=f"V-{n}", document_number=f"X{n}") for n in range(6))
        yield store


def told(expected: ExpectedList, epoch: str = "", since: int = 0) -> tuple[set[str], set[str], str, int]:
    """What a gate takes over and lets go, and what it asks with next."""
    answer = expected.changes(ChangesQuestion(gate="gate-1", nonce=NONCE, epoch=epoch, since=since))
    return {each.record for each in answer.changed}, {each.record for each in answer.gone}, answer.epoch, answer.upto


def test_only_who_lands_soon_or_landed_lately_is_told(store: Store) -> None:
    manifest = [arrival("X1"), arrival("X2", 13.0, "UT418/2026-05-01"), arrival("X3", -5.0, "UT416/2026-05-01")]
    expect(store.database, [*manifest, arrival("X4", -7.0, "UT415/2026-05-01"), arrival("NOVISA")], TODAY)
    now = [TODAY]
    expected = ExpectedList(store, lambda: now[0], timedelta(hours=12))
    came, gone, epoch, upto = told(expected)
    assert (came, gone) == ({"V-1", "V-3"}, set())
    now[0] += timedelta(hours=2)
    came, gone, epoch, upto = told(expected, epoch, upto)
    assert (came, gone) == ({"V-2"}, {"V-3"})
    expect(store.database, [arrival("X5")], TODAY)
    now[0] += timedelta(minutes=1)
    assert told(expected, epoch, upto)[:2] == ({"V-5"}, {"V-1"}), "the newer manifest stands in the older one's place"


def test_without_a_window_every_visa_is_told(store: Store) -> None:
    expect(store.database, [arrival("X1")], TODAY)
    assert told(ExpectedList(store, lambda: TODAY))[0] == {f"V-{n}" for n in range(6)}


def test_old_manifests_are_forgotten(store: Store) -> None:
    expect(store.database, [arrival("X1", -47.0, "OLD"), arrival("X2")], TODAY)
    assert [name for name, _, _ in flights(store.database)] == ["OLD", "UT417/2026-05-01"]
    expect(store.database, [], TODAY + timedelta(hours=2))
    assert [(name, count) for name, _, count in flights(store.database)] == [("UT417/2026-05-01", 1)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"flight": "ut 1"}, "flight"),
        ({"issuing_state": "Utopia"}, "issuing_state"),
        ({"document_number": "x'; --"}, "document_number"),
        ({"lands_at": TODAY.replace(tzinfo=None)}, "lands_at"),
    ],
)
def test_what_is_no_arrival_is_named_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(VisaRefused) as refused:
        replace(arrival("X1"), **change)  # type: ignore[arg-type]  # by its fields
    assert refused.value.field == field


def test_the_command_takes_a_list_whole_or_not_at_all(tmp_path: Path) -> None:
    file, manifest = tmp_path / "r.sqlite", tmp_path / "manifest.csv"
    Store(file, create=True).close()

    def run(*arguments: object) -> str:
        command = ["register", "expect", *map(str, arguments), "--register", str(file)]
        return CliRunner().invoke(app, command, catch_exceptions=False).stdout

    head = "flight,lands_at,issuing_state,document_number\n"
    good = "UT417/2099-11-27,2099-11-27T14:05:00+00:00,UTO,X1\n"
    manifest.write_text(head + good + good.replace("X1", "X2"))
    assert "UT417/2099-11-27: 2 travellers expected" in run(manifest)
    manifest.write_text(head + good + good.replace("14:05:00+00:00", "noon"))
    with pytest.raises(CommandFailed, match=r"manifest\.csv:3: the field 'lands_at' is not a moment"):
        run(manifest)
    assert "UT417/2099-11-27  2099-11-27T14:05+00:00  2 travellers" in run()
