"""What the traveller's screen can say: complete in every language, short enough, and nothing of it personal."""

import json
import re
from typing import Any

import pytest

from biometrics.model import Hint
from drivers.model import Prompt
from drivers.screen_web_app import FOLDER, LANGUAGES, language_of_state
from drivers.screen_web_prompts import AGAIN, BEGINS, SCREENS, Screen, keys_of
from kiosk.reasons import MEANINGS
from simulators.scenario import load_scenario

ENGLISH = "en"
SCENARIOS = FOLDER.parents[2] / "simulators" / "scenarios"
RIGHT_TO_LEFT = {"ar", "he", "fa"}
REVIEWS = {"author", "machine", "unreviewed", "reviewed"}
FORM = ".one"
"""A text of its own for one thing, in the languages that need it: the others fall back on the plain text."""
LONGEST = 1.6
"""Of the English text, for the headline must not shrink; short words have a floor."""


def catalogue(language: str) -> dict[str, Any]:
    return json.loads((FOLDER / "prompts" / f"{language}.json").read_text())  # type: ignore[no-any-return]  # JSON


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def pictures() -> set[str]:
    source = (FOLDER / "pictograms.js").read_text()
    return set(re.findall(r"^  (\w+): \(\) => \[", source, re.MULTILINE))


def all_screens() -> list[Screen]:
    return [*SCREENS.values(), *(screen for screens in AGAIN.values() for screen in screens)]


def shown_keys() -> set[str]:
    return set().union(*map(keys_of, all_screens()))


def keys_of_the_page() -> set[str]:
    """What the page says by itself: buttons, steps, the countdown, and that its server is away."""
    source = "".join((FOLDER / name).read_text() for name in ("screen.js", "traveller.js"))
    return set(re.findall(r'"((?:help|time|steps|side|idle|lane|error)\.\w+)"', source)) | {"error.offline"}


def test_there_is_one_catalogue_for_each_language_and_no_other() -> None:
    assert {path.stem for path in (FOLDER / "prompts").iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_everything_with_the_same_fields(language: str) -> None:
    ours, english = catalogue(language), catalogue(ENGLISH)
    assert ours["language"] == language
    assert ours["review"] in REVIEWS
    assert ours["dir"] == ("rtl" if language in RIGHT_TO_LEFT else "ltr")
    said = {key for key in english["prompts"] if not key.endswith(FORM)}
    assert said == {key.removesuffix(FORM) for key in ours["prompts"]}
    for key, text in ours["prompts"].items():
        assert fields(text) == fields(english["prompts"][key.removesuffix(FORM)]), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_much_longer_than_the_english_one(language: str) -> None:
    english = catalogue(ENGLISH)["prompts"]
    for key, text in catalogue(language)["prompts"].items():
        if key in english:
            assert len(text) <= max(24, LONGEST * len(english[key])), key


def test_every_prompt_of_the_lane_has_a_screen_with_text_and_picture() -> None:
    assert set(SCREENS) == set(Prompt)
    assert shown_keys() <= set(catalogue(ENGLISH)["prompts"])
    drawn = {screen.picture for screen in all_screens()} | {
        then.picture for each in all_screens() for then in each.then
    }
    assert drawn - {""} <= pictures()


def test_every_text_is_shown() -> None:
    texts = {key for key in catalogue(ENGLISH)["prompts"] if not key.endswith(FORM)}
    assert texts - shown_keys() - keys_of_the_page() == {"side.right"}, "the desk is on the left"


def test_every_prompt_is_said_by_the_lane() -> None:
    """None is there that no line of the procedure, no reason and no measure of the face ever asks for."""
    source = "".join(path.read_text() for path in (FOLDER.parents[2] / "kiosk").rglob("*.py"))
    named = {Prompt[name] for name in re.findall(r"\bPrompt\.([A-Z_]+)\b", source)}
    named |= {Prompt(hint.value) for hint in Hint} | {meaning.prompt for meaning in MEANINGS.values()}
    assert set(Prompt) - named == set()


def test_every_prompt_is_seen_in_some_story_or_asked_for_by_a_measure() -> None:
    """The library of stories holds its `screens` against what the lane has shown (tests/scenarios)."""
    stories = [load_scenario(file) for file in SCENARIOS.glob("[en][0-9]*.toml")]
    seen = {prompt for story in stories for prompt in story.expect.screens}
    measured = {Prompt(hint.value) for hint in Hint}  # each by its picture: tests/biometrics
    elsewhere = {Prompt.FACE_DONE, Prompt.NOT_A_PASSPORT}  # tests/kiosk/test_informing.py, tests/cli/test_cross.py
    assert set(Prompt) - seen - measured - elsewhere == set()


def test_every_referral_looks_the_same() -> None:
    """Neither bystanders nor the traveller learn which check it was: one screen for all."""
    assert SCREENS[Prompt.SEE_OFFICER].text == "refer.officer"
    assert SCREENS[Prompt.OFFICER_IS_COMING].picture == SCREENS[Prompt.SEE_OFFICER].picture


def test_the_self_view_is_there_only_while_the_face_is_taken() -> None:
    with_view = {prompt for prompt, screen in SCREENS.items() if screen.self_view}
    assert with_view == {prompt for prompt, screen in SCREENS.items() if screen.step == 3} - {Prompt.FACE_DONE}
    assert not with_view & BEGINS


def test_the_page_without_its_server_says_what_the_catalogues_say() -> None:
    source = (FOLDER / "away.js").read_text()
    for language, text in re.findall(r'\["([\w-]+)", "\w+", "(.+?)"\]', source):
        assert catalogue(language)["prompts"]["error.offline"] == text


@pytest.mark.parametrize(("state", "language"), [("D", "de"), ("AUT", "de"), ("CHN", "zh-Hans"), ("UTO", "en")])
def test_the_language_follows_the_issuing_state(state: str, language: str) -> None:
    """Germany's code in the zone is D."""
    assert language_of_state(state) == language
