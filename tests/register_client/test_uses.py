"""Lost documents and the hall's ledger through the service, and what is left of them while it is silent."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from drivers.errors import DeviceGarbled, DeviceTimeout
from link.travel import LostState, RegisterQuery, UseEnd, UseEnded, UseState
from tests.register.conftest import QUERY, TODAY
from tests.register_client.test_gate import Gate, play

__all__ = ["play"]


def asked(transaction: str) -> RegisterQuery:
    return replace(QUERY, transaction=transaction)


def ended(transaction: str, end: UseEnd) -> UseEnded:
    return UseEnded(transaction, end, TODAY)


async def used(gate: Gate, transaction: str) -> UseState:
    return (await gate.register.begin_use(asked(transaction))).state


@pytest.mark.parametrize("state", [LostState.LOST, LostState.STOLEN])
def test_a_lost_document_is_told_live_and_from_the_list_of_the_copy(play: Callable[..., Any], state: LostState) -> None:
    async def scene(gate: Gate) -> None:
        assert (await gate.register.reported_lost(QUERY)).state is LostState.NOT_REPORTED
        gate.store.report(QUERY.issuing_state, QUERY.document_number, state, TODAY)
        assert (await gate.register.reported_lost(QUERY)).state is state
        await gate.turn(10)
        gate.line.way = gate.line.cut
        gate.time.seconds += 100
        kept = await gate.register.reported_lost(QUERY)
        assert (kept.state, kept.answered_at) == (state, TODAY + timedelta(seconds=10))
        other = await gate.register.reported_lost(replace(QUERY, document_number="X1"))
        assert other.state is LostState.NOT_REPORTED

    play(scene)


def test_a_list_from_the_future_tells_nothing(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        gate.time.at -= timedelta(hours=1)
        assert (await gate.register.reported_lost(QUERY)).state is LostState.UNREACHABLE

    play(scene)


def test_no_lie_about_a_document_is_believed(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.changing(lambda got: {**got, "payload": got["payload"].replace("not_reported", "lost")})
        with pytest.raises(DeviceGarbled):
            await gate.register.reported_lost(QUERY)
        gate.line.changing(lambda got: {**got, "payload": got["payload"].replace('"use"', '"lost"')})
        with pytest.raises(DeviceGarbled):
            await gate.register.begin_use(QUERY)

    play(scene)


def test_a_document_in_use_at_one_lane_is_refused_at_another(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        assert await used(gate, "t1") is UseState.FREE
        assert await used(gate, "t2") is UseState.IN_USE
        await gate.register.end_use(ended("t1", UseEnd.REFERRED))
        assert await used(gate, "t3") is UseState.REFERRED
        gate.store.clear_use(QUERY.issuing_state, QUERY.document_number)
        assert await used(gate, "t4") is UseState.FREE

    play(scene)


def test_a_referral_without_a_network_is_known_here_at_once_and_in_the_hall_afterwards(
    play: Callable[..., Any],
) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        assert await used(gate, "t1") is UseState.UNREACHABLE
        with pytest.raises(DeviceTimeout, match="kept here"):
            await gate.register.end_use(ended("t1", UseEnd.REFERRED))
        assert await used(gate, "t2") is UseState.REFERRED
        other = await gate.register.begin_use(replace(QUERY, transaction="t2", document_number="X1"))
        assert other.state is UseState.UNREACHABLE
        file = (gate.folder / "copy.sqlite-wal").read_bytes() + (gate.folder / "copy.sqlite").read_bytes()
        assert QUERY.document_number.encode() not in file
        gate.line.way = None
        await gate.turn(10)
        assert await used(gate, "t3") is UseState.REFERRED
        gate.store.clear_use(QUERY.issuing_state, QUERY.document_number)
        await gate.turn(10)
        assert await used(gate, "t4") is UseState.FREE

    play(scene)


def test_what_is_kept_outlives_a_restart_and_a_changed_row_is_seen(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        await used(gate, "t1")
        with pytest.raises(DeviceTimeout):
            await gate.register.end_use(ended("t1", UseEnd.PASSED))
        copy = gate.register._opened()
        assert [use.ended for use in copy.kept_uses()] == [ended("t1", UseEnd.PASSED)]
        with sqlite3.connect(copy.path) as other:
            other.execute("UPDATE uses SET crossing = 't9'")
        other.close()
        with pytest.raises(Exception, match="changed by another hand"):
            copy.kept_uses()

    play(scene)
