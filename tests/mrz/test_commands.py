"""egate mrz parse, write and render."""

import json
from pathlib import Path

import cv2
import pytest
from typer.testing import CliRunner

from cli.exits import REFERRED, USAGE, CommandFailed
from cli.mrz_commands import app
from tests.mrz.test_writer import WRITTEN
from tests.mrz.zones import TD3

run = CliRunner().invoke
DAY = ["--today", "2026-11-23"]


@pytest.fixture
def fields(tmp_path: Path) -> Path:
    file = tmp_path / "fields.json"
    file.write_text(json.dumps(WRITTEN), encoding="utf-8")
    return file


def test_parse_reports_fields_and_digits() -> None:
    result = run(app, ["parse", *TD3, "--json", *DAY])
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (report["type"], report["conforms"], report["expired"], report["age"]) == ("TD3", True, True, 52)
    assert report["fields"]["document_number"] == "L898902C3"
    assert set(report["check_digits"].values()) == {"pass"}


def test_parse_shows_a_table() -> None:
    result = run(app, ["parse", *TD3, *DAY])
    assert result.exit_code == 0
    assert "ANNA MARIA" in result.stdout


def test_parse_names_every_broken_rule() -> None:
    wrong = TD3[1].replace("UTO", "UT0").replace("F", "7")
    result = run(app, ["parse", TD3[0], wrong, "--json", *DAY])
    assert isinstance(result.exception, CommandFailed)
    assert result.exception.exit_code == REFERRED
    assert {fault["field"] for fault in json.loads(result.stdout)["faults"]} == {"nationality", "sex"}


def test_parse_of_no_zone() -> None:
    result = run(app, ["parse", "HELLO", "--json"])
    assert json.loads(result.stdout)["type"] is None
    assert isinstance(result.exception, CommandFailed)


def test_write_prints_lines_that_parse(fields: Path) -> None:
    result = run(app, ["write", "--from", str(fields), "--json", *DAY])
    written = json.loads(result.stdout)
    assert written["type"] == "TD3"
    assert run(app, ["parse", *written["lines"], *DAY]).exit_code == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is no JSON"),
        ("[]", "must hold one JSON object"),
        ("{}", "type: is missing"),
        (json.dumps({**WRITTEN, "sex": "Q"}), "sex: must be one of"),
        (json.dumps({**WRITTEN, "extra": "Q"}), "extra: is no field"),
        (json.dumps({**WRITTEN, "document_number": "1234567890"}), "document_number: is longer"),
    ],
)
def test_write_refuses_with_the_file_and_field(tmp_path: Path, text: str, sentence: str) -> None:
    file = tmp_path / "fields.json"
    file.write_text(text, encoding="utf-8")
    refused = run(app, ["write", "--from", str(file)]).exception
    assert isinstance(refused, CommandFailed)
    assert str(refused).startswith(str(file))
    assert sentence in str(refused)
    assert refused.exit_code == USAGE


def test_write_from_a_file_that_is_not_there(tmp_path: Path) -> None:
    refused = run(app, ["write", "--from", str(tmp_path / "none.json")]).exception
    assert isinstance(refused, CommandFailed)
    assert "none.json" in str(refused)


def test_render_writes_an_image_for_each_light_and_the_truth(tmp_path: Path, fields: Path) -> None:
    target = tmp_path / "pages" / "page.png"
    lights = ["--light", "visible", "--light", "infrared"]
    knobs = ["--knob", "rotation=0.2", "--knob", "quarter_turns=1"]
    result = run(app, ["render", "--from", str(fields), "--to", str(target), "--dpi", "100", *lights, *knobs, "--json"])
    assert result.exit_code == 0
    truth = json.loads(target.with_suffix(".json").read_text(encoding="utf-8"))
    assert truth == json.loads(result.stdout)
    assert truth["knobs"] == {"rotation": 0.2, "quarter_turns": 1}
    assert cv2.imread(str(target)).shape == cv2.imread(str(target.with_suffix(".infrared.png"))).shape


def test_render_prints_given_lines_as_they_are(tmp_path: Path) -> None:
    wrong = TD3[1][:9] + "0" + TD3[1][10:]
    target = tmp_path / "page.png"
    result = run(app, ["render", "--line", TD3[0], "--line", wrong, "--dpi", "60", "--to", str(target), "--json"])
    assert json.loads(result.stdout)["lines"] == [TD3[0], wrong]


def test_render_at_random_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    images = []
    for folder in ("a", "b"):
        wanted = ["render", "--random", "3", "--strength", "0.5", "--seed", "9", "--dpi", "60", *DAY]
        assert run(app, [*wanted, "--to", str(tmp_path / folder)]).exit_code == 0
        images.append([file.read_bytes() for file in sorted((tmp_path / folder).glob("*.png"))])
    assert len(images[0]) == 3
    assert images[0] == images[1]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--knob", "blu=1"], "there is no blu"),
        (["--knob", "blur=x"], "needs a number"),
        (["--knob", "blur=2"], "between 0 and 1"),
        (["--design", "gold"], "--design"),
        (["--light", "radio"], "--light"),
        (["--type", "TD9", "--random", "1"], "give one of"),
        (["--portrait", "none.jpg"], "none.jpg"),
    ],
)
def test_render_refuses_options_by_name(tmp_path: Path, fields: Path, options: list[str], sentence: str) -> None:
    refused = run(app, ["render", "--from", str(fields), "--to", str(tmp_path / "page.png"), *options]).exception
    assert isinstance(refused, CommandFailed)
    assert sentence in str(refused)


def test_render_into_a_file_that_is_no_image(tmp_path: Path, fields: Path) -> None:
    refused = run(app, ["render", "--from", str(fields), "--to", str(tmp_path / "page.foo")]).exception
    assert isinstance(refused, CommandFailed)
    assert "page.foo" in str(refused)


def test_render_with_a_portrait_that_is_no_picture(tmp_path: Path, fields: Path) -> None:
    broken = tmp_path / "face.jpg"
    broken.write_bytes(b"not a picture")
    refused = run(
        app, ["render", "--from", str(fields), "--to", str(tmp_path / "page.png"), "--portrait", str(broken)]
    ).exception
    assert isinstance(refused, CommandFailed)
    assert "face.jpg" in str(refused)
