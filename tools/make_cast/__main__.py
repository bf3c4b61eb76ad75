"""Draw the cast, hold it against the matcher and write its list: python -m tools.make_cast.

The pictures go to simulators/cast. The same cast list gives the same pictures on the same versions of numpy and OpenCV.
"""

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Annotated, Any

import cv2
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from biometrics import backends
from simulators.cast_faces import CAST_FOLDER, CastMember, folder_of
from tools.make_cast.sitting import sit
from tools.make_cast.vetting import PAIR_GOAL, Measured, Unfit, captures, measure, pairs, require_fit

CAST_LIST = Path(__file__).parent / "cast_list.json"
LISTED = ("name", "sex", "age", "origin", "height_mm", "set")


def main(
    only: Annotated[str, typer.Option(help="Draw this member alone; all are measured.")] = "",
    draw: Annotated[bool, typer.Option(help="Draw the pictures, or only measure those that are there.")] = True,
    jobs: Annotated[int, typer.Option(help="Processes that draw side by side.")] = 2,
) -> None:
    """Draw the cast and write simulators/cast."""
    entries = json.loads(CAST_LIST.read_text(encoding="utf-8"))
    if draw:
        _draw([entry for entry in entries if only in ("", entry["name"])], jobs)
    members = [CastMember(**{key: entry[key] for key in LISTED}) for entry in entries]
    matcher = backends.load("sface")
    measured = [measure(member, captures(member), matcher) for member in track(members, "measuring")]
    _show(measured)
    try:
        for each in measured:
            require_fit(each)
        _write_list(entries, pairs(measured))
    except Unfit as unfit:
        raise SystemExit(str(unfit)) from unfit


def _draw(entries: list[dict[str, Any]], jobs: int) -> None:
    with ProcessPoolExecutor(jobs, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        folders = [folder_of(entry["name"]) for entry in entries]
        for _ in track(pool.map(sit, entries, folders), "drawing", total=len(entries)):
            pass


def _write_list(entries: list[dict[str, Any]], impostors: dict[str, str]) -> None:
    cast = {"members": [{key: entry[key] for key in LISTED} for entry in entries], "impostors": impostors}
    (CAST_FOLDER / "cast.json").write_text(json.dumps(cast, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _show(cast: list[Measured]) -> None:
    table = Table("member", "confidence", "genuine, lowest", "below the goal", "fails")
    for holder in cast:
        others = [other.posing_as(holder) for other in cast if other is not holder]
        share = f"{sum(score <= PAIR_GOAL for score in others)} of {len(others)}"
        name, complaints = holder.member.name, ", ".join(holder.complaints)
        table.add_row(name, f"{holder.confidence:.2f}", f"{holder.genuine:.2f}", share, complaints)
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
