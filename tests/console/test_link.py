"""The line between lane and console: who is believed, what is replayed, what a cut loses (nothing)."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from link.console_seal import Seal, SealBroken, connection_key, pack_picture, proof, proves, unpack_picture
from link.console_words import Challenge, Introduction, Now, Opened
from tests.console.lanes import pretend_lane
from tests.console.rig import Rig, console_at, on_console, until

pytestmark = pytest.mark.wire
KEY = bytes(range(32))
TEXTS = st.text(max_size=200)


def ends(key: bytes = KEY) -> tuple[Seal, Seal]:
    shared = connection_key(key, "A1", "c" * 64, "l" * 64)
    return Seal(shared, "lane"), Seal(shared, "console")


@given(st.lists(TEXTS, max_size=10))
def test_what_is_sealed_opens_in_order(texts: list[str]) -> None:
    lane, console = ends()
    assert [console.open(lane.close(text)) for text in texts] == texts


@given(TEXTS, st.data())
def test_a_changed_message_does_not_open(text: str, data: st.DataObject) -> None:
    lane, console = ends()
    sealed = lane.close(text)
    place = data.draw(st.integers(0, len(sealed) - 1))
    other = data.draw(st.characters(exclude_characters=sealed[place], exclude_categories=("Cs",)))
    with pytest.raises(SealBroken):
        console.open(sealed[:place] + other + sealed[place + 1 :])


def test_a_replayed_a_dropped_and_a_reflected_message_do_not_open() -> None:
    lane, console = ends()
    first, second = lane.close("one"), lane.close("two")
    with pytest.raises(SealBroken, match="order"):
        console.open(second)
    assert console.open(first) == "one"
    with pytest.raises(SealBroken, match="order"):
        console.open(first)
    with pytest.raises(SealBroken):
        lane.open(lane.close("to myself"))


def test_a_message_of_another_connection_does_not_open() -> None:
    before, _ = ends()
    after = Seal(connection_key(KEY, "A1", "d" * 64, "l" * 64), "console")
    with pytest.raises(SealBroken):
        after.open(before.close("open the exit"))


def test_each_side_proves_itself_and_cannot_be_sent_its_own_proof() -> None:
    own = proof(KEY, "lane", "A1", "c", "l")
    assert proves(own, KEY, "lane", "A1", "c", "l")
    assert not proves(own, KEY, "console", "A1", "c", "l")
    assert not proves(own, bytes(32), "lane", "A1", "c", "l")
    assert not proves(own, KEY, "lane", "A2", "c", "l")


def test_pictures_come_back_whole_and_nonsense_is_refused() -> None:
    assert unpack_picture(pack_picture("live", "t-1", 5.4, b"\xff\xd8x")) == ("live", "t-1", 5.0, b"\xff\xd8x")
    for nonsense in (b"", b"\x00", b"\x00\x03a|b", b"\xff\xffabc"):
        with pytest.raises(SealBroken):
            unpack_picture(nonsense)


# --- over a real socket --------------------------------------------------------------------------------------


def test_a_lane_without_the_key_is_turned_away(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        async with pretend_lane(rig.address, "A1", b"x" * 32) as lane:
            await until(lambda: lane.link.refused)
            assert not lane.link.is_up
            assert rig.room.lanes.lanes["A1"].line is None

    on_console(tmp_path, work)


def test_a_console_without_the_key_is_not_believed(tmp_path: Path) -> None:
    """Somebody who listens in the console's place learns nothing and commands nothing."""

    async def work(rig: Rig) -> None:
        other = tmp_path / "other"
        async with console_at(other) as false, pretend_lane(false.address, "A1", rig.keys["A1"]) as lane:
            await until(lambda: lane.link.refused)
            assert not lane.link.on_duty

    on_console(tmp_path / "true", work)


