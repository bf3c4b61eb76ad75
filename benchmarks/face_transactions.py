"""From one comparison to a whole transaction: the mean of several frames, looked at after every one of them.

A lane stops at the first look that matches. Here each person with enough photographs plays the traveller, they play the
frames in random order (more different than frames of one walk, which makes a chance match easier), and everybody
else's photographs, or the rest of the person's own, play the portrait.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.face import Run
from biometrics.backends import Backend
from biometrics.model import Vector

SEED = 7


@dataclass(frozen=True, slots=True)
class Transactions:
    """Shares of transactions that end in a match."""

    looks: int
    impostors: int
    false_matches_one_look: float
    """When only the first frame counts."""
    false_matches: float
    """When every look counts."""
    genuine: int
    false_non_matches: float


def transactions(backend: Backend, run: Run, average: Vector, threshold: float, looks: int) -> Transactions:
    """Play all transactions of at most `looks` frames at one threshold."""
    rng = np.random.default_rng(SEED)
    _, person = np.unique(run.people, return_inverse=True)
    impostor: list[Vector] = [np.zeros((0, looks), np.float32)]
    genuine: list[Vector] = [np.zeros((0, looks), np.float32)]
    for one in np.flatnonzero(np.bincount(person[run.detected]) >= looks):
        own = rng.permutation(np.flatnonzero((person == one) & run.detected))
        frames, rest = own[:looks], own[looks:]
        others = np.flatnonzero((person != one) & run.detected)
        impostor.append(_running_means(backend.similarities(run.vectors[others], run.vectors[frames], average)))
        genuine.append(_running_means(backend.similarities(run.vectors[rest], run.vectors[frames], average)))
    tried, own_tried = np.concatenate(impostor) >= threshold, np.concatenate(genuine) >= threshold
    any_look, own_look = np.asarray(tried.any(axis=1)), np.asarray(own_tried.any(axis=1))
    return Transactions(looks, len(tried), _share(tried[:, 0]), _share(any_look), len(own_tried), _share(~own_look))


def _share(happened: NDArray[np.bool_]) -> float:
    return float(happened.mean()) if len(happened) else 0.0


def _running_means(scores: Vector) -> Vector:
    return np.asarray(np.cumsum(scores, axis=1) / np.arange(1, scores.shape[1] + 1), np.float32)
