"""The engineer's page by its commands, on a whole lane: people come, things break and mend, a copy is a scenario."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from cli.scenario_play import play_virtual
from config.load import load
from kiosk.image_models import load_measurer
from kiosk.reasons import Reason
from simulators.breakdowns import Breakdown
from simulators.scenario import load_scenario
from tests.screens.demo_lane import DEMO_SITE, DemoLane

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoLane]:
    with DemoLane(tmp_path_factory.mktemp("lane"), speed=5.0) as lane:
        yield lane


@pytest.fixture(autouse=True)
def fresh(lane: DemoLane) -> None:
    """Nothing broken, nobody there, a new recording."""
    for active in lane.state()["now"]["active"]:
        lane.ask("DELETE", f"active/{active['id']}")
    lane.until(lambda state: state["now"]["prompt"] == "welcome" and not state["now"]["floor"]["persons"])
    assert lane.ask("POST", "recording", {"do": "begin"}).status_code == 200


def crossings(lane: DemoLane, before: int, count: int) -> list[tuple[str, str]]:
    ended = lane.until(lambda state: len(state["ended"]) >= before + count)["ended"]
    return [(each["outcome"], each["reason"]) for each in ended[before:]]


def test_a_copy_of_what_was_done_is_a_scenario_that_ends_the_same(lane: DemoLane, tmp_path: Path) -> None:
    before = len(lane.state()["ended"])
    for traveller in ({}, {"passport": {"expired": True}}, {"behaviour": "walks_away"}):
        assert lane.ask("POST", "travellers", traveller).status_code == 202
    seen = crossings(lane, before, 3)
    assert seen == [("PASSED", "passed"), ("REFERRED", "document_expired"), ("ABANDONED", "nobody_entered")]
    file = tmp_path / "copied.toml"
    file.write_text(lane.ask("GET", "scenario").text)
    scenario = load_scenario(file)
    measurer = load_measurer(load(DEMO_SITE.with_name("virtual.toml")).site)
    observed = play_virtual(scenario, measurer, tmp_path, scenario.scenario.seed)
    assert [(each.outcome, each.reason) for each in observed.crossings] == seen
    assert [(each.outcome, each.reason) for each in scenario.expect.crossing] == seen


def test_a_broken_camera_is_found_recorded_and_mended(lane: DemoLane, tmp_path: Path) -> None:
    before = len(lane.state()["ended"])
    lane.ask("POST", "travellers", {})
    answer = lane.ask("POST", "events?words=camera%20dark", {"breaks": ["camera.stalled"], "when": "inside"})
    assert answer.status_code == 202
    assert crossings(lane, before, 1)[0][1] == Reason.CAMERA_FAILED.value
    lane.ask("DELETE", f"active/{answer.json()['id']}")
    file = tmp_path / "copied.toml"
    file.write_text(lane.ask("GET", "scenario").text)
    event = load_scenario(file).event[0]
    assert (event.breaks, event.when, event.crossing) == ((Breakdown.CAMERA_STALLED,), "inside", 1)
    lane.until(lambda state: state["now"]["prompt"] == "welcome" and not state["now"]["active"])


def test_a_recording_is_replayed(lane: DemoLane) -> None:
    before = len(lane.state()["ended"])
    lane.ask("POST", "travellers", {"visa": "none"})
    first = crossings(lane, before, 1)
    assert lane.ask("POST", "recording", {"do": "replay"}).status_code == 200
    assert crossings(lane, before + 1, 1) == first == [("REFERRED", "visa_none")]


def test_somebody_who_is_moved_by_hand_is_stopped_by_a_door_and_crosses(lane: DemoLane) -> None:
    lane.ask("PUT", "pace", {"speed": 1.0})
    name = lane.ask("POST", "travellers?by_hand=true", {}).json()["id"]
    lane.ask("PUT", f"persons/{name}", {"x_mm": 900})
    (person,) = lane.state()["now"]["floor"]["persons"]
    assert person["by_hand"] and person["x_mm"] < 0
    lane.ask("PUT", f"persons/{name}", {"x_mm": -900})
    assert lane.ask("PUT", f"persons/{name}/passport", {"passport": "lay"}).status_code == 200
    lane.until(lambda state: state["now"]["prompt"] == "take_document")
    lane.ask("PUT", f"persons/{name}/passport", {"passport": "take"})
    lane.until(lambda state: state["now"]["floor"]["entry_permille"] > 900)
    lane.ask("PUT", f"persons/{name}", {"x_mm": 900})
    lane.until(lambda state: state["now"]["floor"]["exit_permille"] > 900)
    lane.ask("PUT", f"persons/{name}", {"x_mm": 4000})
    ended = lane.until(lambda state: state["now"]["lane"]["outcome"])["now"]["lane"]
    assert ended["outcome"] == "PASSED"
    assert lane.ask("DELETE", f"persons/{name}").status_code == 200
    lane.ask("PUT", "pace", {"speed": 5.0})


def test_time_stands_still_and_goes_on(lane: DemoLane) -> None:
    lane.ask("PUT", "pace", {"paused": True})
    first = lane.state()["now"]["at_s"]
    assert lane.state()["now"]["at_s"] == first
    lane.ask("PUT", "pace", {"step_s": 0.5})
    assert lane.state()["now"]["at_s"] == pytest.approx(first + 0.5, abs=0.02)
    lane.ask("PUT", "pace", {"paused": False})
    lane.until(lambda state: state["now"]["at_s"] > first + 0.6)


def test_what_cannot_be_done_is_refused_in_one_sentence(lane: DemoLane) -> None:
    for method, path, body, status in (
        ("POST", "events", {"breaks": ["process.killed"]}, 409),
        ("PUT", "persons/nobody", {"x_mm": 0}, 409),
        ("DELETE", "active/999", None, 409),
        ("PUT", "network", {"cut": True}, 409),
        ("POST", "travellers", {"behaviour": "flies"}, 422),
        ("POST", "events", {"world": {"fire": "yes"}}, 422),
        ("PUT", "pace", {"speed": 1000}, 422),
    ):
        answer = lane.ask(method, path, body)
        assert answer.status_code == status, (path, answer.text)
        assert answer.json()["detail"]


def test_another_sites_page_may_not_play_with_the_lane(lane: DemoLane) -> None:
    foreign = {"Origin": "http://elsewhere.example"}
    assert lane.ask("POST", "travellers", {}, foreign).status_code == 403
    assert lane.ask("GET", "state", None, foreign).status_code == 200
    assert httpx.get(lane.sim).headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_gate_itself_has_no_simulator(lane: DemoLane) -> None:
    """What serves the traveller's screen is what a production lane runs: there is no /sim on it."""
    base = lane.traveller.partition("/traveller")[0]
    assert httpx.get(f"{base}/sim").status_code == 404
    assert httpx.get(f"{base}/sim/api/state").status_code == 404
