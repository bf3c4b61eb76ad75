"""The reader's nets: what they see, what they answer, and how they are run.

All are small convolutional nets that this project trains on its own drawings alone (tools/train_mrz).
"""

from pathlib import Path

import cv2
import numpy as np
import onnxruntime  # type: ignore[import-untyped]  # it ships no types
from numpy.typing import NDArray

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
BLANK = len(ALPHABET)
"""The class of what lies between characters."""
PITCH_PX = 16
STRIP_HEIGHT_PX = 24
CAPITAL_PX = 16.5
"""Height of a letter in a strip."""
MARGIN_PX = 32
"""Left free at both ends of a strip."""
STRIP_WIDTH_PX = 44 * PITCH_PX + 2 * MARGIN_PX
STEP_PX = 4
"""A strip has one answer for so many pixels of its width."""
MAP_STEP_PX = 4
NOMINAL_CAPITAL_PX = 10.0
_SIDE_MULTIPLE_PX = 16
_STRIPS_AT_ONCE = 2
"""More would be no faster, and their planes would be held all at once."""
_BAND_PX = 640
_BESIDE_A_BAND_PX = 96
"""Rows above and below a band that the net sees with it."""
_MODELS = Path(__file__).with_name("models")

Grey = NDArray[np.uint8]
"""Height x width, 0..255."""
Plane = NDArray[np.float32]


class LineNet:
    """Reads strips. Every answer looks at about one character to each side: it knows shapes and no language."""

    def __init__(self, path: Path = _MODELS / "lines.onnx") -> None:
        self._session = _session(path)

    def posteriors(self, strips: NDArray[np.float32]) -> NDArray[np.float32]:
        """Strips in 0..1 (n x 24 x width) -> probabilities (n x width / 4 x 38)."""
        some = [self._some(strips[first : first + _STRIPS_AT_ONCE]) for first in range(0, len(strips), _STRIPS_AT_ONCE)]
        return some[0] if len(some) == 1 else np.concatenate(some)

    def _some(self, strips: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = self._session.run(None, {"image": strips[:, None]})[0][:, :, 0].transpose(0, 2, 1)
        scores = np.exp(scores - scores.max(2, keepdims=True))
        return np.asarray(scores / scores.sum(2, keepdims=True), np.float32)


class LineNets:
    """Two nets, trained apart on different drawings. Their mean is believed: what only one of them sees is unsure."""

    def __init__(self) -> None:
        self._first, self.second = LineNet(), LineNet(_MODELS / "second.onnx")

    def posteriors(self, strips: NDArray[np.float32]) -> NDArray[np.float32]:
        """As LineNet's."""
        return np.asarray((self._first.posteriors(strips) + self.second.posteriors(strips)) / 2, np.float32)


class PageNet:
    """Finds machine readable lines at any angle, with capitals 5 to 24 px high."""

    def __init__(self, path: Path = _MODELS / "pages.onnx") -> None:
        self._session = _session(path)

    def map(self, grey: Grey) -> NDArray[np.float32]:
        """Planes (4 x h/4 x w/4): probability of a line, cosine and sine of its direction, capitals' height in px.

        A large picture is seen in bands, so that the planes of one alone are held.
        """
        height = grey.shape[0]
        rows = -(-height // (-(-height // _BAND_PX) * _SIDE_MULTIPLE_PX)) * _SIDE_MULTIPLE_PX
        bands = []
        for top in range(0, height, rows):
            above, below = min(top, _BESIDE_A_BAND_PX), min(height, top + rows)
            seen = self._band(grey[top - above : below + _BESIDE_A_BAND_PX])
            bands.append(seen[:, above // MAP_STEP_PX : -(-(above + below - top) // MAP_STEP_PX)])
        return bands[0] if len(bands) == 1 else np.concatenate(bands, 1)

    def _band(self, grey: Grey) -> NDArray[np.float32]:
        height, width = grey.shape
        below, right = -height % _SIDE_MULTIPLE_PX, -width % _SIDE_MULTIPLE_PX
        padded = cv2.copyMakeBorder(grey, 0, below, 0, right, cv2.BORDER_REPLICATE)
        image = padded.astype(np.float32)
        image /= 255
        planes = self._session.run(None, {"image": image[None, None]})[0][0]
        planes[0] = 1 / (1 + np.exp(-planes[0].clip(-30, 30)))
        planes[3] = NOMINAL_CAPITAL_PX * np.exp2(planes[3].clip(-3, 3))
        return np.asarray(planes[:, : -(-height // MAP_STEP_PX), : -(-width // MAP_STEP_PX)], np.float32)


def _session(path: Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_mem_pattern = False  # it keeps a plan for every size of picture ever seen, and grows for ever
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
