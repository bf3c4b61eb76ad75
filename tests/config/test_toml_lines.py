"""The line of every key, for all the ways in which TOML may write one."""

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.toml_lines import Path, key_lines
from tests.config.conftest import SITES

EVERYTHING = (
    r'''# a comment with [brackets] and "quotes"
title = "a # no comment" # a comment
[owner]
name = 'C:\[not]\a = table'
"quoted key" = 1
"a.b\"c" = 2
site."x.y".z = 3
text = """
[not_a_table]
key = "not a key" \"""
"""""
raw = '''
    + "'''\n[neither]\nnor = 1\n'''"
    + r"""
numbers = [ 1, # one ]
  2,
  [3,
   4], ]
point = { x = 1, y.z = [
  5 ], "w" = {} }
empty = []
date = 1979-05-27T07:32:00Z
[a.b.c]
[a.b . "d e"]
k=1
[[fruit]]
name = "apple"
[fruit.physical]
color = "red"
[[fruit.variety]]
name = "red delicious"
[[fruit.variety]]
name = "granny smith"
[[fruit]]
name = "banana"
[[fruit.variety]]
name = "plantain"
"""
)


def line_of(text: str, mark: str, nth: int = 0) -> int:
    at = -1
    for _ in range(nth + 1):
        at = text.index(mark, at + 1)
    return text.count("\n", 0, at) + 1


@pytest.mark.parametrize(
    ("path", "mark", "nth"),
    [
        (("title",), "title =", 0),
        (("owner",), "[owner]", 0),
        (("owner", "name"), "name = 'C", 0),
        (("owner", "quoted key"), '"quoted key"', 0),
        (("owner", 'a.b"c'), '"a.b', 0),
        (("owner", "site"), "site.", 0),
        (("owner", "site", "x.y", "z"), "site.", 0),
        (("owner", "text"), "text =", 0),
        (("owner", "raw"), "raw =", 0),
        (("owner", "numbers"), "numbers =", 0),
        (("owner", "numbers", 0), "numbers =", 0),
        (("owner", "numbers", 1), "  2,", 0),
        (("owner", "numbers", 2), "  [3,", 0),
        (("owner", "numbers", 2, 1), "   4]", 0),
        (("owner", "point", "x"), "point =", 0),
        (("owner", "point", "y", "z", 0), "  5 ]", 0),
        (("owner", "point", "w"), "  5 ]", 0),
        (("owner", "empty"), "empty =", 0),
        (("owner", "date"), "date =", 0),
        (("a", "b", "c"), "[a.b.c]", 0),
        (("a", "b", "d e", "k"), "k=1", 0),
        (("fruit", 0), "[[fruit]]", 0),
        (("fruit", 0, "name"), 'name = "apple"', 0),
        (("fruit", 0, "physical", "color"), "color =", 0),
        (("fruit", 0, "variety", 1), "[[fruit.variety]]", 1),
        (("fruit", 0, "variety", 1, "name"), 'name = "granny', 0),
        (("fruit", 1), "[[fruit]]", 1),
        (("fruit", 1, "variety", 0, "name"), 'name = "plantain', 0),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_line_of_a_key(path: Path, mark: str, nth: int, end: str) -> None:
    lines = key_lines(EVERYTHING.replace("\n", end))
    assert lines[path] == line_of(EVERYTHING, mark, nth)


def paths(value: Any, path: Path = ()) -> set[Path]:
    """Every key and element that the parsed text has."""
    found: set[Path] = {path} if path else set()
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        found |= paths(member, (*path, key))
    return found


def test_every_key_that_the_parser_finds_is_found() -> None:
    assert set(key_lines(EVERYTHING)) == paths(tomllib.loads(EVERYTHING))
    for file in SITES.glob("*.toml"):
        assert set(key_lines(file.read_text())) == paths(tomllib.loads(file.read_text()))


KEY = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True),
    st.from_regex(r"'[ a-z.=#\[\]\"]{0,5}'", fullmatch=True),
    st.from_regex(r'"([ a-z.=#\[\]\']|\\"|\\\\){0,5}"', fullmatch=True),
)
TEXT = st.from_regex(
    r'("""([a-z\n#\[="]{0,2}[a-z\n#\]=]){0,4}"""|\'\'\'[a-z\n#\[="]{0,6}\'\'\'|"[a-z#\[=]{0,6}")', fullmatch=True
)
VALUE = st.recursive(
    st.one_of(TEXT, st.integers().map(str), st.just("true"), st.just("1.5e3")),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda each: "[\n " + " , # c ]\n".join(each) + "\n]"),
        st.lists(st.tuples(KEY, inner), max_size=2, unique_by=lambda pair: pair[0]).map(
            lambda each: "{ " + ", ".join(f"{key} = {value}" for key, value in each) + " }"
        ),
    ),
    max_leaves=6,
)
HEADER = st.tuples(st.lists(KEY, min_size=1, max_size=3), st.booleans()).map(
    lambda each: f"[[{' . '.join(each[0])}]]" if each[1] else f"[{'.'.join(each[0])}]"
)
PAIR = st.tuples(st.lists(KEY, min_size=1, max_size=2), VALUE).map(lambda each: f"{'.'.join(each[0])} = {each[1]}")


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(st.one_of(HEADER, PAIR, st.sampled_from(["", "# [c] = 'd'"])), max_size=8))
def test_any_toml_that_the_parser_takes(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        parsed = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(key_lines(text)) == paths(parsed)
