"""docs/config.md is what the schema says, and the schema says it of every key."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from config.models import keys_of, sections_of
from config.reference import reference
from config.schema import Site

DOCS = Path(__file__).resolve().parents[2] / "docs" / "config.md"


def models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for info in keys_of(model).values():
        for below in sections_of(info.annotation):
            yield from models(below)


def test_the_page_is_the_schemas() -> None:
    assert DOCS.read_text() == reference(), "write it anew: egate config describe > docs/config.md"


def test_every_key_has_a_title_and_a_description() -> None:
    for model in models(Site):
        assert model.__doc__, model.__name__
        for name, info in keys_of(model).items():
            assert name == "kind" or (info.title and info.description), f"{model.__name__}.{name}"


def test_every_number_has_a_floor_and_a_ceiling() -> None:
    for model in models(Site):
        for name, info in keys_of(model).items():
            if info.annotation in (int, float):
                bounds = {type(each).__name__ for each in info.metadata}
                assert {"Ge", "Le"} <= bounds, f"{model.__name__}.{name}"


def test_the_page_names_every_key() -> None:
    page = reference()
    for model in models(Site):
        for name in keys_of(model):
            assert f"`{name}`" in page or f"{name}]`" in page
