"""./egate and ./check on machines that lack something: one sentence that says what to do."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The launchers without an environment."""
    (tmp_path / "tools").mkdir()
    for name in ("egate", "check", "tools/environment.sh", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python(folder: Path, script: str) -> dict[str, str]:
    """An environment in which every Python on the PATH is `script`."""
    bin_ = folder / "bin"
    bin_.mkdir()
    for name in ("python3.11", "python3.12", "python3.13", "python3.14", "python3", "python"):
        (bin_ / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_ / name).chmod(0o755)
    return {**os.environ, "PATH": f"{bin_}:/usr/bin:/bin", "EGATE_PYTHON": ""}


def run(house: Path, command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/sh", str(house / command), "demo"], env=environment, capture_output=True, text=True)


def test_without_venv_it_names_the_package(house: Path) -> None:
    script = 'case "$*" in *ensurepip*) exit 1;; *print*) echo 3.12;; esac'
    done = run(house, "egate", python(house, script))
    assert done.returncode == 3
    assert "apt-get install python3.12-venv" in done.stderr
    assert not (house / ".venv").exists()


def test_without_a_new_enough_python_it_says_which(house: Path) -> None:
    done = run(house, "egate", python(house, "exit 1"))
    assert done.returncode == 3
    assert "needs Python 3.11 or newer" in done.stderr


def test_check_tells_its_ways_when_asked_wrongly(house: Path) -> None:
    done = run(house, "check", dict(os.environ))
    assert done.returncode == 2
    assert "--fast" in done.stdout


@pytest.mark.parametrize("name", ["egate", "check", "tools/environment.sh"])
def test_the_launchers_are_plain_posix_sh(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "[[" not in text
    assert "function " not in text
    subprocess.run(["/bin/sh", "-n", str(ROOT / name)], check=True)


def test_no_index_is_named_in_the_pinned_versions() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    assert lines
    assert all("==" in line and "/" not in line and "@" not in line for line in lines)
