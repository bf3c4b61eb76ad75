"""A folder for a lane on the virtual clock: gone afterwards, and nothing in it has to outlive a power cut."""

import os
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108  (TemporaryDirectory makes its own folder in it, for the owner alone)


def scratch(prefix: str) -> "tempfile.TemporaryDirectory[str]":
    """In memory where this computer has a place for that: a disk would be waited for hundreds of times a minute."""
    in_memory = MEMORY.is_dir() and os.access(MEMORY, os.W_OK)
    return tempfile.TemporaryDirectory(prefix=prefix, dir=MEMORY if in_memory else None)
