"""Write web/static/shared/api.d.ts: the types of everything that goes between our servers and our pages.

    python -m tools.make_api_types

Made of the Pydantic models and typed dictionaries of MODELS by their JSON schema. tests/screens/test_api_types.py fails
when the file is stale; `tsc -p web` then checks the pages' scripts against it.
"""

import json
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

TARGET = Path(__file__).parents[1] / "web" / "static" / "shared" / "api.d.ts"
MODELS: Mapping[str, tuple[str, ...]] = {
    "drivers.screen_web_messages": (
        "TravellerSnapshot", "PromptMessage", "LanguageMessage", "PaintedMessage", "PressedMessage",
    ),
    "simulators.scenario": ("Traveller", "Event", "Fault", "Officer"),
    "simulators.studio_model": (
        "SimulatorSnapshot", "FixedShown", "Pacing", "Place", "Put", "Hand", "Traffic", "NetworkCut",
        "Rehearsal", "Accepted",
    ),
    "web.envelope": ("Message", "Hello"),
}  # fmt: skip
HEAD = """\
// Made by tools/make_api_types.py from the servers' own models; do not edit.
"""
PRIMITIVES = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}


def schemas() -> dict[str, Any]:
    """Every named shape, by its name."""
    inputs = [
        (name, "validation", TypeAdapter(getattr(import_module(module), name)))
        for module, names in MODELS.items()
        for name in names
    ]
    _, together = TypeAdapter.json_schemas(inputs)  # type: ignore[arg-type]  # keys and modes are as they must be
    shapes: dict[str, Any] = together.get("$defs", {})
    return shapes


def declared(shapes: Mapping[str, Any]) -> Iterable[str]:
    for name in sorted(shapes):
        shape = shapes[name]
        if "enum" in shape:
            yield f"export type {name} = {typed(shape)};\n"
            continue
        required = set(shape.get("required", ()))
        fields = [
            f"  {field}{'' if field in required else '?'}: {typed(said)};\n"
            for field, said in shape.get("properties", {}).items()
        ]
        yield f"export interface {name} {{\n{''.join(fields)}}}\n"


def typed(said: Mapping[str, Any]) -> str:
    """The TypeScript type of one JSON schema."""
    if "$ref" in said:
        return str(said["$ref"]).rpartition("/")[2]
    if "enum" in said or "const" in said:
        return " | ".join(json.dumps(value) for value in said.get("enum", [said.get("const")]))
    for several in ("anyOf", "allOf", "oneOf"):
        if several in said:
            return " | ".join(dict.fromkeys(typed(each) for each in said[several]))
    kind = said.get("type")
    if kind == "array":
        if "prefixItems" in said:
            return f"[{', '.join(typed(each) for each in said['prefixItems'])}]"
        return f"({typed(said.get('items', {}))})[]"
    if kind == "object":
        values = said.get("additionalProperties")
        return f"Record<string, {typed(values) if isinstance(values, dict) else 'unknown'}>"
    return PRIMITIVES.get(str(kind), "unknown")


def text() -> str:
    return HEAD + "\n" + "\n".join(declared(schemas()))


if __name__ == "__main__":
    TARGET.write_text(text())
    print(f"{text().count('export ')} types in {TARGET}")
