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
    garbage: bool = False
    """Bytes that are no image."""

    @property
    def silent(self) -> bool:
        """No usable frame comes out."""
        return self.stalled or self.held or self.disconnected or self.truncated or self.garbage


class FaultyView:
    """A view that freezes or turns black when the faults say so."""

    def __init__(self, view: View, faults: CameraFaults) -> None:
        self._view, self._faults = view, faults
        self._frozen: Image | None = None

    def __call__(self, at_s: float) -> Image:
        if not self._faults.frozen:
            self._frozen = None
            return self._seen(at_s)
        if self._frozen is None:
            self._frozen = self._seen(at_s)
        return self._frozen

    def _seen(self, at_s: float) -> Image:
        image = self._view(at_s)
        return np.zeros_like(image) if self._faults.black else image
