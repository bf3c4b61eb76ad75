"""The gate's own copy: what it holds can be found, and neither read, moved, put back nor used by another gate."""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from link.travel import PassageClaim
from register.copied_visa import MAX_PORTRAIT_BYTES, CopiedVisa, NotAVisa, from_bytes, to_bytes
from register.copy import OfflineCopy
from register.failures import RegisterFailed
from register.model import Visa, VisaRefused
from register.sealing import FileKey

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
PORTRAIT = b"\xff\xd8\xff a picture, as far as a copy knows"


def copied(number: int, version: int = 1, entries: int | None = None) -> CopiedVisa:
    visa = Visa(
        f"V-{number}", "UTO", f"L8989{number:04d}", "740812", "ERIKSSON", "ANNA MARIA", "UTO",
        date(2026, 1, 1), date(2026, 12, 31), entries, restrictions=("no work",), portrait=PORTRAIT,
    )  # fmt: skip
    return CopiedVisa(visa, version, NOW + timedelta(hours=12))


def key_in(folder: Path, secret: bytes = b"k" * 32) -> FileKey:
    file = folder / "gate.key"
    file.touch(mode=0o600)
    file.write_bytes(secret)
    return FileKey(file)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copy.sqlite"


def test_what_was_copied_is_found_by_its_document(path: Path, tmp_path: Path) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply(copied(number) for number in range(20))
        assert copy.find("UTO", "L89890007", "740812") == (copied(7),)
        assert copy.count() == 20
        for asked in (("UTO", "L89890099", "740812"), ("D", "L89890007", "740812"), ("UTO", "L89890007", "740813")):
            assert copy.find(*asked) == ()


def test_a_higher_version_replaces_and_an_older_one_never_comes_back(path: Path, tmp_path: Path) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply([copied(1, version=3)])
        copy.apply([copied(1, version=2)])
        assert copy.find("UTO", "L89890001", "740812") == (copied(1, version=3),)
        copy.apply(gone=[("V-1", 4)])
        copy.apply([copied(1, version=3)])
        assert copy.find("UTO", "L89890001", "740812") == ()
        assert copy.count() == 0


def test_nothing_of_a_person_can_be_read_from_the_files(path: Path, tmp_path: Path) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply(copied(number) for number in range(50))
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("copy.sqlite*"))
        assert path.stat().st_mode & 0o077 == 0
    assert b"V-49" in kept
    for personal in (b"ERIKSSON", b"ANNA", b"L8989", b"740812", PORTRAIT[:8]):
        assert personal not in kept


@pytest.mark.parametrize(("gate", "secret"), [("gate-2", b"k" * 32), ("gate-1", b"x" * 32)])
def test_the_copy_of_another_gate_or_key_is_refused(path: Path, tmp_path: Path, gate: str, secret: bytes) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply([copied(1)])
    stolen = shutil.copy(path, tmp_path / "stolen.sqlite")
    with pytest.raises(RegisterFailed, match="is of another gate or key"):
        OfflineCopy(Path(stolen), gate, key_in(tmp_path, secret))


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE records SET version = 9 WHERE record = 'V-1'",
        "UPDATE records SET record = 'V-9' WHERE record = 'V-1'",
        "UPDATE records SET sealed = (SELECT sealed FROM records WHERE record = 'V-2') WHERE record = 'V-1'",
        "UPDATE records SET document = (SELECT document FROM records WHERE record = 'V-1') WHERE record = 'V-2'",
        "UPDATE records SET sealed = x'00' WHERE record = 'V-1'",
    ],
)
def test_a_changed_or_moved_row_is_found_and_clears_nobody(path: Path, tmp_path: Path, tampering: str) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply([copied(1), copied(2)])
        other = sqlite3.connect(path)
        other.execute(tampering)
        other.commit()
        other.close()
        with pytest.raises(RegisterFailed, match="changed by another hand") as failed:
            copy.find("UTO", "L89890001", "740812")
    assert "L8989" not in str(failed.value)


def test_an_entry_owed_to_the_register_is_used_up_here(path: Path, tmp_path: Path) -> None:
    claim = PassageClaim("t1", "V-1", NOW)
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply([copied(1, entries=2)])
        copy.owe(claim)
        copy.owe(claim)
        assert copy.owed() == (claim,)
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        assert copy.find("UTO", "L89890001", "740812") == (replace(copied(1, entries=2), used=1),)
        copy.settle("t1")
        assert copy.owed() == ()


def test_a_delta_is_taken_whole_or_not_at_all(path: Path, tmp_path: Path) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy._connection.execute("CREATE TRIGGER stop BEFORE INSERT ON records WHEN NEW.record = 'V-3' "
                                 "BEGIN SELECT RAISE(ABORT, 'no'); END")  # fmt: skip
        with pytest.raises(RegisterFailed):
            copy.apply(copied(number) for number in range(5))
        assert copy.count() == 0


def test_what_is_no_copy_has_one_sentence(path: Path, tmp_path: Path) -> None:
    path.write_bytes(b"something else " * 500)
    with pytest.raises(RegisterFailed, match="is not a register"):
        OfflineCopy(path, "gate-1", key_in(tmp_path))
    other = tmp_path / "other.sqlite"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(RegisterFailed, match="is not a gate's copy"):
        OfflineCopy(other, "gate-1", key_in(tmp_path))


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key_in(tmp_path)
    (tmp_path / "gate.key").chmod(0o640)
    with pytest.raises(RegisterFailed, match="0600"):
        FileKey(tmp_path / "gate.key")
    (tmp_path / "gate.key").chmod(0o600)
    (tmp_path / "gate.key").write_bytes(b"short")
    with pytest.raises(RegisterFailed, match="shorter than 32"):
        FileKey(tmp_path / "gate.key")
    with pytest.raises(RegisterFailed, match="cannot be read"):
        FileKey(tmp_path / "absent.key")


def test_a_copied_visa_is_bounded() -> None:
    with pytest.raises(VisaRefused, match="portrait"):
        replace(copied(1), visa=replace(copied(1).visa, portrait=bytes(MAX_PORTRAIT_BYTES + 1)))
    with pytest.raises(VisaRefused, match="time zone"):
        replace(copied(1), fresh_until=datetime(2026, 1, 1))
    assert "ERIKSSON" not in repr(copied(1))
    whole = to_bytes(copied(1))
    for cut in (b"", whole[:3], whole[:40], b"\0\0\0\2[]", b"\0\0\0\2{}"):
        with pytest.raises(NotAVisa):
            from_bytes(cut)


def test_a_copy_made_before_lanes_reported_exits_goes_on(path: Path, tmp_path: Path) -> None:
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.apply([copied(1, entries=2)])
        copy._connection.execute("ALTER TABLE owed DROP COLUMN direction")
        copy._connection.execute("INSERT INTO owed VALUES ('t1', 'V-1', ?)", (NOW.isoformat(),))
    with OfflineCopy(path, "gate-1", key_in(tmp_path)) as copy:
        copy.owe(PassageClaim("t2", "V-1", NOW, "exit"))
        assert [each.direction for each in copy.owed()] == ["entry", "exit"]
        assert copy.find("UTO", "L89890001", "740812")[0].used == 1
