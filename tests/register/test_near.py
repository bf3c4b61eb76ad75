"""Near matches: a person written another way is found for an officer, and never granted by a machine."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from link.travel import TravelState
from register.near import birth_dates_alike, distance, names_alike, numbers_alike
from tests.register.conftest import QUERY, asked

Fill = Callable[..., None]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("MUELLER/ANNA", "MULLER/ANNA", "transliteration"),
        ("AL KHALIDI/MOHAMMED", "AL HALIDI/MOHAMED", "transliteration"),
        ("TSCHAIKOWSKY/PETER", "CHAIKOVSKI/PETER", "transliteration"),
        ("YUSUF/ALI", "JUSUF/ALI", "transliteration"),
        ("ERIKSSON/ANNA MARIA", "ANNA MARIA/ERIKSSON", "name_order"),
        ("NGUYEN/VAN AN", "VAN/AN NGUYEN", "name_order"),
        ("ERIKSSON/ANNA MARIA", "ERIKSON/ANAN MARIA", "typing"),
        ("ERIKSSON/ANNA MARIA", "ERIKSSON/ANNA", "name_part"),
        ("ERIKSSON/ANNA MARIA", "ERIKSSON/ANNA MARIA", ""),
        ("ERIKSSON/ANNA", "BERGSTROEM/ANNA", ""),
        ("LI/NA", "LU/NA", ""),
    ],
)
def test_names_written_another_way(one: str, other: str, why: str) -> None:
    assert names_alike(one, other) == why
    assert names_alike(other, one) == why


def test_birth_dates_and_numbers() -> None:
    assert birth_dates_alike("740812", "741208")  # day and month
    assert birth_dates_alike("740812", "740821")
    assert birth_dates_alike("740812", "740813")
    assert not birth_dates_alike("740812", "740812")
    assert not birth_dates_alike("740812", "650103")
    assert numbers_alike("L898902C3", "L8989O2C3")
    assert numbers_alike("L898902C3", "L898902C4")
    assert not numbers_alike("L898902C3", "X123456")


TEXT = st.text("ABC", max_size=6)


@given(TEXT, TEXT, TEXT)
def test_distance_is_symmetric_and_zero_only_for_the_same(one: str, other: str, third: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) is (one == other)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    "change",
    [
        {"surname": "ERIKSON"},
        {"surname": "ANNA MARIA", "given_names": "ERIKSSON"},
        {"given_names": "ANNA"},
        {"given_names": "ANNA MARAI"},
        {"birth_date": "741208"},
        {"nationality": "D"},
        {"document_number": "L898902C4", "birth_date": "740813"},
    ],
)
def test_somebody_much_alike_is_told_to_an_officer_and_never_granted(
    path: Path | str, fill: Fill, change: dict[str, str]
) -> None:
    fill({})
    query = replace(QUERY, **{"document_number": "NEW123456", **change})
    answer = asked(path, lambda register: register.look_up(query))
    assert (answer.state, answer.record, answer.other_document_masked) == (
        TravelState.NEAR_MATCH,
        "V-1",
        "*******C3",
    )
    assert (answer.portrait, answer.surname, answer.document_number) == (b"", "", "")


@pytest.mark.parametrize(
    "change", [{"surname": "BERGSTROEM", "given_names": "EVA"}, {"birth_date": "650103"}, {"surname": "LU"}]
)
def test_another_person_is_not_near(path: Path | str, fill: Fill, change: dict[str, Any]) -> None:
    fill({})
    query = replace(QUERY, document_number="NEW123456", **change)
    assert asked(path, lambda register: register.look_up(query)).state is TravelState.NONE
