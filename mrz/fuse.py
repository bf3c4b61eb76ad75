"""Several reads of one document - frames, lights, the device's own text - made into one."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from mrz.judge import SURE_UNCOVERED, judge
from mrz.model import MrzRead, RescanReason, Verdict
from mrz.net import ALPHABET, BLANK
from mrz.parse import inspect

_FLOOR = 1e-4
"""No read speaks more strongly against a character than this: frames of one print share its faults."""


def read_text(lines: Sequence[str], today: date) -> MrzRead:
    """What a serial reader sent, judged by the rules alone; never raises. Such a device tells no confidence, so that
    `confidence` is 1.0 for lines that meet every rule and 0.0 for others."""
    given = tuple(line.strip() for line in lines if line.strip())
    if not given:
        return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)
    inspection = inspect(given, today)
    is_clean = inspection.mrz is not None
    return MrzRead(
        verdict=Verdict.ACCEPT if is_clean else Verdict.RESCAN,
        reason=None if is_clean else RescanReason.UNSURE,
        document_type=inspection.document_type,
        lines=given,
        check_digits=inspection.check_digits,
        confidence=float(is_clean),
        constrained=given if is_clean else (),
    )


def fuse(reads: Sequence[MrzRead], today: date) -> MrzRead:
    """One read of several of the same document; never raises.

    The characters' probabilities are multiplied where the reads agree on the lines' lengths. Reads that plainly say
    different things are two documents, or one that was changed: RESCAN, whatever the sum says. Where fusing does not
    make an ACCEPT, the best single read stands.
    """
    if not reads:
        return MrzRead(verdict=Verdict.RESCAN, reason=RescanReason.NO_MRZ)
    best = max(reads, key=lambda read: (read.verdict is Verdict.ACCEPT, bool(read.lines), read.confidence))
    alike = _alike([read for read in reads if read.lines])
    if _contradict(alike):
        return replace(best, verdict=Verdict.RESCAN, reason=RescanReason.UNSURE)
    seen = [read for read in alike if read.character_confidence]
    if len(seen) < 2:
        return best
    fused = judge(_product(seen), today)
    if best.verdict is not Verdict.RESCAN and fused.lines == best.lines:
        return best
    if fused.verdict is Verdict.RESCAN:
        return replace(best, verdict=Verdict.RESCAN, reason=best.reason or RescanReason.UNSURE)
    return replace(fused, quadrilateral=best.quadrilateral, ms=best.ms)


def _alike(reads: Sequence[MrzRead]) -> list[MrzRead]:
    """The reads of the commonest shape."""
    shapes = Counter(tuple(len(line) for line in read.lines) for read in reads)
    if not shapes:
        return []
    shape = shapes.most_common(1)[0][0]
    return [read for read in reads if tuple(len(line) for line in read.lines) == shape]


def _contradict(reads: Sequence[MrzRead]) -> bool:
    """Whether two reads are both sure of different characters in one place."""
    sure = [_characters(read) for read in reads]
    for place in zip(*sure, strict=True):
        if len({character for character, confidence in place if confidence >= SURE_UNCOVERED}) > 1:
            return True
    return False


def _characters(read: MrzRead) -> list[tuple[str, float]]:
    """A device's text has no confidence: it counts as sure of all that it says."""
    text, confidence = "".join(read.lines), [value for line in read.character_confidence for value in line]
    return list(zip(text, confidence or [1.0] * len(text), strict=True))


def _product(reads: Sequence[MrzRead]) -> list[NDArray[np.float32]]:
    """Rows of probabilities. What a read did not put on its own character may all lie on any one other.

    The product is tempered by the square root of the number of reads, since frames of one print are not independent.
    """
    share = 1 / np.sqrt(len(reads))
    rows = []
    for line, text in enumerate(reads[0].lines):
        row = np.zeros((len(text), BLANK + 1), np.float32)
        for column in range(len(text)):
            said = [(read.lines[line][column], read.character_confidence[line][column]) for read in reads]
            row[column] = _weighed(said, share)
        rows.append(row)
    return rows


def _weighed(said: Sequence[tuple[str, float]], share: float) -> NDArray[np.float32]:
    """Each character that a read chose, against all the others together (as illegible)."""
    sure = [(character, min(max(confidence, _FLOOR), 1 - _FLOOR)) for character, confidence in said]
    cell = np.zeros(BLANK + 1, np.float32)
    cell[BLANK] = math.prod(1 - confidence for _, confidence in sure) ** share
    for chosen in {character for character, _ in sure if character in ALPHABET}:
        support = math.prod(c if character == chosen else 1 - c for character, c in sure)
        cell[ALPHABET.index(chosen)] = support**share
    return np.asarray(cell / cell.sum(), np.float32)
