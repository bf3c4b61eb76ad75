"""egate demo on the virtual clock: real pages, faces, readers and matchers, and every story ends as it must."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from cli.demo_commands import DEMO_SITE, GIVES_UP_AFTER_S
from cli.exits import DEVICE, CommandFailed
from cli.main import main
from cli.simulation import VIRTUAL_START, Running, Simulation, make_visitors, walked_away
from config.load import load
from simulators.population import EXPECTED, Story
from simulators.virtual_time import run_virtual


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 20261123])
def test_a_mix_of_travellers_ends_as_their_stories_must(
    seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["egate", "demo", "--virtual", "--travellers", "20", "--seed", str(seed), "--json"]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert [(c["story"], c["outcome"], c["reason"]) for c in told["crossings"]] == [
        (c["story"], *EXPECTED[Story(c["story"])]) for c in told["crossings"]
    ]
    assert ended.value.code == 0
    stories = {Story(crossing["story"]) for crossing in told["crossings"]}
    assert stories >= {
        Story.GENUINE, Story.IMPOSTOR, Story.EXPIRED_PASSPORT, Story.EXPIRED_VISA, Story.NO_VISA,
        Story.OTHER_PASSPORT, Story.TWO_PERSONS, Story.WALKS_AWAY,
    }  # fmt: skip


async def nobody_is_signed_in(running: Running) -> None:
    running.rig.officer.is_present = False
    await asyncio.Event().wait()


@pytest.mark.slow
def test_a_lane_that_stays_closed_ends_it_with_its_reason(tmp_path: Path) -> None:
    site = load(DEMO_SITE.with_name("virtual.toml")).site
    simulation = Simulation(site, make_visitors(1, 1, VIRTUAL_START), tmp_path, beside=[nobody_is_signed_in])
    simulation.gives_up_after_s = GIVES_UP_AFTER_S
    with pytest.raises(CommandFailed, match="closed for 120 s: no officer is signed in") as failed:
        simulation.on_the_virtual_clock()
    assert failed.value.exit_code == DEVICE
    assert simulation.ended == []


def test_a_visitor_who_waits_at_a_lane_that_serves_no_more_is_not_waited_for() -> None:
    async def run() -> None:
        waits = asyncio.ensure_future(asyncio.Event().wait())
        await walked_away(waits)
        assert not waits.done()
        waits.cancel()

    run_virtual(run())
