"""`--det FILE` of `egate face bench`: the error trade-off as a table of numbers or as a picture."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.exits import USAGE, CommandFailed

if TYPE_CHECKING:
    from biometrics.calibration import OperatingPoint

PICTURES = (".png", ".svg", ".pdf")


def require_writable(file: Path) -> None:
    """Say before minutes of work what would fail after them."""
    if file.suffix not in (".csv", *PICTURES):
        raise CommandFailed(f"{file.name}: the curve is written as .csv, .png, .svg or .pdf", USAGE)
    if file.suffix in PICTURES:
        _pyplot()


def write(file: Path, points: "Sequence[OperatingPoint]", title: str) -> None:
    from biometrics.det import as_csv

    if file.suffix == ".csv":
        file.write_text(as_csv(points), encoding="utf-8")
    else:
        _draw(file, points, title)


def _pyplot() -> Any:
    """Untyped: matplotlib is an extra, and its types with it."""
    try:
        import_module("matplotlib").use("Agg")
    except ImportError as absent:
        raise CommandFailed("pictures of curves need matplotlib: run `egate install plots`", USAGE) from absent
    return import_module("matplotlib.pyplot")


def _draw(file: Path, points: "Sequence[OperatingPoint]", title: str) -> None:
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(figsize=(6, 5), layout="constrained")
    rates = [point.fmr for point in points]
    low, high = zip(*(point.fnmr_ci95 for point in points), strict=True)
    axes.plot(rates, [point.fnmr for point in points], label="FNMR")
    axes.fill_between(rates, low, high, alpha=0.25, label="95 %")
    axes.set(xscale="log", yscale="log", xlabel="false match rate", ylabel="false non-match rate", title=title)
    axes.grid(visible=True, which="both", alpha=0.3)
    axes.legend()
    figure.savefig(file)
    pyplot.close(figure)
