"""What the officers may see of a crossing, taken from the lane's own questions as they pass: nothing is asked twice.

Pictures and the holder's fields stay in memory, of one crossing at a time, and are forgotten with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from biometrics.model import AttackAssessment, Box, CaptureState, FaceCapture, MatchResult, Template
from drivers.model import Health, Image, Light, PageScan, Prompt
from drivers.protocols import Clock, Display
from kiosk.measure import Measure
from link.images import decode
from mrz.errors import MrzRejected
from mrz.model import Mrz, MrzRead, Verdict
from mrz.parse import parse


@dataclass(slots=True, eq=False)
class Picture:
    """An image and where its face is."""

    image: Image = field(repr=False)
    box: Box | None = field(default=None, repr=False)


@dataclass(slots=True)
class Seen:
    """Of the crossing that runs."""

    pictures: dict[str, Picture] = field(default_factory=dict, repr=False)
    """By channel: record, live, page."""
    holder: Mrz | None = field(default=None, repr=False)
    matches: list[MatchResult] = field(default_factory=list)
    """One for each frame that was compared, oldest first."""
    page_match: MatchResult | None = None
    attack: AttackAssessment | None = None
    quality: float | None = None
    prompts_ms: dict[str, float] = field(default_factory=dict)

    def forget(self) -> None:
        self.pictures.clear()
        self.holder, self.page_match, self.attack, self.quality = None, None, None, None
        self.matches.clear()
        self.prompts_ms.clear()


class WatchedMeasure(Measure):
    """The lane's image work, with the newest of each answer kept in `seen`."""

    def __init__(self, measure: Measure, seen: Seen) -> None:
        super().__init__(self._asked)
        self._measure, self._seen = measure, seen

    async def _asked(self, operation: str, *arguments: Any) -> Any:
        answer = await getattr(self._measure, operation)(*arguments)
        getattr(self, f"_after_{operation}", _nothing)(answer, *arguments)
        return answer

    def _after_read_page(self, read: MrzRead, _scan: PageScan, today: date) -> None:
        if read.verdict is Verdict.ACCEPT:
            try:
                self._seen.holder = parse(read.lines, today)
            except MrzRejected:
                self._seen.holder = None

    def _after_page_portrait(self, capture: FaceCapture | None, images: Mapping[Light, Image]) -> None:
        if capture is not None and Light.VISIBLE in images:
            self._seen.pictures["page"] = Picture(images[Light.VISIBLE], capture.box)

    def _after_reference(self, capture: FaceCapture, portrait: bytes) -> None:
        self._seen.pictures["record"] = Picture(decode(portrait), capture.box)

    def _after_examine(self, capture: FaceCapture, image: Image, _at_s: float) -> None:
        self._seen.quality = capture.quality.score
        if capture.state is not CaptureState.NO_FACE:
            self._seen.pictures["live"] = Picture(image, capture.box)

    def _after_compare(self, match: MatchResult, _reference: Template, _live: Sequence[Template]) -> None:
        self._seen.matches.append(match)

    def _after_compare_page(self, match: MatchResult, _reference: Template, _page: Template) -> None:
        self._seen.page_match = match

    def _after_assess_attack(self, attack: AttackAssessment, _captures: Sequence[FaceCapture]) -> None:
        self._seen.attack = attack


def _nothing(*_arguments: object) -> None:
    pass


class WatchedDisplay:
    """The lane's screen, with the prompt that it shows and how long each was shown. Satisfies Display."""

    def __init__(self, display: Display, clock: Clock, seen: Seen) -> None:
        self.prompt: Prompt | None = None
        self._display, self._clock, self._seen = display, clock, seen
        self._since_s = clock.monotonic()

    async def open(self) -> None:
        await self._display.open()

    async def close(self) -> None:
        await self._display.close()

    async def health(self) -> Health:
        return await self._display.health()

    async def show(self, prompt: Prompt) -> None:
        self.note()
        self.prompt = prompt
        await self._display.show(prompt)

    async def count_down(self, seconds: float, may_ask: bool) -> None:
        await self._display.count_down(seconds, may_ask)

    async def speak(self, issuing_state: str) -> None:
        await self._display.speak(issuing_state)

    def note(self) -> None:
        """Count the time of the prompt that is shown up to now."""
        now_s = self._clock.monotonic()
        if self.prompt is not None:
            shown = self._seen.prompts_ms
            shown[self.prompt.value] = shown.get(self.prompt.value, 0.0) + 1000 * (now_s - self._since_s)
        self._since_s = now_s
