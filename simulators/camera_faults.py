"""What can be wrong with a simulated camera. Set at any time, by a scenario or a test."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from drivers.model import Image

View = Callable[[float], Image]
"""What the camera sees at a time, in seconds of the loop's clock: height x width x 3, blue-green-red."""


@dataclass(slots=True)
class CameraFaults:
    stalled: bool = False
    """No more frames, the connection stays."""
    held: bool = False
    """The network keeps the frames back, and delivers them all at once when this ends."""
    disconnected: bool = False
    """Connections are closed and no new one is taken."""
    frozen: bool = False
    """The same pixels for ever."""
    black: bool = False
    """The lens is covered."""
    truncated: bool = False
    """Every encoded frame is cut in half."""
    previous_person: bool = False
    """It goes on showing what it saw some seconds before this began, with the noise of a live picture."""
    garbage: bool = False
    """Bytes that are no image."""

    @property
    def silent(self) -> bool:
        """No usable frame comes out."""
        return self.stalled or self.held or self.disconnected or self.truncated or self.garbage


KEEP_EVERY_S = 0.5
NOISE = 2


class FaultyView:
    """A view that freezes, turns black or shows the past when the faults say so."""

    def __init__(self, view: View, faults: CameraFaults) -> None:
        self._view, self._faults = view, faults
        self._frozen: Image | None = None
        self._kept: tuple[float, Image] | None = None

    def __call__(self, at_s: float) -> Image:
        if self._faults.previous_person and self._kept is not None:
            return noisy(self._kept[1], at_s)
        if self._kept is None or at_s - self._kept[0] >= KEEP_EVERY_S:
            self._kept = (at_s, self._shown(at_s))
            return self._kept[1]
        return self._shown(at_s)

    def _shown(self, at_s: float) -> Image:
        if not self._faults.frozen:
            self._frozen = None
            return self._seen(at_s)
        if self._frozen is None:
            self._frozen = self._seen(at_s)
        return self._frozen

    def _seen(self, at_s: float) -> Image:
        image = self._view(at_s)
        return np.zeros_like(image) if self._faults.black else image


def noisy(image: Image, at_s: float) -> Image:
    """The same scene as another frame: no camera gives the same pixels twice."""
    noise = np.random.default_rng(round(at_s * 1000)).integers(-NOISE, NOISE + 1, image.shape)
    return np.asarray(np.clip(image.astype(np.int16) + noise, 0, 255), dtype=np.uint8)
