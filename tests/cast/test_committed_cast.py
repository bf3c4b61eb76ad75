"""The pictures and the list that lie in the repository."""

import json

import pytest

from simulators import cast_faces
from simulators.cast_faces import CAST_FOLDER, Pose, folder_of, impostor_for, member, members, portrait, pose
from tools.make_cast.mesh import HEAD_FILE

MOST_BYTES = 4_000_000


def test_the_cast_is_large_enough() -> None:
    assert len(members("demo")) >= 12
    assert len(members("test")) >= 24
    assert members("all") == members("demo") + members("test")


def test_names_are_unique_and_fit_a_passport() -> None:
    names = [who.name for who in members()]
    assert len(set(names)) == len(names)
    assert all(who.given_name.isascii() and who.surname.isascii() and who.surname for who in members())
    assert all(len(who.origin) == 3 and who.origin.isupper() for who in members())


@pytest.mark.parametrize("chosen", ["demo", "test"])
def test_ages_sexes_and_origins_vary(chosen: str) -> None:
    cast = members("demo") if chosen == "demo" else members("test")
    ages = [who.age for who in cast]
    assert min(ages) <= 25
    assert max(ages) >= 70
    assert {who.sex for who in cast} == {"F", "M"}
    assert min(sum(who.sex == sex for who in cast) for sex in "FM") >= len(cast) // 3
    assert len({who.origin for who in cast}) >= 10


@pytest.mark.slow
def test_every_member_has_all_pictures() -> None:
    for who in members():
        assert portrait(who.name).shape == (600, 480, 3)
        for how in Pose:
            cut_out = pose(who.name, how)
            assert cut_out.shape == (640, 720, 4)
            covered = (cut_out[:, :, 3] > 128).mean()
            assert 0.2 < covered < 0.8


def test_no_folder_is_left_over() -> None:
    expected = {folder_of(who.name) for who in members()}
    assert {path for path in CAST_FOLDER.iterdir() if path.is_dir()} == expected


def test_every_member_has_a_named_impostor_of_the_same_set() -> None:
    for who in members():
        other = member(impostor_for(who.name))
        assert other != who
        assert other.set == who.set


def test_the_repository_stays_small() -> None:
    assert sum(path.stat().st_size for path in CAST_FOLDER.rglob("*") if path.is_file()) <= MOST_BYTES


def test_the_head_lies_with_its_licence() -> None:
    licence = (HEAD_FILE.parent / "HEAD-LICENCE.md").read_text(encoding="utf-8")
    assert "CC0 1.0 Universal" in licence
    assert HEAD_FILE.stat().st_size < 1_000_000


def test_pictures_cannot_be_changed_by_whoever_asks() -> None:
    with pytest.raises(ValueError, match="read-only"):
        portrait(members()[0].name)[0, 0] = 0


def test_nobody_is_made_up_on_the_spot() -> None:
    for ask in (member, impostor_for, portrait, lambda name: pose(name, Pose.NEUTRAL)):
        with pytest.raises(KeyError):
            ask("Nemo Nobody")


def test_a_damaged_picture_is_named_with_its_remedy(tmp_path, monkeypatch) -> None:
    who = members()[0].name
    listed = (CAST_FOLDER / "cast.json").read_bytes()
    assert json.loads(listed)["members"]
    monkeypatch.setattr(cast_faces, "CAST_FOLDER", tmp_path)
    folder = folder_of(who)
    folder.mkdir()
    (folder / "smile.webp").write_bytes(b"RIFF")
    with pytest.raises(FileNotFoundError, match=r"smile.webp .* run `python -m tools.make_cast`"):
        cast_faces._picture(who, "smile", channels=4)
