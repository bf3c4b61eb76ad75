"""What the simulated camera shows of the world."""

import numpy as np
import pytest

from biometrics import backends
from biometrics.backends import Backend
from biometrics.model import Face
from biometrics.quality import LIVE, assess
from drivers.model import Image
from simulators.camera_view import PHASES, PHASES_PER_S, CameraView, phase_of
from simulators.cast_faces import members
from simulators.species import Species
from simulators.world import Gaze, Person, World

DEMO = [who.name for who in members("demo")]


@pytest.fixture(scope="module")
def matcher() -> Backend:
    return backends.load("sface")


def standing(face: int = 0, **traits: object) -> Person:
    person = Person("somebody", DEMO[face], x_mm=900.0)
    for name, value in traits.items():
        setattr(person, name, value)
    return person


def shot(*persons: Person, now_s: float = 0.0, illumination: float = 1.0) -> Image:
    return CameraView(World(persons=list(persons), illumination=illumination), seed=3)(now_s)


def only_face(matcher: Backend, picture: Image) -> Face:
    (face,) = matcher.find(picture)
    return face


def test_the_same_seed_and_moment_give_the_same_bytes() -> None:
    first, second = (CameraView(World(persons=[standing()]), seed=7) for _ in range(2))
    for now_s in (0.0, 0.31, 12.7):
        assert first.key(now_s) == second.key(now_s)
        assert np.array_equal(first(now_s), second(now_s))


def test_pictures_come_round_after_all_phases() -> None:
    view = CameraView(World(persons=[standing()]), seed=7)
    round_s = PHASES / PHASES_PER_S
    assert view.key(0.1) == view.key(0.1 + round_s)
    assert np.array_equal(view(0.1), view(0.1 + round_s))


def test_every_phase_looks_different() -> None:
    view = CameraView(World(persons=[standing()]), seed=7)
    moments = [(phase + 0.5) / PHASES_PER_S for phase in range(PHASES)]
    assert {phase_of(now_s) for now_s in moments} == set(range(PHASES))
    assert len({view(now_s).tobytes() for now_s in moments}) == PHASES


def test_another_seed_is_another_hall_and_noise() -> None:
    world = World(persons=[standing()])
    assert not np.array_equal(CameraView(world, seed=1)(0.0), CameraView(world, seed=2)(0.0))
    assert CameraView(world, seed=1).key(0.0) != CameraView(world, seed=2).key(0.0)


@pytest.mark.parametrize(
    ("name", "value"),
    [("x_mm", 700.0), ("gaze", Gaze.LEFT), ("covered", True), ("face", DEMO[1]), ("height_mm", 1719)],
)
def test_what_changes_the_picture_changes_the_key(name: str, value: object) -> None:
    person = standing(height_mm=1700)
    view = CameraView(World(persons=[person]), seed=7)
    key, picture = view.key(0.0), view(0.0)
    setattr(person, name, value)
    assert view.key(0.0) != key
    assert not np.array_equal(view(0.0), picture)


def test_light_changes_the_picture_and_the_key() -> None:
    world = World(persons=[standing()])
    view = CameraView(world, seed=7)
    means = []
    keys = set()
    for world.illumination in (0.05, 0.4, 1.0, 3.0):
        means.append(float(view(0.0).mean()))
        keys.add(view.key(0.0))
    assert means == sorted(means)
    assert means[0] < 60 < 200 < means[-1]
    assert len(keys) == 4


@pytest.mark.parametrize(
    "unseen", [standing(x_mm=-600.0), standing(x_mm=2500.0), standing(crawling=True)], ids=["hall", "gone", "floor"]
)
def test_whoever_is_not_before_the_camera_is_not_seen(unseen: Person) -> None:
    assert np.array_equal(shot(unseen), shot())


def test_an_empty_chamber_has_no_face(matcher: Backend) -> None:
    assert matcher.find(shot()) == ()


@pytest.mark.parametrize("height_mm", [1100, 1400, 1700, 2050])
def test_people_of_all_heights_are_seen_whole(matcher: Backend, height_mm: int) -> None:
    picture = shot(standing(height_mm=height_mm))
    face = only_face(matcher, picture)
    assert 85 <= face.eye_distance_px <= 145
    assert assess(picture, face, LIVE).passed


def test_whoever_is_nearer_is_larger(matcher: Backend) -> None:
    distances = [only_face(matcher, shot(standing(x_mm=x_mm))).eye_distance_px for x_mm in (200.0, 600.0, 1000.0)]
    assert distances == sorted(distances)
    assert distances[2] > 1.5 * distances[0]


@pytest.mark.parametrize(("gaze", "side"), [(Gaze.LEFT, -1), (Gaze.RIGHT, 1)])
def test_whoever_looks_aside_is_told_to_face_the_camera(matcher: Backend, gaze: Gaze, side: int) -> None:
    """Left and right are the viewer's."""
    picture = shot(standing(face=1, gaze=gaze))
    face = only_face(matcher, picture)
    nose_off_px = face.points[2, 0] - face.points[:2, 0].mean()
    assert side * nose_off_px > 0.2 * face.eye_distance_px
    assert "yaw" in assess(picture, face, LIVE).failed


def test_a_scarf_hides_the_lower_half_alone() -> None:
    bare, covered = shot(standing()), shot(standing(covered=True))
    changed = np.flatnonzero((bare != covered).any(axis=(1, 2)))
    assert changed.min() > 0.42 * bare.shape[0]


@pytest.mark.parametrize("behind_mm", [600.0, 900.0])
def test_two_people_are_two_faces(matcher: Backend, behind_mm: float) -> None:
    picture = shot(standing(), standing(face=3, x_mm=behind_mm, height_mm=1800))
    assert len(matcher.find(picture)) == 2


def test_the_nearer_one_hides_the_farther_one() -> None:
    near, far = standing(x_mm=1000.0), standing(face=3, x_mm=400.0)
    assert np.array_equal(shot(near, far)[500:, 500:700], shot(near)[500:, 500:700])


def test_other_sizes_of_picture() -> None:
    view = CameraView(World(persons=[standing()]), seed=7, width=640, height=480)
    assert view(0.0).shape == (480, 640, 3)


def test_what_is_held_before_the_face_changes_the_picture_and_its_key() -> None:
    alive, shown = (CameraView(World(persons=[standing(artefact=what)]), seed=7) for what in (None, Species.PRINT))
    assert alive.key(0.1) != shown.key(0.1)
    assert not np.array_equal(alive(0.1), shown(0.1))
    assert np.array_equal(shown(0.1), shown(0.1 + PHASES / PHASES_PER_S))
