"""All pairs among labelled photographs: error rates, failures to detect, time of each stage.

Nothing is selected by quality here: every image counts, which is the harder and the comparable figure.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from biometrics.backends import Backend
from biometrics.calibration import Calibration, OperatingPoint
from biometrics.curves import Pairs, all_pairs, carried, listed_pairs, operating_points
from biometrics.det import curve
from biometrics.model import Face, Image, Vector
from link.images import ImageRefused, decode

BENCH_RATES = (1e-2, 5e-4, 1e-4)
CALIBRATION_RATES = (1e-2, 5e-3, 2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5)
STAGES = ("detect", "align", "embed", "frame")
"""`frame`: everything between a decoded image and its template."""


class LabelsRefused(Exception):
    """The list of labelled images cannot be used. One sentence with file and what to do."""


@dataclass(frozen=True, slots=True)
class Labelled:
    identity: str = field(repr=False)
    file: Path = field(repr=False)


@dataclass(frozen=True, slots=True)
class Run:
    """What all images gave, in the order of the labels."""

    labelled: Sequence[Labelled]
    vectors: Vector = field(repr=False)
    """[images, n]; a row of zeros where no face was detected."""
    milliseconds: dict[str, list[float]]
    listed: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    """The pairs to compare, by the numbers of their images; none = all of them."""

    @property
    def detected(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.asarray(self.vectors.any(axis=1))

    @property
    def people(self) -> list[str]:
        return [each.identity for each in self.labelled]

    def average(self) -> Vector:
        """The mean of everybody's mean vector."""
        _, person = np.unique(self.people, return_inverse=True)
        seen = self.detected
        means = [self.vectors[seen & (person == one)].mean(axis=0) for one in np.unique(person[seen])]
        return np.asarray(np.mean(means, axis=0), np.float32)

    def pairs(self, backend: Backend, average: Vector) -> Pairs:
        def alike(references: Vector, lives: Vector) -> Vector:
            return backend.similarities(references, lives, average)

        known = (self.people, self.vectors, self.detected, alike)
        pairs = listed_pairs(*known, np.array(self.listed)) if self.listed else all_pairs(*known)
        if not len(pairs.impostor):
            raise LabelsRefused("there are no two people with a detected face to tell apart: add images of others")
        return pairs


