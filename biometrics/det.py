"""The detection error trade-off as numbers: FNMR against FMR, each with its 95 % interval (ISO/IEC 19795-1)."""

import csv
from collections.abc import Sequence
from io import StringIO

from biometrics.calibration import OperatingPoint
from biometrics.curves import Pairs, carried, operating_points

COLUMNS = ("fmr", "fmr_low", "fmr_high", "threshold", "fnmr", "fnmr_low", "fnmr_high")
RATES_A_DECADE = 5
DECADES = 6


def curve(pairs: Pairs) -> tuple[OperatingPoint, ...]:
    """Points from FMR 1 downwards, evenly on the logarithmic scale, as far as the impostor pairs carry."""
    rates = [10 ** (-step / RATES_A_DECADE) for step in range(1, RATES_A_DECADE * DECADES + 1)]
    return operating_points(pairs, carried(pairs, rates))


def as_csv(points: Sequence[OperatingPoint]) -> str:
    """One row a point, loosest first, rates as shares."""
    text = StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for point in points:
        numbers = (point.fmr, *point.fmr_ci95, point.threshold, point.fnmr, *point.fnmr_ci95)
        rows.writerow([f"{number:.6g}" for number in numbers])
    return text.getvalue()
