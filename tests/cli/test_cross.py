"""egate cross on real image work: good files pass, bad ones get one sentence and leave every door shut."""

import json
import random
import struct
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import cv2
import numpy as np
import pytest

from cli.main import main
from drivers.model import Image, Light
from mrz.model import DocumentType
from register.store import Store
from simulators.camera_view import CameraView
from simulators.pages import draw, encoded_portrait, figures
from simulators.population import Population, Story
from simulators.world import Person, World

pytestmark = pytest.mark.slow

TRAVELLER = 1
"""Of the demo cast."""


@dataclass(frozen=True)
class Files:
    page: Path
    infrared: Path
    face: Path
    impostor: Path
    register: Path


def seen(name: str, height_mm: int) -> Image:
    """What the gate's camera sees of somebody in the chamber."""
    world = World(persons=[Person("somebody", name, x_mm=900.0, height_mm=height_mm)])
    return CameraView(world, 1)(0.0)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    population = Population(figures()[TRAVELLER:], draw, encoded_portrait, datetime.now(UTC).date(), random.Random(4))
    visitor = population.visitor(Story.GENUINE)
    holder = figures()[TRAVELLER]
    made = Files(*(tmp_path / name for name in ("page.png", "infrared.png", "face.jpg", "impostor.jpg", "r.sqlite")))
    cv2.imwrite(str(made.page), visitor.page.images[Light.VISIBLE])
    cv2.imwrite(str(made.infrared), visitor.page.images[Light.INFRARED])
    cv2.imwrite(str(made.face), seen(holder.name, holder.height_mm))
    cv2.imwrite(str(made.impostor), seen(holder.impostor, holder.height_mm))
    with Store(made.register, create=True) as store:
        store.add(visitor.visas)
    return made


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def egate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["egate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def crossing(egate: Run, files: Files, *, page: Path | None = None, face: Path | None = None) -> tuple[int, str, str]:
    return egate(
        "cross", "--page", page or files.page, "--infrared", files.infrared, "--face", face or files.face,
        "--register", files.register, "--json",
    )  # fmt: skip


def test_a_genuine_traveller_passes_and_the_entry_is_used_up(egate: Run, files: Files) -> None:
    code, out, _ = crossing(egate, files)
    told = json.loads(out)
    assert (code, told["outcome"]) == (0, "PASSED")
    assert {check["check"] for check in told["checks"]} >= {"page_read", "register_answered", "decided", "passed"}
    assert "EXIT_UNLOCKED" in [event["event"] for event in told["doors"]]
    assert min(told["image_work_ms"]["read page"] + told["image_work_ms"]["examine frame"]) > 0
    code, out, _ = crossing(egate, files)
    assert (code, json.loads(out)["reason"]) == (1, "visa_used_up")


def test_another_face_is_referred_and_no_exit_opens(egate: Run, files: Files) -> None:
    code, out, _ = crossing(egate, files, face=files.impostor)
    told = json.loads(out)
    assert (code, told["outcome"], told["reason"]) == (1, "REFERRED", "face_differs")
    assert "EXIT_UNLOCKED" not in [event["event"] for event in told["doors"]]


def test_the_tables_tell_the_same(egate: Run, files: Files) -> None:
    code, out, _ = egate("cross", "--page", files.page, "--infrared", files.infrared, "--face", files.face,
                         "--register", files.register)  # fmt: skip
    assert code == 0
    for word in ("Checks", "Times", "Doors", "PASSED"):
        assert word in out


# --- pictures that decode, and show something else ---


def cat() -> Image:
    """Round eyes, pointed ears, whiskers: no travel document and no person."""
    picture = np.full((480, 640, 3), (120, 160, 190), np.uint8)
    cv2.circle(picture, (320, 260), 140, (60, 90, 130), -1)
    for x in (230, 410):
        cv2.fillPoly(picture, [np.array([(x - 60, 180), (x + 60, 180), (x, 60)], np.int32)], (60, 90, 130))
        cv2.circle(picture, (x + (320 - x) // 3, 240), 28, (80, 220, 200), -1)
    for y in (290, 310, 330):
        cv2.line(picture, (160, y), (480, y), (230, 230, 230), 2)
    return picture


def two_people() -> Image:
    name = figures()[TRAVELLER].name
    one = seen(name, 1700)[:, 320:960]
    return np.hstack([one, one])


def forged(page: Image) -> Image:
    """The same page with another last check digit: its box is drawn over with another digit's."""
    from mrz.render.pages import draw_page
    from mrz.samples import sample_fields

    rng = np.random.default_rng(3)
    fields = sample_fields(rng, DocumentType.TD3, datetime.now(UTC).date())
    from mrz.write import write

    one, two = write(fields, DocumentType.TD3)
    wrong = two[:-1] + str((int(two[-1]) + 1) % 10)
    return draw_page(fields, (one, wrong), None, lights=("visible",)).images["visible"]


@pytest.mark.parametrize(
    ("which", "make", "reasons"),
    [
        ("page", cat, {"not_a_travel_document"}),
        ("page", lambda: np.full((700, 1000, 3), 128, np.uint8), {"not_a_travel_document", "page_unreadable"}),
        ("face", cat, {"no_usable_face"}),
        ("face", two_people, {"several_persons"}),
        ("face", lambda: np.zeros((720, 1280, 3), np.uint8), {"no_usable_face"}),
    ],
)
def test_pictures_of_something_else_are_referred(
    egate: Run, files: Files, tmp_path: Path, which: str, make: Callable[[], Image], reasons: set[str]
) -> None:
    other = tmp_path / "other.png"
    cv2.imwrite(str(other), make())
    arguments = ["--page", other if which == "page" else files.page, "--face", other if which == "face" else files.face]
    code, out, _ = egate("cross", *arguments, "--register", files.register, "--json")
    told = json.loads(out)
    assert code == 1
    assert told["reason"] in reasons
    assert told["durable"]
    assert "EXIT_UNLOCKED" not in [event["event"] for event in told["doors"]]


# --- files that are no pictures ---


def huge_png() -> bytes:
    """A header that promises 100 megapixels."""
    header = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + header
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))


def truncated_jpeg() -> bytes:
    encoded = cv2.imencode(".jpg", cat())[1].tobytes()
    return encoded[: len(encoded) // 2]


@pytest.mark.parametrize("data", [b"", b"no picture at all", truncated_jpeg(), huge_png()])
@pytest.mark.parametrize("which", ["page", "face"])
def test_files_that_are_no_pictures_are_named_in_one_sentence(
    egate: Run, files: Files, tmp_path: Path, which: str, data: bytes
) -> None:
    bad = tmp_path / "bad.jpg"
    bad.write_bytes(data)
    code, out, err = crossing(egate, files, **{which: bad})
    assert (code, out) == (2, "")
    assert str(bad) in err
    assert "Traceback" not in err
    assert len(err.strip().splitlines()) <= 3


def test_a_missing_file_and_a_missing_register_are_named(egate: Run, files: Files, tmp_path: Path) -> None:
    code, _, err = crossing(egate, files, page=tmp_path / "nowhere.png")
    assert (code, "nowhere.png" in err) == (2, True)
    files.register.unlink()
    code, _, err = crossing(egate, files)
    assert (code, "r.sqlite" in err) == (2, True)


def test_a_damaged_register_is_named_and_nobody_is_served(egate: Run, files: Files) -> None:
    files.register.write_bytes(b"this is no database, but it is long enough to look like one" * 40)
    code, out, err = crossing(egate, files)
    assert code in (1, 3)
    assert out == ""
    assert "register" in err
    assert "Traceback" not in err
