"""What came of one image that one reader was given."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Outcome:
    """One image read by one reader."""

    file: str
    document_type: str
    way: str
    is_exact: bool
    is_accepted: bool
    right_characters: float
    """Share, by edit distance."""
    cpu_ms: float
    """Of the process and the ones that it started."""
    wall_ms: float
    peak_mb: float

    @property
    def is_false_accept(self) -> bool:
        return self.is_accepted and not self.is_exact


def right_share(read: str, truth: str) -> float:
    """1 less the edit distance over the truth's length, not below 0."""
    previous = np.arange(len(read) + 1)
    for row, character in enumerate(truth, 1):
        different = np.array([other != character for other in read], int)
        best = np.concatenate([[row], np.minimum(previous[1:] + 1, previous[:-1] + different)])
        previous = np.minimum.accumulate(best - np.arange(len(best))) + np.arange(len(best))
    return max(0.0, 1 - float(previous[-1]) / max(len(truth), 1))
