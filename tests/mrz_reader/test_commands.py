"""egate mrz read, bench and train."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.mrz_drawn import drawn
from benchmarks.mrz_ways import AS_IT_IS, WAYS
from cli.exits import DEVICE, REFERRED, USAGE, CommandFailed
from cli.mrz_commands import app
from mrz.backends.ocr_text import zone_lines
from mrz.model import DocumentType
from tests.mrz.zones import TD3

run = CliRunner().invoke
DAY = ["--today", "2026-11-23"]
CONTRACT = {"file", "verdict", "reason", "type", "lines", "check_digits", "fields", "confidence", "ms"}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    file = tmp_path / "page.png"
    cv2.imwrite(str(file), drawn(DocumentType.TD3, 6, lines=TD3, dpi=300).image)
    return file


def test_read_keeps_its_contract(page: Path) -> None:
    result = run(app, ["read", str(page), "--json", *DAY])
    answer = json.loads(result.stdout)
    assert result.exit_code == 0
    assert set(answer) >= CONTRACT
    assert (answer["verdict"], answer["reason"], answer["type"]) == ("ACCEPT", None, "TD3")
    assert answer["lines"] == list(TD3)
    assert set(answer["check_digits"].values()) <= {"pass", "fail", "absent"}
    assert answer["fields"]["birth_date"] == "740812"
    assert 0 < answer["confidence"] <= 1


def test_read_shows_a_table(page: Path) -> None:
    result = run(app, ["read", str(page), *DAY])
    assert result.exit_code == 0
    assert "ACCEPT" in result.stdout


def test_read_answers_for_what_is_no_image(page: Path, tmp_path: Path) -> None:
    text, empty, cut = tmp_path / "a.txt", tmp_path / "b.jpg", tmp_path / "c.png"
    text.write_text("hello")
    empty.touch()
    cut.write_bytes(page.read_bytes()[:2000])
    files = [text, empty, cut, tmp_path / "absent.png", tmp_path]
    result = run(app, ["read", *map(str, files), str(page), "--json", *DAY])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["verdict"] for answer in answers] == ["RESCAN"] * 5 + ["ACCEPT"]
    assert all(
        answer["lines"] == [] and str(file) in answer["error"] for answer, file in zip(answers, files, strict=False)
    )
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == REFERRED


def test_read_of_a_page_without_a_zone_ends_with_1(tmp_path: Path) -> None:
    file = tmp_path / "white.png"
    cv2.imwrite(str(file), np.full((400, 600, 3), 255, np.uint8))
    result = run(app, ["read", str(file), "--json", *DAY])
    answer = json.loads(result.stdout)
    assert (answer["verdict"], answer["reason"], answer["lines"]) == ("RESCAN", "no_mrz", [])
    assert result.exit_code == REFERRED


def test_an_unknown_reader_is_refused(page: Path) -> None:
    result = run(app, ["read", str(page), "--backend", "abacus"])
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == USAGE


@pytest.mark.parametrize("backend", ("passporteye", "tesseract"))
def test_a_missing_reader_says_how_to_install_it(page: Path, backend: str) -> None:
    module = {"passporteye": "passporteye", "tesseract": "pytesseract"}[backend]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, module, None)
        result = run(app, ["read", str(page), "--backend", backend])
    assert isinstance(result.exception, CommandFailed)
    assert "pip install 'egate[passporteye]'" in str(result.exception)
    assert result.exception.exit_code == DEVICE


@pytest.mark.slow
@pytest.mark.wire
def test_bench_counts(page: Path, tmp_path: Path) -> None:
    truth = "file,type,line1,line2,line3\n"
    (tmp_path / "truth.csv").write_text(truth + f"page.png,TD3,{TD3[0]},{TD3[1]},\n", encoding="utf-8")
    result = run(app, ["bench", str(tmp_path), "--json", "--by-image", *DAY])
    figures = json.loads(result.stdout[result.stdout.index("{") :])["own"]
    assert (figures["all"]["images"], figures["TD3"]["exact"], figures["all"]["false_accepts"]) == (1, 1, 0)
    assert figures["all"]["characters_percent"] == 100.0
    assert figures["by_image"][0]["file"] == "page.png"


@pytest.mark.parametrize("way", WAYS)
def test_each_way_gives_a_picture_of_its_own(way: str) -> None:
    image = drawn(DocumentType.TD3, 6, dpi=110).image
    before = image.copy()
    changed = WAYS[way](image)
    assert (changed.dtype, changed.ndim) == (np.uint8, 3)
    assert (image == before).all()
    assert np.array_equal(changed, image) is (way == AS_IT_IS)


@pytest.mark.slow
@pytest.mark.wire
def test_bench_in_every_way_tells_them_apart(page: Path, tmp_path: Path) -> None:
    truth = "file,type,line1,line2,line3\n"
    (tmp_path / "truth.csv").write_text(truth + f"page.png,TD3,{TD3[0]},{TD3[1]},\n", encoding="utf-8")
    result = run(app, ["bench", str(tmp_path), "--every-way", "--json", *DAY])
    figures = json.loads(result.stdout[result.stdout.index("{") :])["own"]
    assert set(figures) == {"all", "TD3", *WAYS}
    assert (figures["all"]["images"], figures["all"]["false_accepts"]) == (len(WAYS), 0)
    assert figures["all"]["exact"] >= len(WAYS) - 2


@pytest.mark.wire
def test_a_reader_that_breaks_while_measured_is_named(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "truth.csv").write_text("file,type,line1,line2\npage.png,TD3," + ",".join(TD3) + "\n", encoding="utf-8")
    monkeypatch.setattr("benchmarks.mrz.sys.executable", "/bin/true")
    result = run(app, ["bench", str(tmp_path), *DAY])
    assert isinstance(result.exception, CommandFailed)
    assert "own" in str(result.exception)
    assert result.exception.exit_code == REFERRED


@pytest.mark.slow
@pytest.mark.wire
def test_an_image_that_cannot_be_measured_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(b"no image")
    (tmp_path / "truth.csv").write_text("file,type,line1,line2\npage.png,TD3," + ",".join(TD3) + "\n", encoding="utf-8")
    result = run(app, ["bench", str(tmp_path), *DAY])
    assert isinstance(result.exception, CommandFailed)
    assert "page.png" in str(result.exception)
    assert TD3[0][5:12] not in str(result.exception)


def test_bench_wants_a_truth(tmp_path: Path) -> None:
    result = run(app, ["bench", str(tmp_path)])
    assert isinstance(result.exception, CommandFailed)
    assert "truth.csv" in str(result.exception)


# torch's newer exporter needs a further package (onnxscript) for the same graph
@pytest.mark.filterwarnings("ignore:You are using the legacy TorchScript-based ONNX export:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:The feature will be removed:DeprecationWarning")
@pytest.mark.slow
@pytest.mark.parametrize(("net", "steps"), (("lines", "50"), ("second", "5"), ("pages", "5")))
def test_train_makes_a_net(tmp_path: Path, net: str, steps: str) -> None:
    pytest.importorskip("torch", reason="pip install 'egate[train]' to train the nets")
    pytest.importorskip("onnx", reason="pip install 'egate[train]' to train the nets")
    result = run(app, ["train", "--net", net, "--steps", steps, "--batch", "6", "--to", str(tmp_path)])
    assert result.exit_code == 0
    assert (tmp_path / f"{net}.onnx").stat().st_size < 1_000_000


def test_train_without_torch_says_how_to_install_it(tmp_path: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for module in ("torch", "tools.train_mrz.train_lines"):
            patch.setitem(__import__("sys").modules, module, None)
        result = run(app, ["train", "--steps", "1", "--to", str(tmp_path)])
    assert isinstance(result.exception, CommandFailed)
    assert "pip install 'egate[train]'" in str(result.exception)


def test_lines_are_picked_from_ocr_text() -> None:
    assert zone_lines(f"PASSPORT\nErika\n{TD3[0]}\n{TD3[1][:20]} {TD3[1][20:]}\n") == TD3
    assert zone_lines("nothing at all") == ()
