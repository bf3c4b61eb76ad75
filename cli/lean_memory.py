"""Pictures that are no longer needed go back to the system, instead of staying in this process for later.

glibc keeps what was freed: it learns from the first picture that blocks of this size come often, and takes the next
ones from heaps of which each thread has its own. A lane with its simulators so held three times what it used.
"""

import ctypes

PICTURE_BYTES = 256 * 1024
"""A block of this size or more is taken from the system and given back to it, each time."""
ARENAS = 2
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8


def give_pictures_back() -> bool:
    """For this process, from now on. False where the C library knows no such setting: nothing is changed then."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return False
    return bool(mallopt(_M_MMAP_THRESHOLD, PICTURE_BYTES)) and bool(mallopt(_M_ARENA_MAX, ARENAS))
