"""The pages' scripts are type-checked against the servers' own models."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tools.make_api_types import TARGET, text

ROOT = Path(__file__).parents[2]
INSTALLED = ROOT / ".build" / "tsc" / "node_modules" / ".bin" / "tsc"
"""Where .ci/run puts it."""
TSC = str(INSTALLED) if INSTALLED.exists() else shutil.which("tsc")


def test_the_types_of_the_pages_are_those_of_the_servers() -> None:
    assert TARGET.read_text() == text(), "write them anew: python -m tools.make_api_types"


@pytest.mark.slow
@pytest.mark.skipif(TSC is None, reason="no tsc here: npm install --no-save --prefix .build/tsc typescript@7.0.2")
def test_every_script_passes_the_type_checker() -> None:
    assert TSC is not None
    done = subprocess.run([TSC, "-p", str(ROOT / "web" / "tsconfig.json")], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
