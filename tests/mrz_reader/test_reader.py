"""The image reader on drawn pages: exact, in any position, faithful, and never sure of what is not there."""

import cv2
import numpy as np
import pytest

from benchmarks.mrz_drawn import STATES, TODAY, Drawn, disturbed, drawn, forged, in_all_states, junk
from mrz.model import CheckResult, DocumentType, RescanReason, Verdict
from mrz.reader import MrzReader
from mrz.render.disturb import Knobs

WRONG_DIGIT = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C37UTO7408122F1204159ZE184226B<<<<<10")


@pytest.mark.parametrize("document_type", DocumentType)
def test_reads_every_layout(reader: MrzReader, document_type: DocumentType) -> None:
    page = drawn(document_type, seed=1, dpi=300)
    read = reader.read(page.image, TODAY)
    assert read.lines == page.lines
    assert (read.verdict, read.document_type, read.reason) == (Verdict.ACCEPT, document_type, None)
    assert read.constrained == read.lines


@pytest.mark.parametrize("quarter_turns", range(4))
def test_reads_any_orientation(reader: MrzReader, quarter_turns: int) -> None:
    page = drawn(DocumentType.TD3, 2, Knobs(quarter_turns=quarter_turns), dpi=300)
    assert reader.read(page.image, TODAY).lines == page.lines


@pytest.mark.parametrize("degrees", (-15, -7, 7, 15))
def test_reads_a_tilted_page(reader: MrzReader, degrees: float) -> None:
    page = drawn(DocumentType.TD3, 3, dpi=300)
    assert reader.read(_tilted(page.image, degrees), TODAY).lines == page.lines


def _tilted(image: np.ndarray, degrees: float) -> np.ndarray:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 0.8)
    return cv2.warpAffine(image, turn, (width, height), borderValue=(90, 90, 90))


@pytest.mark.parametrize("dpi", (110, pytest.param(600, marks=pytest.mark.slow)))
def test_reads_small_and_large(reader: MrzReader, dpi: float) -> None:
    page = drawn(DocumentType.TD3, 4, dpi=dpi)
    assert reader.read(page.image, TODAY).lines == page.lines


@pytest.mark.parametrize("document_type", (DocumentType.TD1, DocumentType.TD2, DocumentType.TD3, DocumentType.MRVB))
def test_reads_from_250_pixels_on(reader: MrzReader, document_type: DocumentType) -> None:
    """At 75 dots an inch a card is 253 px wide and a capital 7 px high."""
    page = drawn(document_type, 2, dpi=75)
    read = reader.read(page.image, TODAY)
    assert (read.verdict, read.lines) == (Verdict.ACCEPT, page.lines)


@pytest.mark.parametrize("amount", (0.3, 0.6))
def test_reads_a_page_held_in_the_hand(reader: MrzReader, amount: float) -> None:
    page = drawn(DocumentType.TD3, 4, Knobs(perspective=amount, rotation=amount))
    assert reader.read(page.image, TODAY).lines == page.lines


def test_grey_colour_and_alpha_read_alike(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD2, 5, dpi=300)
    grey = cv2.cvtColor(page.image, cv2.COLOR_BGR2GRAY)
    pictures = (grey, grey[..., None], cv2.cvtColor(page.image, cv2.COLOR_BGR2BGRA))
    assert all(reader.read(picture, TODAY).lines == page.lines for picture in pictures)


def test_a_wrong_check_digit_is_read_as_it_stands_and_referred(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 6, lines=WRONG_DIGIT, dpi=300)
    read = reader.read(page.image, TODAY)
    assert read.lines == WRONG_DIGIT
    assert read.verdict is Verdict.REFER
    assert read.check_digits["document_number"].result is CheckResult.FAIL
    assert read.constrained not in ((), WRONG_DIGIT)


def test_the_zone_is_located(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 7, dpi=300)
    corners = np.array(reader.read(page.image, TODAY).quadrilateral)
    height, width = page.image.shape[:2]
    assert (corners[:, 1] > 0.7 * height).all()
    assert np.ptp(corners[:, 0]) > 0.8 * width


def test_two_documents_in_one_picture_are_nobodys(reader: MrzReader) -> None:
    upper, lower = (drawn(DocumentType.TD3, seed, dpi=250).image for seed in (8, 9))
    read = reader.read(np.vstack([upper, lower]), TODAY)
    assert read.verdict is Verdict.RESCAN


def test_a_zone_cut_off_is_out_of_frame(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 10, dpi=300)
    read = reader.read(page.image[:, : int(page.image.shape[1] * 0.7)], TODAY)
    assert (read.verdict, read.reason) == (Verdict.RESCAN, RescanReason.OUT_OF_FRAME)


