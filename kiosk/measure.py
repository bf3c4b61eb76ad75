"""All image work of a lane, as one Protocol: pages read, faces examined. Arrays in, typed answers out.

`Measurer` is the work itself and blocks; `Measure` is how a lane asks for it. In place (virtual clock, tests) an answer
is computed at once and time stands still; in a worker process (kiosk/worker.py) the event loop goes on meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from biometrics.model import AttackAssessment, FaceCapture, MatchResult, Template
from drivers.errors import DeviceUnavailable
from drivers.model import Image, Light, PageScan
from mrz.model import MrzRead


class ImageWorkLost(DeviceUnavailable):
    """The process that was asked is gone, and the answer with it; the next question finds another one."""


class Measurer(Protocol):
    """The work, synchronous. Any array gets a typed answer."""

    def read_page(self, scan: PageScan, today: date) -> MrzRead: ...
    def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None: ...
    def reference(self, portrait: bytes) -> FaceCapture: ...
    def examine(self, image: Image, at_s: float) -> FaceCapture: ...
    def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment: ...
    def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult: ...
    def compare_page(self, reference: Template, page: Template) -> MatchResult: ...


Ask = Callable[..., Awaitable[Any]]
"""Operation's name and arguments -> its answer."""


class Measure:
    """What a lane has. Every question goes the one way that it was made with."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    async def read_page(self, scan: PageScan, today: date) -> MrzRead:
        """The machine readable zone, from every light that shows it."""
        return await self._ask("read_page", scan, today)  # type: ignore[no-any-return]  # Measurer has the types

    async def page_portrait(self, images: Mapping[Light, Image]) -> FaceCapture | None:
        """The face printed on the page; None for a page without an image."""
        return await self._ask("page_portrait", images)  # type: ignore[no-any-return]  # Measurer has the types

    async def reference(self, portrait: bytes) -> FaceCapture:
        """The face of an encoded portrait."""
        return await self._ask("reference", portrait)  # type: ignore[no-any-return]  # Measurer has the types

    async def examine(self, image: Image, at_s: float) -> FaceCapture:
        """The live face of a frame taken at `at_s`."""
        return await self._ask("examine", image, at_s)  # type: ignore[no-any-return]  # Measurer has the types

    async def assess_attack(self, captures: Sequence[FaceCapture]) -> AttackAssessment:
        """Was an artefact shown? One answer for the usable frames of a crossing, oldest first."""
        return await self._ask("assess_attack", captures)  # type: ignore[no-any-return]  # Measurer has the types

    async def compare(self, reference: Template, live: Sequence[Template]) -> MatchResult:
        """The live frames together against the reference."""
        return await self._ask("compare", reference, live)  # type: ignore[no-any-return]  # Measurer has the types

    async def compare_page(self, reference: Template, page: Template) -> MatchResult:
        """The page's portrait against the reference."""
        return await self._ask("compare_page", reference, page)  # type: ignore[no-any-return]  # Measurer has the types


def in_place(work: Measurer) -> Measure:
    """Answers computed where they are asked for."""

    async def ask(operation: str, *arguments: Any) -> Any:
        return getattr(work, operation)(*arguments)

    return Measure(ask)
