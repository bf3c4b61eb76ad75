"""egate replay: crossings of a journal, played again in the simulator."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from cli.replay_play import Replayed

REFERENCES = Path(__file__).parents[1] / "simulators" / "references"


@devices_may_fail
def replay(
    file: Annotated[
        Path | None, typer.Argument(help="A gate's journal, or JSON lines of `egate journal show --json`.")
    ] = None,
    transaction: Annotated[str, typer.Option(help="Only this crossing.")] = "",
    speed: Annotated[float, typer.Option(min=0.0, help="1: as long as it took; 0: as fast as can be.")] = 0.0,
    update_references: Annotated[
        bool, typer.Option("--update-references", help="Record the reference journals anew: a change that is owned.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a crossing.")] = False,
) -> None:
    """Play crossings again: the lane's own program, simulated doors, somebody of the cast in place of the traveller.

    Each must end as it ended and move the same doors in the same order; ends with 1 when one does not.
    A journal holds no name, number or picture: image work and register answer what the record says that they answered.

    Examples:

      egate replay /var/lib/egate/journal.sqlite --transaction lane-1-20261127-a1b2c3-000017 --speed 1

      egate replay simulators/references/e20-impostor.jsonl

      egate replay --update-references
    """
    from cli.replay_play import replay as play
    from cli.tape import tapes_in

    if update_references:
        return _update()
    if file is None:
        raise CommandFailed("replay: give a journal to play, or --update-references", USAGE)
    out = Console(stderr=as_json)

    def seen(at_s: float, what: str) -> None:
        if speed > 0:
            out.print(f"{at_s:7.2f} s  {what.replace('_', ' ')}")

    results = [play(tape, speed, seen) for tape in tapes_in(file, transaction)]
    if as_json:
        print(json.dumps([_told(each) for each in results], indent=2))  # noqa: T201  (for tools)
    else:
        out.print(_table(results))
    if any(each.difference for each in results):
        raise CommandFailed("not every crossing was played to the same end and the same movements", REFERRED)
    return None


def _update() -> None:
    from cli.reference_journals import update

    for path, changed in update(REFERENCES):
        typer.echo(f"{path.name}: {'changed' if changed else 'as before'}")


def _told(result: "Replayed") -> dict[str, Any]:
    return {
        "transaction": result.recorded.transaction,
        "recorded": {"outcome": result.recorded.outcome, "reason": result.recorded.reason},
        "played": {"outcome": result.played.outcome, "reason": result.played.reason},
        "same_outcome": result.same_outcome,
        "same_moves": result.same_moves,
        "shifted_s": round(result.shifted_s, 3),
        "moves": [{"at_s": at_s, "move": move} for at_s, move in result.played.moves()],
    }


def _table(results: "list[Replayed]") -> Table:
    table = Table(title="Played again", title_justify="left")
    for column in ("crossing", "recorded", "played", "doors", "within", "the same"):
        table.add_column(column)
    for each in results:
        table.add_row(
            each.recorded.transaction,
            f"{each.recorded.outcome} {each.recorded.reason}",
            f"{each.played.outcome} {each.played.reason}",
            ", ".join(move for _, move in each.played.moves()) or "none moved",
            f"{each.shifted_s:.2f} s",
            "[red]no" if each.difference else "[green]yes",
        )
    return table