def test_the_dark_is_called_dark(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 11)
    read = reader.read((page.image // 40).astype(np.uint8), TODAY)
    assert (read.verdict, read.reason) == (Verdict.RESCAN, RescanReason.TOO_DARK)


def test_a_page_without_a_zone_has_none(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 12, dpi=300)
    read = reader.read(page.image[: int(page.image.shape[0] * 0.7)], TODAY)
    assert (read.verdict, read.reason, read.lines) == (Verdict.RESCAN, RescanReason.NO_MRZ, ())


@pytest.mark.parametrize(
    "array",
    (
        np.zeros((0, 0), np.uint8),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((5,), np.uint8),
        np.zeros((30, 30, 2), np.uint8),
        np.zeros((4, 30, 30, 3), np.uint8),
        np.zeros((100, 100), np.uint16),
        np.full((100, 100), np.nan),
        np.zeros((24, 5000), np.uint8),
        np.zeros((5000, 24, 3), np.uint8),
        np.full((300, 300, 3), 255, np.uint8),
    ),
    ids=lambda array: f"{array.shape}-{array.dtype}",
)
def test_no_array_raises(reader: MrzReader, array: np.ndarray) -> None:
    read = reader.read(array, TODAY)
    assert read.verdict is Verdict.RESCAN
    assert read.lines == ()


def test_nothing_personal_is_shown(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD3, 1, dpi=300)
    shown = repr(reader.read(page.image, TODAY))
    assert not any(line[:12] in shown or line[:9] in shown for line in page.lines)


def test_the_timer_is_what_it_is_handed() -> None:
    ticks = iter(range(10_000))
    read = MrzReader(lambda: next(ticks) / 1000).read(drawn(DocumentType.TD3, 1).image, TODAY)
    assert read.ms["zones"] >= 1.0
    assert sum(read.ms.values()) == pytest.approx(next(ticks) - 1, abs=1.5)


def test_the_same_pixels_read_the_same(reader: MrzReader) -> None:
    page = drawn(DocumentType.TD1, 13, strength=0.6)
    assert reader.read(page.image, TODAY) == reader.read(page.image.copy(), TODAY)


# --- never sure of what is not there ------------------------------------------------------------------------


def _some_type(seed: int) -> DocumentType:
    return list(DocumentType)[seed % len(DocumentType)]


def _falsely_accepted(reader: MrzReader, page: Drawn) -> bool:
    read = reader.read(page.image, TODAY)
    return read.verdict is Verdict.ACCEPT and read.lines != page.lines


def test_no_false_accept_among_a_few(reader: MrzReader) -> None:
    assert [seed for seed in range(12) if _falsely_accepted(reader, disturbed(seed))] == []


def test_all_states_of_a_document_say_the_same_and_look_different() -> None:
    pages = list(in_all_states(3))
    assert len({page.lines for page in pages}) == 1
    assert len({page.image.tobytes() for page in pages}) == len(STATES)


@pytest.mark.slow
def test_no_junk_is_accepted_among_a_little(reader: MrzReader) -> None:
    assert [seed for seed in range(10) if reader.read(junk(seed), TODAY).verdict is Verdict.ACCEPT] == []


LONG = 10_000
"""Of drawn pages and of pictures of no document each, half an hour of one core together; `egate mrz soak` reads any
number of larger pages (benchmarks/mrz_soak.md)."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2771, 4431, 7479, 303662])
def test_what_was_falsely_accepted_once_is_looked_at_again(reader: MrzReader, seed: int) -> None:
    assert not _falsely_accepted(reader, disturbed(seed))


@pytest.mark.slow
def test_an_o_in_a_visas_optional_data_was_accepted_as_a_0_once(reader: MrzReader) -> None:
    assert not [page for page in in_all_states(2302) if _falsely_accepted(reader, page)]


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_no_false_accept(reader: MrzReader, long_scale: float) -> None:
    documents = range(1000, 1000 + max(50, round(LONG * long_scale / len(STATES))))
    falsely = [seed for seed in documents for page in in_all_states(seed) if _falsely_accepted(reader, page)]
    assert falsely == []


@pytest.mark.long
@pytest.mark.timeout(2400)
def test_no_junk_is_accepted(reader: MrzReader, long_scale: float) -> None:
    seeds = range(1000, 1000 + max(100, round(LONG * long_scale)))
    assert [seed for seed in seeds if reader.read(junk(seed), TODAY).verdict is Verdict.ACCEPT] == []


def test_a_digit_for_a_letter_was_accepted_once(reader: MrzReader) -> None:
    assert reader.read(forged(404529).image, TODAY).verdict is not Verdict.ACCEPT


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_digit_for_a_letter_is_accepted(reader: MrzReader, long_scale: float) -> None:
    seeds = range(1000, 1000 + max(100, round(1_000 * long_scale)))
    assert [seed for seed in seeds if reader.read(forged(seed).image, TODAY).verdict is Verdict.ACCEPT] == []


@pytest.mark.slow
def test_plain_pages_are_read_and_accepted(reader: MrzReader) -> None:
    pages = [drawn(_some_type(seed), seed, dpi=300) for seed in range(60)]
    reads = [reader.read(page.image, TODAY) for page in pages]
    assert all(read.lines == page.lines for read, page in zip(reads, pages, strict=True))
    assert sum(read.verdict is Verdict.ACCEPT for read in reads) >= 58
