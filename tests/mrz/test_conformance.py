"""What ICAO 9303 prints or allows must be read; the source of each case is its name."""

from dataclasses import replace
from datetime import date

import pytest

from mrz.check_digit import check_digit
from mrz.model import CheckResult, DocumentType, Sex
from mrz.parse import inspect, parse
from mrz.write import write
from tests.mrz.zones import (
    BEL_LONG,
    IDFRA,
    MRVA,
    MRVB,
    PRT_LONG,
    SPECIMENS,
    TD1,
    TD1_LONG,
    TD2,
    TD2_LONG,
    TD3,
    TODAY,
    passport,
)


@pytest.mark.parametrize(("text", "digit"), [("520727", "3"), ("AB2134<<<", "5")])
def test_check_digit_examples_of_part_3_appendix_a(text: str, digit: str) -> None:
    assert check_digit(text) == digit


@pytest.mark.parametrize("source", SPECIMENS)
def test_specimens_conform(source: str) -> None:
    assert inspect(SPECIMENS[source], TODAY).faults == ()


@pytest.mark.parametrize(
    ("lines", "document_type"),
    [(TD1, "TD1"), (TD2, "TD2"), (TD3, "TD3"), (MRVA, "MRVA"), (MRVB, "MRVB"), (IDFRA, "IDFRA")],
)
def test_layouts_are_told_apart(lines: tuple[str, ...], document_type: str) -> None:
    assert parse(lines, TODAY).document_type is DocumentType(document_type)


def test_a_french_td2_is_not_the_old_french_card() -> None:
    french = replace(parse(TD2, TODAY), document_code="ID", issuing_state="FRA", nationality="FRA")
    assert parse(write(french, DocumentType.TD2), TODAY) == french


def test_passport_specimen_whole() -> None:
    mrz = parse(TD3, TODAY)
    assert (mrz.document_code, mrz.issuing_state, mrz.nationality) == ("P", "UTO", "UTO")
    assert (mrz.document_number, mrz.optional_data, mrz.optional_data_2) == ("L898902C3", "ZE184226B", "")
    assert (mrz.surname, mrz.given_names, mrz.sex) == ("ERIKSSON", "ANNA MARIA", Sex.FEMALE)
    assert (mrz.birth_date.date, mrz.expiry_date.date) == (date(1974, 8, 12), date(2012, 4, 15))
    assert {digit.result for digit in mrz.check_digits.values()} == {CheckResult.PASS}


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        (TD1_LONG, "D23145890734"),
        (TD2_LONG, "D23145890734"),
        (BEL_LONG, "600001795015"),
        (PRT_LONG, "000024759ZZ7"),
    ],
)
def test_long_numbers_are_whole(lines: tuple[str, ...], number: str) -> None:
    mrz = parse(lines, TODAY)
    assert mrz.document_number == number
    assert mrz.optional_data == ""
    assert write(mrz, mrz.document_type) == lines


def test_long_number_with_a_wrong_digit_fails_by_name() -> None:
    wrong = (TD1_LONG[0].replace("7349", "7348"), *TD1_LONG[1:])
    results = inspect(wrong, TODAY).check_digits
    assert results["document_number"].result is CheckResult.FAIL
    assert results["document_number"].at == (0, 18, 19)


