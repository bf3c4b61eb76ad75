"""A found line straightened into the strip that the line net reads."""

import cv2
import numpy as np

from mrz.locate import FoundLine, Zone
from mrz.net import CAPITAL_PX, MARGIN_PX, PITCH_PX, STRIP_HEIGHT_PX, Plane


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
    rows = np.arange(STRIP_HEIGHT_PX) + 0.5 - STRIP_HEIGHT_PX / 2
    map_y = middle[None] + rows[:, None] * (line.capital(inside) / CAPITAL_PX)[None]
    map_x = np.broadcast_to(x, map_y.shape)
    cut = cv2.remap(
        zone.image,
        (map_x - 0.5).astype(np.float32),
        (map_y - 0.5).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    ).astype(np.float32)
    printed = cut[:, (x >= line.left) & (x <= line.right)]
    return standardise(cut, printed if printed.size else cut)


def standardise(image: Plane, printed: Plane) -> Plane:
    """Contrast stretched so that the 2nd and the 98th percentile of the printed part become 0 and 1."""
    low, high = np.percentile(printed, (2, 98))
    stretched = (image - np.float32(low)) / np.float32(max(float(high - low), 20.0))
    return np.asarray(stretched.clip(0, 1), np.float32)
