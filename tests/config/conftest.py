"""A site's text, to be changed by a test, and the folder of all shipped sites."""

from pathlib import Path

import pytest

SITES = Path(__file__).resolve().parents[2] / "config" / "sites"


@pytest.fixture
def demo() -> str:
    return Path(__file__).with_name("site.toml").read_text()


@pytest.fixture
def site_file(tmp_path: Path, demo: str) -> Path:
    file = tmp_path / "site.toml"
    file.write_text(demo)
    return file
