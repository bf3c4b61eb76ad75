"""The gate's register: service first, its own copy after silence, nothing after a lie, every passage told once."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from drivers.errors import DeviceGarbled, DeviceTimeout, DeviceUnavailable
from drivers.model import Health
from link.travel import RegisterQuery, TravelRecord, TravelState, WatchlistState
from register.copy import OfflineCopy
from register.gate import GateRegister, Keeping
from register.model import Alert
from register.sealing import FileKey
from register.store import Store
from tests.register.conftest import QUERY, TODAY, VISA, claim
from tests.register_client.conftest import Hand, Line, client_on, line_to


@dataclass
class Waking(Hand):
    """Its sleepers wake when `turn` is called."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    asleep: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await self.woken.wait()
        self.woken.clear()


@dataclass
class Gate:
    line: Line
    time: Waking
    store: Store
    register: GateRegister
    folder: Path

    async def turn(self, seconds: float) -> None:
        """Let time pass, and the gate try once to come into step."""
        self.time.seconds += seconds
        self.time.asleep.clear()
        self.time.woken.set()
        await self.settled()

    async def settled(self) -> None:
        async with asyncio.timeout(60):
            await self.time.asleep.wait()

    async def look_up(self, transaction: str = "t1") -> TravelRecord:
        return await self.register.look_up(replace(QUERY, transaction=transaction))


Played = Callable[[Gate], Awaitable[Any]]


@pytest.fixture
def play(path: Path, fill: Callable[..., None], tmp_path: Path) -> Callable[..., Any]:
    """A gate that has synced once, with a visa of `change` in the register."""

    def played(scene: Played, alerts: Any = (), **change: Any) -> Any:
        async def run(store: Store) -> None:
            time = Waking()
            line = line_to(store, time)
            register = GateRegister(
                client_on(line, time), Keeping(tmp_path / "copy.sqlite", "gate-1"), key_in(tmp_path), time
            )
            await register.open()
            gate = Gate(line, time, store, register, tmp_path)
            try:
                await gate.settled()
                await scene(gate)
            finally:
                await register.close()

        fill({"entries": 1, **change}, alerts=alerts)
        with Store(path) as store:
            asyncio.run(run(store))

    return played


def key_in(folder: Path) -> FileKey:
    file = folder / "gate.key"
    file.touch(mode=0o600)
    file.write_bytes(b"k" * 32)
    return FileKey(file)


