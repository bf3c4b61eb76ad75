"""kill -9 at every step of SQLite's own work: nothing that was acknowledged is lost, and the chain holds."""

import subprocess
import sys
from pathlib import Path

import pytest

from records.reading import JournalReader
from tests.records.conftest import KEY

WRITER = """
import os, signal, sys
from pathlib import Path
from records.journal import Journal

path, key, steps = Path(sys.argv[1]), bytes.fromhex(sys.argv[2]), int(sys.argv[3])

def child(steps):
    journal = Journal.open(path, "gate-1", f"boot-{steps}", key)
    left = steps
    def count():
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0
    journal._writer.set_progress_handler(count, 1)
    for number in range(4):
        journal.append("event", f"t{number}", float(number), {"number": number})
        journal.append("decided", f"t{number}", float(number))
        journal.flush()
        os.write(1, f"boot-{steps} {journal._written}\\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)

for at in range(steps):
    if os.fork() == 0:
        child(at * 3)
    os.wait()
"""


def acknowledged(path: Path, kills: int) -> list[str]:
    """Run the writer, killed after 0, 3, 6 ... instructions of the database; what it had acknowledged before."""
    script = [sys.executable, "-c", WRITER, str(path), KEY.hex(), str(kills)]
    done = subprocess.run(script, capture_output=True, text=True, timeout=300, check=True)
    return done.stdout.split("\n")[:-1]


@pytest.mark.wire
def test_nothing_acknowledged_is_lost(path: Path) -> None:
    check(path, kills=60)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.wire
def test_nothing_acknowledged_is_lost_in_a_thousand_crashes(tmp_path: Path, long_scale: float) -> None:
    """N25: every journal sees 250 crashes at other instructions, and goes on where the one before ended."""
    for run in range(max(1, round(4 * long_scale))):
        check(tmp_path / f"journal-{run}.sqlite", kills=250)


def check(path: Path, kills: int) -> None:
    told = acknowledged(path, kills)
    assert told, "no writer lived long enough to acknowledge anything"
    with JournalReader(path) as reader:
        found = reader.verify(KEY)
        kept = {f"{entry.boot} {entry.digest}" for _, entry in reader.walk()}
    assert found.holds
    assert set(told) <= kept
    assert len(told) < kills * 4, "no writer was killed in the middle of its work"
