"""A seeded search for false accepts of the reader.

It reads drawn pages disturbed up to unreadable, pages with a digit where only a letter may stand, and pictures of no
document. Every page is its seed's own, so that a long run can be cut into pieces: each goes on where the last ended.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np

from benchmarks.mrz_drawn import TODAY, Drawn, disturbed, forged, junk
from mrz.backends.table import MrzBackend
from mrz.model import DocumentType, Verdict

STRENGTHS = ("0.25", "0.5", "0.75", "1.0")
"""How far knobs are turned up at most, by the seed's remainder."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One drawn page, read."""

    seed: int
    document_type: DocumentType
    is_exact: bool
    verdict: Verdict
    cpu_ms: float

    @property
    def is_false_accept(self) -> bool:
        return self.verdict is Verdict.ACCEPT and not self.is_exact


@dataclass(frozen=True, slots=True)
class Amount:
    """How many of each kind."""

    pages: int = 0
    junk: int = 0
    forged: int = 0


def soak(reader: MrzBackend, seed: int, amount: Amount, progress: Callable[[], None]) -> dict[str, Any]:
    """Read the pictures of the seeds from `seed` on; `progress` is told of each."""
    read = [_page(reader, disturbed, each, progress) for each in range(seed, seed + amount.pages)]
    altered = [_page(reader, forged, each, progress) for each in range(seed, seed + amount.forged)]
    taken = [each for each in range(seed, seed + amount.junk) if _is_taken(reader, each, progress)]
    return {
        "seed": seed,
        "pages": amount.pages,
        **_counts(read),
        "false_seeds": [one.seed for one in read if one.is_false_accept],
        "by_type": _by(read, lambda one: one.document_type.value),
        "by_strength": _by(read, lambda one: STRENGTHS[one.seed % len(STRENGTHS)]),
        "cpu_ms_p50": _percentile(read, 50),
        "cpu_ms_p95": _percentile(read, 95),
        "junk": amount.junk,
        "junk_accepted": len(taken),
        "junk_seeds": taken,
        "forged": amount.forged,
        "forged_exact": sum(one.is_exact for one in altered),
        "forged_seeds": [one.seed for one in altered if one.verdict is Verdict.ACCEPT],
    }


def _page(reader: MrzBackend, draw: Callable[[int], Drawn], seed: int, progress: Callable[[], None]) -> PageOutcome:
    page = draw(seed)
    began_s = process_time()
    read = reader.read(page.image, TODAY)
    cpu_ms = (process_time() - began_s) * 1000
    progress()
    return PageOutcome(seed, page.document_type, read.lines == page.lines, read.verdict, cpu_ms)


def _is_taken(reader: MrzBackend, seed: int, progress: Callable[[], None]) -> bool:
    progress()
    return reader.read(junk(seed), TODAY).verdict is Verdict.ACCEPT


def _counts(read: Sequence[PageOutcome]) -> dict[str, int]:
    verdicts = Counter(one.verdict for one in read)
    return {
        "exact": sum(one.is_exact for one in read),
        "accepted": verdicts[Verdict.ACCEPT],
        "referred": verdicts[Verdict.REFER],
        "false_accepts": sum(one.is_false_accept for one in read),
    }


def _by(read: Sequence[PageOutcome], key: Callable[[PageOutcome], str]) -> Mapping[str, dict[str, int]]:
    groups: dict[str, list[PageOutcome]] = {}
    for one in read:
        groups.setdefault(key(one), []).append(one)
    return {name: {"pages": len(group), **_counts(group)} for name, group in sorted(groups.items())}


def _percentile(read: Sequence[PageOutcome], percent: int) -> float:
    return round(float(np.percentile([one.cpu_ms for one in read], percent)), 1) if read else 0.0
