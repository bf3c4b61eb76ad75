"""A found line straightened into the strip that the line net reads."""

import cv2
import numpy as np
from numpy.typing import NDArray

from mrz.locate import FoundLine, Zone
from mrz.net import CAPITAL_PX, MARGIN_PX, PITCH_PX, STRIP_HEIGHT_PX, Grey, Plane

_PERCENTILES = (2, 98)


def strip(zone: Zone, line: FoundLine, first: float, pitch: float, cells: int) -> Plane:
    """The line straightened, cells 16 px apart and capitals 16.5 px high, contrast stretched to 0..1.

    `first` is the middle of the first cell in flat coordinates; the margin lies before it.
    """
    width = cells * PITCH_PX + 2 * MARGIN_PX
    x = line.page(first + (np.arange(width) + 0.5 - MARGIN_PX - PITCH_PX / 2) * pitch / PITCH_PX)
    inside = x.clip(line.left, line.right)
    ends = line.middle(np.array([line.left, line.right]))
    slope = (ends[1] - ends[0]) / max(line.right - line.left, 1.0)
    middle = line.middle(inside) + (x - inside) * slope
    rows = (np.arange(STRIP_HEIGHT_PX) + 0.5 - STRIP_HEIGHT_PX / 2).astype(np.float32)
    map_y = rows[:, None] * (line.capital(inside) / CAPITAL_PX).astype(np.float32) + (middle - 0.5).astype(np.float32)
    map_x = np.tile((x - 0.5).astype(np.float32), (STRIP_HEIGHT_PX, 1))
    cut = np.asarray(cv2.remap(zone.image, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
    printed = cut[:, (x >= line.left) & (x <= line.right)]
    return _stretched(cut, *_darkest_and_lightest(printed if printed.size else cut))


def _darkest_and_lightest(printed: Grey) -> tuple[float, float]:
    """The 2nd and the 98th percentile, counted: sorting takes ten times as long."""
    below = np.bincount(printed.ravel(), minlength=256).cumsum()
    at = np.array(_PERCENTILES) / 100 * (printed.size - 1)
    low, high = below.searchsorted(np.floor(at), "right"), below.searchsorted(np.ceil(at), "right")
    darkest, lightest = (low + (high - low) * (at - np.floor(at))).tolist()
    return darkest, lightest


def standardise(image: Plane, printed: Plane) -> Plane:
    """Contrast stretched so that the 2nd and the 98th percentile of the printed part become 0 and 1."""
    darkest, lightest = np.percentile(printed, _PERCENTILES)
    return _stretched(image, float(darkest), float(lightest))


def _stretched(image: NDArray[np.generic], darkest: float, lightest: float) -> Plane:
    stretched = image.astype(np.float32)
    stretched -= np.float32(darkest)
    stretched /= np.float32(max(lightest - darkest, 20.0))
    return np.asarray(stretched.clip(0, 1, out=stretched))
