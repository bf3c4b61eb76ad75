"""What gates ask of the service besides look-ups: lost documents, the hall's ledger, passages; on both databases."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from link.travel import LostState, PassageClaim
from register.found import NoEntryLeft
from register.machines import Machines, Scope
from register.service.desk import digest
from register.store import Store
from tests.register.asking import NONCE, QUESTION, Service, until_free
from tests.register.conftest import TODAY, VISA

REPORT = {"transaction": "t1", "nonce": NONCE, "record": "V-1", "passed_at": TODAY.isoformat()}
RACES = 25


@pytest.fixture
def service(path: Path | str) -> Iterator[Service]:
    with Store(path, create=True) as store:
        store.add([replace(VISA, entries=2, stay_days=90)])
        yield Service(store)


def end(transaction: str, how: str) -> dict[str, str]:
    return {"transaction": transaction, "nonce": NONCE, "end": how, "ended_at": TODAY.isoformat()}


def test_a_lost_document_is_told_whoever_holds_it(service: Service) -> None:
    assert service.proved("lost", "/v1/documents/search", QUESTION)["state"] == "not_reported"
    service.store.report("UTO", "L898902C3", LostState.STOLEN, TODAY)
    assert service.proved("lost", "/v1/documents/search", QUESTION)["state"] == "stolen"


def test_a_document_is_in_use_at_one_lane_and_a_referral_stays_until_the_desk_clears_it(service: Service) -> None:
    def begin(transaction: str, gate: str) -> str:
        state: str = service.proved("use", "/v1/uses", {**QUESTION, "transaction": transaction}, gate)["state"]
        return state

    assert [begin("a", "gate-1"), begin("b", "gate-2"), begin("a", "gate-1")] == ["free", "in_use", "free"]
    service.proved("use_end", "/v1/uses/end", end("a", "referred"), subject="a")
    assert begin("b", "gate-2") == "referred"
    service.proved("use_end", "/v1/uses/end", end("a", "free"), subject="a")
    assert begin("b", "gate-2") == "referred"
    service.store.clear_use("UTO", "L898902C3")
    assert begin("b", "gate-2") == "free"


def test_an_exit_uses_no_entry_up_and_both_count_as_days_of_stay(service: Service) -> None:
    def passed(transaction: str, direction: str, at: datetime) -> bool:
        told = {**REPORT, "transaction": transaction, "direction": direction, "passed_at": at.isoformat()}
        consumed: bool = service.proved("passage", "/v1/passages", told, subject="V-1")["consumed"]
        return consumed

    assert passed("in", "entry", TODAY)
    assert passed("out", "exit", TODAY + timedelta(days=4))
    assert passed("out", "exit", TODAY + timedelta(days=4))
    service.at = TODAY + timedelta(days=10)
    answer = service.proved("record", "/v1/records/search", QUESTION)
    assert (answer["state"], answer["entries_left"], answer["stay_days_left"]) == ("valid", 1, 85)


def test_without_a_day_of_stay_left_the_visa_is_used_up(service: Service) -> None:
    for transaction, direction, day in (("in", "entry", 0), ("out", "exit", 89)):
        at = (TODAY + timedelta(days=day)).isoformat()
        told = {**REPORT, "transaction": transaction, "direction": direction, "passed_at": at}
        service.proved("passage", "/v1/passages", told, subject="V-1")
    service.at = TODAY + timedelta(days=90)
    answer = service.proved("record", "/v1/records/search", QUESTION)
    assert (answer["state"], answer["stay_days_left"], answer["entries_left"]) == ("used_up", 0, 1)


def race(path: Path | str, work: Callable[[Store, int], None]) -> None:
    """`work` on two connections of their own, begun at the same moment."""
    barrier = threading.Barrier(2)

    def run(number: int) -> None:
        with Store(path) as own:
            barrier.wait()
            work(own, number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_of_two_gates_racing_for_a_last_entry_exactly_one_wins(path: Path | str) -> None:
    with Store(path, create=True) as store:
        store.add(replace(VISA, record=f"R-{number}", entries=1) for number in range(RACES))
    won: list[str] = []

    def claim(own: Store, number: int) -> None:
        for visa in range(RACES):
            try:
                passage = PassageClaim(f"t{visa}-{number}", f"R-{visa}", TODAY)
                until_free(partial(own.consume_entry, passage, f"gate-{number}"))
            except NoEntryLeft:
                continue
            won.append(f"R-{visa}")

    race(path, claim)
    assert sorted(won) == sorted(f"R-{number}" for number in range(RACES))
    with Store(path) as store:
        assert store.counts()["passages"] == 2 * RACES  # the losers are kept as conflicts


def test_of_two_lanes_that_begin_with_one_document_exactly_one_may(path: Path | str) -> None:
    Store(path, create=True).close()
    states: list[str] = []

    def begin(own: Store, number: int) -> None:
        for document in range(RACES):
            use = partial(own.begin_use, f"t{document}-{number}", "UTO", f"X{document}", TODAY)
            state, _since = until_free(use)
            states.append(state.value)

    race(path, begin)
    assert sorted(states) == sorted(["free", "in_use"] * RACES)


def test_a_gate_has_no_copy_of_another(service: Service) -> None:
    question = {"gate": "gate-2", "nonce": NONCE}
    assert service.gate("/v1/copies/changes", question).json()["code"] == "copy_of_another"
    assert service.gate("/v1/copies/changes", question, "gate-2").status_code == 200


def test_a_machine_of_the_database_asks_what_its_token_may_until_it_ends(service: Service) -> None:
    machines = Machines(service.store.database)
    machines.add(digest("a gate"), "gate-9", [Scope.GATE], TODAY + timedelta(days=1))
    machines.add(digest("another"), "reader-1", [Scope.PASSAGES], None)

    def code(token: str) -> Any:
        got = service.ask("POST", "/v1/records/search", QUESTION, token)
        return got.status_code if got.status_code == 200 else got.json()["code"]

    assert [code("a gate"), code("another"), code("guessed"), code("")] == [
        200,
        "scope_missing",
        *["token_unknown"] * 2,
    ]
    service.at = TODAY + timedelta(days=2)
    assert code("a gate") == "token_unknown"
    service.at = TODAY
    assert machines.revoke("gate-9") == 1
    assert code("a gate") == "token_unknown"


def test_guessing_tokens_becomes_slow(service: Service) -> None:
    codes = [service.ask("POST", "/v1/records/search", QUESTION, f"guess-{n}").status_code for n in range(25)]
    assert codes[:20] == [401] * 20
    assert 429 in codes[20:]
    assert service.gate("/v1/records/search", QUESTION).status_code == 200


def test_a_moment_beyond_the_calendar_is_refused(service: Service) -> None:
    at = datetime.max.replace(tzinfo=UTC).isoformat().replace("+00:00", "-14:00")
    assert service.gate("/v1/passages", {**REPORT, "passed_at": at}).json()["code"] == "body_invalid"
