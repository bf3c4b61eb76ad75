"""What is handed to the reader and is no document of one zone in OCR-B: a typed answer, never an ACCEPT.

The cases are those that the reader's issue lists under bad input; encoded files are tested byte by byte in tests/link.
"""

import json
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from benchmarks.mrz_drawn import TODAY, drawn
from cli.mrz_commands import app
from mrz.model import DocumentType, Verdict
from mrz.reader import MrzReader
from tests.mrz.zones import SPECIMENS, TD1, TD3

Image = NDArray[np.uint8]
PITCH_PX = 24
STROKES = {
    "<": "30 03 36",
    "A": "06 01 20 41 46 / 03 43",
    "C": "40 00 06 46",
    "D": "00 30 42 44 36 06 00",
    "E": "40 00 06 46 / 03 33",
    "F": "40 00 06 / 03 33",
    "I": "10 30 / 20 26 / 16 36",
    "K": "00 06 / 40 03 46",
    "L": "00 06 46",
    "M": "06 00 23 40 46",
    "N": "06 00 46 40",
    "O": "00 40 46 06 00",
    "P": "06 00 40 43 03",
    "R": "06 00 40 43 03 46",
    "S": "40 00 03 43 46 06",
    "T": "00 40 / 20 26",
    "U": "00 06 46 40",
    "Z": "00 40 06 46",
    "0": "00 40 46 06 00 / 13 33",
    "1": "10 20 26 / 06 46 45",
    "2": "00 40 43 03 06 46",
    "3": "00 40 46 06 / 13 43",
    "4": "00 03 43 / 40 46",
    "5": "40 00 03 43 46 06",
    "6": "00 06 46 43 03",
    "7": "00 40 26",
    "8": "00 40 46 06 00 / 03 43",
    "9": "46 40 00 03 43",
}
"""Square letters in the manner of OCR-A (ISO 1073-1): corners on a grid of five by seven."""


# --- files --------------------------------------------------------------------------------------------------


def _answer(file: Path) -> dict[str, object]:
    output = CliRunner().invoke(app, ["read", str(file), "--json", "--today", "2026-11-23"]).stdout
    answer: dict[str, object] = json.loads(output)
    return answer


def _coded(suffix: str, image: NDArray[np.generic]) -> bytes:
    return cv2.imencode(suffix, image)[1].tobytes()


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _refused_files() -> dict[str, bytes]:
    jpeg, png = (_coded(suffix, drawn(DocumentType.TD3, 6, dpi=110).image) for suffix in (".jpg", ".png"))
    of_four_inks = bytearray(jpeg)
    of_four_inks[jpeg.index(b"\xff\xc0") + 9] = 4
    claims = {name: struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0) for name, size in _CLAIMS.items()}
    return {
        "no image": b"P<UTOERIKSSON<<ANNA",
        "empty": b"",
        "cut off": png[:2000],
        "CMYK": bytes(of_four_inks),
        "animated": png[:33] + _chunk(b"acTL", struct.pack(">II", 2, 0)) + png[33:],
        **{name: png[:8] + _chunk(b"IHDR", header) + png[33:] for name, header in claims.items()},
    }


