"""Attack detection on simulated artefacts. That these tests pass says nothing about real ones."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import attack as bench
from biometrics import backends
from biometrics.attack import CUES, FEWEST_FRAMES, AttackProfile, ProfileRefused, assess, committed, fuse, observe
from biometrics.calibration import Calibration
from biometrics.calibration import committed as committed_calibration
from biometrics.engine import FaceEngine
from biometrics.model import AttackState, FaceCapture, Image
from simulators.attacks import Presentation, frames
from simulators.species import ATTACKS, Species
from tests.biometrics.faces import TARGET_FMR, live, members

NAMES = [who.name for who in members()]
PROFILE = AttackProfile.load(committed("simulated-camera"))


@pytest.fixture(scope="module")
def watchful() -> FaceEngine:
    """An engine with the profile of the simulated camera."""
    return FaceEngine(Calibration.load(committed_calibration("sface")), TARGET_FMR, attack_profile=PROFILE)


def shown(species: Species, seed: int = 90_003) -> list[Image]:
    return frames(Presentation(species, NAMES[4], NAMES[9], seed))


def captures(engine: FaceEngine, images: list[Image]) -> list[FaceCapture]:
    return [engine.examine(image, float(number)) for number, image in enumerate(images)]


@pytest.mark.slow
@pytest.mark.parametrize("species", ATTACKS)
def test_an_artefact_is_suspected(watchful: FaceEngine, species: Species) -> None:
    assessment = watchful.assess_attack(captures(watchful, shown(species)))
    assert assessment.state is AttackState.SUSPECTED
    assert assessment.profile == "simulated-camera"
    assert set(assessment.cues) == set(CUES)


@pytest.mark.slow
def test_a_living_face_passes(watchful: FaceEngine) -> None:
    seen = captures(watchful, shown(Species.BONA_FIDE))
    assert watchful.assess_attack(seen).state is AttackState.PASSED


@pytest.mark.slow
def test_the_match_knows_nothing_of_it(watchful: FaceEngine, engine: FaceEngine) -> None:
    frame = live(NAMES[0])
    with_profile, without = watchful.examine(frame, 1.0), engine.examine(frame, 1.0)
    assert with_profile.template is not None
    assert without.template is not None
    assert np.array_equal(with_profile.template.vector, without.template.vector)
    assert without.observation is None


def test_without_a_profile_it_is_not_supported(engine: FaceEngine) -> None:
    assert engine.assess_attack([engine.examine(live(NAMES[0]), 1.0)]).state is AttackState.NOT_SUPPORTED


@pytest.mark.slow
def test_a_few_frames_are_not_enough_to_pass(watchful: FaceEngine) -> None:
    seen = captures(watchful, shown(Species.BONA_FIDE))[: FEWEST_FRAMES - 1]
    assessment = watchful.assess_attack(seen)
    assert (assessment.state, assessment.score) == (AttackState.NOT_ASSESSED, None)


def test_every_cue_only_ever_raises_the_score_in_its_own_direction() -> None:
    middle = np.array(PROFILE.middle)
    alive = PROFILE.score(middle)
    for number, direction in enumerate(CUES.values()):
        odd = middle.copy()
        odd[number] += direction * 3 * PROFILE.reach[number]
        assert PROFILE.score(odd) > alive


def test_one_wild_cue_cannot_break_the_score() -> None:
    wild = np.array(PROFILE.middle) + 1e12
    assert 0.0 <= PROFILE.score(wild) <= 1.0


@pytest.mark.slow
def test_the_same_picture_twice_has_not_moved() -> None:
    backend = backends.load("sface")
    frame = shown(Species.BONA_FIDE)[0]
    once = observe(frame, backend.look_again(frame, backend.find(frame)[0]))
    cues = dict(zip(CUES, fuse([once, once]), strict=True))
    for name in ("plane", "mouth"):
        number = list(CUES).index(name)
        assert cues[name] < PROFILE.middle[number] - 4 * PROFILE.reach[number]
    assert assess([once], PROFILE).state is AttackState.NOT_ASSESSED


def test_no_picture_is_in_a_repr(watchful: FaceEngine) -> None:
    observation = watchful.examine(live(NAMES[0]), 1.0).observation
    assert repr(observation) == "Observation()"


def test_a_profile_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    PROFILE.save(tmp_path / "profile.json")
    assert AttackProfile.load(tmp_path / "profile.json") == PROFILE
    assert PROFILE.simulated


@pytest.mark.parametrize("change", [{"format": "another"}, {"weights": [1.0]}, {"weights": "no"}, {"surplus": 1}])
def test_a_malformed_profile_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    file = tmp_path / "profile.json"
    PROFILE.save(file)
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ProfileRefused, match=r"profile\.json"):
        AttackProfile.load(file)


@pytest.mark.parametrize("content", ["", "[]", "null"])
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "no.json").write_text(content)
    with pytest.raises(ProfileRefused, match=r"no\.json"):
        AttackProfile.load(tmp_path / "no.json")


def made_up(seed: int = 1) -> bench.Measured:
    """Presentations in numbers: living ones about 0, artefacts three spreads off in one cue each."""
    rng = np.random.default_rng(seed)
    kinds = [Species.BONA_FIDE, *ATTACKS]
    species = np.repeat([kind.value for kind in kinds], 60)
    cues = rng.standard_normal((len(species), len(CUES)))
    for number, kind in enumerate(ATTACKS):
        cues[species == kind.value, number] += 8.0 * list(CUES.values())[number]
    return bench.Measured(cues, species, np.tile(np.arange(12), len(species) // 12), {})


def test_an_unseen_species_is_caught_by_how_odd_it_is() -> None:
    stated = bench.report(made_up())
    assert stated["bpcer"]["rate"] <= 0.1
    assert all(rate["rate"] <= 0.2 for rate in stated["apcer"].values())


def test_cues_without_meaning_catch_nothing_and_say_so() -> None:
    blind = made_up()
    noise = np.random.default_rng(2).standard_normal(blind.cues.shape)
    stated = bench.report(replace(blind, cues=noise))
    assert all(rate["rate"] > 0.6 for rate in stated["apcer"].values())


def test_no_weight_is_negative() -> None:
    measured = made_up()
    profile = bench.fit(measured, np.ones(len(measured.cues), bool))
    assert min(profile.weights) >= 0.0
    assert profile.oddness >= 0.0


@pytest.mark.slow
def test_the_same_seed_shows_the_same_frames() -> None:
    once, again = shown(Species.PRINT), shown(Species.PRINT)
    assert all(np.array_equal(a, b) for a, b in zip(once, again, strict=True))
    assert not np.array_equal(once[0], shown(Species.PRINT, 90_002)[0])


@pytest.mark.slow
def test_a_grid_too_faint_to_see_is_noticed() -> None:
    backend = backends.load("sface")
    alive = shown(Species.BONA_FIDE)
    down, across = np.mgrid[0 : alive[0].shape[0], 0 : alive[0].shape[1]]
    grid = 2.0 * np.sin(2 * np.pi * (across * 0.17 + down * 0.11))[:, :, None]
    gridded = [np.clip(image + grid, 0, 255).astype(np.uint8) for image in alive]
    number = list(CUES).index("grid")

    def cue(images: list[Image]) -> float:
        return float(fuse([observe(each, backend.look_again(each, backend.find(each)[0])) for each in images])[number])

    limit = PROFILE.middle[number] + 2 * PROFILE.reach[number]
    assert cue(alive) < limit < cue(gridded)
