"""egate register: fill the border authority's register and look into it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed
from cli.progress import progress
from cli.register_expect import expect
from cli.register_people import forget, staff, token
from cli.register_serving import serve

if TYPE_CHECKING:
    from register.found import Found
    from register.importing import Row
    from register.model import Alert, Visa
    from register.store import Store

app = typer.Typer(help="The border authority's register: visas, watchlist.", no_args_is_help=True)
app.command()(expect)
app.command(epilog="Example: egate register serve --register r.sqlite --keys keys/register --host 0.0.0.0")(serve)
app.command(epilog="Example: egate register staff officer-7 --register r.sqlite --role shift_supervisor")(staff)
app.command(epilog="Example: egate register token gate-7 --register r.sqlite --scope gate")(token)
app.command(epilog="Example: egate register forget --register r.sqlite --days 30")(forget)

Register = Annotated[Path, typer.Option("--register", help="The register's SQLite file; made when there is none.")]
AsJson = Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"])]


@app.command(
    epilog="Example: egate register add --register r.sqlite --record V-1 --issuing-state UTO "
    "--document-number L898902C3 --birth-date 740812 --surname ERIKSSON --given-names 'ANNA MARIA' "
    "--nationality UTO --valid-from 2026-01-01 --valid-until 2026-12-31 --portrait anna.jpg"
)
def add(
    register: Register,
    record: Annotated[str, typer.Option(help="Opaque id of the visa.")],
    issuing_state: Annotated[str, typer.Option(help="Of the passport, as in its MRZ.")],
    document_number: Annotated[str, typer.Option(help="Of the passport that the visa is bound to.")],
    birth_date: Annotated[str, typer.Option(help="YYMMDD, unknown parts <.")],
    surname: Annotated[str, typer.Option()],
    nationality: Annotated[str, typer.Option()],
    valid_from: Day,
    valid_until: Day,
    given_names: Annotated[str, typer.Option()] = "",
    entries: Annotated[
        int | None, typer.Option(help="How often it may be used; without it, as often as wanted.")
    ] = None,
    portrait: Annotated[Path | None, typer.Option(help="The holder's picture.")] = None,
    as_json: AsJson = False,
) -> None:
    """Add one visa, bound to one passport."""
    from register.found import NotAdded
    from register.importing import portrait as read_portrait
    from register.model import Visa, VisaRefused

    try:
        visa = Visa(
            record, issuing_state, document_number, birth_date, surname, given_names, nationality,
            valid_from.date(), valid_until.date(), entries, portrait=read_portrait(portrait) if portrait else b"",
        )  # fmt: skip
    except VisaRefused as refused:
        raise CommandFailed(f"the field {refused}: nothing was added.", USAGE) from None
    with _open(register) as store:
        try:
            store.add([visa])
        except NotAdded as refused:
            raise CommandFailed(f"{refused}: nothing was added.", USAGE) from None
        _tell({"visas": 1}, store, as_json)


@app.command(name="import", epilog="Example: egate register import visas.csv --register r.sqlite")
def import_list(
    file: Annotated[
        Path, typer.Argument(help="A .csv with field names in its first line, or a .json array of objects.")
    ],
    register: Register,
    watchlist: Annotated[bool, typer.Option("--watchlist", help="The list holds alerts, not visas.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take a whole list or nothing. A portrait is named by its file, beside the list.

    Fields of a visa: record, issuing_state, document_number, birth_date (YYMMDD), surname, given_names, nationality,
    valid_from, valid_until (YYYY-MM-DD), entries, restrictions (a;b), cancelled, synchronised, portrait.

    Fields of an alert: alert, hold, issuing_state, document_number, surname, given_names, birth_date.
    """
    from register.importing import ImportRefused, alert, rows, visa

    try:
        listed = list(rows(file))
        visas: list[Visa] = []
        alerts: list[Alert] = []
        with progress("reading", len(listed), hidden=as_json) as advance:
            for row in listed:
                if watchlist:
                    alerts.append(alert(row))
                else:
                    visas.append(visa(row))
                advance()
        with _open(register) as store:
            _take(store, listed, visas, alerts)
            _tell({"visas": len(visas), "alerts": len(alerts)}, store, as_json)
    except ImportRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None


