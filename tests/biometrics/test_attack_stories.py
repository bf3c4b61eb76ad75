"""Artefacts of the holder's face before the whole simulated lane, with the real engine and the demo's profile."""

from pathlib import Path

import pytest

from cli.simulation import VIRTUAL_START, Simulation, make_visitors
from config.load import load
from simulators.population import Story

SITE = Path(__file__).parents[2] / "config" / "sites" / "virtual.toml"


@pytest.mark.slow
def test_a_print_and_a_display_are_held_for_an_officer(tmp_path: Path) -> None:
    told = [Story.SHOWS_PRINT, Story.SHOWS_SCREEN, Story.GENUINE]
    simulation = Simulation(load(SITE).site, make_visitors(3, 5, VIRTUAL_START, told=told), tmp_path, seed=5)
    ended = simulation.on_the_virtual_clock()
    assert [(each.record.outcome, each.record.reason) for each in ended] == [
        ("HELD", "attack_suspected"),
        ("HELD", "attack_suspected"),
        ("PASSED", "passed"),
    ]
