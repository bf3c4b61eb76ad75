"""egate demo: a lane at work, to look at."""

import json
import tempfile
import webbrowser
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.exits import PASSED, REFERRED, USAGE, CommandFailed
from cli.failing import devices_may_fail

if TYPE_CHECKING:
    from cli.console_served import DemoConsole

DEFAULT_TRAVELLERS = 3
AN_HOUR = 160
"""Travellers who come by themselves while the demo stays."""
VOICE = Path(__file__).parents[1] / "var" / "voice"
"""Where `python -m tools.make_voice var/voice` puts the spoken prompts."""
GIVES_UP_AFTER_S = 120.0
"""Longer than whatever closes a lane that mends itself; then a script that waits for the end is told why."""
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
    travellers: Annotated[
        int | None,
        typer.Option(min=1, max=10_000, help="So many come, then it ends. Else 3, or on a terminal until Ctrl-C."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object at the end instead of tables.")] = False,
    virtual: Annotated[
        bool, typer.Option("--virtual", help="On the virtual clock, in process: the same lane, no waiting.")
    ] = False,
    cut_register: Annotated[
        float,
        typer.Option(parser=_seconds, metavar="SECONDS", help="After the first crossing pull the register's network."),
    ] = 0.0,
    keep: Annotated[Path | None, typer.Option(help="Keep register and journal in this folder.")] = None,
    stay: Annotated[
        bool, typer.Option("--stay", help="Until Ctrl-C, with the pages, also without a terminal.")
    ] = False,
    open_pages: Annotated[bool, typer.Option("--open", help="Open the pages in the browser; implies --stay.")] = False,
    in_process: Annotated[
        bool, typer.Option("--in-process", help="Without wires: its time can be paced up to 20 times real time.")
    ] = False,
) -> None:
    """Run a simulated lane: real drivers on ptys and a loopback camera, real image work, made-up travellers.

    On a terminal it stays until Ctrl-C and serves its pages: the traveller's screen, the engineer's simulator with
    travellers to send and things to break, and the supervisors' console, with sign-ins made for this run.

    Examples:

      egate demo --open                      a lane to play with: its pages open in the browser

      egate demo --travellers 20 --seed 7    a mix: genuine, impostor, no visa, two persons ...

      egate demo --cut-register 30s          the network to the register is pulled: crossings from the copy

      egate demo --once --json               for scripts: ends with "outcome": "PASSED"
    """
    from cli.live_view import LiveView
    from cli.simulation import VIRTUAL_START, Simulation, make_visitors
    from config.load import load
    from kiosk.lean_memory import SIMULATORS, give_pictures_back
    from simulators.population import DEMO_MIX, HELD_MIX, Story

    out = Console()
    give_pictures_back(SIMULATORS)
    if virtual and cut_register:
        raise CommandFailed("on the virtual clock there is no network to pull: leave out --virtual.", USAGE)
    staying = stay or open_pages or (out.is_terminal and not (once or travellers or as_json or virtual or cut_register))
    if staying:
        raise typer.Exit(_stay(out, seed, keep, in_process, open_pages))
    site = load(DEMO_SITE.with_name("virtual.toml") if virtual else DEMO_SITE).site
    count = 1 if once else travellers or DEFAULT_TRAVELLERS
    told = (Story.GENUINE,) * count if once or cut_register else ()
    mix = HELD_MIX if virtual else DEMO_MIX
    today = VIRTUAL_START if virtual else datetime.now(UTC)
    visitors = make_visitors(count, seed, today, told=told, mix=mix)
    with tempfile.TemporaryDirectory(prefix="egate-demo-") as scratch:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        simulation = Simulation(
            site, visitors, folder, seed, speed, over_the_network=not virtual, cut_register_s=cut_register
        )
        simulation.gives_up_after_s = GIVES_UP_AFTER_S
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


def _stay(out: Console, seed: int, keep: Path | None, in_process: bool, open_pages: bool) -> int:
    """A lane with its pages until Ctrl-C."""
    from cli.console_served import demo_console
    from cli.live_view import LiveView
    from cli.simulation import Simulation
    from cli.studio import Studied
    from config.devices import MirroredDisplay
    from config.load import load
    from simulators.studio_model import Traffic

    site = load(DEMO_SITE.with_name("virtual.toml") if in_process else DEMO_SITE).site
    voice = str(VOICE) if VOICE.is_dir() else None
    site = site.model_copy(update={"display": MirroredDisplay(kind="mirrored", voice=voice)})
    with tempfile.TemporaryDirectory(prefix="egate-demo-") as scratch, ExitStack() as around:
        folder = keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        console = around.enter_context(demo_console(folder / "console", site.lane))
        site = console.over(site)
        out.print(sign_ins(console))
        simulation = Simulation(site, (), folder, seed, over_the_network=not in_process, endless=True)
        simulation.shown = partial(_shown, out, open_pages)
        simulation.show("console", console.address)
        view = LiveView(out, simulation)
        Studied(simulation, not in_process, Traffic(per_hour=AN_HOUR)).join()
        with suppress(KeyboardInterrupt), view:
            simulation.on_the_wall_clock()
    out.print(summary(simulation.ended))
    return PASSED


def sign_ins(console: "DemoConsole") -> Table:
    """Shown once, at the start: the passwords are made anew each time and kept nowhere."""
    table = Table(title=f"The supervisors' console: {console.address}", title_justify="left", min_width=60)
    for column in ("sign in as", "password, of this demonstration only"):
        table.add_column(column)
    for login, password in console.sign_ins:
        table.add_row(login, Text(password, style="bold"))
    return table


def _shown(out: Console, open_pages: bool, name: str, address: str) -> None:
    """A page can be opened. The live view says so too, where there is a terminal for it."""
    if not out.is_terminal:
        print(f"{name}: {address}", flush=True)  # noqa: T201  (at once, for whoever reads along)
    if open_pages:
        webbrowser.open(address)


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
