"""How long and how fast to learn, and what is told of it on the way."""

import math
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Plan:
    """One training. The same plan makes the same net on the same machine."""

    seed: int
    steps: int
    batch: int
    folder: Path
    """Where the ONNX file and the weights are written, on the way too."""
    start: Path | None = None
    """Weights to go on from."""
    device: str = "cpu"
    workers: int = 0
    """Further processes that draw scenes (the page net's)."""


@dataclass(frozen=True, slots=True)
class Progress:
    step: int
    loss: float
    right: float
    """Share that is right: characters of the lines, overlap of the map's bands."""


def rate(done: float, top: float) -> float:
    """A short warm-up, then down a cosine."""
    return top * min(1.0, done * 50 + 0.02) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-5
