"""Tesseract alone over the whole page (extra `passporteye` brings pytesseract): a baseline."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mrz.backends.ocr_text import zone_lines
from mrz.backends.table import BackendMissing
from mrz.fuse import read_text
from mrz.model import MrzRead


class TesseractReader:
    """Its text, judged by the rules of the zone alone."""

    def __init__(self, engine: Any, traineddata: str) -> None:
        self._engine, self._config = engine, f"--psm 6 -l {traineddata}"

    def read(self, image: NDArray[np.uint8], today: date) -> MrzRead:
        text = self._engine.image_to_string(image if image.ndim == 2 else image[..., ::-1], config=self._config)
        return read_text(zone_lines(text), today)


def load(traineddata: str) -> TesseractReader:
    """With Tesseract's model of that name. Raises BackendMissing."""
    try:
        import pytesseract
    except ImportError:
        raise BackendMissing("tesseract: pytesseract is not installed; pip install 'egate[passporteye]'") from None
    try:
        models = pytesseract.get_languages()
    except pytesseract.TesseractNotFoundError:
        raise BackendMissing("tesseract: is not installed; apt-get install tesseract-ocr") from None
    if traineddata not in models:
        raise BackendMissing(
            f"tesseract: has no model {traineddata}; put {traineddata}.traineddata in its tessdata folder"
        )
    return TesseractReader(pytesseract, traineddata)
