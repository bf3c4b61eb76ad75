"""Shared by all tests: how much of a long seeded run is wanted."""

import os

import pytest


@pytest.fixture
def long_scale() -> float:
    """The share of a `long` run to do: ./check --long sets 1, ./check 0.1."""
    return float(os.environ.get("EGATE_LONG", "0.1"))
