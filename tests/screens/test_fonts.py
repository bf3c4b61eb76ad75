"""Every character that a screen can show is in a font that comes with it, and the page is told which has it."""

import json
import re

import pytest
from fontTools.ttLib import TTFont

from drivers.screen_web_app import LANGUAGES
from tools.make_fonts import FACES, FAMILY, FONTS, PROMPTS, STATIC, SYMBOLS, Face, catalogue_text

INVISIBLE = {0x200C, 0x200D, 0x200E, 0x200F, 0x2066, 0x2067, 0x2068, 0x2069}
WEIGHTS = ("400", "700")
RULE = re.compile(r'font-family: "([^"]+)"; font-weight: (\d+); .*?url\("fonts/([^"]+)"\).*?unicode-range: ([^;]+);')


def points_of(ranges: str) -> set[int]:
    points: set[int] = set()
    for each in ranges.split(", "):
        first, _, last = each.removeprefix("U+").partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def rules() -> list[tuple[str, str, str, set[int]]]:
    css = (STATIC / "shared" / "fonts.css").read_text()
    return [(family, weight, file, points_of(said)) for family, weight, file, said in RULE.findall(css)]


def shown(language: str) -> set[int]:
    """The families that the page gives this language: the common one and, for Chinese, Japanese, Korean, its own."""
    own = {face.family for face in FACES if language in face.languages} | {FAMILY}
    return set.intersection(
        *[
            set().union(*[p for family, w, _, p in rules() if family in own and w in (weight, "400")])
            for weight in WEIGHTS
        ]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_character_of_a_catalogue_is_in_its_fonts(language: str) -> None:
    wanted = {ord(each) for each in catalogue_text([language])} - INVISIBLE
    assert sorted(map(chr, wanted - shown(language))) == []


def test_every_character_that_the_pages_write_is_in_the_common_fonts() -> None:
    """Scripts and pages of ours; texts of catalogues are the test above."""
    own = [path for path in STATIC.rglob("*") if path.suffix in (".js", ".html", ".css") and path.name != "away.js"]
    wanted = {ord(each) for path in own for each in path.read_text()} - {ord("\n"), ord("\t")} - INVISIBLE
    assert sorted(map(chr, wanted - shown("en"))) == []


def test_every_language_may_greet_on_the_page_of_another() -> None:
    """Names in the language row carry their own `lang`; the words without a server stand beside one another."""
    for language in LANGUAGES:
        name = json.loads((PROMPTS / f"{language}.json").read_text())["name"]
        assert {ord(each) for each in name} <= shown(language)


def test_the_stylesheet_says_what_the_files_have() -> None:
    for family, weight, file, points in rules():
        font = TTFont(FONTS / file)
        assert points == set(font.getBestCmap()) - {0}, (family, weight, file)


def test_the_fonts_are_free_and_small() -> None:
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text()
    assert {file for _, _, file, _ in rules()} == {path.name for path in FONTS.glob("*.woff2")}
    assert sum(path.stat().st_size for path in FONTS.glob("*.woff2")) < 600_000


def test_symbols_are_cut_from_some_font() -> None:
    everywhere = set().union(*[points for _, _, _, points in rules()])
    assert sorted(set(SYMBOLS) - set(map(chr, everywhere))) == []


def test_a_language_of_its_own_drawing_has_a_family_of_its_own() -> None:
    own: list[Face] = [face for face in FACES if face.collection]
    assert {face.languages[0] for face in own} == {"zh-Hans", "ja", "ko"}
    css = (STATIC / "shared" / "base.css").read_text()
    for face in own:
        assert f":lang({face.languages[0].split('-')[0]})" in css and face.family in css
