"""Flat things are told from things that move against themselves, whatever way the flat thing is moved."""

import cv2
import numpy as np
import pytest

from biometrics.plane import FACE, MOUTH, SIDE_PX, Grey, Part, liveliness, small
from simulators.cast_faces import Pose, members, pose

NAME = members()[3].name
MIDDLE = SIDE_PX / 2


def face(smile: float = 0.0) -> Grey:
    """A face, eyes 40 px apart."""
    layers = [
        cv2.cvtColor(pose(NAME, how)[:, :, :3], cv2.COLOR_BGR2GRAY).astype(np.float32)
        for how in (Pose.NEUTRAL, Pose.SMILE)
    ]
    height, width = layers[0].shape
    whole = layers[0] * (1 - smile) + layers[1] * smile
    left, top = width // 2 - 128, int(0.47 * height) - 96
    return small(np.asarray(whole[top : top + 256, left : left + 256], np.float32))


def moved(picture: Grey, **by: float) -> Grey:
    """Turned (degrees), zoomed, stretched across, shifted (px), made brighter (factor)."""
    across = np.vstack([cv2.getRotationMatrix2D((MIDDLE, MIDDLE), by.get("turn", 0.0), by.get("zoom", 1.0)), [0, 0, 1]])
    stretch = np.array([[by.get("stretch", 1.0), by.get("shear", 0.0), by.get("shift", 0.0)], [0, 1, 0], [0, 0, 1.0]])
    there = cv2.warpAffine(picture, (stretch @ across)[:2], (SIDE_PX, SIDE_PX), borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(there * by.get("gain", 1.0) + by.get("offset", 0.0), np.float32)


def noisy(picture: Grey, seed: int) -> Grey:
    return np.asarray(picture + 0.7 * np.random.default_rng(seed).standard_normal(picture.shape), np.float32)


@pytest.mark.parametrize("part", [FACE, MOUTH])
@pytest.mark.parametrize(
    "motion",
    [
        {"shift": 2.5},
        {"turn": 3.0},
        {"zoom": 1.04},
        {"stretch": 0.97, "shear": 0.03},
        {"gain": 0.8, "offset": 12.0},
        {"turn": -2.0, "shift": 1.5, "zoom": 0.97, "gain": 1.1},
    ],
)
def test_a_flat_thing_that_is_moved_is_still(part: Part, motion: dict[str, float]) -> None:
    looks = [noisy(face(), 1), noisy(moved(face(), **motion), 2)]
    assert liveliness(looks, part) < -4.0


@pytest.mark.parametrize("part", [FACE, MOUTH])
def test_a_tenth_of_a_smile_is_seen_under_the_same_motion(part: Part) -> None:
    flat = liveliness([noisy(face(), 1), noisy(moved(face(), turn=2.0, shift=1.5), 2)], part)
    alive = liveliness([noisy(face(), 1), noisy(moved(face(0.1), turn=2.0, shift=1.5), 2)], part)
    assert alive > flat + 1.5


def test_more_of_a_smile_is_more() -> None:
    grows = [liveliness([face(), face(share)], MOUTH) for share in (0.1, 0.3, 0.6)]
    assert grows == sorted(grows)


def test_pictures_without_anything_in_them_have_an_answer() -> None:
    blank = np.full((SIDE_PX, SIDE_PX), 90.0, np.float32)
    assert np.isfinite(liveliness([blank, blank], FACE))
    assert np.isfinite(liveliness([blank, face()], FACE))
    assert np.isfinite(liveliness([face(), blank], MOUTH))
