"""What breaks a rule is refused with its field named and its value kept quiet."""

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrz.errors import Fault, MrzRejected
from mrz.layouts import LAYOUTS, alphabet
from mrz.model import CHECK_DIGIT_NAMES, CheckResult
from mrz.parse import inspect, parse
from tests.mrz.zones import SPECIMENS, TD1, TD2, TD3, TODAY, passport, recomposed

REFUSED = {
    "nationality UT0": (passport(nationality="UT0"), "nationality", Fault.CHARACTER_NOT_ALLOWED),
    "nationality not listed": (passport(nationality="HLD"), "nationality", Fault.UNKNOWN_CODE),
    "issuer DEU": (passport(issuer="DEU"), "issuing_state", Fault.UNKNOWN_CODE),
    "issuer with a gap": (passport(issuer="U<O"), "issuing_state", Fault.CHARACTER_NOT_ALLOWED),
    "sex 7": (passport(sex="7"), "sex", Fault.CHARACTER_NOT_ALLOWED),
    "sex Q": (passport(sex="Q"), "sex", Fault.CHARACTER_NOT_ALLOWED),
    "sex X": (passport(sex="X"), "sex", Fault.CHARACTER_NOT_ALLOWED),
    "digit in a name": (passport(name="ER1KSSON<<ANNA"), "name", Fault.CHARACTER_NOT_ALLOWED),
    "no name": (passport(name=""), "name", Fault.CHARACTER_NOT_ALLOWED),
    "name begins with fillers": (passport(name="<<ANNA"), "name", Fault.CHARACTER_NOT_ALLOWED),
    "three fillers in a name": (passport(name="ERIKSSON<<<ANNA"), "name", Fault.CHARACTER_NOT_ALLOWED),
    "two separators in a name": (passport(name="ERIKSSON<<ANNA<<MARIA"), "name", Fault.CHARACTER_NOT_ALLOWED),
    "31 February": (passport(birth="740231"), "birth_date", Fault.IMPOSSIBLE_DATE),
    "29 February of no leap year": (passport(birth="740229"), "birth_date", Fault.IMPOSSIBLE_DATE),
    "29.02.1911": (passport(birth="110229"), "birth_date", Fault.IMPOSSIBLE_DATE),
    "month 13": (passport(expiry="321301"), "expiry_date", Fault.IMPOSSIBLE_DATE),
    "day 00": (passport(expiry="320100"), "expiry_date", Fault.IMPOSSIBLE_DATE),
    "half a day": (passport(birth="74081<"), "birth_date", Fault.CHARACTER_NOT_ALLOWED),
    "letter in a date": (passport(birth="74O812"), "birth_date", Fault.CHARACTER_NOT_ALLOWED),
    "no number": (passport(number=""), "document_number", Fault.CHARACTER_NOT_ALLOWED),
    "code begins with a filler": (passport(code="<P"), "document_code", Fault.CHARACTER_NOT_ALLOWED),
    "not a passport": (passport(code="Q<"), "document_code", Fault.CHARACTER_NOT_ALLOWED),
    "digit in the code": (passport(code="P0"), "document_code", Fault.CHARACTER_NOT_ALLOWED),
    "lower case": (tuple(line.lower() for line in TD3), "document_code", Fault.CHARACTER_NOT_ALLOWED),
    "43 characters": ((TD3[0][:43], TD3[1]), "line 1", Fault.WRONG_LENGTH),
    "45 characters": ((TD3[0], TD3[1] + "<"), "line 2", Fault.WRONG_LENGTH),
    "mixed lengths": ((TD3[0], TD2[1]), "line 2", Fault.WRONG_LENGTH),
    "one line": (TD3[:1], "lines", Fault.UNKNOWN_LAYOUT),
    "four lines": (TD3 + TD3, "lines", Fault.UNKNOWN_LAYOUT),
    "no line": ((), "lines", Fault.UNKNOWN_LAYOUT),
    "blank number digit": (recomposed(TD1, 0, 14, "<"), "document_number", Fault.CHECK_DIGIT_FAILS),
    "filler for a used optional": (
        passport(optional="A", optional_digit="<"),
        "optional_data",
        Fault.CHECK_DIGIT_FAILS,
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_the_field_named(case: str) -> None:
    lines, field, fault = REFUSED[case]
    with pytest.raises(MrzRejected) as refused:
        parse(lines, TODAY)
    assert (refused.value.field, refused.value.fault) == (field, fault)


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_keep_values_quiet(case: str) -> None:
    lines, _, _ = REFUSED[case]
    shown = " ".join(str(fault) + repr(fault) for fault in inspect(lines, TODAY).faults)
    assert not any(secret in shown for secret in ("ERIKSSON", "ANNA", "L898902C", "7408", "3204", "D2314"))


def test_all_faults_are_reported_and_digits_stay_faithful() -> None:
    wrong = recomposed(recomposed(passport(nationality="UT0"), 1, 9, "9"), 1, 20, "7")
    inspection = inspect(wrong, TODAY)
    assert {fault.field for fault in inspection.faults} == {"nationality", "sex", "document_number", "composite"}
    assert inspection.check_digits["birth_date"].result is CheckResult.PASS
    assert inspection.fields["document_number"] == "L898902C3"
    assert inspection.mrz is None


@pytest.mark.parametrize("source", SPECIMENS)
def test_every_character_of_a_specimen_is_in_its_alphabet(source: str) -> None:
    lines = SPECIMENS[source]
    found = inspect(lines, TODAY).document_type
    assert found is not None
    layout = LAYOUTS[found]
    strange = [
        (line, column)
        for line, text in enumerate(lines)
        for column, character in enumerate(text)
        if character not in alphabet(layout, line, column)
    ]
    assert strange == []


@given(st.lists(st.text(max_size=50), max_size=4))
def test_any_texts_are_answered(lines: list[str]) -> None:
    inspection = inspect(lines, TODAY)
    assert (inspection.mrz is None) == bool(inspection.faults)


ANY_CHARACTER = st.sampled_from("ABCXYZ0123456789<<<< a-ßЖ") | st.characters()


@given(st.sampled_from([(3, 30), (2, 36), (2, 44)]).flatmap(lambda size: _texts_of(*size)), st.dates())
def test_any_texts_of_the_right_size_are_answered(lines: list[str], today: date) -> None:
    inspection = inspect(lines, today)
    assert set(inspection.check_digits) == set(CHECK_DIGIT_NAMES)
    assert (inspection.mrz is None) == bool(inspection.faults)


def _texts_of(count: int, columns: int) -> st.SearchStrategy[list[str]]:
    line = st.text(ANY_CHARACTER, min_size=columns, max_size=columns)
    return st.lists(line, min_size=count, max_size=count)


@given(st.sampled_from(sorted(SPECIMENS)), st.integers(0, 2**32), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_specimens_with_broken_characters_are_answered(source: str, seed: int, today: date) -> None:
    rng = random.Random(seed)
    lines = SPECIMENS[source]
    for _ in range(rng.randint(1, 4)):
        line = rng.randrange(len(lines))
        lines = recomposed(lines, line, rng.randrange(len(lines[line])), rng.choice("ABCDZ0189<"))
    inspection = inspect(lines, today)
    assert (inspection.mrz is None) == bool(inspection.faults)
