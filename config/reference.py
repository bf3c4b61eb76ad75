"""docs/config.md, written from the schema: each section, each key, its bounds, its default and what it means."""

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le, MinLen
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.models import keys_of, kind_of, sections_of
from config.schema import Site

_INTRODUCTION = """\
# The site file

One TOML file describes one lane. This page is written from the schema (`egate config describe`); a test holds it to it.

* An unknown key is an error, with the file, the line and the nearest known key: `egate check-config FILE`.
* A key without a default must be there. Paths are relative to the site file.
* The word `"simulated"` as a port or a source starts a simulator at the far end of a real wire.
* `production = true` refuses everything that is simulated, and a journal without a key file.
* `egate config history SITE` lists what the lane has accepted; `egate config rollback SITE` brings the last one back.
"""


def reference() -> str:
    """The page, as Markdown."""
    return "\n".join([_INTRODUCTION, *_section("", Site)]) + "\n"


def _section(path: str, model: type[BaseModel]) -> Iterator[str]:
    kind = kind_of(model)
    heading = f"`[{path}]`" if path else "Top of the file"
    yield f"## {heading}" + (f", kind `{kind}`" if kind else "") + "\n"
    yield f"{model.__doc__}\n"
    below = {name: info for name, info in keys_of(model).items() if sections_of(info.annotation)}
    plain = {name: info for name, info in keys_of(model).items() if name not in below}
    yield "| key | value | default | meaning |\n| --- | --- | --- | --- |"
    for name, info in plain.items():
        yield f"| `{name}` | {_value(info)} | {_default(info)} | {_meaning(info)} |"
    for name, info in below.items():
        yield f"| `[{f'{path}.{name}'.lstrip('.')}]` | section | {_default(info)} | {_meaning(info)} |"
    yield ""
    for name, info in below.items():
        for section in sections_of(info.annotation):
            yield from _section(f"{path}.{name}".lstrip("."), section)


def _meaning(info: FieldInfo) -> str:
    return info.description or "Chooses the device."


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "-"
    if sections_of(info.annotation):
        return "may be left out"
    return _shown(info.default)


def _shown(value: object) -> str:
    match value:
        case frozenset():
            return f"`[{', '.join(_shown(each).strip('`') for each in sorted(value))}]`"
        case bool():
            return f"`{str(value).lower()}`"
        case None:
            return "none"
        case str():
            return f'`"{value}"`'
        case float():
            return f"`{value:g}`"
        case _:
            return f"`{value}`"


def _value(info: FieldInfo) -> str:
    low = next((_shown(limit.ge).strip("`") for limit in info.metadata if isinstance(limit, Ge)), "")
    high = next((_shown(limit.le).strip("`") for limit in info.metadata if isinstance(limit, Le)), "")
    span = f", {low} to {high}" if low else ""
    needed = ", at least one" if any(isinstance(each, MinLen) for each in info.metadata) else ""
    return f"{_type(info.annotation)}{span}{needed if get_origin(info.annotation) is frozenset else ''}"


def _type(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(_shown(each) for each in arguments)
    if origin is frozenset:
        return f"list of {_type(arguments[0])}"
    if arguments and type(None) in arguments:
        return _type(arguments[0])
    if hasattr(annotation, "__metadata__"):
        return _type(arguments[0])
    return {str: "text", int: "whole number", float: "number", bool: "true or false"}[annotation]
