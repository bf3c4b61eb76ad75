"""An entry is used up by a passage, exactly once, whoever asks how often and from how many gates."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.errors import DeviceRefused
from link.travel import TravelState
from register.local import LocalRegister
from register.store import Store
from tests.register.conftest import QUERY, Fixed, asked, claim

Fill = Callable[..., None]


def entries_left(path: Path) -> int | None:
    return asked(path, lambda register: register.look_up(QUERY)).entries_left


def test_the_same_claim_counts_once(path: Path, fill: Fill) -> None:
    fill({"entries": 3})
    for _ in range(4):
        asked(path, lambda register: register.consume_entry(claim("t1")))
    assert entries_left(path) == 2


def test_an_unlimited_visa_stays_unlimited_and_its_passages_are_kept(path: Path, fill: Fill) -> None:
    fill({"entries": None})
    for number in range(3):
        asked(path, lambda register, number=number: register.consume_entry(claim(f"t{number}")))
    assert entries_left(path) is None
    with Store(path) as store:
        assert store.counts()["passages"] == 3


def test_one_passage_too_many_is_refused_kept_and_refused_again(path: Path, fill: Fill) -> None:
    fill({"entries": 1})
    asked(path, lambda register: register.consume_entry(claim("t1")))
    for _ in range(2):
        with pytest.raises(DeviceRefused, match="no entry was left"):
            asked(path, lambda register: register.consume_entry(claim("t2")))
    asked(path, lambda register: register.consume_entry(claim("t1")))
    with Store(path) as store:
        assert store.counts()["passages"] == 2


def test_a_claim_for_another_record_under_the_same_transaction_is_refused(path: Path, fill: Fill) -> None:
    fill({}, {"record": "V-2"})
    asked(path, lambda register: register.consume_entry(claim("t1")))
    with pytest.raises(DeviceRefused, match="another record"):
        asked(path, lambda register: register.consume_entry(claim("t1", "V-2")))


def test_a_claim_on_an_unknown_record_is_refused(path: Path, fill: Fill) -> None:
    fill({})
    with pytest.raises(DeviceRefused, match="no such record"):
        asked(path, lambda register: register.consume_entry(claim("t1", "V-9")))


def test_of_two_gates_that_race_for_the_last_entry_exactly_one_wins(path: Path, fill: Fill) -> None:
    fill(*({"record": f"V-{number}", "entries": 1} for number in range(10)))

    async def race() -> list[list[BaseException | None]]:
        gates = [LocalRegister(path, Fixed(), name=f"register-{number}") for number in range(2)]
        await asyncio.gather(*(gate.open() for gate in gates))
        results = []
        for number in range(10):
            claims = [claim(f"t{number}-{index}", f"V-{number}") for index in range(2)]
            racing = (gate.consume_entry(each) for gate, each in zip(gates, claims, strict=True))
            results.append(await asyncio.gather(*racing, return_exceptions=True))
        for gate in gates:
            await gate.close()
        return results

    for outcomes in asyncio.run(race()):
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DeviceRefused", "NoneType"]


def test_a_passage_that_was_refused_uses_nothing(path: Path, fill: Fill) -> None:
    fill({"entries": 1})
    with pytest.raises(DeviceRefused):
        asked(path, lambda register: register.consume_entry(claim("t1", "V-9")))
    assert asked(path, lambda register: register.look_up(QUERY)).state is TravelState.VALID
