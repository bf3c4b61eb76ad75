"""One crossing as its journal tells it, ready to be played again: no name, no number, no picture is in it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.load import ConfigRefused
from records.model import DECIDED, SEALED, Entry, Fact
from records.reading import JournalReader
from records.track import KIND as TRACK
from records.track import Sample, Sign, TrackFaulty, unpacked

QUIET_S = 0.3
"""A movement in the last moments before the seal may be seen on one side of it and not on the other."""


@dataclass(frozen=True, slots=True)
class Tape:
    transaction: str
    entries: tuple[Entry, ...] = field(repr=False)
    samples: tuple[Sample, ...] = field(repr=False)

    @property
    def began_s(self) -> float:
        return self.entries[0].at_s

    @property
    def seal(self) -> Entry:
        return next(entry for entry in self.entries if entry.kind == SEALED)

    @property
    def outcome(self) -> str:
        return str(self.seal.fact("outcome"))

    @property
    def reason(self) -> str:
        return str(self.seal.fact("reason"))

    @property
    def was_killed(self) -> bool:
        """Another life of the lane sealed it."""
        return self.seal.boot != self.entries[0].boot

    def after_s(self, entry: Entry) -> float:
        """When, in seconds since the crossing began."""
        return entry.at_s - self.began_s

    def noted(self, kind: str) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def decided(self, name: str) -> Fact:
        """A fact of the first decision; None when there was none."""
        found = self.noted(DECIDED)
        return found[0].fact(name) if found else None

    @property
    def scanned_s(self) -> list[float]:
        """When a page had been read, or had been pulled away too early to be."""
        early = [
            entry
            for entry in self.noted("device_call")
            if (entry.fact("device"), entry.fact("operation"), entry.fact("outcome"))
            == ("reader", "scan", "DeviceTimeout")
        ]
        return sorted(self.after_s(entry) for entry in (*self.noted("page_read"), *early))

    def step_begun_s(self, at_s: float) -> float:
        """When the line of the guideline was begun that was under way then."""
        begun = [self.after_s(entry) for entry in self.noted("step")]
        return max((each_s for each_s in begun if each_s <= at_s), default=0.0)

    @property
    def last_step(self) -> tuple[str, float]:
        """The last line of the guideline that was begun, and when."""
        steps = self.noted("step")
        return (str(steps[-1].fact("name")), self.after_s(steps[-1])) if steps else ("document", 0.0)

    @property
    def full_s(self) -> float:
        """When its disk was full at the latest, if it was: the line before the decision needs no disk."""
        steps = self.noted("step")
        return self.after_s(steps[-2]) if len(steps) > 1 else 0.0

    @property
    def sealed_after_s(self) -> float:
        """A record that another life sealed ends where its own life did."""
        own = [entry for entry in self.entries if entry.boot == self.entries[0].boot]
        return self.after_s(own[-1])

    def moves(self) -> tuple[tuple[float, str], ...]:
        """When each door left its lock and was closed again, until the seal."""
        found, before = [], 0
        for sample in self.samples:
            for sign, name in ((Sign.ENTRY_OFF, "entry"), (Sign.EXIT_OFF, "exit")):
                if (sample.signs ^ before) & sign:
                    found.append((sample.at_ms / 1000, f"{name} {'opens' if sample.signs & sign else 'shut'}"))
            before = sample.signs
        return tuple(found)


def same_moves(one: Tape, other: Tape) -> bool:
    """The same doors in the same order; only what happened in the very last moment may be missing on one side."""
    first, second = ([move for _, move in tape.moves()] for tape in (one, other))
    longer, shorter, tape = (first, second, one) if len(first) >= len(second) else (second, first, other)
    late = [at_s for at_s, _ in tape.moves()[len(shorter) :]]
    return longer[: len(shorter)] == shorter and all(at_s > tape.sealed_after_s - QUIET_S for at_s in late)


# --- where tapes come from ---


def tapes_in(path: Path, only: str = "") -> tuple[Tape, ...]:
    """Every sealed crossing of a journal (SQLite, or JSON lines as `egate journal show --json` prints them).

    Raises ConfigRefused, and JournalFailed for a journal that cannot be read.
    """
    if not path.is_file():
        raise ConfigRefused([f"{path}: there is no such journal: check its path."])
    entries = _lines(path) if path.suffix == ".jsonl" else _journal(path)
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.transaction and only in ("", entry.transaction):
            groups.setdefault(entry.transaction, []).append(entry)
    tapes = [tape_of(name, group) for name, group in groups.items() if any(each.kind == SEALED for each in group)]
    if not tapes:
        what = f"crossing {only}" if only else "sealed crossing"
        raise ConfigRefused([f"{path}: there is no {what} in this journal."])
    return tuple(tapes)


def tape_of(transaction: str, entries: Sequence[Entry]) -> Tape:
    """Raises ConfigRefused for a track that is none."""
    try:
        samples = unpacked(str(entry.fact("samples")) for entry in entries if entry.kind == TRACK)
    except TrackFaulty as faulty:
        raise ConfigRefused([f"crossing {transaction}: {faulty}"]) from None
    return Tape(transaction, tuple(entries), samples)


def _journal(path: Path) -> list[Entry]:
    with JournalReader(path) as reader:
        return [entry for _, entry in reader.walk()]


def _lines(path: Path) -> list[Entry]:
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            said = json.loads(line)
            facts = tuple(sorted(said["facts"].items()))
            entries.append(
                Entry(said["gate"], said["boot"], said["seq"], said["transaction"], said["kind"], said["at_s"],
                      facts, "", said.get("digest", ""))
            )  # fmt: skip
        except (ValueError, KeyError, TypeError, AttributeError):
            raise ConfigRefused([f"{path}, line {number}: this is no entry of a journal."]) from None
    return entries
