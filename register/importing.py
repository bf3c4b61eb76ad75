"""Lists of visas and alerts as others hand them over: CSV or JSON, portraits as files beside them.

A list is taken whole or not at all. What is wrong is told with the file, the line and the field, never with the value.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from link.images import ImageRefused, decode
from register.arrivals import Arrival
from register.model import Alert, Visa, VisaRefused

MAX_PORTRAIT_BYTES = 5_000_000
T = TypeVar("T")
Values = Mapping[str, Any]
"""Field name -> text (CSV), or whatever JSON has there."""


class ImportRefused(Exception):
    """The list cannot be taken: `FILE:LINE: field ... .`"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, and where it stands."""

    file: Path
    line: int
    values: Values

    def refused(self, problem: str) -> ImportRefused:
        return ImportRefused(f"{self.file}:{self.line}: {problem}: nothing was imported.")


def rows(file: Path) -> Iterator[Row]:
    """The rows of a `.csv` (first line = field names) or of a `.json` (an array of objects)."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportRefused(f"{file}: the list cannot be read ({error.strerror}): check its path.") from None
    except UnicodeDecodeError:
        raise ImportRefused(f"{file}: the list is not UTF-8 text: save it as UTF-8.") from None
    readers = {".csv": _csv_rows, ".json": _json_rows}
    if file.suffix.lower() not in readers:
        raise ImportRefused(f"{file}: a list ends in .csv or .json: rename it.")
    return readers[file.suffix.lower()](file, text)


def visa(row: Row) -> Visa:
    """One visa with its portrait, which is decoded once to be sure of it."""
    return _made(row, Visa, _VISA_FIELDS)


def alert(row: Row) -> Alert:
    return _made(row, Alert, _ALERT_FIELDS)


def arrival(row: Row) -> Arrival:
    return _made(row, Arrival, _ARRIVAL_FIELDS)


def portrait(file: Path) -> bytes:
    """The encoded image as it is. Raises VisaRefused when it cannot be one."""
    try:
        if file.stat().st_size > MAX_PORTRAIT_BYTES:
            raise VisaRefused("portrait", f"is a file of more than {MAX_PORTRAIT_BYTES} bytes")
        data = file.read_bytes()
    except OSError as error:
        raise VisaRefused("portrait", f"names a file that cannot be read ({error.strerror})") from None
    try:
        decode(data)
    except ImageRefused as refused:
        raise VisaRefused("portrait", f"cannot be used ({refused})") from None
    return data


def _csv_rows(file: Path, text: str) -> Iterator[Row]:
    names: list[str] = []
    for line, values in _csv_lines(file, text):
        if not names:
            names = values
        elif len(values) > len(names):
            raise Row(file, line, {}).refused("there are more values than field names")
        else:
            yield Row(file, line, {name: value for name, value in zip(names, values, strict=False) if value})


def _csv_lines(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Each line of values with the number of its first line in the file: a quoted value may hold line ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader, None)
        except csv.Error:
            raise Row(file, line, {}).refused("this is not CSV (look at its quotes)") from None
        if values is None:
            return
        if values:
            yield line, values


def _json_rows(file: Path, text: str) -> Iterator[Row]:
    decoder, at = json.JSONDecoder(), _behind(text, 0, "[", file)
    while text[at : at + 1] != "]":
        line = text.count("\n", 0, at) + 1
        try:
            values, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise ImportRefused(f"{file}:{error.lineno}: this is not JSON: nothing was imported.") from None
        if not isinstance(values, dict):
            raise Row(file, line, {}).refused("this is no object with fields")
        yield Row(file, line, values)
        at = _blanks(text, at)
        if text[at : at + 1] != "]":
            at = _behind(text, at, ",", file)


def _behind(text: str, at: int, sign: str, file: Path) -> int:
    at = _blanks(text, at)
    if text[at : at + 1] != sign:
        line = text.count("\n", 0, at) + 1
        raise ImportRefused(
            f"{file}:{line}: this is no JSON array of objects ('{sign}' expected): nothing was imported."
        )
    return _blanks(text, at + 1)


def _blanks(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\r", "\n"):
        at += 1
    return at


def _made(row: Row, made: Callable[..., T], kinds: Mapping[str, Callable[[Row, Any], Any]]) -> T:
    """Every field converted by its kind, then the whole checked by its own class."""
    values: dict[str, Any] = {}
    for name, value in row.values.items():
        if name not in kinds:
            raise row.refused(f"the field '{name}' is not one of {', '.join(kinds)}")
        try:
            values[name] = kinds[name](row, value)
        except VisaRefused as refused:
            raise row.refused(f"the field {refused}") from None
        except (ValueError, TypeError) as error:
            raise row.refused(f"the field '{name}' {_EXPECTED[kinds[name]]}") from error
    try:
        return made(**values)
    except VisaRefused as refused:
        raise row.refused(f"the field {refused}") from None
    except TypeError:
        missing = next(field.name for field in fields(made) if field.name not in values)  # type: ignore[arg-type]  # a dataclass
        raise row.refused(f"the field '{missing}' is missing") from None


def _text(_row: Row, value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value.strip()


def _day(_row: Row, value: Any) -> date:
    return date.fromisoformat(value)


def _moment(_row: Row, value: Any) -> datetime:
    return datetime.fromisoformat(value)


def _number(_row: Row, value: Any) -> int | None:
    if isinstance(value, bool | float):
        raise TypeError
    return None if value is None else int(value)


def _truth(_row: Row, value: Any) -> bool:
    known = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if isinstance(value, bool):
        return value
    if value.lower() not in known:
        raise ValueError
    return known[value.lower()]


def _words(_row: Row, value: Any) -> tuple[str, ...]:
    parts = value.split(";") if isinstance(value, str) else value
    return tuple(_text(_row, part) for part in parts if part)


def _portrait(row: Row, value: Any) -> bytes:
    return portrait(row.file.parent / _text(row, value))


_EXPECTED: dict[Callable[[Row, Any], Any], str] = {
    _text: "is not text",
    _day: "is not a day as YYYY-MM-DD",
    _moment: "is not a moment as 2026-11-27T14:05:00+00:00",
    _number: "is not a whole number",
    _truth: "is not yes or no",
    _words: "is not a list of words (in CSV: separated by ;)",
    _portrait: "is not a file's name",
}
_VISA_FIELDS: dict[str, Callable[[Row, Any], Any]] = {
    "record": _text,
    "issuing_state": _text,
    "document_number": _text,
    "birth_date": _text,
    "surname": _text,
    "given_names": _text,
    "nationality": _text,
    "valid_from": _day,
    "valid_until": _day,
    "entries": _number,
    "restrictions": _words,
    "cancelled": _truth,
    "synchronised": _truth,
    "portrait": _portrait,
}
_ALERT_FIELDS: dict[str, Callable[[Row, Any], Any]] = {
    "alert": _text,
    "hold": _truth,
    "issuing_state": _text,
    "document_number": _text,
    "surname": _text,
    "given_names": _text,
    "birth_date": _text,
}
_ARRIVAL_FIELDS: dict[str, Callable[[Row, Any], Any]] = {
    "flight": _text,
    "issuing_state": _text,
    "document_number": _text,
    "lands_at": _moment,
}
