"""The reader is loaded once for all tests."""

import pytest

from mrz.reader import MrzReader


@pytest.fixture(scope="session")
def reader() -> MrzReader:
    return MrzReader()
