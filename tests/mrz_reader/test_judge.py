"""The verdict: by the rules and plainly seen, or not accepted."""

import pytest

from mrz.judge import SURE_COVERED, SURE_UNCOVERED, SURE_UNRULED, judge
from mrz.model import CheckResult, RescanReason, Verdict
from tests.mrz.zones import SPECIMENS, TD3, TODAY
from tests.mrz_reader.rows import blur, rows_of

NAME, NINE, EIGHT, BIRTH = (0, 7), (1, 2), (1, 3), (1, 14)


@pytest.mark.parametrize("lines", SPECIMENS.values(), ids=SPECIMENS.keys())
def test_plain_specimens_are_accepted(lines: tuple[str, ...]) -> None:
    read = judge(rows_of(lines), TODAY)
    assert (read.verdict, read.lines) == (Verdict.ACCEPT, lines)


@pytest.mark.parametrize(
    ("place", "sure"),
    ((NAME, SURE_UNCOVERED), (NINE, SURE_UNCOVERED), (EIGHT, SURE_UNRULED), (BIRTH, SURE_COVERED)),
)
def test_one_doubtful_character_is_enough_to_look_again(place: tuple[int, int], sure: float) -> None:
    line, column = place
    for confidence, verdict in ((sure + 0.02, Verdict.ACCEPT), (sure - 0.02, Verdict.RESCAN)):
        rows = rows_of(TD3)
        blur(rows, line, column, {TD3[line][column]: confidence})
        assert judge(rows, TODAY).verdict is verdict


def test_a_check_digit_that_cannot_tell_two_letters_apart_is_not_relied_on() -> None:
    """S and 8 weigh the same: the digit agrees with either."""
    lines = (TD3[0], TD3[1].replace("L898902C3", "LS98902C3"))
    rows = rows_of(lines)
    blur(rows, 1, 1, {"S": 0.55, "8": 0.44})
    read = judge(rows, TODAY)
    assert read.check_digits["document_number"].result is CheckResult.PASS
    assert read.verdict is Verdict.RESCAN


def test_a_visas_optional_data_has_neither_rule_nor_digit() -> None:
    visa = SPECIMENS["9303-7 4.2.2"]
    for confidence, verdict in ((SURE_UNRULED + 0.02, Verdict.ACCEPT), (SURE_UNRULED - 0.02, Verdict.RESCAN)):
        rows = rows_of(visa)
        blur(rows, 1, 30, {visa[1][30]: confidence})
        assert judge(rows, TODAY).verdict is verdict


@pytest.mark.parametrize(
    ("line", "column", "character"),
    ((1, 12, "0"), (1, 20, "7"), (0, 8, "1"), (1, 16, "9"), (0, 4, "Q")),
    ids=("nationality", "sex", "name", "month", "issuer"),
)
def test_a_plain_fault_is_read_as_it_stands_and_never_accepted(line: int, column: int, character: str) -> None:
    wrong = [list(text) for text in TD3]
    wrong[line][column] = character
    lines = tuple("".join(text) for text in wrong)
    read = judge(rows_of(lines, 0.999), TODAY)
    assert (read.lines, read.verdict) == (lines, Verdict.REFER)


def test_a_failing_digit_is_reported_and_the_evidence_lies_beside_the_read() -> None:
    wrong = (TD3[0], TD3[1].replace("L898902C36", "L898902C46"))
    read = judge(rows_of(wrong, 0.999), TODAY)
    assert (read.lines, read.verdict) == (wrong, Verdict.REFER)
    assert read.check_digits["document_number"].result is CheckResult.FAIL
    assert read.constrained != read.lines


def test_look_alikes_in_worn_print_are_read_as_the_layout_has_them() -> None:
    rows = rows_of(TD3)
    blur(rows, 1, 13, {"O": 0.5, "7": 0.4})
    assert judge(rows, TODAY).lines == TD3


def test_lines_of_no_layout_are_unsure() -> None:
    read = judge(rows_of(("A" * 44, "B" * 30)), TODAY)
    assert (read.verdict, read.reason) == (Verdict.RESCAN, RescanReason.UNSURE)


def test_confidence_of_a_field_is_that_of_its_whole_string() -> None:
    rows = rows_of(TD3, 0.9)
    read = judge(rows, TODAY)
    assert read.field_confidence["birth_date"] == pytest.approx(0.9**6, rel=1e-3)
    assert read.confidence == pytest.approx(0.9, rel=1e-2)


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        ({"I": 0.85, "1": 0.14}, Verdict.ACCEPT),
        ({"I": 0.65, "1": 0.34}, Verdict.RESCAN),
        ({"I": 0.55, "1": 0.44}, Verdict.RESCAN),
        ({"I": 0.65, "L": 0.34}, Verdict.RESCAN),
        ({"I": 0.65, "1": 0.30, "L": 0.04}, Verdict.RESCAN),
        ({"1": 0.65, "I": 0.34}, Verdict.RESCAN),
        ({"1": 0.98, "I": 0.01}, Verdict.REFER),
    ],
    ids=("plainer", "likelier", "as likely", "another letter", "a third", "likelier a digit", "plainly a digit"),
)
def test_a_look_alike_that_may_not_stand_there_makes_no_letter_surer(seen: dict[str, float], verdict: Verdict) -> None:
    """In a name a letter has to be seen as plainly as anywhere: the digit beside it may be a forger's."""
    rows = rows_of(TD3)
    blur(rows, *NAME, seen)
    assert judge(rows, TODAY).verdict is verdict
