"""egate register expect: flight manifests, so that gates hold the records of who arrives."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed


def expect(
    register: Annotated[str, typer.Option(help="The register's file, or postgresql://USER:PASSWORD@HOST/NAME.")],
    manifest: Annotated[Path | None, typer.Argument(help="A .csv or .json list; none = show what is expected.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")] = False,
) -> None:
    """Take flight manifests; each stands in the place of an earlier one of its flight. Without a file, list them.

    Fields: flight (with its day: UT417/2026-11-27), lands_at (2026-11-27T14:05:00+00:00), issuing_state,
    document_number. A service started with --expected-hours gives gates the records of these travellers alone.

    Example: egate register expect manifest.csv --register r.sqlite
    """
    from register.arrivals import expect as take
    from register.arrivals import flights
    from register.failures import RegisterFailed
    from register.importing import ImportRefused, arrival, rows
    from register.store import Store

    try:
        with Store(register) as store:
            if manifest is not None:
                taken = take(store.database, [arrival(row) for row in rows(manifest)], datetime.now(UTC))
                _tell(taken, as_json)
                return
            listed = flights(store.database)
    except ImportRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    if as_json:
        typer.echo(
            json.dumps([{"flight": name, "lands_at": at.isoformat(), "travellers": n} for name, at, n in listed])
        )
        return
    for name, at, travellers in listed:
        typer.echo(f"{name}  {at.isoformat(timespec='minutes')}  {travellers} travellers")
    if not listed:
        typer.echo("no manifest is kept: gates hold every visa, or none with --expected-hours")


def _tell(taken: dict[str, int], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(taken))
        return
    for flight, travellers in taken.items():
        typer.echo(f"{flight}: {travellers} travellers expected")
