import pytest

from biometrics.engine import FaceEngine
from tests.biometrics import faces


@pytest.fixture(scope="session")
def engine() -> FaceEngine:
    """The real weights at the committed operating point."""
    return faces.engine()
