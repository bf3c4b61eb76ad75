"""What the register answers about a document: the typed states of E10."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from drivers.protocols import TravelRegister
from link.travel import RegisterQuery, TravelRecord, TravelState
from register.local import LocalRegister
from tests.register.conftest import QUERY, TODAY, VISA, Fixed, asked, claim

Fill = Callable[..., None]


def look_up(path: Path, query: RegisterQuery = QUERY) -> TravelRecord:
    return asked(path, lambda register: register.look_up(query))


def test_it_is_a_travel_register(path: Path) -> None:
    register: TravelRegister = LocalRegister(path, Fixed())
    assert register is not None


def test_a_valid_visa_comes_with_everything_and_is_bound_to_the_question(path: Path, fill: Fill) -> None:
    fill({"entries": 2, "restrictions": ("no work",)})
    assert look_up(path) == TravelRecord(
        transaction="t1",
        state=TravelState.VALID,
        answered_at=TODAY,
        record="V-1",
        issuing_state="UTO",
        document_number="L898902C3",
        surname="ERIKSSON",
        given_names="ANNA MARIA",
        birth_date="740812",
        portrait=b"an encoded image",
        valid_from=date(2026, 1, 1),
        valid_until=date(2026, 12, 31),
        entries_left=2,
        restrictions=("no work",),
    )


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, TravelState.VALID),
        ({"valid_until": date(2026, 5, 1)}, TravelState.VALID),
        ({"valid_until": date(2026, 4, 30)}, TravelState.EXPIRED),
        ({"valid_from": date(2026, 5, 1)}, TravelState.VALID),
        ({"valid_from": date(2026, 5, 2)}, TravelState.NOT_YET_VALID),
        ({"cancelled": True}, TravelState.CANCELLED),
        ({"cancelled": True, "valid_until": date(2026, 4, 30)}, TravelState.CANCELLED),
        ({"synchronised": False}, TravelState.NOT_SYNCHRONISED),
    ],
)
def test_the_state_of_the_visa(path: Path, fill: Fill, change: dict[str, Any], state: TravelState) -> None:
    fill(change)
    assert look_up(path).state is state


def test_a_used_up_visa(path: Path, fill: Fill) -> None:
    fill({"entries": 1})
    assert look_up(path).entries_left == 1
    asked(path, lambda register: register.consume_entry(claim("t1")))
    answer = look_up(path)
    assert (answer.state, answer.entries_left) == (TravelState.USED_UP, 0)


@pytest.mark.parametrize("change", [{"issuing_state": "D"}, {"document_number": "L898902C4"}, {"birth_date": "740813"}])
def test_the_binding_is_to_state_number_and_birth_date_together(path: Path, fill: Fill, change: dict[str, str]) -> None:
    fill({})
    other_person = {"surname": "OTHER", "given_names": "PERSON"}
    answer = look_up(path, replace(QUERY, **{**other_person, **change}))
    assert answer == TravelRecord("t1", TravelState.NONE, TODAY)


def test_an_unknown_birth_date_is_compared_as_printed(path: Path, fill: Fill) -> None:
    fill({"birth_date": "74<<<<"})
    assert look_up(path).state is TravelState.NONE
    assert look_up(path, replace(QUERY, birth_date="74<<<<")).state is TravelState.VALID


def test_a_visa_of_the_same_person_on_another_passport_is_told_masked(path: Path, fill: Fill) -> None:
    fill({})
    answer = look_up(path, replace(QUERY, document_number="NEW123456"))
    assert (answer.state, answer.other_document_masked) == (TravelState.OTHER_DOCUMENT, "*******C3")
    assert (answer.portrait, answer.document_number) == (b"", "")


@pytest.mark.parametrize(
    "change", [{"surname": "ERIKSEN"}, {"given_names": "ANNA"}, {"birth_date": "740813"}, {"nationality": "D"}]
)
def test_a_person_who_differs_a_little_is_not_the_same_person(path: Path, fill: Fill, change: dict[str, str]) -> None:
    fill({})
    query = replace(QUERY, document_number="NEW123456", **change)
    assert look_up(path, query).state is TravelState.NEAR_MATCH  # test_near.py


def test_another_person_is_not_the_same_person(path: Path, fill: Fill) -> None:
    fill({})
    query = replace(QUERY, document_number="NEW123456", surname="BERGSTROEM", given_names="EVA")
    assert look_up(path, query).state is TravelState.NONE


def test_an_expired_visa_on_another_passport_is_no_visa(path: Path, fill: Fill) -> None:
    fill({"valid_until": date(2026, 4, 30)})
    assert look_up(path, replace(QUERY, document_number="NEW123456")).state is TravelState.NONE


def test_names_are_compared_as_an_mrz_writes_them(path: Path, fill: Fill) -> None:
    fill({"surname": "O'Neil-Smith", "given_names": "Anna  Maria"})
    query = replace(QUERY, document_number="NEW123456", surname="ONEIL SMITH", given_names="ANNA<MARIA")
    assert look_up(path, query).state is TravelState.OTHER_DOCUMENT


def test_two_valid_visas_are_several_and_one_of_two_is_one(path: Path, fill: Fill) -> None:
    fill({}, {"record": "V-2", "valid_until": date(2026, 4, 30)})
    assert look_up(path).record == "V-1"
    fill({"record": "V-3"})
    answer = look_up(path)
    assert (answer.state, answer.record, answer.portrait) == (TravelState.SEVERAL, "", b"")


def test_of_visas_none_of_which_is_valid_the_one_that_ends_last_is_told(path: Path, fill: Fill) -> None:
    fill({"cancelled": True, "valid_until": date(2026, 2, 1)}, {"record": "V-2", "valid_until": date(2026, 4, 30)})
    assert look_up(path).state is TravelState.EXPIRED


def test_a_missing_portrait_is_told_as_missing(path: Path, fill: Fill) -> None:
    fill({"portrait": b""})
    answer = look_up(path)
    assert (answer.state, answer.portrait) == (TravelState.VALID, b"")


def test_nothing_personal_is_in_a_repr(path: Path, fill: Fill) -> None:
    fill({})
    for text in (repr(VISA), repr(QUERY), repr(look_up(path))):
        assert not any(secret in text for secret in ("ERIKSSON", "ANNA", "L898902C3", "740812", "encoded"))
