"""The lane's screen and image work while they are watched: nothing is missing and nothing is asked twice."""

import inspect

from biometrics.model import MatchResult
from drivers.protocols import Display
from kiosk.measure import Measure
from kiosk.portraits import HEIGHT_PX, WIDTH_PX, portrait
from kiosk.watched import Seen, WatchedDisplay, WatchedMeasure
from link.images import decode
from tests.kiosk.toy import ToyMeasure, face_image


def operations(kind: type) -> set[str]:
    return {name for name, _ in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_a_watched_screen_does_all_that_a_screen_does() -> None:
    assert operations(Display) <= operations(WatchedDisplay)
    for name in operations(Display):
        assert inspect.signature(getattr(Display, name)) == inspect.signature(getattr(WatchedDisplay, name)), name


def test_every_answer_of_the_image_work_passes_through_unchanged_and_only_once() -> None:
    import asyncio

    asked: list[str] = []
    work = ToyMeasure()

    async def ask(operation: str, *arguments: object) -> object:
        asked.append(operation)
        return getattr(work, operation)(*arguments)

    async def run() -> None:
        seen = Seen()
        measure = WatchedMeasure(Measure(ask), seen)
        live = await measure.examine(face_image(["Ada Example"]), 1.0)
        assert live.template is not None
        match: MatchResult = await measure.compare(live.template, (live.template,))
        assert seen.matches == [match]
        await measure.assess_attack((live,))
        assert asked == ["examine", "compare", "assess_attack"]
        seen.forget()
        assert not seen.pictures and not seen.matches and seen.holder is None

    asyncio.run(run())


def test_every_portrait_has_the_same_size_whatever_it_was_cut_from() -> None:
    picture = face_image(["Ada Example"])
    for box in (None, (2.0, 1.0, 4.0, 2.0), (-5.0, -5.0, 40.0, 40.0), (0.0, 0.0, 0.5, 0.5)):
        assert decode(portrait(picture, box)).shape == (HEIGHT_PX, WIDTH_PX, 3)
