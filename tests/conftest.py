"""Shared by all tests: where their files are, and how much of a long seeded run is wanted."""

import os
import shutil

import pytest
from hypothesis import settings

from cli.scratch import MEMORY

ROOM_BYTES = 2 << 30
"""What a whole run keeps at a time is far less."""


def pytest_configure() -> None:
    """Files in memory where there is room: what is durable is waited for thousands of times, and a busy disk's stall
    is not what any test is about. Whoever wants a disk sets PYTEST_DEBUG_TEMPROOT."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


REAL_TIME = frozenset({"wall_clock", "browser"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who crosses a lane over its wires, or looks at a page, waits for nobody's search beside him: `./check` runs
    these after all others."""
    for item in items:
        groups = {argument for mark in item.iter_markers("xdist_group") for argument in mark.args}
        if groups & REAL_TIME and item.get_closest_marker("long") is None:
            item.add_marker(pytest.mark.alone)


@pytest.fixture
def long_scale() -> float:
    """The share of a `long` run to do: ./check --long sets 1, ./check 0.1."""
    return float(os.environ.get("EGATE_LONG", "0.1"))


settings.register_profile("egate", deadline=None, derandomize=True)
"""No property rests on how fast this machine happens to be, and a run says the same of the same code every time."""
settings.register_profile("explore", deadline=None, print_blob=True)
"""EGATE_EXPLORE=1: examples that nobody has drawn before."""
settings.load_profile("explore" if os.environ.get("EGATE_EXPLORE") else "egate")
