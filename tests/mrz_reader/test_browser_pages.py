"""Pages of another renderer: a web browser's."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from benchmarks.mrz import truth_of
from link.images import decode
from mrz.model import Verdict
from mrz.reader import MrzReader
from tools.mrz_browser_pages import main

OCR_B = Path("/usr/share/fonts/opentype/ocr-b/OCRB.otf")
MONO = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package chromium"),
]


@pytest.mark.skipif(not OCR_B.is_file(), reason="no OCR-B here: install Debian's package fonts-ocr-b")
def test_what_a_browser_sets_in_ocr_b_is_read(reader: MrzReader, tmp_path: Path) -> None:
    main(to=tmp_path, font=OCR_B, count=6, seed=5)
    known = truth_of(tmp_path)
    assert len(known) == 6
    reads = [reader.read(decode(one.file.read_bytes()), date(2026, 11, 27)) for one in known]
    assert [one.file.name for one, read in zip(known, reads, strict=True) if read.lines != one.lines] == []


@pytest.mark.skipif(not MONO.is_file(), reason="no DejaVu Sans Mono here: install Debian's package fonts-dejavu-core")
def test_another_face_is_never_taken_for_another_text(reader: MrzReader, tmp_path: Path) -> None:
    main(to=tmp_path, font=MONO, count=6, seed=5)
    for one in truth_of(tmp_path):
        read = reader.read(decode(one.file.read_bytes()), date(2026, 11, 27))
        assert read.verdict is not Verdict.ACCEPT or read.lines == one.lines
