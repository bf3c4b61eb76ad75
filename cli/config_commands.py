"""egate config and egate check-config: site files, what they may say, and the way back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import USAGE, CommandFailed

app = typer.Typer(help="Site files: history, way back, reference.", no_args_is_help=True)

SiteFile = Annotated[Path, typer.Argument(help="The site file.")]
AsJson = Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")]


def check_config(file: SiteFile, as_json: AsJson = False) -> None:
    """Hold a site file against the schema: exit code 0 when it is good, 2 with every fault otherwise.

    Example: egate check-config config/sites/demo.toml
    """
    from config.load import ConfigRefused, load

    try:
        loaded = load(file)
    except ConfigRefused as refused:
        if as_json:
            typer.echo(json.dumps({"ok": False, "faults": list(refused.faults)}))
        raise CommandFailed("\n".join(refused.faults), USAGE) from None
    site = loaded.site
    answer = {"ok": True, "lane": site.lane, "version": site.version, "digest": loaded.digest}
    typer.echo(json.dumps(answer) if as_json else f"{file}: good; lane {site.lane}, version {site.version}")


@app.command(epilog="Example: egate config history config/sites/demo.toml")
def history(file: SiteFile, as_json: AsJson = False) -> None:
    """What the lane has accepted from this file, oldest first."""
    from config.history import history as accepted

    with _refusals():
        known = accepted(file)
    if as_json:
        typer.echo(json.dumps([asdict(each) for each in known]))
        return
    for each in known:
        typer.echo(f"{each.number:4}  {each.accepted_at}  version {each.version}  {each.digest[:12]}")
    if not known:
        typer.echo(f"{file}: no lane has accepted it yet")


@app.command(epilog="Example: egate config rollback config/sites/demo.toml")
def rollback(file: SiteFile, as_json: AsJson = False) -> None:
    """Bring the last accepted configuration that differs from the file back; the lane takes it at its next start."""
    from config.history import rollback as bring_back

    with _refusals():
        back = bring_back(file, datetime.now(UTC))
    typer.echo(json.dumps(asdict(back)) if as_json else f"{file}: version {back.version} is back ({back.digest[:12]})")


@app.command(epilog="Example: egate config describe > docs/config.md")
def describe() -> None:
    """Print the reference of every key, as Markdown."""
    from config.reference import reference

    typer.echo(reference(), nl=False)


@contextmanager
def _refusals() -> Iterator[None]:
    from config.load import ConfigRefused

    try:
        yield
    except ConfigRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
