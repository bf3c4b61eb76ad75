"""egate journal: look into a gate's record and prove that nobody has touched it."""

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from records.model import Entry, Verification
    from records.reading import JournalReader

app = typer.Typer(help="The gate's record: show it, and verify its chain.", no_args_is_help=True)

Journal = Annotated[Path, typer.Argument(help="The journal's SQLite file.")]
AsJson = Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")]


@app.command(epilog="Example: egate journal verify /var/lib/egate/journal.sqlite --key /etc/egate/journal.key")
def verify(
    path: Journal,
    key: Annotated[Path | None, typer.Option(help="The gate's key file: checks the marks in the seals too.")] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the whole chain; exit code 1 when an entry was changed, moved, added or taken out.

    Keep the head's digest elsewhere: it proves that nothing was cut off at the end.
    """
    verified(path, key, as_json)


def verified(path: Path, key: Path | None, as_json: bool) -> "Verification":
    """Walk the chain, say what was found, and give it; raises CommandFailed when the chain does not hold."""
    from rich.console import Console

    secret = key_of(key) if key else None
    with opened(path) as reader, Console(stderr=True).status("walking along the chain"):
        found = reader.verify(secret)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "holds": found.holds,
                    "fault": found.fault,
                    "entries": found.entries,
                    "sealed": found.sealed,
                    "unsealed": list(found.unsealed),
                    "deleted": found.deleted,
                    "certificates": [dict(each.facts) for each in found.certificates],
                    "head": found.head,
                }
            )
        )
    else:
        typer.echo(
            f"{found.entries} entries, {found.sealed} crossings sealed, {len(found.unsealed)} not; head {found.head}"
        )
        if found.certificates:
            typer.echo(f"{found.deleted} entries deleted in time, {len(found.certificates)} certificates")
    if not found.holds:
        raise CommandFailed(f"{path}: {found.fault}")
    return found


@app.command(epilog="Example: egate journal show journal.sqlite --transaction demo-1-20261101-3")
def show(
    path: Journal,
    transaction: Annotated[str | None, typer.Option(help="Only this crossing.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the entries, oldest first; as JSON one object a line. Of one crossing, then one line for each check."""
    with opened(path) as reader:
        if transaction is None:
            _print((entry for _, entry in reader.walk()), as_json)
            return
        entries = reader.read(transaction)
    if not entries:
        raise CommandFailed(f"there is no crossing {transaction} in the journal {path}.")
    _print(entries, as_json)
    if not as_json:
        _explain(entries)


def _explain(entries: "Sequence[Entry]") -> None:
    """Why the crossing ended as it did: the results of the seal in TR-03135's words, and what they rest on."""
    from rich.console import Console
    from rich.table import Table

    from kiosk.checks import RULES, STEP_OF
    from records.model import SEALED

    seal = next((entry for entry in entries if entry.kind == SEALED), None)
    if seal is None:
        typer.echo("not sealed: the crossing goes on, or was cut off and is settled at the next start")
        return
    table = Table("check", "result", "step", "ms")
    for name in RULES:
        step = STEP_OF.get(name, "")
        length = seal.fact(f"{step}_ms")
        table.add_row(name, str(seal.fact(f"check_{name}")), step, "" if length is None else str(length))
    out = Console()
    out.print(table)
    about = ("outcome", "reason", "modes", "total_ms", "machine_ms", "policy", "calibration", "attack_profile")
    out.print(", ".join(f"{name} {seal.fact(name)}" for name in about if seal.fact(name) is not None))


def _print(entries: "Iterable[Entry]", as_json: bool) -> None:
    if not as_json:
        _table(entries)
        return
    for entry in entries:
        typer.echo(json.dumps(plain(entry)))


def _table(entries: "Iterable[Entry]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("boot", "seq", "at s", "crossing", "kind", "facts")
    for entry in entries:
        facts = ", ".join(f"{name}={value}" for name, value in entry.facts)
        table.add_row(entry.boot, str(entry.seq), f"{entry.at_s:.3f}", entry.transaction, entry.kind, facts)
    Console().print(table)


def plain(entry: "Entry") -> dict[str, object]:
    return {
        "gate": entry.gate,
        "boot": entry.boot,
        "seq": entry.seq,
        "transaction": entry.transaction,
        "kind": entry.kind,
        "at_s": entry.at_s,
        "facts": dict(entry.facts),
        "digest": entry.digest,
    }


@contextmanager
def opened(path: Path) -> "Iterator[JournalReader]":
    from records.errors import JournalFailed
    from records.reading import JournalReader

    if not path.is_file():
        raise CommandFailed(f"there is no journal {path}: check the path.", USAGE)
    try:
        with JournalReader(path) as reader:
            yield reader
    except JournalFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None


def key_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandFailed(f"the key file {path} cannot be read ({error.strerror}): check its path.", USAGE) from None
