"""Two disturbances at once; the whole run of every pair is `egate bench pairs`."""

import random

import pytest

from benchmarks.pairs import DISTURBANCES, Disturbed, Pair, all_pairs, disturbed, reproduce
from simulators.breakdowns import Breakdown

FOUND = [
    Pair("counter.one_more", "lights.out", "1-0"),  # a shape that went in a scan of no time was counted for ever
    Pair("fire", "officer: send_back", "1-0"),  # what was meant for one traveller sent the next one back
    Pair("ledger.silent", "help is pressed", "1-0"),  # and so did a press of the button that nobody heard
]


def test_every_breakdown_is_among_them_and_every_pair_is_a_scenario() -> None:
    assert {what.value for what in Breakdown} <= set(DISTURBANCES)
    for pair in all_pairs(1, 1):
        scenario = reproduce(pair)
        assert len(scenario.event) + len(scenario.officer) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "pair", [*FOUND, *random.Random(7).sample(all_pairs(1, 7), 6)], ids=lambda p: p.one + "+" + p.other
)
def test_two_disturbances_at_once_and_the_lane_is_well_again(pair: Pair) -> None:
    found = disturbed(pair)
    assert found.wrong == []
    assert found.endings[-1] == "PASSED passed"


@pytest.mark.slow
def test_a_lane_that_nobody_looks_after_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(_self: Disturbed, _stage: object) -> None:
        return

    monkeypatch.setattr(Disturbed, "_look_after", nobody)
    found = disturbed(Pair("cabinet.opened", "a bag is left", "1-0"))
    assert any("the next traveller did not cross" in words for words in found.wrong)


@pytest.mark.slow
def test_somebody_shut_in_and_a_wrong_opening_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.pairs.SHUT_IN_S", 0.1)
    monkeypatch.setattr("benchmarks.pairs.opened_wrongly", lambda _entries, _seen: 1)
    found = disturbed(Pair("register.slow", "watchlist.late", "1-0"))
    assert any("shut in" in words for words in found.wrong)
    assert any("without a grant" in words for words in found.wrong)
