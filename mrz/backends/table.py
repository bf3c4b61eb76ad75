"""The readers that can be chosen by name. A module is imported only when its reader is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

from mrz.model import MrzRead


class MrzBackend(Protocol):
    """Anything that reads a zone off a picture (grey, or blue-green-red)."""

    def read(self, image: NDArray[np.uint8], today: date) -> MrzRead: ...


class BackendMissing(Exception):
    """A reader was chosen whose package or program is not installed. The sentence says how to install it."""


@dataclass(frozen=True, slots=True)
class Row:
    module: str
    factory: str
    what: str


BACKENDS: Mapping[str, Row] = {
    "own": Row("mrz.reader", "MrzReader", "this project's reader"),
    "passporteye": Row("mrz.backends.passporteye", "load", "PassportEye with the Tesseract that is installed"),
    "tesseract": Row("mrz.backends.tesseract", "load", "Tesseract alone, with the model given by --traineddata"),
}


def load(name: str, traineddata: str = "eng") -> MrzBackend:
    """The reader of that name, one of BACKENDS. Raises BackendMissing when it cannot run."""
    row = BACKENDS[name]
    factory = getattr(import_module(row.module), row.factory)
    return cast(MrzBackend, factory() if name == "own" else factory(traineddata))
