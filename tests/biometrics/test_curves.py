"""Error rates of all pairs, on vectors whose scores are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from biometrics.curves import all_pairs, carried, operating_points, wilson
from biometrics.model import Vector


def cosines(references: Vector, lives: Vector) -> Vector:
    return np.asarray(references @ lives.T, np.float32)


def people(count: int, images: int, spread: float, seed: int = 3) -> tuple[list[str], Vector]:
    """`count` people about random directions in 32 dimensions, each with some images."""
    rng = np.random.default_rng(seed)
    centres = np.repeat(rng.standard_normal((count, 32)), images, axis=0)
    vectors = centres + spread * rng.standard_normal(centres.shape)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return [f"p{n}" for n in range(count) for _ in range(images)], unit.astype(np.float32)


def test_every_pair_is_counted_once() -> None:
    labels, vectors = people(40, 3, 0.1)
    pairs = all_pairs(labels, vectors, np.ones(120, bool), cosines)
    assert len(pairs.genuine) == 40 * 3
    assert len(pairs.impostor) == 120 * 119 // 2 - 120
    assert pairs.images.tolist() == [3] * 40


def test_blocks_do_not_change_what_is_counted() -> None:
    labels, vectors = people(300, 2, 0.1)
    pairs = all_pairs(labels, vectors, np.ones(600, bool), cosines)
    assert len(pairs.genuine) == 300
    assert len(pairs.impostor) == 600 * 599 // 2 - 300
    expected = np.sort((vectors[0::2] * vectors[1::2]).sum(axis=1))
    assert np.allclose(np.sort(pairs.genuine), expected, atol=1e-6)


def test_the_impostors_at_a_threshold_are_the_stated_share() -> None:
    labels, vectors = people(200, 2, 1.0)
    pairs = all_pairs(labels, vectors, np.ones(400, bool), cosines)
    for point in operating_points(pairs, (1e-2, 1e-3)):
        accepted = int((pairs.impostor >= point.threshold).sum())
        assert accepted == int(point.fmr * len(pairs.impostor))
        assert point.fmr_ci95[0] < point.fmr < point.fmr_ci95[1]
        assert point.fnmr == pytest.approx(float((pairs.genuine < point.threshold).mean()))


def test_people_apart_have_no_errors_and_an_interval_that_admits_some() -> None:
    labels, vectors = people(100, 2, 0.01)
    pairs = all_pairs(labels, vectors, np.ones(200, bool), cosines)
    (point,) = operating_points(pairs, (1e-3,))
    assert point.fnmr == 0.0
    assert 0.0 < point.fnmr_ci95[1] < 0.05


def test_an_undetected_image_is_a_non_match_and_hides_no_false_match() -> None:
    labels, vectors = people(50, 2, 0.01)
    detected = np.ones(100, bool)
    detected[0] = False
    pairs = all_pairs(labels, vectors, detected, cosines)
    (point,) = operating_points(pairs, (1e-2,))
    assert point.fnmr == pytest.approx(1 / 50)
    assert len(pairs.impostor) == 100 * 99 // 2 - 50 - 98


def test_a_rate_that_the_pairs_cannot_carry_has_a_threshold_that_none_reaches() -> None:
    labels, vectors = people(20, 2, 0.5)
    pairs = all_pairs(labels, vectors, np.ones(40, bool), cosines)
    assert carried(pairs, (1e-2, 1e-4)) == [1e-2]
    (point,) = operating_points(pairs, (1e-4,))
    assert point.threshold > pairs.impostor.max()
    assert point.fmr_ci95[1] > 1e-4


def test_ties_at_the_threshold_do_not_raise_the_rate() -> None:
    vectors = np.tile(np.eye(1, 8, dtype=np.float32), (30, 1))
    pairs = all_pairs([f"p{n // 2}" for n in range(30)], vectors, np.ones(30, bool), cosines)
    (point,) = operating_points(pairs, (1e-2,))
    assert not (pairs.impostor >= point.threshold).any()


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilson_holds_the_share_it_was_made_of(errors: int, more: int) -> None:
    low, high = wilson(errors, errors + more)
    assert 0.0 <= low <= errors / (errors + more) <= high <= 1.0


def test_nothing_tried_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
