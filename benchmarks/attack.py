"""How presentation attack detection does on the simulated attacks: APCER for each species, BPCER (ISO/IEC 30107-3).

A species is always judged by weights that never saw it, on faces and parameters that they never saw either; otherwise
the figures would only say that the detector knows its own renderer. They still say nothing about real artefacts.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache
from math import exp
from multiprocessing import get_context
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from biometrics import backends
from biometrics.attack import CUES, FEWEST_FRAMES, AttackProfile, committed, evidence, fuse, observe
from biometrics.backends import Backend
from biometrics.curves import wilson
from biometrics.model import Observation
from simulators.attacks import Presentation, frames
from simulators.cast_faces import members
from simulators.species import ATTACKS, Species

PROFILE = "simulated-camera"
WANTED_BPCER = 0.003
"""Share of the tuned-on bona fide presentations that the limit gives up."""
HEADROOM = 1.0
"""In log-odds above that: living faces before another camera of the kind spread a little more."""
BONA_FIDE_EACH, ATTACKS_EACH = 8, 3
FOLDS = 3
STEPS = 60
SEED_STEP = 1000

Rows = NDArray[np.float64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measured:
    """Every presentation as its cues; one without FEWEST_FRAMES usable frames is not in it but counted."""

    cues: Rows = field(repr=False)
    species: NDArray[np.str_]
    person: NDArray[np.int64]
    unusable: dict[str, int]

    @property
    def is_attack(self) -> Chosen:
        return np.asarray(self.species != Species.BONA_FIDE.value)


def presentations(people: int, seed: int) -> list[Presentation]:
    """Each of the first `people` of the cast, alive and as each kind of artefact worn or held by another."""
    names = [who.name for who in members()][:people]
    return [
        Presentation(species, name, names[(number + 7 + take) % len(names)], seed + SEED_STEP * number + take)
        for number, name in enumerate(names)
        for species in Species
        for take in range(BONA_FIDE_EACH if species is Species.BONA_FIDE else ATTACKS_EACH)
    ]


def measure(shown: Sequence[Presentation], advance: Callable[[], None], jobs: int = 1) -> Measured:
    """Draw every presentation and look at it as the lane would; the numbers do not depend on `jobs`."""
    names = sorted({each.shown for each in shown})
    cues, species, person, unusable = [], [], [], dict.fromkeys((each.value for each in Species), 0)
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_start) as pool:
        for each, seen in zip(shown, pool.map(_look, shown, chunksize=4), strict=True):
            advance()
            if seen is None:
                unusable[each.species.value] += 1
                continue
            cues.append(seen)
            species.append(each.species.value)
            person.append(names.index(each.shown))
    return Measured(np.array(cues), np.array(species), np.array(person), unusable)


def _start() -> None:
    cv2.setNumThreads(1)
    _backend()


@cache
def _backend() -> Backend:
    """One a process."""
    return backends.load("sface")


def _look(presentation: Presentation) -> Rows | None:
    """The cues of one presentation; None when the face is found in fewer frames than the lane asks for."""
    seen = list(_observations(_backend(), presentation))
    return fuse(seen) if len(seen) >= FEWEST_FRAMES else None


def _observations(backend: Backend, presentation: Presentation) -> Iterator[Observation]:
    for image in frames(presentation):
        found = backend.find(image)
        if found:
            yield observe(image, backend.look_again(image, found[0]))


def fit(measured: Measured, chosen: Chosen, name: str = PROFILE) -> AttackProfile:
    """Weights by logistic regression (both sides weigh the same), limit by the bona fide ones among the chosen."""
    cues, attack = measured.cues[chosen], measured.is_attack[chosen]
    direction = np.array([*CUES.values()])
    living = direction * cues[~attack]
    middle = np.median(living, axis=0)
    reach = np.quantile(living, 0.9, axis=0) - middle + 1e-6
    rows = np.array([evidence(row, direction * middle, reach) for row in cues])
    *weights, oddness, bias = _floats(_no_negative(rows, attack))
    unlimited = AttackProfile(
        name, True, _floats(direction * middle), _floats(reach), tuple(weights), oddness, bias, 1.0
    )
    given_up = float(np.quantile([unlimited.score(row) for row in cues[~attack]], 1.0 - WANTED_BPCER))
    return replace(unlimited, limit=_with_headroom(given_up))


def _with_headroom(score: float) -> float:
    within = min(max(score, 1e-9), 1.0 - 1e-9)
    return 1.0 / (1.0 + (1.0 - within) / within * exp(-HEADROOM))


def _no_negative(rows: Rows, attack: Chosen) -> Rows:
    """The regression with every weight that would be negative left out; the last is the bias and may be."""
    kept = np.ones(rows.shape[1], bool)
    theta = np.zeros(rows.shape[1])
    while True:
        theta[:] = 0.0
        theta[kept] = _logistic(rows[:, kept], attack)
        negative = theta < 0.0
        negative[-1] = False
        if not negative.any():
            return theta
        kept &= ~negative


def _logistic(rows: Rows, attack: Chosen) -> Rows:
    """Newton's steps with a penalty of one on every weight but the last."""
    weight = np.where(attack, 0.5 / attack.mean(), 0.5 / (1.0 - attack.mean()))
    penalty = np.diag([*np.ones(rows.shape[1] - 1), 1e-6])
    theta = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        odds = 1.0 / (1.0 + np.exp(-np.clip(rows @ theta, -50, 50)))
        slope = rows.T @ (weight * (odds - attack)) + penalty @ theta
        theta -= np.linalg.solve((rows * (weight * odds * (1 - odds))[:, None]).T @ rows + penalty, slope)
    return np.asarray(theta)


