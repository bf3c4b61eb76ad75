"""The watchlist: by document, or by name and birth date."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from link.travel import RegisterQuery, WatchlistAnswer, WatchlistState
from register.model import Alert, VisaRefused
from tests.register.conftest import QUERY, TODAY, asked

Fill = Callable[..., None]


def screen(path: Path, query: RegisterQuery = QUERY) -> WatchlistAnswer:
    return asked(path, lambda register: register.screen(query))


def test_nobody_listed_is_clear(path: Path, fill: Fill) -> None:
    fill({})
    assert screen(path) == WatchlistAnswer("t1", WatchlistState.CLEAR, TODAY)


@pytest.mark.parametrize(
    ("alert", "state"),
    [
        (Alert("A-1", document_number="L898902C3"), WatchlistState.HIT),
        (Alert("A-1", document_number="L898902C3", issuing_state="UTO"), WatchlistState.HIT),
        (Alert("A-1", document_number="L898902C3", issuing_state="D"), WatchlistState.CLEAR),
        (Alert("A-1", document_number="L898902C4"), WatchlistState.CLEAR),
        (Alert("A-1", surname="Eriksson", given_names="Anna Maria", birth_date="740812"), WatchlistState.HIT),
        (Alert("A-1", surname="ERIKSSON", given_names="ANNA MARIA", birth_date="740813"), WatchlistState.CLEAR),
        (Alert("A-1", surname="ERIKSSON", given_names="MARIA", birth_date="740812"), WatchlistState.CLEAR),
    ],
)
def test_what_is_a_hit(path: Path, fill: Fill, alert: Alert, state: WatchlistState) -> None:
    fill(alerts=[alert])
    answer = screen(path)
    assert (answer.state, answer.alert) == (state, "A-1" if state is WatchlistState.HIT else "")


def test_an_alert_by_name_alone_does_not_hit_a_document_without_a_number(path: Path, fill: Fill) -> None:
    fill(alerts=[Alert("A-1", surname="OTHER", birth_date="740812")])
    assert screen(path, replace(QUERY, document_number="")).state is WatchlistState.CLEAR


def test_of_several_alerts_the_one_that_holds_counts(path: Path, fill: Fill) -> None:
    number = "L898902C3"
    fill(alerts=[Alert("A-1", document_number=number), Alert("A-2", hold=True, document_number=number)])
    answer = screen(path)
    assert (answer.alert, answer.hold) == ("A-2", True)


@pytest.mark.parametrize("values", [{"alert": ""}, {"alert": "A-1"}, {"alert": "A-1", "surname": "ERIKSSON"}])
def test_an_alert_on_nothing_is_refused(values: dict[str, str]) -> None:
    with pytest.raises(VisaRefused):
        Alert(**values)
