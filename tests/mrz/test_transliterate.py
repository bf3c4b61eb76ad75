"""9303-3 4.6 and section 6."""

import pytest

from mrz.transliterate import ARABIC, CYRILLIC, LATIN, arabic_of, may_be, spellings, to_zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("D'Artagnan", "DARTAGNAN"),
        ("D’Artagnan", "DARTAGNAN"),
        ("Marie-Elise", "MARIE ELISE"),
        ("Anna, Maria", "ANNA MARIA"),
        ("Dr. Smith", "DR SMITH"),
        ("Äpfel", "AEPFEL"),
        ("Ångström", "AANGSTROEM"),
        ("Æsop", "AESOP"),
        ("Øre", "OERE"),
        ("Müller", "MUELLER"),
        ("Straße", "STRASSE"),
        ("STRAẞE", "STRASSE"),
        ("Þórður", "THORDUR"),
        ("Ĳssel", "IJSSEL"),
        ("Œuvre", "OEUVRE"),
        ("Łukasz", "LUKASZ"),
        ("İlkay Işık", "ILKAY ISIK"),
        ("Đặng Thị", "DANG THI"),
        ("Muñoz", "MUNOZ"),
        ("Щербаков", "SHCHERBAKOV"),
        ("Юлия", "IULIIA"),
        ("عبّاس", "EBBAS"),
        ("فضّة", "FXDZDZXAH"),
        ("محمد", "MXHMD"),
        ("مـحَمّد", "MXHMMD"),
    ],
)
def test_into_the_zone(name: str, zone: str) -> None:
    assert to_zone(name) == zone


@pytest.mark.parametrize("table", [LATIN, CYRILLIC])
def test_tables_hold_capitals_and_give_letters(table: dict[str, tuple[str, ...]]) -> None:
    for letter, choices in table.items():
        assert letter == letter.upper() or letter == "ĸ"
        assert all(choice == "" or (choice.isascii() and choice.isupper()) for choice in choices)


@pytest.mark.parametrize("name", ["田中", "Smith 3", "علي٣"])
def test_scripts_without_a_table_are_refused_quietly(name: str) -> None:
    with pytest.raises(ValueError, match="spell it in Latin letters") as refused:
        to_zone(name)
    assert name not in str(refused.value)


def test_all_spellings_of_the_standard() -> None:
    assert spellings("Müñö") == {
        first + second + third for first in ("MUE", "MUXX", "MU") for second in ("N", "NXX") for third in ("OE", "O")
    }


def test_too_many_spellings_are_refused() -> None:
    with pytest.raises(ValueError, match="too many"):
        spellings("ü" * 12)


@pytest.mark.parametrize("printed", ["MUELLER LUEDENSCHEIDT", "MULLER LUDENSCHEIDT", "MUELLER LUDENSCHEIDT"])
def test_a_name_may_be_what_is_printed(printed: str) -> None:
    assert may_be("Müller-Lüdenscheidt", printed)


@pytest.mark.parametrize("printed", ["MILLER LUEDENSCHEIDT", "MUELLER", "LUEDENSCHEIDT MUELLER"])
def test_a_name_may_not_be_another(printed: str) -> None:
    assert not may_be("Müller-Lüdenscheidt", printed)


@pytest.mark.parametrize("letter", sorted(ARABIC))
def test_arabic_letters_come_back(letter: str) -> None:
    back = arabic_of(ARABIC[letter])
    assert ARABIC[back] == ARABIC[letter]


def test_an_arabic_name_comes_back() -> None:
    assert arabic_of(to_zone("محمد خالد")) == "محمد خالد"


def test_a_name_that_is_not_from_arabic_is_refused() -> None:
    with pytest.raises(ValueError, match="not transliterated from Arabic"):
        arabic_of("XQV")
