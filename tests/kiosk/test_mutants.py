"""Every mutant of the interlock is noticed by its unit tests. None is excused."""

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_no_mutant_of_the_interlock_survives() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.mutants", "kiosk/interlock.py", "--tests", "tests/kiosk/test_interlock.py"],
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 survived" in done.stdout
