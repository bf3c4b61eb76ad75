"""The stay calculator, held against published examples of the EU's short-stay calculator, and against a slow count.

The examples are those of the Swiss State Secretariat for Migration for that calculator ("Short-stay calculator",
examples 1, 2, 4, 5 and 6, www.sem.admin.ch/sem/en/home/themen/einreise/aufenthaltsrechner, of 1 December 2014).
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from register.stays import WINDOW_DAYS, Stay, days_left, last_day, overstayed, stays_of, used_on


def stay(entry: str, exit_: str = "") -> Stay:
    return Stay(day(entry), day(exit_) if exit_ else None)


def day(text: str) -> date:
    number, month, year = map(int, text.split("."))
    return date(year, month, number)


def test_example_1_legal_stay_and_a_return() -> None:
    stays = (stay("15.08.2014", "30.09.2014"),)
    assert used_on(stays, day("30.09.2014")) == 47
    assert days_left(stays, day("01.01.2015")) == 90


def test_example_2_legal_stay() -> None:
    stays = (stay("15.08.2014", "30.09.2014"), stay("01.11.2014"))
    assert overstayed(stays, day("30.11.2014")) == 0
    assert last_day(stays[:1], day("01.11.2014")) == day("13.12.2014")
    assert days_left(stays, day("30.11.2014")) == 14  # the day of control and thirteen more


def test_example_4_several_entries() -> None:
    stays = (stay("01.06.2013", "13.07.2013"), stay("15.08.2013", "30.09.2013"), stay("01.01.2014", "30.01.2014"))
    assert overstayed(stays, day("30.01.2014")) == 0
    assert last_day(stays[:2], day("01.01.2014")) == day("31.03.2014")


def test_example_5_shorter_overstay_and_a_return() -> None:
    stays = (stay("01.09.2013", "30.09.2013"), stay("21.02.2014", "20.04.2014"), stay("01.05.2014", "09.06.2014"))
    assert overstayed(stays, day("09.06.2014")) == 9
    assert days_left(stays, day("30.08.2014")) == 50


def test_example_6_longer_overstay() -> None:
    stays = (stay("28.06.2013", "09.08.2013"), stay("19.09.2013", "01.03.2014"))
    assert used_on(stays, day("01.03.2014")) - 90 == 74


def test_day_of_entry_and_day_of_exit_count_and_one_day_counts_once() -> None:
    assert used_on((stay("01.03.2026", "01.03.2026"),), day("10.03.2026")) == 1
    assert used_on((stay("01.03.2026", "02.03.2026"), stay("02.03.2026", "03.03.2026")), day("10.03.2026")) == 3


def test_an_absence_of_ninety_days_allows_a_new_stay_of_ninety() -> None:
    stays = (stay("01.01.2026", "31.03.2026"),)
    assert days_left(stays, day("01.04.2026")) == 0
    assert days_left(stays, day("30.06.2026")) == 90


def test_passages_make_stays_and_what_is_missing_is_told() -> None:
    first, second, third = day("01.03.2026"), day("05.03.2026"), day("09.03.2026")
    assert stays_of([(first, "entry"), (second, "exit")]) == (Stay(first, second),)
    assert stays_of([(first, "entry"), (third, "entry")]) == (Stay(first, third, exit_missing=True), Stay(third))
    assert stays_of([(second, "exit")]) == (Stay(second, second),)
    assert stays_of([]) == ()


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
STAYS = st.lists(st.tuples(DAYS, st.integers(0, 120)).map(lambda each: Stay(each[0], each[0] + timedelta(each[1]))))


def slowly_used(stays: list[Stay], until: date) -> int:
    window = [until - timedelta(back) for back in range(WINDOW_DAYS)]
    return sum(any(each.entry <= one and (each.exit is None or one <= each.exit) for each in stays) for one in window)


@pytest.mark.slow
@given(STAYS, DAYS, st.integers(1, 90))
def test_days_left_is_the_longest_lawful_stay(stays: list[Stay], entry: date, limit: int) -> None:
    past = [each for each in stays if each.exit is not None and each.exit < entry]
    left = days_left(past, entry, limit)
    for length in (left, left + 1):
        lawful = all(
            slowly_used([*past, Stay(entry, entry + timedelta(length - 1))], entry + timedelta(number)) <= limit
            for number in range(length)
        )
        assert lawful is (length == left)


@given(STAYS, DAYS)
def test_used_days_are_those_of_a_slow_count(stays: list[Stay], until: date) -> None:
    assert used_on(stays, until) == slowly_used(stays, until)