def test_with_a_service_it_is_asked(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        record = await gate.look_up()
        assert (record.state, record.copied_at, record.entries_left) == (TravelState.VALID, None, 1)
        assert await gate.register.health() is Health.READY

    play(scene)


def test_a_record_without_a_count_is_answered_from_a_copy_confirmed_just_now(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.asked.clear()
        assert (await gate.look_up()).copied_at == TODAY
        assert gate.line.asked == []
        gate.time.seconds += 31
        assert (await gate.look_up()).copied_at is None
        assert gate.line.asked == ["/v1/records/search"]

    play(scene, entries=None)


def test_after_silence_the_copy_answers_and_says_since_when_it_is_a_copy(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        gate.time.seconds += 100
        record = await gate.look_up()
        assert (record.state, record.copied_at) == (TravelState.VALID, TODAY)
        assert (record.portrait, record.transaction) == (b"an encoded image", "t1")
        answer = await gate.register.screen(QUERY)
        assert (answer.state, answer.answered_at) == (WatchlistState.CLEAR, TODAY)
        unknown = await gate.register.look_up(replace(QUERY, document_number="L898902C4"))
        assert unknown.state is TravelState.UNREACHABLE

    play(scene)


def test_after_a_lie_the_copy_does_not_answer(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.changing(lambda got: {**got, "signature": got["signature"][::-1]})
        with pytest.raises(DeviceGarbled):
            await gate.look_up()
        with pytest.raises(DeviceGarbled):
            await gate.register.screen(QUERY)

    play(scene)


def test_a_passage_without_a_network_counts_here_and_is_told_once(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        with pytest.raises(DeviceTimeout, match="told when the service is back"):
            await gate.register.consume_entry(claim("t1"))
        assert (await gate.look_up("t2")).state is TravelState.USED_UP
        await gate.turn(10)
        assert gate.store.counts()["passages"] == 0
        assert gate.register.is_cut()
        assert await gate.register.health() is Health.DEGRADED
        gate.line.way = None
        await gate.turn(10)
        await gate.turn(10)
        assert gate.store.counts()["passages"] == 1
        assert not gate.register.is_cut()
        gate.line.way = gate.line.cut
        assert (await gate.look_up("t3")).state is TravelState.USED_UP

    play(scene)


def test_an_entry_used_with_the_service_is_used_in_the_copy_at_once(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        await gate.register.consume_entry(claim("t1"))
        gate.line.way = gate.line.cut
        assert (await gate.look_up("t2")).state is TravelState.USED_UP

    play(scene)


def test_what_the_authority_cancels_reaches_the_copy(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.store.cancel("V-1")
        await gate.turn(10)
        gate.line.way = gate.line.cut
        assert (await gate.look_up()).state is TravelState.CANCELLED

    play(scene)


@pytest.mark.parametrize(
    "alert",
    [
        Alert("A-1", True, "", "L898902C3"),
        Alert("A-1", True, "UTO", "L898902C3"),
        Alert("A-1", True, surname="ERIKSSON", given_names="ANNA MARIA", birth_date="740812"),
    ],
    ids=["number", "number of a state", "person"],
)
def test_the_snapshot_of_the_watchlist_finds_what_the_service_finds(play: Callable[..., Any], alert: Alert) -> None:
    async def scene(gate: Gate) -> None:
        live = await gate.register.screen(QUERY)
        gate.line.way = gate.line.cut
        kept = await gate.register.screen(QUERY)
        assert live.state is kept.state is WatchlistState.HIT
        assert (kept.alert, kept.hold) == (live.alert, live.hold) == ("A-1", True)
        other = RegisterQuery("t1", "D", "L898902C4", "740812", "ERIKSSON", "ANNA", "UTO")
        assert (await gate.register.screen(other)).state is WatchlistState.CLEAR

    play(scene, alerts=[alert])


@pytest.mark.parametrize("moved_by", [timedelta(hours=-1), timedelta(hours=73)], ids=["set back", "too late"])
def test_a_copy_from_another_time_clears_nobody(play: Callable[..., Any], moved_by: timedelta) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        gate.time.at += moved_by
        assert (await gate.look_up()).state is TravelState.UNREACHABLE

    play(scene)


def test_a_copy_changed_by_another_hand_clears_nobody(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        with sqlite3.connect(gate.folder / "copy.sqlite") as other:
            other.execute("UPDATE records SET sealed = zeroblob(500)")
        other.close()
        gate.line.way = gate.line.cut
        assert (await gate.look_up()).state is TravelState.UNREACHABLE
        assert "changed by another hand" in gate.register.trouble

    play(scene)


def test_the_copy_of_another_gate_is_refused(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        keeping = Keeping(gate.folder / "copy.sqlite", "gate-2")
        stranger = GateRegister(client_on(gate.line, gate.time), keeping, key_in(gate.folder), gate.time)
        with pytest.raises(DeviceUnavailable, match="of another gate or key"):
            await stranger.open()

    play(scene)


def test_a_service_that_starts_anew_tells_its_list_whole_and_what_is_gone_goes(
    play: Callable[..., Any], tmp_path: Path
) -> None:
    async def scene(gate: Gate) -> None:
        with Store(tmp_path / "other.sqlite", create=True) as other:
            gate.time.seconds += 60
            gate.line.app = line_to(other, gate.time).app
            await gate.turn(1)
        gate.line.way = gate.line.cut
        assert (await gate.look_up()).state is TravelState.UNREACHABLE
        with OfflineCopy(gate.folder / "copy.sqlite", "gate-1", key_in(gate.folder)) as copy:
            assert copy.count() == 0

    play(scene)


@pytest.mark.slow
def test_a_long_list_comes_in_pages(play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    monkeypatch.setattr("register.service.expected.PAGE_BYTES", 10)

    async def scene(gate: Gate) -> None:
        gate.store.add(replace(VISA, record=f"W-{n}", document_number=f"X{n}") for n in range(25))
        gate.line.asked.clear()
        await gate.turn(10)
        assert gate.line.asked == ["/v1/copies/changes"] * 25
        gate.line.way = gate.line.cut
        found = await gate.register.look_up(replace(QUERY, document_number="X24"))
        assert found.record == "W-24"

    play(scene)


LEAVING = replace(QUERY, direction="exit")


def test_an_exit_without_a_network_uses_no_entry_and_is_told_once(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        with pytest.raises(DeviceTimeout, match="told when the service is back"):
            await gate.register.consume_entry(replace(claim("t1"), direction="exit"))
        assert (await gate.look_up("t2")).state is TravelState.VALID
        gate.line.way = None
        await gate.turn(10)
        await gate.turn(10)
        assert gate.store.counts()["passages"] == 1
        assert (await gate.look_up("t3")).entries_left == 1

    play(scene)


def test_who_has_entered_may_leave_by_the_copy_too(play: Callable[..., Any]) -> None:
    async def scene(gate: Gate) -> None:
        gate.line.way = gate.line.cut
        with pytest.raises(DeviceTimeout):
            await gate.register.consume_entry(claim("t1"))
        assert (await gate.look_up("t2")).state is TravelState.USED_UP
        out = await gate.register.look_up(LEAVING)
        assert (out.state, out.direction) == (TravelState.VALID, "exit")

    play(scene)


def test_an_answer_for_leaving_is_none_for_entering(play: Callable[..., Any]) -> None:
    """Signed by the service itself: it was asked the other way than the gate believes."""

    async def scene(gate: Gate) -> None:
        async def turned(request: httpx.Request) -> httpx.Response:
            body = {**json.loads(request.content), "direction": "exit"}
            other = httpx.Request(
                "POST", request.url, headers={"Authorization": request.headers["Authorization"]}, json=body
            )
            return await gate.line.app.handle_async_request(other)

        gate.line.way = turned
        with pytest.raises(DeviceGarbled):
            await gate.look_up()

    play(scene)
