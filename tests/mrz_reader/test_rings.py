"""O and 0 are told apart by the document's own zeros, where only a letter may stand."""

import numpy as np
import pytest

from mrz.judge import judge, read_rows
from mrz.layouts import LAYOUTS, layout_of
from mrz.model import DocumentType, Verdict
from mrz.net import ALPHABET
from mrz.rings import settled
from tests.mrz.zones import TD3, TODAY
from tests.mrz_reader.rows import blur, rows_of

O_OF_UTO = (1, 12)
CLEAR, LIKE_AN_O = {"0": 0.98, "O": 0.0001}, {"0": 0.62, "O": 0.37}


def document(zeros: dict[str, float], ring: dict[str, float]) -> list[np.ndarray]:
    """The specimen, its zeros in the dates and the O of its nationality printed like this."""
    rows = rows_of(TD3, 0.995)
    for line, column in zeros_of_dates():
        blur(rows, line, column, zeros)
    blur(rows, *O_OF_UTO, ring)
    return rows


def zeros_of_dates() -> list[tuple[int, int]]:
    return [(1, column) for column in (*range(13, 20), *range(21, 28)) if TD3[1][column] == "0"]


def test_the_specimen_has_zeros_to_compare_with() -> None:
    assert len(zeros_of_dates()) >= 2


def test_a_narrow_o_unlike_the_documents_zeros_is_an_o() -> None:
    """Such an O looked as much like a 0, by its shape alone."""
    read = judge(document(CLEAR, {"O": 0.5, "0": 0.49}), TODAY)
    assert (read.lines, read.verdict) == (TD3, Verdict.ACCEPT)


@pytest.mark.parametrize("ring", ({"O": 0.7, "0": 0.29}, {"O": 0.4, "0": 0.59}))
def test_a_ring_like_the_documents_own_zeros_is_not_accepted_as_an_o(ring: dict[str, float]) -> None:
    assert judge(document(LIKE_AN_O, ring), TODAY).verdict is not Verdict.ACCEPT


def test_a_plain_zero_for_a_letter_is_read_and_referred() -> None:
    read = judge(document(CLEAR, CLEAR), TODAY)
    assert (read.lines[1][12], read.verdict) == ("0", Verdict.REFER)


def test_digits_and_free_places_are_left_as_they_were_seen() -> None:
    rows = document(CLEAR, {"O": 0.5, "0": 0.49})
    blur(rows, 1, 3, {"0": 0.5, "O": 0.45})
    after = settled(rows, LAYOUTS[DocumentType.TD3])
    assert np.array_equal(after[1][3], rows[1][3])
    assert np.array_equal(after[1][13:20], rows[1][13:20])
    assert float(after[1][12].sum()) == pytest.approx(float(rows[1][12].sum()), rel=1e-6)


def test_without_zeros_to_compare_nothing_changes() -> None:
    rows = rows_of(TD3)
    for line, column in zeros_of_dates():
        blur(rows, line, column, {"8": 0.9})
    blur(rows, *O_OF_UTO, {"O": 0.6, "0": 0.39})
    assert settled(rows, layout_of(TD3))[1] is rows[1]
    assert settled(rows, None) is rows


def test_the_rows_that_were_seen_are_not_written_to() -> None:
    rows = document(CLEAR, {"O": 0.5, "0": 0.49})
    before = [row.copy() for row in rows]
    read_rows(rows)
    assert all(np.array_equal(row, old) for row, old in zip(rows, before, strict=True))
    assert rows[1][12, ALPHABET.index("O")] == pytest.approx(0.5)
