"""False match and false non-match rates of all pairs among labelled faces, with intervals.

Pairs share faces, and faces share people, so they are not independent: the intervals resample *people* (bootstrap with
a fixed seed). Where a bootstrap cannot speak (no error was seen) Wilson's interval for counts does; of the two the
wider end is stated. Vocabulary: ISO/IEC 19795-1.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biometrics.calibration import OperatingPoint
from biometrics.model import Vector

BLOCK = 512
RESAMPLES = 400
SEED = 20_26
Z95 = 1.959964

Counts = NDArray[np.integer[Any]]
Similarities = Callable[[Vector, Vector], Vector]


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of one set. A genuine pair with an undetected face scores minus infinity: it never matches."""

    images: Counts
    """[people]: how many detected images each person has."""
    genuine: Vector = field(repr=False)
    genuine_person: Counts = field(repr=False)
    impostor: Vector = field(repr=False)
    """Only pairs that were really compared: what was not detected cannot lower the false match rate."""
    impostor_people: Counts = field(repr=False)
    """[pairs, 2]"""
    whole: bool = True
    """All pairs of these images, and not a list of some."""


def all_pairs(people: Sequence[str], vectors: Vector, detected: NDArray[np.bool_], alike: Similarities) -> Pairs:
    """Score every image with every other once. `vectors` is [images, n]; rows of undetected ones are not looked at."""
    names, index = np.unique(np.asarray(people), return_inverse=True)
    person = index.astype(np.int32)
    blocks = [_block(start, person, vectors, detected, alike) for start in range(0, len(person), BLOCK)]
    genuine, genuine_person, impostor, impostor_people = (np.concatenate(part) for part in zip(*blocks, strict=True))
    images = np.bincount(person[detected], minlength=len(names))
    return Pairs(images, genuine, genuine_person, impostor, impostor_people)


def listed_pairs(
    people: Sequence[str], vectors: Vector, detected: NDArray[np.bool_], alike: Similarities, listed: Counts
) -> Pairs:
    """Score only the pairs of `listed`, [pairs, 2] numbers of images."""
    names, person = np.unique(np.asarray(people), return_inverse=True)
    scores = np.array([alike(vectors[a][None], vectors[b][None])[0, 0] for a, b in listed], np.float32)
    compared, same = detected[listed].all(axis=1), np.diff(person[listed], axis=1)[:, 0] == 0
    genuine = np.where(compared, scores, -np.inf)[same].astype(np.float32)
    impostor = compared & ~same
    images = np.bincount(person[detected], minlength=len(names))
    return Pairs(images, genuine, person[listed[same, 0]], scores[impostor], person[listed[impostor]], whole=False)


def _block(
    start: int, person: Counts, vectors: Vector, detected: NDArray[np.bool_], alike: Similarities
) -> tuple[Vector, Counts, Vector, Counts]:
    rows = slice(start, start + BLOCK)
    scores = np.asarray(alike(vectors[rows], vectors), np.float32)
    compared = detected[rows, None] & detected[None, :]
    later = np.arange(len(person))[None, :] > np.arange(start, start + len(scores))[:, None]
    same = person[rows, None] == person[None, :]
    genuine = np.where(compared, scores, -np.inf)[later & same].astype(np.float32)
    row, column = np.nonzero(later & ~same & compared)
    involved = np.stack([person[start + row], person[column]], axis=1)
    return genuine, person[np.nonzero(later & same)[0] + start], scores[row, column], involved


def operating_points(pairs: Pairs, rates: Sequence[float]) -> tuple[OperatingPoint, ...]:
    """One point for each false match rate, loosest first. There must be an impostor pair.

    A rate too low for the number of pairs has the threshold that none of them reaches.
    """
    loosest_first = sorted(rates, reverse=True)
    people = len(pairs.images)
    weights = np.random.default_rng(SEED).multinomial(people, np.full(people, 1 / people), RESAMPLES)
    thresholds = _thresholds(pairs.impostor, loosest_first)
    return tuple(
        _point(pairs, rate, threshold, weights) for rate, threshold in zip(loosest_first, thresholds, strict=True)
    )


def carried(pairs: Pairs, rates: Sequence[float]) -> list[float]:
    """The rates at which at least one of the impostor pairs is expected to match."""
    return [rate for rate in rates if rate * len(pairs.impostor) >= 1.0]


def _thresholds(impostor: Vector, rates: Sequence[float]) -> list[float]:
    """For each rate the lowest score that at most that share of the impostor pairs reach."""
    tail = min(len(impostor), ceil(rates[0] * len(impostor)) + 1)
    highest = np.sort(np.partition(impostor, len(impostor) - tail)[len(impostor) - tail :])[::-1]
    return [_just_above(highest, int(rate * len(impostor))) for rate in rates]


def _just_above(highest: Vector, allowed: int) -> float:
    """The next float above the first score that may not match any more (all of them, where none is left)."""
    barred = highest[min(allowed, len(highest) - 1)]
    return float(np.nextafter(np.float32(barred), np.float32(np.inf)))


def _point(pairs: Pairs, rate: float, threshold: float, weights: Counts) -> OperatingPoint:
    missed = pairs.genuine < threshold
    fnmr = float(missed.mean()) if len(missed) else 0.0
    fmr_ci95 = _wider(
        wilson(int((pairs.impostor >= threshold).sum()), len(pairs.impostor)),
        _resampled_fmr(pairs, threshold, weights),
    )
    fnmr_ci95 = _wider(wilson(int(missed.sum()), len(missed)), _resampled_fnmr(pairs, missed, weights))
    return OperatingPoint(rate, threshold, fmr_ci95, fnmr, fnmr_ci95)


def _resampled_fnmr(pairs: Pairs, missed: NDArray[np.bool_], weights: Counts) -> tuple[float, float]:
    total = np.bincount(pairs.genuine_person, minlength=len(pairs.images))
    errors = np.bincount(pairs.genuine_person[missed], minlength=len(pairs.images))
    return _middle95((weights @ errors) / np.maximum(weights @ total, 1))


def _resampled_fmr(pairs: Pairs, threshold: float, weights: Counts) -> tuple[float, float]:
    """A pair of people counts as often as both were drawn."""
    first, second = pairs.impostor_people[pairs.impostor >= threshold].T
    matched = np.array([int((drawn[first] * drawn[second]).sum()) for drawn in weights])
    return _middle95(matched / np.maximum(_compared(pairs, weights), 1))


def _compared(pairs: Pairs, weights: Counts) -> NDArray[Any]:
    """How many impostor pairs each draw of people has."""
    if not pairs.whole:
        first, second = pairs.impostor_people.T
        return np.array([int((drawn[first] * drawn[second]).sum()) for drawn in weights])
    drawn_images = weights * pairs.images
    return np.asarray((drawn_images.sum(axis=1) ** 2 - (drawn_images**2).sum(axis=1)) / 2)


def _middle95(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)


def _wider(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    return min(first[0], second[0]), max(first[1], second[1])


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; the whole range where nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    share, spread = errors / trials, Z95**2 / trials
    centre = (share + spread / 2) / (1 + spread)
    half = Z95 * sqrt(share * (1 - share) / trials + spread / (4 * trials)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)