NAMES = {
    "usual": ("ERIKSSON<<ANNA<MARIA", "ERIKSSON", "ANNA MARIA"),
    "central primary": ("HENG<<DEBORAH<MING<LO", "HENG", "DEBORAH MING LO"),
    "hyphen": ("SMITH<JONES<<SUSIE<MARGARET", "SMITH JONES", "SUSIE MARGARET"),
    "apostrophe": ("OCONNOR<<ENYA<SIOBHAN", "OCONNOR", "ENYA SIOBHAN"),
    "several components": ("VAN<DER<MUELLEN<<MARTIN", "VAN DER MUELLEN", "MARTIN"),
    "no secondary": ("ARKFREITH", "ARKFREITH", ""),
    "two components, no secondary": ("SATRIYA<SUDARPA", "SATRIYA SUDARPA", ""),
    "numeral spelt out": ("SMITH<<JOHN<THIRD", "SMITH", "JOHN THIRD"),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_of_part_4_section_4_2_3(case: str) -> None:
    field, surname, given_names = NAMES[case]
    mrz = parse(passport(name=field), TODAY)
    assert (mrz.surname, mrz.given_names, mrz.name_may_be_truncated) == (surname, given_names, False)


TRUNCATED = {
    "4.2.3.2 a": "NILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K",
    "4.2.3.2 b": "NILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU",
    "4.2.3.3 a": "BENNELONG<WOOLOOMOOLOO<WARRANDYTE<W<<DI",
    "4.2.3.3 b": "BENNELONG<WOOLOOM<WARRAND<WARNAM<<DINGO",
    "4.2.3.3 c": "BENNEL<WOOLOO<WARRAN<WARNAM<<DINGO<POTO",
    "4.2.3.4": "PAPANDROPOULOUS<<JONATHON<WARREN<TREVOR",
}


@pytest.mark.parametrize("case", TRUNCATED)
def test_truncated_names_of_part_4_are_read_and_flagged(case: str) -> None:
    mrz = parse(passport(name=TRUNCATED[case]), TODAY)
    assert mrz.name_may_be_truncated
    assert write(mrz, DocumentType.TD3)[0][5:] == TRUNCATED[case]


CODES = """
    D GBD GBN GBO GBP GBS RKS XXA XXB XXC XXX UNO UNA UNK XOM XPO
    XCC XCE XCO XEC XES XMP XBA XIM XDC XCT IAO EUE ANT NTZ
"""


@pytest.mark.parametrize("code", [*CODES.split(), "UTO", "USA", "CHE"])
def test_codes_of_part_3_section_5(code: str) -> None:
    mrz = parse(passport(issuer=code, nationality=code), TODAY)
    assert (mrz.issuing_state, mrz.nationality) == (code, code)


@pytest.mark.parametrize("code", ["P<", "PP", "PE", "PD", "PO", "PR", "PT", "PS", "PL", "PU", "PM"])
def test_passport_codes_of_the_eighth_edition(code: str) -> None:
    assert parse(passport(code=code), TODAY).document_code == code.rstrip("<")


@pytest.mark.parametrize("code", ["I<", "ID", "IZ", "AC", "C<", "CX", "A<", "C1"])
def test_second_letter_of_a_card_is_the_issuers(code: str) -> None:
    assert parse((code + TD1[0][2:], *TD1[1:]), TODAY).document_code == code.rstrip("<")


@pytest.mark.parametrize("sex", ["M", "F", "<"])
def test_sexes(sex: str) -> None:
    assert parse(passport(sex=sex), TODAY).sex is Sex(sex)


@pytest.mark.parametrize(("digit", "result"), [("<", CheckResult.ABSENT), ("0", CheckResult.PASS)])
def test_blank_optional_data_has_a_zero_or_a_filler(digit: str, result: CheckResult) -> None:
    """9303-4 4.2.2; German passports print the filler."""
    mrz = parse(passport(issuer="D", nationality="D", number="C01X00T47", optional_digit=digit), TODAY)
    assert mrz.check_digits["optional_data"].result is result


def test_optional_data_of_real_issuers() -> None:
    """A Dutch citizen service number, and an Australian field that begins with a filler."""
    assert parse(passport(issuer="NLD", nationality="NLD", optional="999999990"), TODAY).optional_data == "999999990"
    assert parse(passport(issuer="AUS", nationality="AUS", optional="<1234"), TODAY).optional_data == "<1234"


def test_visas_have_neither_composite_nor_optional_digit() -> None:
    """9303-7: the last position is data, not a digit; some issuers do not leave it blank."""
    lines = (MRVA[0], MRVA[1][:43] + "7")
    results = parse(lines, TODAY).check_digits
    assert results["composite"].result is CheckResult.ABSENT
    assert results["optional_data"].result is CheckResult.ABSENT
    assert parse(lines, TODAY).optional_data == "6ZE184226B<<<<<7"


@pytest.mark.parametrize(
    ("lines", "line", "column", "digits"),
    [
        (TD3, 1, 5, {"document_number", "composite"}),
        (TD3, 1, 9, {"document_number", "composite"}),
        (TD3, 1, 15, {"birth_date", "composite"}),
        (TD3, 1, 25, {"expiry_date", "composite"}),
        (TD3, 1, 30, {"optional_data", "composite"}),
        (TD3, 1, 42, {"optional_data", "composite"}),
        (TD3, 1, 43, {"composite"}),
        (TD3, 1, 11, set()),
        (TD3, 1, 20, set()),
        (TD2, 1, 30, {"composite"}),
        (TD2, 1, 4, {"document_number", "composite"}),
        (TD1, 0, 20, {"composite"}),
        (TD1, 1, 2, {"birth_date", "composite"}),
        (TD1, 1, 10, {"expiry_date", "composite"}),
        (TD1, 1, 20, {"composite"}),
        (TD1, 1, 16, set()),
        (TD1, 2, 3, set()),
        (MRVA, 1, 3, {"document_number"}),
        (MRVB, 1, 25, {"expiry_date"}),
        (IDFRA, 0, 10, {"composite"}),
        (IDFRA, 1, 30, {"birth_date", "composite"}),
    ],
)
def test_each_digit_covers_what_the_standard_says(
    lines: tuple[str, ...], line: int, column: int, digits: set[str]
) -> None:
    """A step of one moves a weighted sum by 1, 3 or 7, so that every digit over the position fails."""
    old = lines[line][column]
    new = {"<": "1", "9": "8"}.get(old, chr(ord(old) + 1))
    changed = list(lines)
    changed[line] = lines[line][:column] + new + lines[line][column + 1 :]
    results = inspect(changed, TODAY).check_digits
    assert {name for name, digit in results.items() if digit.result is CheckResult.FAIL} == digits


@pytest.mark.parametrize(
    ("birth", "year", "date_"),
    [
        ("261123", 2026, date(2026, 11, 23)),
        ("261124", 1926, date(1926, 11, 24)),
        ("740812", 1974, date(1974, 8, 12)),
        ("7408<<", 1974, None),
        ("74<<<<", 1974, None),
        ("<<<<<<", None, None),
        ("<<0812", None, None),
        ("000229", 2000, date(2000, 2, 29)),
        ("960229", 1996, date(1996, 2, 29)),
    ],
)
def test_births_are_never_in_the_future_and_may_be_unknown(birth: str, year: int | None, date_: date | None) -> None:
    """9303-3 4.8."""
    mrz = parse(passport(birth=birth), TODAY)
    assert (mrz.birth_date.text, mrz.birth_date.year, mrz.birth_date.date) == (birth, year, date_)


@pytest.mark.parametrize(
    ("birth", "expiry", "year", "expired"),
    [
        ("740812", "261123", 2026, False),
        ("740812", "261122", 2026, True),
        ("740812", "361231", 2036, False),
        ("740812", "940101", 1994, True),
        ("850812", "800101", 2080, False),
        ("740812", "<<<<<<", None, True),
    ],
)
def test_expiry_is_a_fact_and_its_century_is_within_reach_of_the_reading(
    birth: str, expiry: str, year: int | None, expired: bool
) -> None:
    mrz = parse(passport(birth=birth, expiry=expiry), TODAY)
    assert (mrz.expiry_date.year, mrz.is_expired(TODAY)) == (year, expired)


@pytest.mark.parametrize(("birth", "age"), [("081123", 18), ("081124", 17), ("0811<<", 17), ("<<<<<<", None)])
def test_age_is_the_fewest_years_that_the_date_allows(birth: str, age: int | None) -> None:
    assert parse(passport(birth=birth), TODAY).age_on(TODAY) == age


@pytest.mark.parametrize(
    ("number", "birth", "expiry"),
    [
        ("880692310285", "651206", "9806<<"),
        ("050692310285", "651206", "2006<<"),
        ("140692310285", "651206", "2906<<"),
        ("140692310285", "971206", "2406<<"),
    ],
)
def test_french_cards_expire_after_ten_or_fifteen_years(number: str, birth: str, expiry: str) -> None:
    lower = number + check_digit(number) + "CORINNE<<<<<<<" + birth + check_digit(birth) + "F"
    lines = (IDFRA[0], lower + check_digit(IDFRA[0] + lower))
    assert parse(lines, TODAY).expiry_date.text == expiry


def test_nothing_personal_reaches_a_repr() -> None:
    shown = repr(parse(TD3, TODAY)) + repr(inspect(TD3, TODAY))
    assert not any(value in shown for value in ("ERIKSSON", "ANNA", "L898902C3", "740812", "120415", "1974"))
