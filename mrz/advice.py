"""Why a picture could not be read, in terms that the traveller can do something about."""

import math
from collections.abc import Sequence

import numpy as np

from mrz.grid import ReadLine
from mrz.locate import Zone
from mrz.model import RescanReason
from mrz.net import Grey

_DARK = 70
"""Paper, the brightest of a zone, is darker than this."""
_WHITE_OUT = 250
_GLARE_SHARE = (0.02, 0.5)
"""Of a zone that is white out of paper that is not white itself."""
_WHITE_PAPER = 235
_BENT_CAPITALS = 0.6
_TILTED = 1.35


def reason_for(grey: Grey, zone: Zone | None, lines: Sequence[ReadLine]) -> RescanReason:
    """The first that applies; `lines` is () when none could be read."""
    if float(np.percentile(grey[::4, ::4] if zone is None else zone.image, 98)) < _DARK:
        return RescanReason.TOO_DARK
    if zone is None:
        return RescanReason.NO_MRZ
    if _glares(zone):
        return RescanReason.GLARE
    if leaves(grey, zone, lines):
        return RescanReason.OUT_OF_FRAME
    if any(_bent(line) for line in lines):
        return RescanReason.NOT_FLAT
    if not lines:
        return RescanReason.NO_MRZ
    return RescanReason.UPSIDE_DOWN if abs(zone.turn) > math.radians(135) else RescanReason.UNSURE


def _glares(zone: Zone) -> bool:
    share = float((zone.image >= _WHITE_OUT).mean())
    return _GLARE_SHARE[0] < share < _GLARE_SHARE[1] and float(np.percentile(zone.image, 60)) < _WHITE_PAPER


def leaves(grey: Grey, zone: Zone, lines: Sequence[ReadLine]) -> bool:
    """Whether the text runs out of the picture."""
    height, width = zone.image.shape
    left = min((line.left for line in lines), default=0.12 * width)
    right = max((line.right for line in lines), default=0.88 * width)
    ends = np.array([[left, height / 2, 1], [right, height / 2, 1]]) @ zone.to_page.T
    room = zone.capital_px * 0.8
    return bool((ends < room).any() or (ends > np.array(grey.shape[::-1]) - room).any())


def _bent(line: ReadLine) -> bool:
    x = np.linspace(line.left, line.right, 9)
    middle, capital = line.found.middle(x), line.found.capital(x)
    sag = np.abs(middle - np.linspace(middle[0], middle[-1], len(x))).max() / capital.mean()
    return bool(sag > _BENT_CAPITALS or capital.max() / capital.min() > _TILTED)