def read_labels(folder: Path, labels: Path) -> list[Labelled]:
    """Rows `identity,file`. Raises LabelsRefused when a column or a file is missing."""
    try:
        with labels.open(newline="", encoding="utf-8") as opened:
            rows = [Labelled(row["identity"], folder / row["file"]) for row in csv.DictReader(opened)]
    except (OSError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise LabelsRefused(f"{labels.name}: is not a readable CSV with the columns identity and file") from error
    absent = sum(not row.file.is_file() for row in rows)
    if absent or len(rows) < 2:
        raise LabelsRefused(
            f"{labels.name}: {absent} of {len(rows)} images are missing in the folder; needs at least 2"
        )
    return rows


def by_folder(folder: Path) -> list[Labelled]:
    """Labels from names: one folder a person, or files called PERSON_anything. Raises LabelsRefused."""
    rows = [Labelled(file.parent.name, file) for file in sorted(folder.glob("*/*")) if file.is_file()]
    rows = rows or [Labelled(file.name.split("_")[0], file) for file in sorted(folder.glob("*_*")) if file.is_file()]
    if len(rows) < 2:
        raise LabelsRefused(
            f"{folder.name}: needs one folder a person with its images, or images called PERSON_...; or give --labels"
        )
    return rows


def embed_all(backend: Backend, labelled: Sequence[Labelled], advance: Callable[[], None]) -> Run:
    """Take every labelled image through detection and embedding. Raises LabelsRefused when none shows a face."""
    times: dict[str, list[float]] = {stage: [] for stage in STAGES}
    found = []
    for row in labelled:
        found.append(_embed(backend, row.file, times))
        advance()
    length = next((len(vector) for vector in found if vector is not None), 0)
    if not length:
        raise LabelsRefused("no face was detected in any of the images: are they photographs of faces?")
    vectors = [np.zeros(length, np.float32) if vector is None else vector for vector in found]
    return Run(labelled, np.stack(vectors), times)


def _embed(backend: Backend, file: Path, times: dict[str, list[float]]) -> Vector | None:
    try:
        image = decode(file.read_bytes())
    except ImageRefused:
        return None
    started = perf_counter()
    faces = backend.find(image)
    detected = perf_counter()
    times["detect"].append(1e3 * (detected - started))
    if not faces:
        return None
    face = backend.look_again(image, subject(faces, image))
    aligned = perf_counter()
    times["align"].append(1e3 * (aligned - detected))
    vector = backend.embed(image, face)
    embedded = perf_counter()
    times["embed"].append(1e3 * (embedded - aligned))
    times["frame"].append(1e3 * (embedded - started))
    return vector


def subject(faces: Sequence[Face], image: Image) -> Face:
    """Whom a labelled photograph shows: the large face near its middle, not a bystander at the edge."""
    centre = np.array([image.shape[1], image.shape[0]]) / 2

    def weight(face: Face) -> float:
        off = float(np.linalg.norm(face.points.mean(axis=0) - centre)) / float(centre.min())
        return face.eye_distance_px * float(np.exp(-2.0 * off * off))

    return max(faces, key=weight)


def report(backend: Backend, run: Run, average: Vector) -> dict[str, Any]:
    """The contract of `egate face bench --json`. `average` comes from the calibration, never from the run itself."""
    pairs = run.pairs(backend, average)
    return {
        "backend": backend.name,
        "images": len(run.labelled),
        "undetected": int((~run.detected).sum()),
        "genuine_pairs": len(pairs.genuine),
        "impostor_pairs": len(pairs.impostor),
        "operating_points": [_stated(point) for point in operating_points(pairs, BENCH_RATES)],
        "ms": {stage: _percentiles(values) for stage, values in run.milliseconds.items() if values},
    }


def trade_off(backend: Backend, run: Run, average: Vector) -> tuple[OperatingPoint, ...]:
    """The error trade-off of all pairs. Raises LabelsRefused when they are too few for any rate."""
    points = curve(run.pairs(backend, average))
    if not points:
        raise LabelsRefused("the impostor pairs are too few for a curve: add images of others")
    return points


def _stated(point: OperatingPoint) -> dict[str, Any]:
    return {"fmr": point.fmr, "threshold": point.threshold, "fnmr": point.fnmr, "ci95": list(point.fnmr_ci95)}


def _percentiles(values: list[float]) -> dict[str, float]:
    p50, p95 = np.percentile(values, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def calibrate(backend: Backend, run: Run) -> Calibration:
    """Thresholds for the rates that the number of pairs can carry."""
    average = run.average()
    pairs = run.pairs(backend, average)
    rates = carried(pairs, CALIBRATION_RATES)
    if len(rates) < 2:
        raise LabelsRefused(f"{len(pairs.impostor)} impostor pairs are too few to calibrate on: add images of others")
    return Calibration(
        backend=backend.name,
        model_digest=backend.digest,
        data_digest=data_digest(run.labelled, run.listed),
        made_on=datetime.now(UTC).date().isoformat(),
        images=len(run.labelled),
        undetected=int((~run.detected).sum()),
        genuine_pairs=len(pairs.genuine),
        impostor_pairs=len(pairs.impostor),
        points=operating_points(pairs, rates),
        average=tuple(round(float(value), 6) for value in average),
    )


def data_digest(labelled: Sequence[Labelled], listed: Sequence[tuple[int, int]] = ()) -> str:
    """Digest of every image with its label, whatever their order and the folder's place; and of the listed pairs."""
    images = list(_digests(labelled))
    pairs = [" ".join(sorted((images[first], images[second]))) for first, second in listed]
    return hashlib.sha256("\n".join(sorted(images) + sorted(pairs)).encode()).hexdigest()


def _digests(labelled: Sequence[Labelled]) -> Iterator[str]:
    for row in labelled:
        yield f"{hashlib.sha256(row.file.read_bytes()).hexdigest()} {row.identity}"
