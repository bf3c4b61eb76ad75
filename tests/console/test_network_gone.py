"""The network is gone for an hour: the lane goes on, the console says so, and afterwards nothing is missing."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from console.alarms import State
from drivers.model import OfficerCase
from link.console_seal import proof
from link.console_words import Beat, Challenge, Introduction
from tests.console.lanes import PretendLane
from tests.console.rig import Rig, key, on_console, order, until

pytestmark = pytest.mark.wire
CROSSINGS = 120
"""In an hour at one lane."""
STEP_S = 300.0


def alarms_of(rig: Rig) -> dict[str, State]:
    return {alarm.code: alarm.state for alarm in rig.room.alarms.alarms.values()}


def an_hour_of_crossings(lane: PretendLane) -> None:
    for number in range(CROSSINGS):
        transaction = lane.arrive()
        if number == CROSSINGS // 2:
            case = OfficerCase(transaction, "A1", "several_persons", "More than one person.", 0.0)
            lane.link.notice(lane.officer._opened(case, "tell", alarm=True))
        lane.leave("PASSED", "passed")


@pytest.mark.slow
def test_an_hour_without_the_network_loses_no_record_and_no_alarm(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane, officer = await rig.lane(), await rig.at_post()
        await lane.officer.tell(OfficerCase("t", "A1", "door_forced", "A door was forced.", 0.0), alarm=True)
        await until(lambda: "door_forced" in alarms_of(rig))
        told = rig.room.lanes.lanes["A1"]
        transaction, rev = told.transaction, told.rev

        await lane.officer.close()  # from here on nothing comes through
        await until(lambda: told.line is None)
        an_hour_of_crossings(lane)
        late = await officer.post("/lanes/A1/commands", json=order("A1-x", rev, "hold"), headers=key("1"))
        assert (late.status_code, late.json()["code"]) == (503, "lane_lost")
        for _ in range(round(3600 / STEP_S)):
            rig.put_on(STEP_S)
        assert not rig.room.on_duty, "nobody has given a sign of life: lanes finish and close"
        assert "lane_lost" in alarms_of(rig)
        assert transaction == told.transaction and not rig.room.store.crossings()

        await lane.officer.open()
        await until(lambda: rig.room.store.heard("A1", "boot-A1") == lane.link._number)
        await until(lambda: not lane.link._notices)
        kept = Counter(crossing["transaction"] for crossing in rig.room.store.crossings(limit=1000))
        assert len(kept) == CROSSINGS and set(kept.values()) == {1}
        states = alarms_of(rig)
        unseen = {State.UNACKNOWLEDGED, State.RETURNED}
        assert {states["door_forced"], states["several_persons"], states["lane_lost"]} <= unseen
        assert lane.officer._requests.empty() and lane.officer._orders.empty(), "nothing late is carried out"
        assert lane.link.dropped == 0

    on_console(tmp_path, work)


@pytest.mark.slow
def test_a_lane_that_takes_nothing_any_more_is_let_go_and_the_console_goes_on(tmp_path: Path) -> None:
    """Its line is open and it reads nothing: words for it do not pile up, and it must prove itself anew."""

    async def work(rig: Rig) -> None:
        other = await rig.lane("A2")
        async with connect(f"ws{rig.address[4:]}/api/link/v1") as deaf:
            theirs = Challenge.model_validate_json(await deaf.recv()).nonce
            mine = "1" * 64
            introduction = Introduction(
                lane="A1", boot="b", nonce=mine, proof=proof(rig.keys["A1"], "lane", "A1", theirs, mine),
                direction="entry", software="t", simulated=True,
            )  # fmt: skip
            await deaf.send(introduction.model_dump_json())
            await until(lambda: rig.room.lanes.lanes["A1"].line)
            line = rig.room.lanes.lanes["A1"].line
            for _ in range(1000):
                line.tell(Beat(on_duty=False, watched=False))
            assert len(line._waiting) <= 64
            await until(lambda: rig.room.lanes.lanes["A1"].line is None)
        assert rig.room.lanes.lanes["A2"].line is not None and other.link.is_up

    on_console(tmp_path, work, "A1", "A2")


def test_a_lane_that_is_cut_off_knows_that_nobody_supervises_it(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane, _officer = await rig.lane(), await rig.at_post()
        await until(lambda: lane.link.on_duty)
        assert await lane.officer.present()
        await lane.officer.close()
        lane.link._heard_at_s = float("-inf")
        assert not await lane.officer.present()
        async with asyncio.timeout(60):
            await lane.officer.open()
            await until(lambda: lane.link.on_duty)

    on_console(tmp_path, work)
