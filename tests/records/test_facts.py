"""What may not be written down is refused by name, and its value stays out of the message."""

from enum import Enum
from typing import Any

import numpy as np
import pytest

from records.errors import FactRefused
from records.facts import checked
from records.journal import Journal

# The worked example of ICAO 9303 part 4, and pieces of it.
ZONE = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


class Word(str, Enum):  # noqa: UP042  (a text that is not plain text is what is tested)
    A = "a"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (b"\xff\xd8\xff", "is a bytes"),
        (np.zeros((2, 2, 3), np.uint8), "is a ndarray"),
        (np.float32(0.5), "is a float32"),
        ((1, 2), "is a tuple"),
        ({"a": 1}, "is a dict"),
        (float("nan"), "finite"),
        (float("inf"), "finite"),
        ("x" * 301, "longer than 300"),
        (ZONE[0], "machine readable zone"),
        (ZONE[1], "machine readable zone"),
        ("ERIKSSON<<ANNA", "machine readable zone"),
        (f"the line was {ZONE[1]}", "machine readable zone"),
        (Word.A, "plain text"),
    ],
)
def test_a_value_that_has_no_place_here(value: Any, why: str) -> None:
    with pytest.raises(FactRefused, match=f"'detail' .*{why}") as refused:
        checked({"detail": value})
    assert "ERIKSSON" not in str(refused.value)
    assert "L898902C3" not in str(refused.value)


@pytest.mark.parametrize("name", ["surname", "document_number", "birth_date", "portrait", "embedding"])
def test_a_name_of_personal_data(name: str) -> None:
    with pytest.raises(FactRefused, match=name):
        checked({name: "x"})


def test_plain_facts_are_sorted_and_kept_as_they_are(journal: Journal) -> None:
    facts = {"b": 1, "a": "grün", "c": 0.1, "d": True, "e": None, "f": -(2**40)}
    journal.append("event", "t1", 0.125, facts)
    journal.flush()
    (entry,) = journal.read("t1")
    assert entry.facts == tuple(sorted(facts.items()))
    assert journal.verify().holds


@pytest.mark.parametrize(
    "text", ["ab" + "1234567890" * 3, "0123456789abcdef" * 4, "ISO/IEC 19794-5", "demo-1-20260501-3"]
)
def test_digests_and_plain_words_are_no_zone(text: str) -> None:
    assert checked({"digest": text}) == (("digest", text),)


def test_a_refused_fact_leaves_the_chain_as_it_was(journal: Journal) -> None:
    journal.append("event", "t1", 0.0)
    with pytest.raises(FactRefused):
        journal.append("event", "t1", 0.0, {"portrait": "x"})
    journal.append("event", "t1", 1.0)
    journal.flush()
    assert [entry.seq for entry in journal.read("t1")] == [1, 2]
