"""The real detector and matcher on the cast. The margins are the cast's; they say nothing about people."""

import numpy as np
import pytest

from biometrics import backends
from biometrics.backends import Backend
from simulators.cast_faces import impostor_for, member, members
from tools.make_cast.vetting import (
    LEAST_CONFIDENCE,
    LEAST_GENUINE,
    MOST_IMPOSTOR,
    Measured,
    captures,
    measure,
    require_fit,
)

SEED = 2026
SUBSET = 3


@pytest.fixture(scope="module")
def matcher() -> Backend:
    return backends.load("sface")


@pytest.fixture(scope="module")
def drawn_names() -> list[str]:
    names = [who.name for who in members()]
    return [names[i] for i in np.random.default_rng(SEED).choice(len(names), SUBSET, replace=False)]


def _briefly(name: str, matcher: Backend) -> Measured:
    who = member(name)
    return measure(who, captures(who, stands_mm=(900.0,), moments_s=(0.2,)), matcher)


@pytest.mark.slow
def test_a_few_are_found_and_match_their_own_portrait(drawn_names: list[str], matcher: Backend) -> None:
    for name in drawn_names:
        measured = _briefly(name, matcher)
        assert measured.confidence >= LEAST_CONFIDENCE
        assert measured.genuine >= LEAST_GENUINE
        assert not measured.complaints


@pytest.mark.slow
def test_a_few_named_impostors_stay_far_below(drawn_names: list[str], matcher: Backend) -> None:
    for name in drawn_names:
        holder, impostor = _briefly(name, matcher), _briefly(impostor_for(name), matcher)
        assert impostor.posing_as(holder) <= MOST_IMPOSTOR


@pytest.mark.slow
def test_all_are_found_and_match_and_all_pairs_are_apart(matcher: Backend) -> None:
    """At fewer moments than when the cast was made: its pictures are the same ever since."""
    few = {who.name: captures(who, stands_mm=(800.0, 1000.0), moments_s=(0.0, 0.55)) for who in members()}
    measured = {who.name: measure(who, few[who.name], matcher) for who in members()}
    for each in measured.values():
        require_fit(each)
    scores = {name: measured[impostor_for(name)].posing_as(each) for name, each in measured.items()}
    assert max(scores.values()) <= MOST_IMPOSTOR
