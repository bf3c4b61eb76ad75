"""Lawful, and yet unusual for the issuer."""

import pytest

from mrz.evidence import unusual_fields
from mrz.parse import parse
from tests.mrz.zones import TD3, TODAY, passport


@pytest.mark.parametrize(
    ("issuer", "number", "optional", "unusual"),
    [
        ("D", "C01X00T47", "", set()),
        ("D", "C01XOOT47", "", {"document_number"}),
        ("D", "B01X00T47", "", {"document_number"}),
        ("NLD", "SPECI2014", "999999990", set()),
        ("NLD", "SPEC12O14", "999999991", {"document_number", "optional_data"}),
        ("NLD", "SPECI2014", "", set()),
        ("UTO", "B01X00T47", "1", set()),
    ],
)
def test_numbers_that_an_issuer_does_not_print(issuer: str, number: str, optional: str, unusual: set[str]) -> None:
    mrz = parse(passport(issuer=issuer, nationality=issuer, number=number, optional=optional), TODAY)
    assert unusual_fields(mrz) == unusual


def test_the_specimen_is_usual() -> None:
    assert unusual_fields(parse(TD3, TODAY)) == frozenset()
