"""egate run: the lane of a site file, until it is told to stop."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cli.failing import devices_may_fail


@devices_may_fail
def run(
    site: Annotated[Path, typer.Option(help="The site file; check it first with `egate check-config FILE`.")],
    travellers: Annotated[
        int, typer.Option(min=0, max=100_000, help="Let so many simulated travellers come; simulated sites only.")
    ] = 0,
    visas_to: Annotated[
        Path | None,
        typer.Option(help="Put their visas into this register's file first: the one that the site's service serves."),
    ] = None,
) -> None:
    """Run the lane of a site file until Ctrl-C (or until its simulated travellers have passed).

    Register and journal lie where the site file says, beside it; so does the history of its settings
    (`egate config history FILE`). Where the site names the register's service and the centre, the lane asks the one,
    keeps a sealed copy of its list, and posts its record to the other.

    Examples:

      egate run --site config/sites/demo.toml --travellers 5

      egate run --site config/sites/networked.toml --travellers 5 --visas-to config/sites/register.sqlite
    """
    from cli.live_view import LiveView
    from cli.prune_commands import prune_at_start
    from cli.simulation import SIMULATION_KEY, Simulation, make_visitors
    from config.history import accept
    from config.load import load
    from kiosk.assembly import key_from

    loaded = load(site)
    accept(loaded, datetime.now(UTC))
    key_file = loaded.site.journal.key_file
    key = key_from(loaded.resolve(key_file)) if key_file else SIMULATION_KEY
    seed = loaded.site.simulation.seed if loaded.site.simulation else 0
    simulation = Simulation(
        loaded.site,
        make_visitors(travellers, seed, datetime.now(UTC)) if travellers else [],
        loaded.file.parent,
        seed,
        loaded.site.simulation.speed if loaded.site.simulation else 1.0,
        endless=not travellers,
        key=key,
        visas_to=visas_to,
    )
    out = Console()
    if told := prune_at_start(loaded, key):
        out.print(told)
    out.print(f"lane {loaded.site.lane}, site file version {loaded.site.version} ({loaded.digest[:12]})")
    with LiveView(out, simulation):
        simulation.on_the_wall_clock()
