"""What a traveller reads on the register's pages is there in every language of the traveller's screen."""

import json
import re
from typing import Any

import pytest

from biometrics.portrait import ADVICE
from drivers.screen_web_app import LANGUAGES
from link.travel import TravelState
from register.application import OPEN_TO_TRAVELLER, ApplicationState
from register.looking import RESCAN_WORDS
from register.service.pages import FOLDER

TEXTS = FOLDER / "texts"
OF_OWN_VISAS = {"valid", "not_yet_valid", "expired", "used_up", "suspended", "cancelled"}
PAGE = ("register", "apply", "photo", "file", "return", "status", "texts")
"""The scripts of the traveller's page."""
NEVER_MET = {
    "token_unknown",  # of machines and staff
    "scope_missing",
    "certificate_of_another",
    "not_signed_in",
    "role_missing",
    "page_missing",  # the page sends a picture of the document, always
    "lines_refused",
    "idempotency_conflict",  # its key is of what it sends
    "record_unknown",  # it asks about what it was just told of
    "passage_unknown",
}
"""Codes of the service that this page has no words of its own for: it says that the service cannot do it now."""


def catalogue(language: str) -> dict[str, Any]:
    return json.loads((TEXTS / f"{language}.json").read_text())  # type: ignore[no-any-return]  # JSON


def keys(kind: str) -> set[str]:
    return {key.split(".")[1] for key in catalogue("en")["prompts"] if key.startswith(f"{kind}.")}


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def scripts() -> str:
    return "".join((FOLDER / f"{name}.js").read_text() for name in PAGE)


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
    for key, text in ours["prompts"].items():
        assert text, key
        assert fields(text) == fields(english["prompts"][key]), key
    same = [key for key, text in ours["prompts"].items() if len(text) > 12 and text == english["prompts"][key]]
    assert language == "en" or same == []


def test_every_state_and_every_reason_that_may_be_told_has_its_text() -> None:
    said = set(catalogue("en")["prompts"])
    assert {f"{part}.{state.value}" for state in ApplicationState for part in ("state", "do")} <= said
    assert {question.value for question in OPEN_TO_TRAVELLER} == keys("why")
    assert {f"visa_state.{state}" for state in OF_OWN_VISAS} <= said
    assert {TravelState(state).value for state in OF_OWN_VISAS} == OF_OWN_VISAS


def test_advice_on_pictures_is_what_the_service_says_and_all_of_it() -> None:
    english = catalogue("en")["prompts"]
    assert {key: english[f"portrait.{key}"] for key in keys("portrait")} == ADVICE
    assert {key: english[f"page.{key}"] for key in keys("page")} == {r.value: w for r, w in RESCAN_WORDS.items()}


def test_every_refusal_that_a_traveller_can_meet_has_its_text() -> None:
    sources = "".join(
        (FOLDER.parents[2] / "register" / name).read_text()
        for name in ("service/travellers.py", "service/callers.py", "applying.py")
    )
    codes = set(re.findall(r'(?:Problem\(\s*\d+,|DecisionRefused\(|stranger\(request,)\s*"(\w+)"', sources))
    assert len(codes) > 8
    advised = {"page_unreadable"}  # told by its advice
    elsewhere = {"body_too_large", "register_busy", "offline", "no_picture", "no_canvas", "other"}
    assert codes - advised - NEVER_MET - {"application_unknown"} == keys("error") - elsewhere


def test_every_text_is_used_and_nothing_else_is_asked_for() -> None:
    said, source = set(catalogue("en")["prompts"]), scripts()
    plain = set(re.findall(r'"([a-z]+\.[a-z_]+|own|keep|again|choose|passport|title|footer)"', source))
    asked = {key for key in plain if key.split(".")[0] in {each.split(".")[0] for each in said}}
    built = {"state", "do", "why", "visa_state", "portrait", "page", "error"}
    assert set(re.findall(r"`(\w+)\.\$\{", source)) == built | {"apply"}
    by_kind = {f"apply.{kind}{end}" for kind in ("page", "portrait") for end in ("", "_hint")}
    assert asked <= said
    assert {key for key in said if key.split(".")[0] not in built} == {
        key for key in asked | by_kind if key.split(".")[0] not in built
    }
