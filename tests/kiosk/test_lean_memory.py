"""What a picture took is the system's again once it is gone."""

import platform
import subprocess
import sys

import pytest

PICTURES = """
import re, sys
from pathlib import Path
import numpy as np
from kiosk.lean_memory import SIMULATORS, give_pictures_back

def held_mb():
    return int(re.search(r"RssAnon:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024

assert give_pictures_back(SIMULATORS)
np.ones((720, 1280, 3), np.uint8)  # glibc learns its size from the first that is given back
before = held_mb()
pictures = [np.ones((720, 1280, 3), np.uint8) for _ in range(40)]
kept = pictures[-1]
assert held_mb() - before > 80
del pictures
assert held_mb() - before < 20, held_mb() - before
"""


@pytest.mark.slow
@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="a setting of glibc, which is not here")
def test_pictures_that_are_gone_take_no_memory() -> None:
    done = subprocess.run([sys.executable, "-c", PICTURES], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
