"""egate scenario: the library of everything that can happen at a lane."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from cli.exits import REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from cli.scenario_library import Result

LIBRARY = Path(__file__).parents[1] / "simulators" / "scenarios"
PAGE = Path(__file__).parents[1] / "docs" / "guideline.md"
app = typer.Typer(help="Scenarios: who comes, what breaks, and what must be observed.", no_args_is_help=True)
Where = Annotated[Path, typer.Argument(help="A scenario file, or a folder of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="For tools.")]


@app.command()
@devices_may_fail
def run(
    where: Where = LIBRARY,
    clock: Annotated[Literal["virtual", "wall"], typer.Option(help="The virtual clock waits for nothing.")] = "virtual",
    wire: Annotated[
        bool,
        typer.Option("--wire", help="Over Modbus RTU, serial and MJPEG, on the wall clock; files with wire = true."),
    ] = False,
    seed: Annotated[int | None, typer.Option(help="Another seed than the file's own.")] = None,
    jobs: Annotated[int, typer.Option(min=1, max=32, help="Processes that share the work, on the virtual clock.")] = 2,
    replay: Annotated[
        bool, typer.Option("--replay", help="Then play each crossing again from its journal: the same end and doors.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Play scenarios on a whole lane and hold what is observed against what each file expects.

    Ends with 1 when anything differs, and says what was expected and what was seen.

    Examples:

      egate scenario run                                              the whole library, virtual clock

      egate scenario run simulators/scenarios/e13-two-persons.toml

      egate scenario run simulators/scenarios --wire

      egate scenario run --replay                                     and every crossing once more, from its journal
    """
    from cli.scenario_library import play_library

    if replay and (clock == "wall" or wire):
        raise CommandFailed(
            "--replay: crossings are played again on the virtual clock; leave --clock and --wire", USAGE
        )
    out = Console()
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as progress:
        results = play_library(where, clock == "wall" or wire, wire, seed, _ticked(progress), jobs, replay)
    if as_json:
        print(json.dumps([each.to_json() for each in results], indent=2))  # noqa: T201  (for tools)
    else:
        out.print(_table(results))
    differing = [each for each in results if each.differences]
    if differing:
        sentences = "\n".join(f"{each.name}: {line}" for each in differing for line in each.differences)
        raise CommandFailed(f"{len(differing)} of {len(results)} scenarios differ:\n{sentences}", REFERRED)


@app.command(name="list")
@devices_may_fail
def list_(where: Where = LIBRARY, as_json: AsJson = False) -> None:
    """Every scenario with its exceptional paths and paragraphs; what cannot run yet says why.

    Example:

      egate scenario list
    """
    from simulators.scenario import load_scenario, scenario_files

    rows = [(file.stem, load_scenario(file).scenario) for file in scenario_files(where)]
    if as_json:
        print(json.dumps([{"name": name, **about.model_dump()} for name, about in rows], indent=2))  # noqa: T201
        return
    table = Table(title="Scenarios", title_justify="left")
    for column in ("path", "scenario", "what", "paragraph", ""):
        table.add_column(column)
    for name, about in rows:
        note = f"not yet: {about.not_yet}" if about.not_yet else "wire" if about.wire else ""
        table.add_row(" ".join(about.paths), name, about.title, " ".join(about.proves), note)
    Console().print(table)


@app.command()
@devices_may_fail
def guideline(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; end with 1 when the page is not fresh.")
    ] = False,
) -> None:
    """Write docs/guideline.md from the scenarios: what a lane does, and which of them prove it.

    Examples:

      egate scenario guideline

      egate scenario guideline --check
    """
    from cli.scenario_library import checked
    from simulators.guideline import load_guideline, written
    from simulators.scenario import scenario_files

    page = written(load_guideline(LIBRARY), {file.stem: checked(file) for file in scenario_files(LIBRARY)})
    if check:
        if not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != page:
            raise CommandFailed(f"{PAGE.name} is not what the scenarios say: run 'egate scenario guideline'.", REFERRED)
        return
    PAGE.write_text(page, encoding="utf-8")


@app.command(name="faults")
def faults_(as_json: AsJson = False) -> None:
    """Everything that can break at a simulated lane, by the name that a scenario's `breaks` takes.

    Example:

      egate scenario faults
    """
    from simulators.breakdowns import BREAKDOWNS

    rows = [(what.value, named.words) for what, named in BREAKDOWNS.items()]
    if as_json:
        print(json.dumps([{"name": name, "words": words} for name, words in rows], indent=2))  # noqa: T201
        return
    table = Table(title="Breakdowns", title_justify="left")
    for column in ("name", "what happens"):
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _ticked(progress: Progress) -> Callable[[str, int], None]:
    bar = progress.add_task("scenarios", total=None)

    def tick(name: str, of: int) -> None:
        progress.update(bar, description=name, total=of, advance=1)

    return tick


def _table(results: "Sequence[Result]") -> Table:
    """Path -> scenario -> outcome."""
    table = Table(title="Scenarios", title_justify="left")
    for column in ("path", "scenario", "outcome", "as expected"):
        table.add_column(column)
    for each in results:
        verdict: Any = "[red]no" if each.differences else "[dim]not yet" if each.not_yet else "[green]yes"
        table.add_row(" ".join(each.paths), each.name, each.not_yet or each.endings, verdict)
    played = [each for each in results if not each.not_yet]
    good = sum(not each.differences for each in played)
    table.caption = f"{good} of {len(played)} as expected, {len(results) - len(played)} not yet{_again(results)}"
    return table


def _again(results: "Sequence[Result]") -> str:
    """What became of playing the crossings again, if that was asked for; who has none is named."""
    asked = [each for each in results if each.played_again is not None]
    if not asked:
        return ""
    crossings = sum(each.played_again or 0 for each in asked)
    without = ", ".join(each.name for each in asked if not each.played_again)
    return f"\n{crossings} crossings played again from their journals" + (
        f"; nobody crosses in {without}" * bool(without)
    )


@app.command(name="from-journal")
@devices_may_fail
def from_journal(
    file: Annotated[Path, typer.Argument(help="A gate's journal, or JSON lines of `egate journal show --json`.")],
    transaction: Annotated[str, typer.Option(help="This crossing; else the last one.")] = "",
    to: Annotated[Path | None, typer.Option(help="Write the scenario there; else it is printed.")] = None,
) -> None:
    """Turn a crossing of the field into a scenario that runs. Nobody of the journal is in it: one of the cast comes.

    Example:

      egate scenario from-journal journal.sqlite --transaction lane-1-20261127-a1b2c3-000017 --to incident.toml
    """
    from cli.incident import story_of, toml_of
    from cli.tape import tapes_in

    text = toml_of(story_of(tapes_in(file, transaction)[-1]))
    if to is None:
        typer.echo(text)
        return
    to.write_text(text, encoding="utf-8")
    typer.echo(f"{to}: run it with `egate scenario run {to}`")
