"""The table of endings is complete and says nothing that it must not."""

import re

import pytest

from drivers.model import Prompt
from kiosk.failures import DENIAL_REASONS, DEVICE_REASONS
from kiosk.interlock import Denial
from kiosk.policy import STATE_REASONS
from kiosk.reasons import MEANINGS, NOT_AN_END, Outcome, Reason, Severity
from link.travel import TravelState

PATHS = {f"E{number}" for number in range(1, 47)} | {"E22b"}


def test_every_reason_has_its_row() -> None:
    assert set(MEANINGS) == set(Reason)


def test_every_outcome_of_the_guideline_can_be_reached() -> None:
    assert {meaning.outcome for meaning in MEANINGS.values()} == set(Outcome)


def test_every_exceptional_path_is_a_reason_or_says_why_not() -> None:
    named = {meaning.path for meaning in MEANINGS.values()} - {"-"}
    assert named | set(NOT_AN_END) == PATHS
    assert not named & set(NOT_AN_END)


@pytest.mark.parametrize("reason", list(Reason))
def test_officers_words_are_one_short_sentence(reason: Reason) -> None:
    words = MEANINGS[reason].words
    assert re.fullmatch(r"[A-Z][^.]{2,90}[.?]", words), words


HANDED_OVER = [r for r in Reason if MEANINGS[r].outcome in (Outcome.REFERRED, Outcome.HELD)]


@pytest.mark.parametrize("reason", [r for r in HANDED_OVER if r is not Reason.WILL_NOT_LEAVE])
def test_every_referral_and_hold_looks_the_same_to_the_traveller(reason: Reason) -> None:
    assert MEANINGS[reason].prompt is Prompt.SEE_OFFICER


def test_what_closes_the_lane_is_told_aloud() -> None:
    quiet = {r for r in Reason if MEANINGS[r].closes_lane and MEANINGS[r].severity.value < Severity.MEDIUM.value}
    assert not quiet


def test_every_answer_of_register_and_interlock_has_a_reason() -> None:
    assert set(STATE_REASONS) == set(TravelState) - {TravelState.VALID}
    assert set(DENIAL_REASONS) == set(Denial)
    assert set(DEVICE_REASONS.values()) <= set(Reason)
