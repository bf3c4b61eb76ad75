"""egate demo: a lane at work, to look at."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cli.exits import PASSED, REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

DEMO_SITE = Path(__file__).parents[1] / "config" / "sites" / "demo.toml"


def _seconds(text: str | float) -> float:
    """`30` or `30s`; the default comes as the number that it is."""
    try:
        seconds = float(str(text).removesuffix("s"))
    except ValueError:
        raise typer.BadParameter("say how many seconds, for example 30s") from None
    if not 0.0 <= seconds <= 600.0:
        raise typer.BadParameter("between 0 and 600 seconds")
    return seconds


@devices_may_fail
def demo(
    once: Annotated[bool, typer.Option("--once", help="One genuine traveller, then end.")] = False,
    seed: Annotated[int, typer.Option(help="The same seed, the same people.")] = 1,
    speed: Annotated[float, typer.Option(min=0.5, max=10.0, help="How fast people walk and doors move.")] = 1.0,
    travellers: Annotated[int, typer.Option(min=1, max=10_000, help="How many come.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end instead of tables.")] = False,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="On the virtual clock, in process: the same lane, no waiting.")
    ] = False,
    cut_register: Annotated[
        float,
        typer.Option(parser=_seconds, metavar="SECONDS", help="After the first crossing pull the register's network."),
    ] = 0.0,
    keep: Annotated[Path | None, typer.Option(help="Keep register and journal in this folder.")] = None,
) -> None:
    """Run a simulated lane: real drivers on ptys and a loopback camera, real image work, made-up travellers.

    Examples:

      egate demo                             three travellers with a live view

      egate demo --travellers 20 --seed 7    a mix: genuine, impostor, no visa, two persons ...

      egate demo --cut-register 30s          the network to the register is pulled: crossings from the copy

      egate demo --once --json               for scripts: ends with "outcome": "PASSED"
    """
    from cli.live_view import LiveView
    from cli.simulation import Simulation, make_visitors
    from config.load import load
    from simulators.population import DEMO_MIX, HELD_MIX, Story

    out = Console()
    if virtual and cut_register:
        raise CommandFailed("on the virtual clock there is no network to pull: leave out --virtual.", USAGE)
    site = load(DEMO_SITE.with_name("virtual.toml") if virtual else DEMO_SITE).site
    count = 1 if once else travellers
    told = (Story.GENUINE,) * count if once or cut_register else ()
    mix = HELD_MIX if virtual else DEMO_MIX
    visitors = make_visitors(count, seed, datetime.now(UTC), told=told, mix=mix)
    with tempfile.TemporaryDirectory(prefix="egate-demo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        simulation = Simulation(
            site, visitors, folder, seed, speed, over_the_network=not virtual, cut_register_s=cut_register
        )
        if virtual or as_json:
            simulation.on_the_virtual_clock() if virtual else simulation.on_the_wall_clock()
        else:
            with LiveView(out, simulation):
                simulation.on_the_wall_clock()
    ended = simulation.ended
    if as_json:
        print(json.dumps(_to_json(simulation, once), indent=2))  # noqa: T201  (for tools)
    else:
        out.print(summary(ended))
        if simulation.caught_up_s is not None:
            out.print(f"The register was told all passages {simulation.caught_up_s:.1f} s after its network was back.")
    good = all(each.as_expected for each in ended) and len(ended) == len(visitors)
    raise typer.Exit(PASSED if good else REFERRED)


def _to_json(simulation: Any, once: bool) -> dict[str, Any]:
    crossings = [each.to_json() for each in simulation.ended]
    about = {
        "begun_at_monotonic_s": simulation.ended[0].record.opened_at_s,
        "peak_rss_mb": simulation.peak_rss_mb,
        "wires": simulation.wires,
        "caught_up_s": simulation.caught_up_s,
    }
    if once:
        return {**crossings[0], **about}
    return {"crossings": crossings, "as_expected": sum(each["as_expected"] for each in crossings), **about}


def summary(ended: Any) -> Table:
    """One row a crossing, and whether it ended as its story had to."""
    table = Table(title="Crossings", title_justify="left")
    for column in ("story", "outcome", "reason", "register", "total", "machine", "as expected"):
        table.add_column(column, justify="right" if column in ("total", "machine") else "left")
    for each in ended:
        row = each.to_json()
        table.add_row(
            row["story"].replace("_", " "),
            row["outcome"],
            row["reason"].replace("_", " "),
            row["register"],
            f"{row['total_ms'] / 1000:.1f} s",
            f"{row['machine_ms'] / 1000:.2f} s",
            "[green]yes" if each.as_expected else f"[red]no: {each.expected_outcome} {each.expected_reason}",
        )
    good = sum(each.as_expected for each in ended)
    table.caption = f"{good} of {len(ended)} ended as their story had to"
    return table
