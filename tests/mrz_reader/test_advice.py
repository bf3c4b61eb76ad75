"""Each reason that the traveller's screen may show, from a zone that has just that wrong with it."""

import math
from dataclasses import replace

import numpy as np
import pytest

from mrz.advice import reason_for
from mrz.grid import ReadLine
from mrz.locate import FoundLine, Zone
from mrz.model import RescanReason
from tests.mrz_reader.rows import rows_of, seen_at

PAPER = np.full((120, 900), 180, np.uint8)
"""Of the zone; it lies 300 px inside a page of the same paper."""
PAGE = np.full((700, 1500), 180, np.uint8)
PLACE = np.array([[1.0, 0.0, 300.0], [0.0, 1.0, 300.0]])
ZONE = Zone(PAPER, PLACE, 20.0, 0.0)


def _line(curve: tuple[float, ...] = (0.0, 60.0), left: float = 20.0, spread: float = 0.0) -> ReadLine:
    found = FoundLine(left, 880.0, np.array(curve), 20.0, 450.0, spread)
    return ReadLine(seen_at(found), 44, 0.9, rows_of(("A" * 44,))[0], left, 880.0)


def _glaring() -> Zone:
    image = PAPER.copy()
    image[:, 300:400] = 255
    return replace(ZONE, image=image)


TURNED = replace(ZONE, turn=math.pi)
DARK = replace(ZONE, image=PAPER // 4)
AT_THE_EDGE = replace(ZONE, to_page=PLACE - [[0, 0, 315], [0, 0, 0]])


@pytest.mark.parametrize(
    ("zone", "line", "reason"),
    [
        (ZONE, _line(), RescanReason.UNSURE),
        (DARK, _line(), RescanReason.TOO_DARK),
        (_glaring(), _line(), RescanReason.GLARE),
        (AT_THE_EDGE, _line(), RescanReason.OUT_OF_FRAME),
        (ZONE, _line(curve=(0.00012, -0.108, 60.0)), RescanReason.NOT_FLAT),
        (ZONE, _line(spread=0.0006), RescanReason.NOT_FLAT),
        (TURNED, _line(), RescanReason.UPSIDE_DOWN),
    ],
    ids=("unsure", "dark", "glare", "cut off", "bent", "leaning", "upside down"),
)
def test_the_reason_is_what_is_wrong(zone: Zone, line: ReadLine, reason: RescanReason) -> None:
    assert reason_for(PAGE, zone, [line, line]) is reason


@pytest.mark.parametrize("zone", (ZONE, TURNED, None), ids=("upright", "upside down", "none"))
def test_where_nothing_reads_there_is_no_zone(zone: Zone | None) -> None:
    """A zone is read any way up, so that turning what is no zone would not help."""
    assert reason_for(PAGE, zone, ()) is RescanReason.NO_MRZ


def test_a_dark_page_without_a_zone_is_dark() -> None:
    assert reason_for(PAGE // 4, None, ()) is RescanReason.TOO_DARK