def test_a_browser_page_is_no_lane(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        address = f"ws{rig.address[4:]}/api/link/v1"
        with pytest.raises(Exception, match="403"):
            await connect(address, origin=rig.address)  # type: ignore[arg-type]  # Origin is a NewType

    on_console(tmp_path, work)


def test_a_recorded_introduction_opens_no_second_connection(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        address = f"ws{rig.address[4:]}/api/link/v1"
        async with connect(address) as first:
            nonce = Challenge.model_validate_json(await first.recv()).nonce
            mine = "1" * 64
            introduction = Introduction(
                lane="A1", boot="b", nonce=mine, proof=proof(rig.keys["A1"], "lane", "A1", nonce, mine),
                direction="entry", software="t", simulated=True,
            ).model_dump_json()  # fmt: skip
            await first.send(introduction)
            assert "proof" in json.loads(await first.recv())
        async with connect(address) as second:
            await second.recv()
            await second.send(introduction)
            with pytest.raises(ConnectionClosed):
                await second.recv()

    on_console(tmp_path, work)


def test_words_that_are_none_end_the_connection_and_nothing_else(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane = await rig.lane()
        lane.link._newest["now"] = '{"kind": "now", "rev": "<script>"}'
        lane.link._woken()
        await until(lambda: rig.room.lanes.lanes["A1"].line is None)
        lane.say()
        await until(lambda: rig.room.lanes.lanes["A1"].line is not None)

    on_console(tmp_path, work)


@pytest.mark.slow
def test_notices_of_a_cut_are_told_once_and_none_is_lost(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane = await rig.lane()
        await lane.officer.close()
        await until(lambda: rig.room.lanes.lanes["A1"].line is None)
        for number in range(300):
            lane.link.notice(
                Opened(case=f"c-{number}", transaction="t", rev=1, reason="face_differs", words="w", asks="tell")
            )
        assert len(lane.link._notices) == 300
        await lane.officer.open()
        await until(lambda: rig.room.store.heard("A1", "boot-A1") == 300)
        await until(lambda: not lane.link._notices)
        assert [alarm.code for alarm in rig.room.alarms.alarms.values() if alarm.transaction] == ["face_differs"]

    on_console(tmp_path, work)


def test_a_lane_that_comes_back_replaces_its_dead_connection(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        await rig.lane(boot="one")
        line = rig.room.lanes.lanes["A1"].line
        async with pretend_lane(rig.address, "A1", rig.keys["A1"], "two"):
            await until(lambda: rig.room.lanes.lanes["A1"].line not in (line, None))

    on_console(tmp_path, work)


def test_a_silent_console_is_no_officer(tmp_path: Path) -> None:
    async def work(rig: Rig) -> None:
        lane = await rig.lane()
        await rig.officer()
        await until(lambda: lane.link.on_duty)
        lane.link._heard_at_s -= 7.0
        assert not lane.link.on_duty
        assert not await lane.officer.present()

    on_console(tmp_path, work)


@pytest.mark.slow
def test_the_lane_never_waits_for_its_console() -> None:
    """With nobody at the other end every word of the lane returns at once and memory stays bounded."""

    async def run() -> None:
        async with pretend_lane("http://127.0.0.1:9", "A1", KEY) as lane:
            for number in range(30_000):
                lane.link.state(Now(rev=number, state="in_service"))
            assert len(lane.link._newest) == 2
            lane.link.picture("live", "t", b"x")
            lane.link.picture("live", "t", b"y")
            assert len(lane.link._pictures) == 1
            await asyncio.sleep(0)

    asyncio.run(run())


def test_an_officer_who_is_told_nothing_any_more_counts_as_gone(tmp_path: Path) -> None:
    """The lane's reporter has died: the console shows an old picture, and the lane closes."""

    async def work(rig: Rig) -> None:
        lane = await rig.lane()
        await rig.at_post()
        await until(lambda: lane.link.on_duty)
        now_s = lane.officer.clock.monotonic()
        lane.officer.told_at_s = now_s
        assert await lane.officer.present()
        lane.officer.told_at_s = now_s - 6.0
        assert not await lane.officer.present()

    on_console(tmp_path, work)
