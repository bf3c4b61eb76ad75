"""What a traveller reads of an application is there in every language of the traveller's screen."""

import json
import re
from typing import Any

import pytest

from drivers.screen_web_app import LANGUAGES
from link.travel import TravelState
from register.application import OPEN_TO_TRAVELLER, ApplicationState
from register.service.pages import FOLDER

TEXTS = FOLDER / "texts"
OF_OWN_VISAS = {"valid", "not_yet_valid", "expired", "used_up", "suspended", "cancelled"}


def catalogue(language: str) -> dict[str, Any]:
    return json.loads((TEXTS / f"{language}.json").read_text())  # type: ignore[no-any-return]  # JSON


def test_the_languages_are_those_of_the_screen() -> None:
    assert {path.stem for path in TEXTS.iterdir()} == set(LANGUAGES)
    listed = re.search(r"LANGUAGES = \[([^]]*)\]", (FOLDER / "texts.js").read_text())
    assert listed
    assert set(re.findall(r'"([^"]+)"', listed[1])) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_says_everything(language: str) -> None:
    ours, english = catalogue(language), catalogue("en")
    assert ours["language"] == language
    assert ours["dir"] == ("rtl" if language in ("ar", "fa", "he") else "ltr")
    assert ours["review"] in ("author", "machine", "unreviewed", "reviewed")
    assert set(ours["prompts"]) == set(english["prompts"])
    assert all(ours["prompts"].values())
    same = [key for key, text in ours["prompts"].items() if len(text) > 12 and text == english["prompts"][key]]
    assert language == "en" or same == []


def test_every_state_and_every_reason_that_may_be_told_has_its_text() -> None:
    said = set(catalogue("en")["prompts"])
    assert {f"{part}.{state.value}" for state in ApplicationState for part in ("state", "do")} <= said
    assert {f"why.{question.value}" for question in OPEN_TO_TRAVELLER} == {key for key in said if key[:4] == "why."}
    assert {f"visa_state.{state}" for state in OF_OWN_VISAS} <= said
    assert {TravelState(state).value for state in OF_OWN_VISAS} == OF_OWN_VISAS
    asked = set(
        re.findall(r'"((?:visa|passages|new|do)\.\w+|own|keep|again|passport)"', (FOLDER / "status.js").read_text())
    )
    assert asked <= said
