"""A list of pairs to compare, instead of all of them: `first,second,same` with two files and 1 or 0 in each row.

Who is who follows from it: images joined by rows of the same person are one person's. That is what the intervals
resample.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.face import Labelled, LabelsRefused

Row = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class Listed:
    """The images in the order in which they are first named, and the pairs by their numbers."""

    labelled: tuple[Labelled, ...] = field(repr=False)
    pairs: tuple[tuple[int, int], ...] = field(repr=False)


def read_pairs(folder: Path, file: Path) -> Listed:
    """Raises LabelsRefused for a list that cannot be read, lacks images, or contradicts itself."""
    try:
        with file.open(newline="", encoding="utf-8") as opened:
            rows = [(row["first"], row["second"], _SAME[row["same"]]) for row in csv.DictReader(opened)]
    except (OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise LabelsRefused(f"{file.name}: is not a readable CSV with first, second and same (1 or 0)") from error
    names = list(dict.fromkeys(name for first, second, _ in rows for name in (first, second)))
    absent = sum(not (folder / name).is_file() for name in names)
    if absent or not rows:
        raise LabelsRefused(f"{file.name}: {absent} of {len(names)} images are missing in the folder")
    who = _people(names, rows)
    if any(who[first] == who[second] for first, second, same in rows if not same):
        raise LabelsRefused(f"{file.name}: calls two images of one person different; mend the list")
    number = {name: position for position, name in enumerate(names)}
    return Listed(
        tuple(Labelled(who[name], folder / name) for name in names),
        tuple((number[first], number[second]) for first, second, _ in rows),
    )


_SAME = {"1": True, "0": False}


def _people(names: Sequence[str], rows: Iterable[Row]) -> dict[str, str]:
    """Each image's person, by the first image that is joined to it."""
    leads = {name: name for name in names}

    def lead(name: str) -> str:
        while leads[name] != name:
            leads[name] = leads[leads[name]]
            name = leads[name]
        return name

    for first, second, same in rows:
        if same:
            leads[lead(second)] = lead(first)
    return {name: lead(name) for name in names}
