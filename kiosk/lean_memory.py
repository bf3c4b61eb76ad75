"""Pictures that are no longer needed go back to the system, instead of staying in this process for later.

glibc keeps what was freed: it learns from the first picture that blocks of this size come often, and takes the next
ones from heaps of which each thread has its own. A lane with its simulators so held three times what it used.
"""

import ctypes
from dataclasses import dataclass

ARENAS = 2
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8


@dataclass(frozen=True, slots=True)
class Thrift:
    """What goes back, in bytes. Memory that went back must be had anew, page by page: that is processor time."""

    from_bytes: int
    """A block of this size or more is taken from the system and given back to it, each time."""
    idle_bytes: int
    """So much of the heap's free end is kept."""


SIMULATORS = Thrift(256 * 1024, 128 * 1024)
"""For a process that holds a whole lane's simulators and waits most of the time."""
IMAGE_WORK = Thrift(2 * 1024**2, 16 * 1024**2)
"""For the process whose time a traveller waits for: only what is as large as a page or a frame, and nothing slower."""


def give_pictures_back(thrift: Thrift) -> bool:
    """For this process, from now on. False where the C library knows no such setting: nothing is changed then."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # no glibc
        return False
    wanted = (
        (_M_MMAP_THRESHOLD, thrift.from_bytes),
        (_M_TRIM_THRESHOLD, thrift.idle_bytes),
        (_M_ARENA_MAX, ARENAS),
    )
    return all(bool(mallopt(*each)) for each in wanted)
