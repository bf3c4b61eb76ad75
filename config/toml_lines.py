"""On which line of a TOML text each key stands. For texts that `tomllib` has accepted; the values are left to it."""

import tomllib
from dataclasses import dataclass, field

Path = tuple[str | int, ...]
"""Keys from the top down; the number of an array's element counts from 0."""


def key_lines(text: str) -> dict[Path, int]:
    """Every table, key and element of the text with its line, counted from 1."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


@dataclass(slots=True)
class _Scanner:
    text: str
    at: int = 0
    lines: dict[Path, int] = field(default_factory=dict)
    arrays: dict[Path, int] = field(default_factory=dict)
    """How many elements each array of tables has so far."""

    def document(self) -> None:
        table: Path = ()
        while self._skip(" \t\r\n"):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        is_array = self.text.startswith("[[", self.at)
        line = self._line()
        self.at += 2 if is_array else 1
        path = self._inside(self._keys(), is_array)
        self.at += 2 if is_array else 1
        self._note(path, line)
        return path

    def _inside(self, keys: list[str], is_array: bool) -> Path:
        """The header's path, with the number of the element where a part of it is an array of tables."""
        path: Path = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            if is_array and index == len(keys) - 1:
                self.arrays[path] = self.arrays.get(path, 0) + 1
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
        return path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._keys())
        self._note(path, line, down_to=len(table))
        self.at += 1  # the sign of equality
        self._value(path)

    def _note(self, path: Path, line: int, down_to: int = 0) -> None:
        for length in range(len(path), down_to, -1):
            self.lines.setdefault(path[:length], line)

    def _keys(self) -> list[str]:
        """A dotted key; stops behind it, at `=` or `]`."""
        keys = []
        while True:
            self._skip(" \t")
            keys.append(self._key())
            self._skip(" \t")
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _key(self) -> str:
        start = self.at
        if self.text[start] in "\"'":
            self._string()
            return _unquoted(self.text[start : self.at])
        while self.text[self.at] not in " \t.=]":
            self.at += 1
        return self.text[start : self.at]

    def _value(self, path: Path) -> None:
        self._skip(" \t")
        first = self.text[self.at]
        if first in "\"'":
            self._string()
        elif first == "[":
            self._array(path)
        elif first == "{":
            self._inline_table(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\r\n":
                self.at += 1

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while self._next_member("]"):
            self._note((*path, index), self._line(), down_to=len(path))
            self._value((*path, index))
            index += 1

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while self._next_member("}"):
            self._pair(path)

    def _next_member(self, end: str) -> bool:
        """Move to the next member of a bracket; False, behind the bracket, when there is none."""
        self._skip(" \t\r\n,")
        if self.text[self.at] != end:
            return True
        self.at += 1
        return False

    def _string(self) -> None:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        self.at += len(fence)
        while not self.text.startswith(fence, self.at):
            self.at += 2 if self.text[self.at] == "\\" and quote == '"' else 1
        self.at += len(fence)
        while len(fence) == 3 and self.text.startswith(quote, self.at):
            self.at += 1  # up to two quotes may stand right before the closing three

    def _skip(self, blanks: str) -> bool:
        """Over blanks and comments; False at the end of the text."""
        while self.at < len(self.text):
            if self.text[self.at] == "#" and "\n" in blanks:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] not in blanks:
                return True
            else:
                self.at += 1
        return False

    def _line(self) -> int:
        return self.text.count("\n", 0, self.at) + 1


def _unquoted(key: str) -> str:
    return next(iter(tomllib.loads(f"{key} = 0")))