_CLAIMS = {"zero size": (0, 600), "decompression bomb": (60_000, 60_000)}
REFUSED = _refused_files()


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_decoded_is_answered_with_the_reason(case: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(REFUSED[case])
    answer = _answer(file)
    assert (answer["verdict"], answer["lines"], answer["type"]) == ("RESCAN", [], None)
    assert str(file) in str(answer["error"])
    assert "ERIKSSON" not in str(answer)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_sixteen_bits_are_read_like_eight(tmp_path: Path) -> None:
    page = drawn(DocumentType.TD3, 6, dpi=300)
    file = tmp_path / "deep.png"
    file.write_bytes(_coded(".png", page.image.astype(np.uint16) * 257))
    assert _answer(file)["lines"] == list(page.lines)


@pytest.mark.slow
def test_sixty_megapixels_are_read(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 4, dpi=300)
    factor = (59.9e6 / (page.image.shape[0] * page.image.shape[1])) ** 0.5
    large = np.asarray(cv2.resize(page.image, None, fx=factor, fy=factor), np.uint8)
    assert reader.read(large, TODAY).lines == page.lines


# --- pictures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", (0, 1), ids=("above", "beside"))
@pytest.mark.parametrize("kinds", ((DocumentType.TD3, DocumentType.TD3), (DocumentType.TD1, DocumentType.TD1)), ids=str)
def test_two_documents_in_one_picture_are_nobodys(
    reader: MrzReader, axis: int, kinds: tuple[DocumentType, ...]
) -> None:
    pages = [drawn(kind, seed, dpi=250).image for seed, kind in enumerate(kinds, 8)]
    assert reader.read(np.concatenate(pages, axis), TODAY).verdict is Verdict.RESCAN


def _page(lines: tuple[str, ...]) -> Image:
    return np.full((620, PITCH_PX * (len(lines[0]) + 4), 3), 235, np.uint8)


def _at(row: int, column: float) -> tuple[int, int]:
    """Where a letter of a line stands on its baseline."""
    return round((column + 2) * PITCH_PX), 520 + 40 * row


def _proportional(lines: tuple[str, ...], font: int) -> Image:
    page = _page(lines)
    for row, line in enumerate(lines):
        width = cv2.getTextSize(line, font, 1.0, 2)[0][0]
        scale = PITCH_PX * len(line) / width
        cv2.putText(page, line, _at(row, 0), font, scale, (20, 20, 20), 2, cv2.LINE_AA)
    return page


def _at_a_fixed_pitch(lines: tuple[str, ...], font: int) -> Image:
    page = _page(lines)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            cv2.putText(page, character, _at(row, column), font, 0.85, (20, 20, 20), 2, cv2.LINE_AA)
    return page


def _square(lines: tuple[str, ...], unsteady_px: float) -> Image:
    """In square letters; unsteady ones are as somebody draws them by hand."""
    page, rng = _page(lines), np.random.default_rng(3)
    for row, line in enumerate(lines):
        for column, character in enumerate(line):
            for stroke in STROKES.get(character, "00 46 / 06 40").split(" / "):
                grid = np.array([[int(x), int(y) - 6] for x, y in stroke.split()])
                corners = _at(row, column) + grid * (3.6, 3.6) + rng.normal(0, unsteady_px, (len(grid), 2))
                cv2.polylines(page, [corners.round().astype(np.int32)], False, (20, 20, 20), 2, cv2.LINE_AA)
    return page


FONTS = {
    "plain": cv2.FONT_HERSHEY_SIMPLEX,
    "narrow": cv2.FONT_HERSHEY_PLAIN,
    "double": cv2.FONT_HERSHEY_DUPLEX,
    "roman": cv2.FONT_HERSHEY_COMPLEX,
    "script": cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
}


@pytest.mark.slow
@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("lines", (TD3, TD1), ids=("TD3", "TD1"))
def test_proportional_print_is_not_accepted(reader: MrzReader, lines: tuple[str, ...], font: str) -> None:
    assert reader.read(_proportional(lines, FONTS[font]), TODAY).verdict is not Verdict.ACCEPT


@pytest.mark.slow
@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("source", SPECIMENS)
def test_other_letters_at_the_same_pitch_are_never_taken_for_another_text(
    reader: MrzReader, source: str, font: str
) -> None:
    read = reader.read(_at_a_fixed_pitch(SPECIMENS[source], FONTS[font]), TODAY)
    assert read.verdict is not Verdict.ACCEPT or read.lines == SPECIMENS[source]


@pytest.mark.slow
@pytest.mark.parametrize("unsteady_px", (0.0, 0.6, 1.2, 2.0))
@pytest.mark.parametrize("lines", (TD3, TD1), ids=("TD3", "TD1"))
def test_square_and_hand_drawn_letters_are_not_accepted(
    reader: MrzReader, lines: tuple[str, ...], unsteady_px: float
) -> None:
    assert reader.read(_square(lines, unsteady_px), TODAY).verdict is not Verdict.ACCEPT


@pytest.mark.slow
def test_one_of_each_is_not_accepted(reader: MrzReader) -> None:
    pictures = (_proportional(TD3, FONTS["plain"]), _square(TD3, 0.0), _square(TD3, 1.2))
    assert [picture for picture in pictures if reader.read(picture, TODAY).verdict is Verdict.ACCEPT] == []
