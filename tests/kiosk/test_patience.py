"""More time for those who ask for it: once a wait, as long again, and never beyond the crossing's own limit."""

import asyncio
from pathlib import Path

import pytest

from drivers.model import Button, Prompt
from kiosk.limit import TimeIsUp
from kiosk.patience import Patience
from simulators.display import SimulatedDisplay
from simulators.population import Story
from simulators.traveller import Traveller
from simulators.virtual_time import run_virtual
from tests.kiosk.toy import ToyRun, cross, toy_site

TAKE_S = 8.0


def slow(run: ToyRun, monkeypatch: pytest.MonkeyPatch, after_s: float, *asks_at_s: float) -> None:
    """The passport is taken so late; the button for more time is pressed at these seconds of the wait."""
    lifts, may = Traveller._lift, asyncio.Event()

    def lift(self: Traveller) -> None:
        if may.is_set() or self.world.prompt is not Prompt.TAKE_DOCUMENT:
            lifts(self)

    async def watch() -> None:
        while run.world.prompt is not Prompt.TAKE_DOCUMENT:  # noqa: ASYNC110  (the world is plain data)
            await asyncio.sleep(0.05)
        for at_s in asks_at_s:
            asyncio.get_running_loop().call_later(at_s, run.world.pressed.append, Button.MORE_TIME)
        await asyncio.sleep(after_s)
        may.set()

    monkeypatch.setattr(Traveller, "_lift", lift)
    run.background.append(asyncio.get_running_loop().create_task(watch()))


class Heard(SimulatedDisplay):
    """Remembers what it was told to count down."""

    said: list[tuple[float, bool]]

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        self.said.append((seconds, may_ask))


def waited(asks_at_s: tuple[float, ...], done_at_s: float, seconds: float = 4.0) -> float:
    """How long a wait of `seconds` lasted; TimeIsUp when it ran out."""

    async def run() -> float:
        patience, display = Patience(), Heard(None, None)  # type: ignore[arg-type]  # neither is looked at
        display.said = []
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        for at_s in asks_at_s:
            loop.call_later(at_s, patience.lengthen)
        async with patience.limit(seconds, display):
            await asyncio.sleep(done_at_s)
        assert display.said[0] == (seconds, True)
        return loop.time() - began_s

    return run_virtual(run())


def test_whoever_asks_in_time_has_as_long_again_and_nobody_twice() -> None:
    assert waited((), 3.9) == pytest.approx(3.9)
    with pytest.raises(TimeIsUp):
        waited((), 4.1)
    assert waited((3.0,), 7.9) == pytest.approx(7.9)
    with pytest.raises(TimeIsUp):
        waited((1.0, 2.0, 6.0), 8.1)


def test_asking_when_nobody_is_waited_for_does_nothing() -> None:
    assert Patience().lengthen() == 0.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asks_at_s", "outcome"), [((), ("ABANDONED", "document_left")), ((5.0,), ("PASSED", "passed"))]
)
def test_a_slow_traveller_who_asks_crosses_and_one_who_does_not_does_not(
    asks_at_s: tuple[float, ...], outcome: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ToyRun(tmp_path)
    run.prepare = lambda run: slow(run, monkeypatch, TAKE_S + 4.0, *asks_at_s)
    cross(run, Story.GENUINE)
    assert (run.record.outcome, run.record.reason) == outcome


def test_the_crossings_own_limit_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = ToyRun(tmp_path, toy_site(take_document_s=20.0, until_decision_s=21.0))
    run.prepare = lambda run: slow(run, monkeypatch, 35.0, 5.0)
    cross(run, Story.GENUINE)
    assert run.record.reason == "time_limit"
