"""What the `egate face` commands have in common: refusals, progress, numbers for eyes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from rich.console import Console

from cli.exits import USAGE, CommandFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")


@contextmanager
def refusals() -> Iterator[None]:
    """Every refusal of the face rooms has a sentence: end the command with it."""
    from benchmarks.face import LabelsRefused
    from biometrics.backends import BackendRefused
    from biometrics.calibration import CalibrationRefused
    from biometrics.weights import WeightsRefused

    try:
        yield
    except (BackendRefused, CalibrationRefused, LabelsRefused, WeightsRefused) as refused:
        raise CommandFailed(str(refused), USAGE) from refused


def with_progress(items: "Sequence[object]", work: "Callable[[Callable[[], None]], T]") -> T:
    """Run `work` beside a bar on standard error."""
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("faces", total=len(items))
        return work(lambda: progress.advance(task))


def percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def interval(ends: "Sequence[float]") -> str:
    return f"{100 * ends[0]:.3g} .. {100 * ends[1]:.3g} %"
