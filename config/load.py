"""Site file -> Site. What is wrong is told in one sentence with the file's name, the line and the key."""

import difflib
import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.models import keys_of, kind_of, sections_of
from config.schema import Site
from config.toml_lines import Path as KeyPath
from config.toml_lines import key_lines

MAX_BYTES = 1_000_000
M = TypeVar("M", bound=BaseModel)


class ConfigRefused(Exception):
    """The site file cannot be used. `str()` is the first fault; `faults` are all of them, by line."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults[0])


@dataclass(frozen=True, slots=True)
class LoadedSite:
    """A site with the file that it came from."""

    site: Site
    file: Path
    digest: str
    """SHA-256 of the file's bytes, hexadecimal: goes into every record."""
    text: str = field(repr=False)

    def resolve(self, path: str) -> Path:
        """A path of the file: absolute, or beside the file."""
        return (self.file.parent / path).resolve()


def load(file: Path) -> LoadedSite:
    """Read and check one site file. Raises ConfigRefused."""
    return parse(content_of(file, "site file"), file)


def parse(content: bytes, file: Path) -> LoadedSite:
    """Check the bytes of a site file; `file` is where they stand."""
    site, text = validated(Site, content, file, "site file")
    return LoadedSite(site, file, hashlib.sha256(content).hexdigest(), text)


def content_of(file: Path, what: str) -> bytes:
    """The file's bytes; `what` it should be is for the sentence. Raises ConfigRefused."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise ConfigRefused([f"{file}: the {what} cannot be read ({error.strerror}): check its path."]) from None


def validated(model: type[M], content: bytes, file: Path, what: str) -> tuple[M, str]:
    """TOML bytes as a model made of Sections, and their text. Raises ConfigRefused with every fault and its line."""
    data, text = _toml(content, file, what)
    try:
        return model.model_validate(data), text
    except ValidationError as error:
        lines = key_lines(text)
        found = sorted(_fault(details, data, lines, model) for details in error.errors(include_url=False))
        raise ConfigRefused(f"{file}:{line}: {sentence}" for line, sentence in found) from None


def _toml(content: bytes, file: Path, what: str) -> tuple[dict[str, Any], str]:
    if len(content) > MAX_BYTES:
        raise ConfigRefused([f"{file}: this is larger than {MAX_BYTES} bytes and no {what}: check its path."])
    try:
        text = content.decode()
        return tomllib.loads(text), text
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigRefused([f"{file}:{line}: this is not UTF-8 text: save the file as UTF-8."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigRefused([f"{file}:{_line_of(str(error), text)}: this is not TOML: {_plain(str(error))}."]) from None


def _line_of(message: str, text: str) -> int:
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else text.rstrip("\n").count("\n") + 1


def _plain(message: str) -> str:
    return re.sub(r" \(at [^)]*\)", "", message).lower()


def _fault(
    details: ErrorDetails, data: Mapping[str, Any], lines: Mapping[KeyPath, int], model: type[BaseModel]
) -> tuple[int, str]:
    path = _path_in_file(details["loc"], data)
    if details["type"] == "rule":
        path = (*path, *details["ctx"]["at"].split("."))
    line = next((lines[path[:length]] for length in range(len(path), 0, -1) if path[:length] in lines), 1)
    return line, _sentence(details, path, model)


def _path_in_file(loc: tuple[str | int, ...], data: Any) -> KeyPath:
    """pydantic's location without the union tags that it puts in between."""
    path: KeyPath = ()
    for part in loc:
        if isinstance(data, Mapping) and part not in data and data.get("kind") == part:
            continue
        path = (*path, part)
        data = _inside(data, part)
    return path


def _inside(data: Any, part: str | int) -> Any:
    if isinstance(data, Mapping):
        return data.get(part)
    return data[part] if isinstance(data, list) and isinstance(part, int) and part < len(data) else None


def _sentence(details: ErrorDetails, path: KeyPath, model: type[BaseModel]) -> str:
    key = _dotted(path)
    match details["type"]:
        case "extra_forbidden":
            nearest = _did_you_mean(str(path[-1]), _keys_at(details["loc"][:-1], model))
            return f"'{key}' is no key that is known here{nearest}"
        case "missing":
            return f"'{key}' is missing{_in_section(path[:-1])}."
        case "union_tag_not_found":
            return f"'{key}.kind' is missing{_in_section(path)}: it chooses the device."
        case "union_tag_invalid":
            known = details["ctx"]["expected_tags"].replace("'", "").split(", ")
            return f"'{key}.kind' is not one of {', '.join(known)}{_did_you_mean(details['ctx']['tag'], known)}"
        case "rule":
            return f"{details['msg']}."
        case _:
            return f"'{key}' is {_shown(details['input'])}: {_lowered(details['msg'])}."


def _dotted(path: KeyPath) -> str:
    return ".".join(str(part) for part in path)


def _in_section(path: KeyPath) -> str:
    return f" in [{_dotted(path)}]" if path else " at the top of the file"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _did_you_mean(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f": did you mean '{near[0]}'?" if near else "."


def _keys_at(loc: tuple[str | int, ...], model: type[BaseModel]) -> list[str]:
    """The keys that the section at pydantic's location knows."""
    known: list[type[BaseModel]] = [model]
    for part in loc:
        if isinstance(part, int):  # which element of an array: all have the same keys
            continue
        tagged = [model for model in known if len(known) > 1 and kind_of(model) == part]
        inner = [each for model in known if part in keys_of(model) for each in _below(model, part)]
        known = tagged or inner
    return sorted({key for model in known for key in keys_of(model)})


def _below(model: type[BaseModel], key: str | int) -> list[type[BaseModel]]:
    return sections_of(keys_of(model)[str(key)].annotation)
