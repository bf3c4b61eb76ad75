"""Shared by all tests: how much of a long seeded run is wanted."""

import os

import pytest
from hypothesis import settings


@pytest.fixture
def long_scale() -> float:
    """The share of a `long` run to do: ./check --long sets 1, ./check 0.1."""
    return float(os.environ.get("EGATE_LONG", "0.1"))


settings.register_profile("egate", deadline=None, derandomize=True)
"""No property rests on how fast this machine happens to be, and a run says the same of the same code every time."""
settings.register_profile("explore", deadline=None, print_blob=True)
"""EGATE_EXPLORE=1: examples that nobody has drawn before."""
settings.load_profile("explore" if os.environ.get("EGATE_EXPLORE") else "egate")
