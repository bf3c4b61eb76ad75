"""Is the picture alive, and is it of now? Two small folds over the frames of a source, in order."""

import zlib

from drivers.model import Image

STEP_PX = 6
DARK_LEVEL = 6.0
"""Mean grey of a picture that shows nothing; a dim hall is at 20 and above."""


STALL_S = 0.25
"""A source that gives fewer than four frames a second is no use here."""
BUFFERED_S = 0.004
"""A frame that was read sooner than this lay in a buffer already."""


class FrameWatch:
    """A sensor's noise never repeats, so equal pixels mean a frozen source; a dark picture, a covered one."""

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


class Backlog:
    """After a stall the network delivers what it kept back, all at once: old pictures that arrive now.

    A frame ends a backlog when it had to be waited for, and no longer than STALL_S. (A stall that outlasts the
    source's read limit ends the connection, and with it whatever was kept back.)
    """

    def __init__(self) -> None:
        self._catching_up = False

    def holds(self, waited_s: float) -> bool:
        """Whether the frame that was waited for so long is one from the past."""
        if waited_s > STALL_S:
            self._catching_up = True
        elif waited_s >= BUFFERED_S:
            self._catching_up = False
        return self._catching_up
