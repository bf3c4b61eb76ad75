"""What a check digit cannot tell apart needs a plainer print (seen: an 8 read as S, and every digit agreed)."""

import numpy as np
import pytest

from mrz.judge import BLIND, SURE_UNRULED, _free, _plainly_seen
from mrz.layouts import LAYOUTS
from mrz.model import DocumentType

TD3 = LAYOUTS[DocumentType.TD3]
LINES = ("P<UTOERIKSSON<<ANNA<MARIA".ljust(44, "<"), "L898902C36UTO7408122F1204159ZE184226B<<<<<10")


def seen(at: tuple[int, int] = (0, 0), confidence: float = 1.0) -> list[list[float]]:
    rows = np.ones((2, 44))
    rows[at] = confidence
    return rows.tolist()


@pytest.mark.parametrize(
    ("column", "confidence", "plainly"),
    [(1, 0.89, False), (1, SURE_UNRULED, True), (0, 0.80, True), (2, 0.80, True), (9, 0.80, True), (13, 0.80, True)],
)
def test_an_8_in_a_document_number_needs_more_than_a_9_or_a_digit_of_a_date(
    column: int, confidence: float, plainly: bool
) -> None:
    assert _plainly_seen(TD3, LINES, seen((1, column), confidence)) is plainly


def test_only_where_letters_and_digits_may_stand() -> None:
    assert _free(TD3, 1)[:10] == (True,) * 9 + (False,)
    assert not any(_free(TD3, 0))


@pytest.mark.parametrize(("letter", "digit"), [("S", 8), ("G", 6), ("Z", 5)])
def test_the_blind_pairs_are_equal_for_the_check_digit(letter: str, digit: int) -> None:
    assert (ord(letter) - ord("A") + 10) % 10 == digit
    assert {letter, str(digit)} <= BLIND
