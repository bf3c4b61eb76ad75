import asyncio

import pytest

from drivers.around import Around, CallEnded, around_each_call, deadline, journal
from drivers.errors import DeviceError, DeviceGarbled, DeviceRefused, DeviceTimeout, DeviceUnavailable
from drivers.model import Health, Prompt
from drivers.protocols import Display
from simulators.faults import Fault, FaultPlan, How
from simulators.virtual_time import run_virtual


class Screen:
    """Remembers what it was asked to show."""

    brightness = 7

    def __init__(self, takes_s: float = 0.0, fails: Exception | None = None) -> None:
        self.shown: list[Prompt] = []
        self._takes_s, self._fails = takes_s, fails

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def health(self) -> Health:
        return Health.READY

    async def show(self, prompt: Prompt) -> None:
        await asyncio.sleep(self._takes_s)
        if self._fails:
            raise self._fails
        self.shown.append(prompt)


def show(screen: Screen, *arounds: Around, times: int = 1) -> float:
    """Show READING `times` times on a virtual loop; how long that took."""

    async def run() -> float:
        display: Display = around_each_call("screen", screen, *arounds)
        for _ in range(times):
            await display.show(prompt=Prompt.READING)
        return asyncio.get_running_loop().time()

    return run_virtual(run())


def test_answers_and_arguments_pass_through() -> None:
    screen = Screen()
    show(screen, deadline({}), times=2)
    assert screen.shown == [Prompt.READING] * 2
    assert around_each_call("screen", screen, deadline({})).brightness == 7


def test_an_operation_over_its_limit_is_a_device_timeout() -> None:
    with pytest.raises(DeviceTimeout, match=r"^screen: show took longer than 2 s: ") as raised:
        show(Screen(takes_s=3.0), deadline({"show": 2.0}))
    assert raised.value.device == "screen"


def test_an_operation_within_its_limit_or_without_one_is_left_alone() -> None:
    assert show(Screen(takes_s=1.5), deadline({"show": 2.0})) == 1.5
    assert show(Screen(takes_s=3600.0), deadline({"health": 2.0})) == 3600.0


def test_a_timeout_that_the_device_itself_raises_is_not_renamed() -> None:
    with pytest.raises(TimeoutError, match="its own") as raised:
        show(Screen(fails=TimeoutError("its own")), deadline({"show": 2.0}))
    assert not isinstance(raised.value, DeviceError)
    with pytest.raises(DeviceTimeout, match="cable"):
        show(Screen(fails=DeviceTimeout("screen", "cable")), deadline({"show": 2.0}))


def test_the_journal_hears_of_every_end() -> None:
    heard: list[CallEnded] = []
    show(Screen(takes_s=0.5), journal(heard.append))
    with pytest.raises(DeviceTimeout):
        show(Screen(takes_s=3.0), deadline({"show": 2.0}), journal(heard.append))
    with pytest.raises(DeviceRefused):
        show(Screen(fails=DeviceRefused("screen", "no")), journal(heard.append))

    async def give_up() -> None:
        display = around_each_call("screen", Screen(takes_s=9.0), journal(heard.append))
        async with asyncio.timeout(1.0):
            await display.show(Prompt.READING)

    with pytest.raises(TimeoutError):
        run_virtual(give_up())
    assert [(call.outcome, call.took_s) for call in heard] == [
        ("done", 0.5),
        ("DeviceTimeout", 2.0),
        ("DeviceRefused", 0.0),
        ("cancelled", 1.0),
    ]
    assert {(call.device, call.operation) for call in heard} == {("screen", "show")}


@pytest.mark.parametrize(
    ("how", "error"),
    [
        (How.UNAVAILABLE, DeviceUnavailable),
        (How.TIMEOUT, DeviceTimeout),
        (How.GARBLED, DeviceGarbled),
        (How.REFUSED, DeviceRefused),
    ],
)
def test_the_nth_call_and_no_other_is_broken(how: How, error: type[DeviceError]) -> None:
    screen, plan = Screen(), FaultPlan([Fault("screen", "show", how, nth=3)])
    with pytest.raises(error):
        show(screen, plan, times=3)
    assert len(screen.shown) == 2
    assert plan.fired == plan.faults
    show(screen, plan, times=5)
    assert len(screen.shown) == 7


def test_every_call_is_broken_when_no_number_is_given() -> None:
    screen, plan = Screen(), FaultPlan([Fault("screen", "show", How.GARBLED, nth=None)])
    for _ in range(3):
        with pytest.raises(DeviceGarbled):
            show(screen, plan)
    assert screen.shown == []


def test_a_fault_of_another_device_or_operation_does_nothing() -> None:
    plan = FaultPlan([Fault("door", "show", How.GARBLED), Fault("screen", "health", How.GARBLED)])
    show(Screen(), plan)
    assert plan.fired == []


def test_a_call_that_hangs_ends_by_its_deadline() -> None:
    screen, plan = Screen(), FaultPlan([Fault("screen", "show", How.HANG)])
    with pytest.raises(DeviceTimeout, match="2 s"):
        show(screen, plan, deadline({"show": 2.0}))
    assert screen.shown == []


def test_a_late_answer_comes_late_and_the_thing_was_done() -> None:
    screen, plan = Screen(), FaultPlan([Fault("screen", "show", How.LATE, late_s=4.0)])
    assert show(screen, plan) == 4.0
    assert screen.shown == [Prompt.READING]


def test_a_lost_answer_is_a_timeout_and_the_thing_was_done() -> None:
    screen, plan = Screen(), FaultPlan([Fault("screen", "show", How.ANSWER_LOST)])
    with pytest.raises(DeviceTimeout):
        show(screen, plan)
    assert screen.shown == [Prompt.READING]


def test_the_very_next_call_can_be_broken_while_the_lane_runs() -> None:
    screen, plan = Screen(), FaultPlan()
    show(screen, plan, times=4)
    plan.break_next("screen", "show", How.REFUSED)
    with pytest.raises(DeviceRefused):
        show(screen, plan)
    show(screen, plan)
    assert len(screen.shown) == 5
