"""Is this the face that was looked at before? One traveller is one track; what jumps is not.

Pure: two captures in, yes or no out. Whether both faces are also *alike* is the matcher's to say (the lane asks it).
"""

from biometrics.model import Box, FaceCapture

FARTHEST_PER_S = 6.0
"""Face widths that a face may go in a second, besides SLACK: a quick step aside is 1.5 m/s, a face 0.16 m wide."""
SLACK = 0.6
"""Face widths that a face may seem to go without moving: a nod changes its box."""
LARGEST_CHANGE = 1.5
"""Of the box's length, from one usable frame to the next."""


def continues(before: FaceCapture, now: FaceCapture) -> bool:
    """Whether a face may have moved from where it was to where it is in the time between. True without boxes."""
    if before.box is None or now.box is None:
        return True
    apart_s = max(0.0, now.captured_at_s - before.captured_at_s)
    return _apart(before.box, now.box) <= SLACK + FARTHEST_PER_S * apart_s and _as_large(before.box, now.box)


def _apart(first: Box, second: Box) -> float:
    """Distance of the middles, in widths of the smaller face."""
    across = (first[0] + first[2] / 2) - (second[0] + second[2] / 2)
    down = (first[1] + first[3] / 2) - (second[1] + second[3] / 2)
    return float((across**2 + down**2) ** 0.5 / max(1.0, min(first[2], second[2])))


def _as_large(first: Box, second: Box) -> bool:
    small, large = sorted((max(first[3], 1.0), max(second[3], 1.0)))
    return large <= LARGEST_CHANGE * small
