"""egate accept: a site as it is configured, tried before anybody crosses there."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import REFERRED, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from cli.accept_targets import Verdict

STYLES = {"pass": "green", "fail": "red", "not measured": "dim"}


@devices_may_fail
def accept(
    site: Annotated[Path, typer.Option(help="The site file.")],
    travellers: Annotated[int, typer.Option(min=6, max=10_000, help="Seeded travellers of a mix.")] = 24,
    seed: Annotated[int, typer.Option(help="The same seed, the same people.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a target.")] = False,
) -> None:
    """Let seeded travellers, an outage, restarts and fire come to a site, and hold what was seen against N1-N31.

    The site's rules, limits, models and operating points are in force; its wires are simulated on the virtual clock.
    Ends with 1 when a target is missed. What such a run cannot measure is told with the reason, and fails nothing.

    Examples:

      egate accept --site config/sites/demo.toml

      egate accept --site /etc/egate/site.toml --travellers 200 --json
    """
    from cli.accept_run import commission
    from cli.accept_targets import failed, verdicts
    from config.load import load

    loaded, out = load(site).site, Console(stderr=True)
    with out.status("commissioning") as status:
        seen = commission(loaded, travellers, seed, status.update)
    told = verdicts(loaded, seen)
    if as_json:
        print(json.dumps([_row(each) for each in told], indent=2))  # noqa: T201  (for tools)
    else:
        Console().print(_table(told))
    if missed := failed(told):
        raise CommandFailed(f"{site}: missed {', '.join(missed)}", REFERRED)


def _row(verdict: "Verdict") -> dict[str, Any]:
    return {
        "target": verdict.number,
        "what": verdict.what,
        "wanted": verdict.wanted,
        "seen": verdict.seen,
        "verdict": verdict.word,
    }


def _table(told: "list[Verdict]") -> Table:
    table = Table(title="Commissioning", title_justify="left")
    for column in ("", "what", "wanted", "seen", "verdict"):
        table.add_column(column)
    for each in told:
        word = f"[{STYLES[each.word]}]{each.word}"
        table.add_row(each.number, each.what, each.wanted, each.seen, word)
    return table
