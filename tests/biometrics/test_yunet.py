"""The net that finds faces, run by onnxruntime, against OpenCV's own reading of the same file."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from biometrics import weights
from biometrics.model import Face, Image, Vector
from biometrics.yunet import LOWEST_CONFIDENCE, MOST_FACES, OVERLAP, Yunet
from tests.biometrics.faces import Pose, frame_of, members, portrait

NAMES = [who.name for who in members()][:6]
SIZES = [(640, 360), (112, 112), (193, 191), (405, 720), (640, 33)]
"""Width and height: whole cells of 32 px, and not; the last shows no face."""


@pytest.fixture(scope="module")
def net() -> Yunet:
    return Yunet(threads=1)


def opencv(image: Image) -> list[Face]:
    model, size = np.frombuffer(weights.load(weights.YUNET), np.uint8), (image.shape[1], image.shape[0])
    no_config = np.empty(0, np.uint8)
    theirs = cv2.FaceDetectorYN.create("onnx", model, no_config, size, LOWEST_CONFIDENCE, OVERLAP, MOST_FACES)
    rows = theirs.detect(image)[1]
    return [] if rows is None else [_face(row) for row in rows]


def _face(row: Vector) -> Face:
    left, top, width, height = (float(value) for value in row[:4])
    return Face((left, top, width, height), row[4:14].reshape(5, 2), float(row[14]))


def alike(ours: Face, theirs: Face) -> bool:
    placed = np.allclose(ours.box, theirs.box, atol=0.02) and np.allclose(ours.points, theirs.points, atol=0.02)
    return placed and abs(ours.confidence - theirs.confidence) < 1e-3


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_it_finds_what_opencv_finds(net: Yunet, size: tuple[int, int]) -> None:
    found = 0
    for name in NAMES:
        image = np.asarray(cv2.resize(portrait(name), size, interpolation=cv2.INTER_AREA), np.uint8)
        ours, theirs = net.look(image), opencv(image)
        assert len(ours) == len(theirs)
        assert all(alike(*pair) for pair in zip(ours, theirs, strict=True))
        found += len(ours)
    assert (found > 0) is (size != (640, 33))


def test_several_faces_are_each_found_once(net: Yunet) -> None:
    frame = frame_of(*((name, Pose.NEUTRAL, middle) for name, middle in zip(NAMES, (0.2, 0.5, 0.8), strict=False)))
    ours, theirs = net.look(frame), opencv(frame)
    assert len(ours) == len(theirs) == 3
    assert all(alike(*pair) for pair in zip(ours, theirs, strict=True))


def test_many_threads_see_what_one_sees(net: Yunet) -> None:
    looks = [np.asarray(cv2.resize(portrait(name), (200, 250)), np.uint8) for name in NAMES] * 4
    with ThreadPoolExecutor(4) as threads:
        side_by_side = list(threads.map(net.look, looks))
    for image, seen in zip(looks, side_by_side, strict=True):
        assert [face.box for face in seen] == [face.box for face in net.look(image)]


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 700, 3), (31, 33, 3)])
def test_a_picture_of_nothing_has_no_face(net: Yunet, shape: tuple[int, int, int]) -> None:
    assert net.look(np.zeros(shape, np.uint8)) == []
    assert net.look(np.full(shape, 255, np.uint8)) == []
