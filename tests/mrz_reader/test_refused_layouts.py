"""A visa MRV-A whose first 36 columns are a whole MRV-B: nothing but its end tells which it is."""

import numpy as np
import pytest

from benchmarks.mrz_drawn import TODAY, drawn
from mrz.model import DocumentType, RescanReason, Verdict
from mrz.reader import MrzReader

VISA = tuple(line.ljust(44, "<") for line in ("V<UTOERIKSSON<<ANNA<MARIA", "L8988901C4XXX4009078F96121096"))
"""9303-7 4.2.2 without its optional data."""
CELLS = 44 * 2.54
WIDTH_MM = 120


@pytest.mark.slow
@pytest.mark.parametrize("cells", (35.6, 36.0, 36.2, 36.5, 37.5))
def test_a_visa_cut_off_by_the_frame_is_not_taken_for_a_shorter_one(reader: MrzReader, cells: float) -> None:
    image = drawn(DocumentType.MRVA, 0, lines=VISA, dpi=300).image
    width = round(((WIDTH_MM - CELLS) / 2 + cells * 2.54) * 300 / 25.4)
    read = reader.read(np.ascontiguousarray(image[:, :width]), TODAY)
    assert (read.verdict, read.reason) == (Verdict.RESCAN, RescanReason.OUT_OF_FRAME)


def test_the_same_visas_whole_are_accepted(reader: MrzReader) -> None:
    longer = reader.read(drawn(DocumentType.MRVA, 0, lines=VISA, dpi=300).image, TODAY)
    short = tuple(line[:36] for line in VISA)
    shorter = reader.read(drawn(DocumentType.MRVB, 0, lines=short, dpi=300).image, TODAY)
    assert (longer.verdict, shorter.verdict) == (Verdict.ACCEPT, Verdict.ACCEPT)
    assert (longer.lines, shorter.lines) == (VISA, short)
