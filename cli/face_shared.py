"""What the `egate face` commands have in common: refusals, progress, numbers for eyes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from cli.exits import USAGE, CommandFailed
from cli.progress import progress

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
    with progress("faces", len(items)) as advance:
        return work(advance)


def percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def interval(ends: "Sequence[float]") -> str:
    return f"{100 * ends[0]:.3g} .. {100 * ends[1]:.3g} %"
