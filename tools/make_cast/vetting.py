"""Holds the finished cast against the real detector and matcher, and names who may pose as whom.

Nothing here is evidence about people: rendered faces resemble each other more than people do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from biometrics.backends import Backend
from biometrics.model import Face, Image, Vector
from biometrics.quality import LIVE, REFERENCE, assess
from simulators.camera_view import CameraView
from simulators.cast_faces import CastMember, portrait
from simulators.world import Person, World

LEAST_CONFIDENCE = 0.8
LEAST_GENUINE = 0.60
MOST_IMPOSTOR = 0.30
PAIR_GOAL = 0.25
"""A named pair is chosen below this, so that MOST_IMPOSTOR holds with room."""
STANDS_MM = (800.0, 900.0, 1000.0)
MOMENTS_S = (0.0, 0.3, 0.55, 0.8, 0.95)


class Unfit(Exception):
    """A member of the cast fails; one sentence with what to change."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One member as the matcher sees him."""

    member: CastMember
    portrait: Vector
    lives: Vector
    """Captures x dimensions."""
    confidence: float
    """The detector's lowest over all pictures."""
    complaints: tuple[str, ...]
    """Names of the quality measures that any picture failed."""

    @property
    def genuine(self) -> float:
        return float((self.lives @ self.portrait).min())

    def posing_as(self, holder: "Measured") -> float:
        """The highest score of this member at the camera with the holder's portrait."""
        return float((self.lives @ holder.portrait).max())


def captures(
    member: CastMember, stands_mm: Sequence[float] = STANDS_MM, moments_s: Sequence[float] = MOMENTS_S
) -> tuple[Image, ...]:
    """What the camera sees of a member who looks at it: near and far, neutral and smiling."""
    return tuple(_shots(member, stands_mm, moments_s))


def _shots(member: CastMember, stands_mm: Sequence[float], moments_s: Sequence[float]) -> Iterator[Image]:
    person = Person("somebody", member.name, height_mm=member.height_mm)
    view = CameraView(World(persons=[person]), seed=5)
    for person.x_mm in stands_mm:
        for now_s in moments_s:
            yield view(now_s)


def measure(member: CastMember, lives: Sequence[Image], matcher: Backend) -> Measured:
    """`lives` are the member's captures. Raises Unfit when a face is not found."""
    front = portrait(member.name)
    faces = [_only_face(matcher, picture, member) for picture in (front, *lives)]
    vectors = [matcher.embed(picture, face) for picture, face in zip((front, *lives), faces, strict=True)]
    failed = [
        measure.name
        for picture, face, limits in zip((front, *lives), faces, (REFERENCE, *[LIVE] * len(lives)), strict=True)
        for measure in assess(picture, face, limits).measures
        if not measure.passed
    ]
    confidence = min(face.confidence for face in faces)
    return Measured(member, vectors[0], np.stack(vectors[1:]), confidence, tuple(sorted(set(failed))))


def require_fit(measured: Measured) -> None:
    """Raises Unfit."""
    name = measured.member.name
    if measured.confidence < LEAST_CONFIDENCE:
        raise Unfit(f"{name}: found with confidence {measured.confidence:.2f} only; choose another seed")
    if measured.genuine < LEAST_GENUINE:
        raise Unfit(f"{name}: scores {measured.genuine:.2f} with its own portrait; choose another seed")
    if measured.complaints:
        raise Unfit(f"{name}: fails {', '.join(measured.complaints)}; choose another seed or other traits")


def pairs(cast: Sequence[Measured]) -> dict[str, str]:
    """For every member of a set the likest other of its set that stays below PAIR_GOAL; else raises Unfit."""
    return {holder.member.name: _impostor(holder, cast).member.name for holder in cast}


def _impostor(holder: Measured, cast: Sequence[Measured]) -> Measured:
    others = [other for other in cast if other is not holder and other.member.set == holder.member.set]
    far = [other for other in others if other.posing_as(holder) <= PAIR_GOAL]
    if not far:
        raise Unfit(f"{holder.member.name}: resembles everybody in its set; choose another seed")
    return max(far, key=lambda other: _plausibility(holder.member, other.member))


def _plausibility(holder: CastMember, other: CastMember) -> tuple[bool, int]:
    """An impostor of the same sex and near age makes the better story."""
    return (holder.sex == other.sex, -abs(holder.age - other.age))


def _only_face(matcher: Backend, picture: Image, member: CastMember) -> Face:
    found = matcher.find(picture)
    if len(found) != 1:
        raise Unfit(f"{member.name}: {len(found)} faces were found in one picture; choose another seed")
    return found[0]
