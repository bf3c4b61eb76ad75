"""Which entries have been kept for long enough: by data class, from the journal's own times of day. Pure.

An entry's time of day is that of the last entry of its boot that tells one (`at`), and the lane's seconds since. What
has no time of day is kept. A crossing goes as a whole, and only after it was sealed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from records.model import DELETED, RETENTION, SEALED, Entry


class DataClass(Enum):
    """What is kept for how long is said for each of these."""

    PASSED = "passed"
    """Crossings that ended as PASSED."""
    REFERRED = "referred"
    """All other crossings: what an officer, a complaint or an inquiry may ask for."""
    OPERATION = "operation"
    """The lane's own life: starts, closures, devices, the line to the centre. Holds nothing about a person."""


Limits = Mapping[DataClass, timedelta]


@dataclass(frozen=True, slots=True)
class Due:
    """What of one data class has been kept for long enough."""

    data_class: DataClass
    positions: tuple[int, ...]
    """In the chain, rising."""
    crossings: int
    newest: datetime
    """Of what is deleted."""


@dataclass(slots=True)
class _Crossing:
    positions: list[int] = field(default_factory=list)
    last: tuple[str, float] = ("", 0.0)
    """Boot and lane's seconds of its last entry."""
    outcome: str = ""


def due(
    entries: Iterable[tuple[int, Entry]], limits: Limits, now: datetime, upto: int | None = None
) -> tuple[Due, ...]:
    """What may go now. `upto`: nothing beyond this position, because the centre has not got it yet."""
    anchors: dict[str, tuple[datetime, float]] = {}
    crossings: dict[str, _Crossing] = {}
    operations: list[tuple[int, str, float]] = []
    for position, entry in entries:
        at = entry.fact("at")
        if isinstance(at, str) and entry.boot not in anchors:
            anchors[entry.boot] = (datetime.fromisoformat(at), entry.at_s)
        if entry.kind in (DELETED, RETENTION):
            continue
        if not entry.transaction:
            operations.append((position, entry.boot, entry.at_s))
            continue
        crossing = crossings.setdefault(entry.transaction, _Crossing())
        crossing.positions.append(position)
        crossing.last = (entry.boot, entry.at_s)
        if entry.kind == SEALED:
            crossing.outcome = str(entry.fact("outcome"))
    found: dict[DataClass, list[tuple[datetime, list[int]]]] = {each: [] for each in DataClass}
    for crossing in crossings.values():
        if crossing.outcome:
            kind = DataClass.PASSED if crossing.outcome == "PASSED" else DataClass.REFERRED
            _add(found[kind], anchors, *crossing.last, crossing.positions)
    for position, boot, at_s in operations:
        _add(found[DataClass.OPERATION], anchors, boot, at_s, [position])
    return tuple(each for kind in DataClass if (each := _due(kind, found[kind], now - limits[kind], upto)))


def _add(
    found: list[tuple[datetime, list[int]]],
    anchors: Mapping[str, tuple[datetime, float]],
    boot: str,
    at_s: float,
    positions: list[int],
) -> None:
    if boot in anchors:
        at, anchor_s = anchors[boot]
        found.append((at + timedelta(seconds=at_s - anchor_s), positions))


def _due(kind: DataClass, found: list[tuple[datetime, list[int]]], before: datetime, upto: int | None) -> Due | None:
    old = [(at, positions) for at, positions in found if at < before and (upto is None or positions[-1] <= upto)]
    if not old:
        return None
    positions = tuple(sorted(position for _, each in old for position in each))
    crossings = 0 if kind is DataClass.OPERATION else len(old)
    return Due(kind, positions, crossings, max(at for at, _ in old))
