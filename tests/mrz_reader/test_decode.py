"""The constrained reading: exact, and only evidence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrz.decode import best_allowed, constrained
from mrz.layouts import LAYOUTS, layout_of
from mrz.model import CheckResult, DocumentType
from mrz.parse import inspect
from tests.mrz.zones import SPECIMENS, TODAY
from tests.mrz_reader.rows import blur, rows_of


@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS.keys())
def test_a_clean_read_stands(lines: tuple[str, ...]) -> None:
    layout = layout_of(lines)
    assert layout
    assert constrained(layout, rows_of(lines)) == lines


def test_a_doubtful_character_is_settled_by_its_check_digits() -> None:
    lines = SPECIMENS["9303-4 4.2.2"]
    layout, rows = LAYOUTS[DocumentType.TD3], rows_of(lines)
    blur(rows, 1, 1, {"B": 0.55, "8": 0.44})
    assert best_allowed(layout, rows)[1][1] == "B"
    assert constrained(layout, rows) == lines


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(DocumentType)), st.integers(0, 2**31))
def test_whatever_is_seen_every_check_digit_agrees(document_type: DocumentType, seed: int) -> None:
    layout, rng = LAYOUTS[document_type], np.random.default_rng(seed)
    rows = [rng.dirichlet(np.full(38, 0.3), layout.columns).astype(np.float32) for _ in range(layout.lines)]
    lines = constrained(layout, rows)
    results = {digit.result for digit in inspect(lines, TODAY).check_digits.values()}
    assert lines
    assert CheckResult.FAIL not in results or layout.long_numbers


def test_a_character_seen_plainly_is_never_dropped_for_a_likelier_sum() -> None:
    """The programme is exact: no other lines that meet the digits are likelier."""
    lines = SPECIMENS["9303-4 4.2.2"]
    layout, rows = LAYOUTS[DocumentType.TD3], rows_of(lines, 0.9)
    blur(rows, 1, 9, {"7": 0.6, lines[1][9]: 0.3})
    assert constrained(layout, rows) == lines
