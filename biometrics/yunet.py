"""The net that finds faces (YuNet), in onnxruntime: an image in, faces with box, five points and confidence out.

YuNet answers for every cell of three grids (8, 16 and 32 px): how sure it is of a face, and where its box and its
points lie from that cell; the eye on the picture's left is the first point. As in OpenCV's FaceDetectorYN, which runs
the same file in three times the time (docs/biometrics.md).
"""

from collections.abc import Iterator

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no type information
from numpy.typing import NDArray

from biometrics import weights
from biometrics.model import Face, Image
from biometrics.onnx_graph import any_picture_size, blocks_only_where_scaled
from biometrics.sessions import session

INPUT = "input"
GRIDS_PX = (8, 16, 32)
LARGEST_GRID_PX = GRIDS_PX[-1]
ANSWERS = ("cls", "obj", "bbox", "kps")

LOWEST_CONFIDENCE = 0.6
OVERLAP = 0.3
"""Of two boxes that share more (intersection over union), only the surer one is a face."""
MOST_FACES = 50

Rows = NDArray[np.float32]


class Yunet:
    """Thread-safe. Raises WeightsRefused when made."""

    def __init__(self, threads: int) -> None:
        graph = blocks_only_where_scaled(any_picture_size(weights.load(weights.YUNET)))
        self._session: onnxruntime.InferenceSession = session(graph, threads)

    def look(self, image: Image) -> list[Face]:
        """Every face in the image as it is, the surest first."""
        blob = _blob(image)
        names = [f"{answer}_{grid}" for grid in GRIDS_PX for answer in ANSWERS]
        answers = self._session.run(names, {INPUT: blob})
        grids = (answers[at : at + len(ANSWERS)] for at in range(0, len(names), len(ANSWERS)))
        across = blob.shape[3]
        rows = [_rows(grid_px, across, *grid) for grid_px, grid in zip(GRIDS_PX, grids, strict=True)]
        return list(_faces(np.concatenate(rows)))


def _blob(image: Image) -> Rows:
    """[1, 3, height, width], with black at the right and below up to whole cells of the largest grid."""
    height, width = image.shape[:2]
    blob = np.zeros((1, 3, height + -height % LARGEST_GRID_PX, width + -width % LARGEST_GRID_PX), np.float32)
    for number, plane in enumerate(cv2.split(image)):  # several times as fast as to transpose
        blob[0, number, :height, :width] = plane
    return blob


def _rows(grid_px: int, across_px: int, is_face: Rows, is_object: Rows, box: Rows, points: Rows) -> Rows:
    """[n, 15]: left, top, width, height, five points, confidence; of the cells that are sure enough."""
    confidence = np.sqrt(np.clip(is_face[0, :, 0], 0.0, 1.0) * np.clip(is_object[0, :, 0], 0.0, 1.0))
    sure = np.flatnonzero(confidence >= LOWEST_CONFIDENCE)
    down, across = np.divmod(sure, across_px // grid_px)
    cells = np.stack([across, down], axis=1).astype(np.float32)
    middle, size = cells + box[0, sure, :2], np.exp(box[0, sure, 2:])
    places = points[0, sure] + np.tile(cells, 5)
    measured = np.concatenate([middle - size / 2, size, places], axis=1) * grid_px
    return np.concatenate([measured, confidence[sure, None]], axis=1).astype(np.float32)


def _faces(rows: Rows) -> Iterator[Face]:
    rows = rows[np.isfinite(rows).all(axis=1)]
    boxes, confidences = rows[:, :4].tolist(), rows[:, 14].tolist()
    for number in cv2.dnn.NMSBoxes(boxes, confidences, LOWEST_CONFIDENCE, OVERLAP, top_k=MOST_FACES):
        left, top, width, height = boxes[number]
        yield Face((left, top, width, height), rows[number, 4:14].reshape(5, 2), confidences[number])
