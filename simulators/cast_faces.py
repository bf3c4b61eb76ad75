"""The cast: made-up travellers, rendered and never photographed (docs/synthetic-travellers.md).

The pictures lie beside this module in `cast/`, drawn beforehand by `python -m tools.make_cast`. They exercise the chain
from pixels to decision; they say nothing about people and never set a threshold.
"""

import json
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from drivers.model import Image

CAST_FOLDER = Path(__file__).parent / "cast"

CutOut = NDArray[np.uint8]
"""Height x width x 4, blue-green-red-alpha, 0..255: head and shoulders without background."""

POSE_EYES_PX = 100.0
"""Between the pupils of every pose, on an average head."""
POSE_EYES_AT = (0.5, 0.47)
"""Where the point between the eyes lies in every frontal pose, as a share of width and height."""


class Pose(Enum):
    """How a traveller holds the head. Left and right are the viewer's."""

    NEUTRAL = "neutral"
    SMILE = "smile"
    LEFT = "left"
    RIGHT = "right"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class CastMember:
    name: str = field(repr=False)
    """The key to everything of this traveller: given name and surname, made up."""
    sex: Literal["F", "M"]
    age: int
    origin: str
    """Three-letter code of a state, as a passport names it (ICAO Doc 9303 part 3 section 5)."""
    height_mm: int
    set: Literal["demo", "test"]

    @property
    def given_name(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def surname(self) -> str:
        return self.name.partition(" ")[2]


def members(set: Literal["demo", "test", "all"] = "all") -> tuple[CastMember, ...]:  # noqa: A002  (the word of the cast)
    """The travellers of one set, in the order of the cast list."""
    return tuple(who for who in _by_name().values() if set in ("all", who.set))


def member(name: str) -> CastMember:
    """Raises KeyError when nobody of that name is in the cast."""
    return _by_name()[name]


def impostor_for(name: str) -> str:
    """Who may stand at the camera with this member's passport: a pair vetted to score far below a match.

    Raises KeyError for a member without a vetted pair.
    """
    return str(_cast_list()["impostors"][name])


@cache
def portrait(name: str) -> Image:
    """The passport portrait, about 480 x 600, plain light background."""
    return _picture(name, "portrait", channels=3)


@cache
def pose(name: str, pose: Pose) -> CutOut:
    """The live head and shoulders in one pose; read only."""
    return _picture(name, pose.value, channels=4)


@cache
def _cast_list() -> dict[str, Any]:
    text = (CAST_FOLDER / "cast.json").read_text(encoding="utf-8")
    cast: dict[str, Any] = json.loads(text)
    return cast


@cache
def _by_name() -> dict[str, CastMember]:
    return {entry["name"]: CastMember(**entry) for entry in _cast_list()["members"]}


def folder_of(name: str) -> Path:
    """Where a member's pictures lie; the folder is the name in lower case with hyphens."""
    return CAST_FOLDER / name.lower().replace(" ", "-")


def _picture(name: str, what: str, channels: int) -> NDArray[np.uint8]:
    path = folder_of(member(name).name) / f"{what}.webp"
    decoded = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.ndim != 3 or decoded.shape[2] != channels:
        raise FileNotFoundError(f"{path.name} of the cast is missing or damaged: run `python -m tools.make_cast`")
    picture = np.asarray(decoded, dtype=np.uint8)
    picture.setflags(write=False)
    return picture
