"""An artefact shown to the camera: it goes to an officer, whatever the match says, and nothing passes unassessed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from biometrics.attack import ProfileRefused
from biometrics.model import AttackAssessment, AttackState
from config.load import load
from kiosk.image_models import load_measurer
from simulators.population import Story
from tests.kiosk.toy import ToyRun, cross

SITES = Path(__file__).parents[2] / "config" / "sites"
ENOUGH = 4

Assess = Callable[[int], AttackAssessment]


def after(frames: int, state: AttackState) -> Assess:
    """Not assessed before so many frames were seen."""
    return lambda seen: AttackAssessment(state if seen >= frames else AttackState.NOT_ASSESSED, None, "toy")


def run(folder: Path, story: Story, assess: Assess) -> ToyRun:
    toy = ToyRun(folder)
    toy.measure.assess = assess
    return cross(toy, story)


def ended(toy: ToyRun) -> tuple[str, str]:
    return toy.record.outcome, toy.record.reason


def exit_opened(toy: ToyRun) -> bool:
    return bool(toy.world.exit_opened_at_s)


def test_a_suspected_artefact_is_held_for_an_officer_though_it_matches(tmp_path: Path) -> None:
    toy = run(tmp_path, Story.GENUINE, after(ENOUGH, AttackState.SUSPECTED))
    assert ended(toy) == ("HELD", "attack_suspected")
    assert not exit_opened(toy)


def test_who_matches_at_once_is_still_assessed(tmp_path: Path) -> None:
    toy = run(tmp_path, Story.GENUINE, after(ENOUGH, AttackState.PASSED))
    assert ended(toy) == ("PASSED", "passed")
    decision = next(entry for entry in toy.record.entries if entry.kind == "decided")
    assert (decision.fact("attack"), decision.fact("attack_profile")) == ("passed", "toy")
    assert len(toy.measure.examined_at_s) - 2 >= ENOUGH  # the portraits of record and page are looked at too


def test_what_could_never_be_assessed_does_not_pass(tmp_path: Path) -> None:
    toy = run(tmp_path, Story.GENUINE, after(10_000, AttackState.PASSED))
    assert ended(toy) == ("REFERRED", "no_usable_face")
    assert not exit_opened(toy)


def test_another_face_is_named_as_such_even_when_not_assessed(tmp_path: Path) -> None:
    toy = run(tmp_path, Story.IMPOSTOR, after(10_000, AttackState.PASSED))
    assert ended(toy) == ("REFERRED", "face_differs")


def test_an_artefact_is_not_looked_at_for_longer_than_needed(tmp_path: Path) -> None:
    suspected = run(tmp_path, Story.IMPOSTOR, after(1, AttackState.SUSPECTED))
    assert ended(suspected) == ("HELD", "attack_suspected")
    assert len(suspected.measure.examined_at_s) - 2 == 1


@pytest.mark.parametrize("name", ["demo", "virtual"])
def test_a_production_lane_refuses_a_profile_made_on_simulated_travellers(name: str) -> None:
    site = load(SITES / f"{name}.toml").site
    with pytest.raises(ProfileRefused, match="made on simulated travellers"):
        load_measurer(site.model_copy(update={"production": True}))
