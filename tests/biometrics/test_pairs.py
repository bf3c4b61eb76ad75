"""A list of pairs in place of all pairs."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks.face import LabelsRefused, data_digest
from benchmarks.face_pairs import read_pairs
from biometrics.curves import all_pairs, listed_pairs, operating_points
from biometrics.model import Vector

NAMES = [f"{person}{take}.png" for person in range(6) for take in range(3)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def listing(folder: Path, *rows: str, head: str = "first,second,same") -> Path:
    file = folder / "pairs.csv"
    file.write_text("\n".join([head, *rows, ""]))
    return file


def test_who_is_joined_by_a_chain_is_one_person(folder: Path) -> None:
    read = read_pairs(folder, listing(folder, "00.png,01.png,1", "02.png,01.png,1", "00.png,10.png,0"))
    people = [each.identity for each in read.labelled]
    assert people[0] == people[1] == people[2] != people[3]
    assert read.pairs == ((0, 1), (2, 1), (0, 3))


@pytest.mark.parametrize(
    ("rows", "head", "says"),
    [
        (("00.png,01.png,1",), "a,b,c", "first, second and same"),
        (("00.png,01.png,yes",), "first,second,same", "first, second and same"),
        (("00.png,absent.png,1",), "first,second,same", "1 of 2 images are missing"),
        ((), "first,second,same", "0 of 0 images"),
        (("00.png,01.png,1", "01.png,02.png,1", "00.png,02.png,0"), "first,second,same", "contradict|different"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(folder: Path, rows: tuple[str, ...], head: str, says: str) -> None:
    with pytest.raises(LabelsRefused, match=says):
        read_pairs(folder, listing(folder, *rows, head=head))


def cosine(references: Vector, lives: Vector) -> Vector:
    return references @ lives.T


def test_the_list_of_all_pairs_gives_what_all_pairs_give() -> None:
    rng = np.random.default_rng(3)
    people = [name[0] for name in NAMES]
    centres = rng.standard_normal((6, 8))
    vectors = np.array([centres[int(who)] + 0.4 * rng.standard_normal(8) for who in people], np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    detected = np.arange(len(NAMES)) != 4
    every = np.array([(a, b) for a in range(len(NAMES)) for b in range(a + 1, len(NAMES))])
    whole = all_pairs(people, vectors, detected, cosine)
    listed = listed_pairs(people, vectors, detected, cosine, every)
    assert sorted(whole.genuine) == pytest.approx(sorted(listed.genuine), abs=1e-6)
    assert sorted(whole.impostor) == pytest.approx(sorted(listed.impostor), abs=1e-6)
    for one, other in zip(operating_points(whole, [0.1]), operating_points(listed, [0.1]), strict=True):
        assert one.threshold == pytest.approx(other.threshold)
        assert one.fnmr_ci95 == pytest.approx(other.fnmr_ci95)
        assert one.fmr_ci95 == pytest.approx(other.fmr_ci95)


def test_the_digest_of_the_data_depends_on_the_pairs_and_not_on_their_order(folder: Path) -> None:
    labelled = read_pairs(folder, listing(folder, "00.png,01.png,1", "00.png,10.png,0")).labelled
    assert data_digest(labelled, [(0, 1), (0, 2)]) == data_digest(labelled, [(2, 0), (0, 1)])
    assert data_digest(labelled, [(0, 1)]) != data_digest(labelled, [(0, 1), (0, 2)])
