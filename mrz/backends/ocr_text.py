"""From what a general OCR engine prints to the lines of a zone: no repair, only what stands there."""

import re
from collections.abc import Sequence

_LINE = re.compile(r"[A-Z0-9<]{28,46}")
_ZONES = ((44, 2), (36, 2), (30, 3))


def zone_lines(text: str) -> tuple[str, ...]:
    """The likeliest zone in the text: neighbouring lines of machine readable characters; () when there is none."""
    lines = [re.sub(r"\s", "", line) for line in text.upper().splitlines()]
    candidates = [line for line in lines if _LINE.fullmatch(line)]
    exact = [zone for columns, count in _ZONES for zone in _runs(candidates, columns, count)]
    return exact[-1] if exact else tuple(candidates[-2:])


def _runs(lines: Sequence[str], columns: int, count: int) -> list[tuple[str, ...]]:
    groups = [tuple(lines[at : at + count]) for at in range(len(lines) - count + 1)]
    return [group for group in groups if all(len(line) == columns for line in group)]