def _take(store: "Store", listed: "list[Row]", visas: "list[Visa]", alerts: "list[Alert]") -> None:
    """All of a list, or the line of it that does not fit."""
    from register.found import NotAdded

    try:
        store.add(visas, alerts)
    except NotAdded as refused:
        ids = [visa.record for visa in visas] + [alert.alert for alert in alerts]
        last = max(index for index, identity in enumerate(ids) if identity == refused.identity)
        raise listed[last].refused(refused.sentence) from None


@app.command(epilog="Example: egate register show --register r.sqlite --record V-1 --reveal")
def show(
    register: Register,
    record: Annotated[str | None, typer.Option(help="Only this visa.")] = None,
    reveal: Annotated[bool, typer.Option("--reveal", help="Print names and numbers in full.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the visas. Names, birth dates and numbers are masked unless they are asked for."""
    if not register.is_file():
        raise CommandFailed(f"there is no register {register}: fill one with 'egate register import'.", USAGE)
    with _open(register) as store:
        found = [each for each in store.visas() if record in (None, each.visa.record)]
        counts = store.counts()
    if record and not found:
        raise CommandFailed(f"there is no record {record} in the register {register}.")
    plain = [_plain(each, reveal) for each in found]
    if as_json:
        typer.echo(json.dumps({"counts": counts, "visas": plain}))
    else:
        _table(plain, counts)


@app.command(epilog="Example: egate register migrate --register r.sqlite")
def migrate(
    register: Annotated[str, typer.Option(help="The register's file, or postgresql://USER:PASSWORD@HOST/NAME.")],
) -> None:
    """Make the register's tables, or bring older ones up to date with what they hold."""
    from register.failures import RegisterFailed
    from register.migrating import migrate as bring_up_to_date
    from register.tables import REVISION

    try:
        had = bring_up_to_date(register)
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    typer.echo(f"brought the register from {f'revision {had}' if had else 'nothing'} to {REVISION}")


def _plain(found: "Found", reveal: bool) -> dict[str, object]:
    from register.model import masked

    visa = found.visa
    return {
        "record": visa.record,
        "issuing_state": visa.issuing_state,
        "document_number": visa.document_number if reveal else masked(visa.document_number),
        "birth_date": visa.birth_date if reveal else "*" * len(visa.birth_date),
        "surname": visa.surname if reveal else "*" * bool(visa.surname),
        "given_names": visa.given_names if reveal else "*" * bool(visa.given_names),
        "nationality": visa.nationality,
        "valid_from": visa.valid_from.isoformat(),
        "valid_until": visa.valid_until.isoformat(),
        "entries_left": found.entries_left,
        "cancelled": visa.cancelled,
        "synchronised": visa.synchronised,
    }


def _table(plain: list[dict[str, object]], counts: dict[str, int]) -> None:
    from rich.console import Console
    from rich.table import Table

    if plain:
        table = Table(*plain[0])
        for row in plain:
            table.add_row(*("" if value is None else str(value) for value in row.values()))
        Console().print(table)
    typer.echo(", ".join(f"{count} {name}" for name, count in counts.items()))


def _tell(added: dict[str, int], store: "Store", as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"added": added, "counts": store.counts()}))
    else:
        typer.echo(f"added {', '.join(f'{count} {name}' for name, count in added.items() if count)} to {store.name}")


@contextmanager
def _open(path: Path) -> "Iterator[Store]":
    from register.failures import RegisterFailed
    from register.store import Store

    try:
        with Store(path, create=True) as store:
            yield store
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
