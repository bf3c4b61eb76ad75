"""All image work of a lane, as one Protocol: pages read, faces examined. Arrays in, typed answers out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

from biometrics.model import FaceCapture, MatchResult, Template
from drivers.model import Image, Light, PageScan
from mrz.model import MrzRead


class Measure(Protocol):
    """All image work of a lane. Synchronous; called through the lane's offload."""

    def read_page(self, scan: PageScan, today: date) -> MrzRead: ...
    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None: ...
    def reference(self, portrait: bytes) -> FaceCapture: ...
    def examine(self, image: Image, at_s: float) -> FaceCapture: ...
    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult: ...
    def compare_page(self, reference: Template, page: Template) -> MatchResult: ...
