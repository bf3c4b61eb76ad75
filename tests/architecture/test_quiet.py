"""What is imported keeps quiet: no file in the temporary folder, no identity, no socket."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.parametrize("module", ["onnxruntime", "cv2", "pymodbus.client", "fastapi", "kiosk.measuring"])
def test_an_import_leaves_nothing_behind(module: str, tmp_path: Path) -> None:
    home, scratch = tmp_path / "home", tmp_path / "scratch"
    home.mkdir()
    scratch.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        env={**os.environ, "TMPDIR": str(scratch), "HOME": str(home), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for folder in (home, scratch) for path in folder.iterdir()] == []
