"""PassportEye (extra `passporteye`): the named open reader, as a comparison. Never the one that decides."""

from datetime import date
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.backends.ocr_text import zone_lines
from mrz.backends.table import BackendMissing
from mrz.model import MrzRead, RescanReason, Verdict
from mrz.parse import inspect


class PassportEyeReader:
    """Its own `valid` flag is its ACCEPT: what a user of it would go by."""

    def __init__(self, read_mrz: Any, parameters: str) -> None:
        self._read_mrz, self._parameters = read_mrz, parameters

    def read(self, image: NDArray[np.uint8], today: date) -> MrzRead:
        coded = cv2.imencode(".png", image)[1].tobytes()
        found = self._read_mrz(BytesIO(coded), extra_cmdline_params=self._parameters)
        if found is None:
            return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)
        lines = zone_lines(str(found.aux.get("text", "")))
        is_valid = bool(found.valid)
        inspection = inspect(lines, today)
        return MrzRead(
            verdict=Verdict.ACCEPT if is_valid else Verdict.RESCAN,
            reason=None if is_valid else RescanReason.UNSURE,
            document_type=inspection.document_type,
            lines=lines,
            check_digits=inspection.check_digits,
            confidence=float(found.valid_score) / 100,
        )


def load(traineddata: str) -> PassportEyeReader:
    """With Tesseract's model of that name. Raises BackendMissing."""
    try:
        import pytesseract
        from passporteye import read_mrz
    except ImportError:
        raise BackendMissing("passporteye: is not installed; pip install 'egate[passporteye]'") from None
    try:
        pytesseract.get_tesseract_version()
    except pytesseract.TesseractNotFoundError:
        raise BackendMissing("passporteye: needs Tesseract; apt-get install tesseract-ocr") from None
    return PassportEyeReader(read_mrz, f"-l {traineddata}")
