"""Is the picture alive? A sensor's noise never repeats, so equal pixels mean a frozen source; a dark one is covered."""

import zlib

from drivers.model import Image

STEP_PX = 6
DARK_LEVEL = 6.0
"""Mean grey of a picture that shows nothing; a dim hall is at 20 and above."""


class FrameWatch:
    """Sees every frame, in order."""

    def __init__(self) -> None:
        self.unchanged_s = 0.0
        """How long the pixels have been the same; a dark picture has no noise to judge by and counts as changed."""
        self.is_dark = False
        self._digest = 0
        self._changed_at_s = 0.0

    def see(self, image: Image, at_s: float) -> None:
        """`at_s` never goes back."""
        sample = image[::STEP_PX, ::STEP_PX]
        digest = zlib.crc32(sample.tobytes())
        self.is_dark = float(sample.mean()) < DARK_LEVEL
        if digest != self._digest or self.is_dark:
            self._digest, self._changed_at_s = digest, at_s
        self.unchanged_s = at_s - self._changed_at_s
