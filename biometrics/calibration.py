"""From a stated false match rate to a threshold, for one model and no other.

A calibration is a small JSON file written by `egate face calibrate`: which model, measured on what, when, and for each
false match rate (FMR) the threshold with the interval of the rate that it was measured at.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from importlib.resources import files
from itertools import pairwise
from math import log10
from pathlib import Path
from typing import Any

FORMAT = "egate-face-calibration/2"


class CalibrationRefused(Exception):
    """A calibration that may not be used: unreadable, of another model, or silent about the rate asked for."""


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """`threshold`: the lowest score that is a match at this false match rate."""

    fmr: float
    threshold: float
    fmr_ci95: tuple[float, float]
    fnmr: float
    fnmr_ci95: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds of one model. Points run from the loosest rate to the strictest."""

    backend: str
    model_digest: str
    data_digest: str
    made_on: str
    """ISO date."""
    images: int
    undetected: int
    genuine_pairs: int
    impostor_pairs: int
    points: tuple[OperatingPoint, ...]
    average: tuple[float, ...]
    """The average face of that data, from which scores are seen."""

    @staticmethod
    def load(path: Path) -> "Calibration":
        """Raises CalibrationRefused."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise CalibrationRefused(f"{path.name}: cannot be read as a calibration; make one anew") from error
        return _parse(content, path.name)

    def save(self, path: Path) -> None:
        path.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1) + "\n", encoding="utf-8")

    @property
    def digest(self) -> str:
        """Names this calibration in a record."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()

    def require_model(self, digest: str) -> None:
        """Raises CalibrationRefused unless it was made with this very model."""
        if self.model_digest != digest:
            raise CalibrationRefused(
                f"the face calibration is of model {self.model_digest[:12]} but the lane runs {digest[:12]}: "
                "run egate face calibrate and commit what it writes"
            )

    def threshold(self, target_fmr: float) -> float:
        """Between two measured rates on the line through them (rate in decades); never outside what was measured."""
        for loose, strict in pairwise(self.points):
            if strict.fmr <= target_fmr <= loose.fmr:
                share = (log10(loose.fmr) - log10(target_fmr)) / (log10(loose.fmr) - log10(strict.fmr))
                return loose.threshold + share * (strict.threshold - loose.threshold)
        raise CalibrationRefused(
            f"the face calibration knows false match rates from {self.points[-1].fmr:g} to {self.points[0].fmr:g}, "
            f"not {target_fmr:g}: choose one of these or calibrate on more data"
        )


def committed(backend: str) -> Path:
    """Where the calibration that comes with the product lies."""
    return Path(str(files("biometrics"))) / "calibrations" / f"{backend}.json"


def _parse(content: Any, name: str) -> Calibration:
    try:
        fields = dict(content)
        if fields.pop("format") != FORMAT:
            raise CalibrationRefused(f"{name}: is not of the format {FORMAT}; make it anew with egate face calibrate")
        points = tuple(_parse_point(point) for point in fields.pop("points"))
        average = tuple(float(value) for value in fields.pop("average"))
        calibration = Calibration(points=points, average=average, **fields)
    except (KeyError, TypeError, ValueError) as error:
        raise CalibrationRefused(f"{name}: lacks a field of a calibration; make it anew") from error
    _require_order(calibration, name)
    return calibration


def _parse_point(point: Any) -> OperatingPoint:
    low, high = point["fmr_ci95"]
    least, most = point["fnmr_ci95"]
    return OperatingPoint(
        float(point["fmr"]),
        float(point["threshold"]),
        (float(low), float(high)),
        float(point["fnmr"]),
        (float(least), float(most)),
    )


def _require_order(calibration: Calibration, name: str) -> None:
    points = calibration.points
    ordered = all(a.fmr > b.fmr > 0.0 and a.threshold <= b.threshold for a, b in pairwise(points))
    if len(points) < 2 or not ordered:
        raise CalibrationRefused(f"{name}: its thresholds do not rise as the false match rate falls; make it anew")
