"""What a section's annotations stand for: the sections below it, and their kinds."""

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def sections_of(annotation: Any) -> list[type[BaseModel]]:
    """The sections that an annotation can stand for, in their order; empty for a plain value."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    if get_origin(annotation) in (Union, UnionType, Annotated, tuple):
        return [model for part in get_args(annotation) for model in sections_of(part)]
    return []


def kind_of(model: type[BaseModel]) -> str:
    """The value of its `kind`, or nothing."""
    kind = model.model_fields.get("kind")
    return str(get_args(kind.annotation)[0]) if kind else ""


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """The keys as a site file spells them, with what pydantic knows of each."""
    return {info.alias or name: info for name, info in model.model_fields.items()}