def _floats(values: Rows) -> tuple[float, ...]:
    return tuple(round(float(value), 6) for value in values)


def report(measured: Measured) -> dict[str, Any]:
    """APCER of each species with weights that saw neither it nor these faces; BPCER on faces that they never saw."""
    accepted: dict[str, list[bool]] = {species.value: [] for species in ATTACKS}
    rejected: list[bool] = []
    for fold in range(FOLDS):
        held = np.asarray(measured.person % FOLDS == fold)
        rejected += _suspected(measured, fit(measured, ~held), held & ~measured.is_attack)
        for species in accepted:
            unseen = np.asarray(measured.species == species)
            profile = fit(measured, ~held & ~unseen)
            accepted[species] += [not suspected for suspected in _suspected(measured, profile, held & unseen)]
    return {
        "profile": PROFILE,
        "simulated": True,
        "presentations": len(measured.cues),
        "unusable": measured.unusable,
        "bpcer": _rate(rejected),
        "apcer": {species: _rate(passed) for species, passed in accepted.items()},
        "weights": dict(zip(CUES, fit(measured, np.ones(len(measured.cues), bool)).weights, strict=True)),
        "in_use": judged(measured, AttackProfile.load(committed(PROFILE))),
    }


def judged(measured: Measured, profile: AttackProfile) -> dict[str, Any]:
    """What a profile that exists already makes of these presentations."""
    of = {species.value: _suspected(measured, profile, measured.species == species.value) for species in Species}
    return {
        "bpcer": _rate(of[Species.BONA_FIDE.value]),
        "apcer": {species.value: _rate([not suspected for suspected in of[species.value]]) for species in ATTACKS},
    }


def _suspected(measured: Measured, profile: AttackProfile, chosen: Chosen) -> list[bool]:
    return [profile.score(row) >= profile.limit for row in measured.cues[chosen]]


def _rate(happened: Sequence[bool]) -> dict[str, Any]:
    low, high = wilson(sum(happened), len(happened))
    return {"rate": sum(happened) / max(len(happened), 1), "ci95": [low, high], "of": len(happened)}
