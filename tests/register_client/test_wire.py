"""Over a real socket: the service on its thread, a cable that is pulled, and the lane's end of it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cli.register_served import served
from drivers.clock import WallClock
from drivers.errors import DeviceTimeout
from link.travel import PassageClaim, TravelState, WatchlistState
from register.store import Store
from tests.register.conftest import QUERY

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]


def test_a_pulled_cable_leaves_the_gate_its_copy_and_loses_no_passage(
    path: Path, fill: Callable[..., None], tmp_path: Path
) -> None:
    async def scene() -> None:
        clock = WallClock()
        async with asyncio.timeout(60), served(path, tmp_path, "gate-1", clock) as at_work:
            register = at_work.register
            await register.open()
            try:
                await register.next_step()
                asked = await register.look_up(QUERY)
                assert (asked.state, asked.copied_at) == (TravelState.VALID, None)
                at_work.line.cut()
                kept = await register.look_up(replace(QUERY, transaction="t2"))
                assert kept.state is TravelState.VALID
                assert kept.copied_at is not None
                assert (await register.screen(QUERY)).state is WatchlistState.CLEAR
                with pytest.raises(DeviceTimeout):
                    await register.consume_entry(PassageClaim("t2", "V-1", clock.now()))
                at_work.line.mend()
                while register.owes:
                    await register.next_step()
            finally:
                await register.close()

    year = WallClock().now().date()
    fill({"entries": 2, "valid_from": year.replace(day=1), "valid_until": year.replace(year=year.year + 1, day=1)})
    asyncio.run(scene())
    with Store(path) as store:
        assert store.counts()["passages"] == 1
