"""egate audit: prove to others what a gate has kept, and that nothing was cut off it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import journal_commands, prune_commands
from cli.exits import USAGE, CommandFailed
from cli.pem_keys import private_key, text_of
from cli.pem_keys import public_key as public_key_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    from records.model import Entry

app = typer.Typer(help="Prove what a gate has kept: signed heads, verification, export.", no_args_is_help=True)

Journal = Annotated[Path, typer.Argument(help="The journal's SQLite file.")]

app.command(epilog="Example: egate audit prune --site config/sites/networked.toml --dry-run")(prune_commands.prune)
app.command(epilog="Example: egate audit show journal.sqlite --transaction demo-1-20261101-3")(journal_commands.show)


@app.command(epilog="Example: egate audit head journal.sqlite --signing-key gate.pem >> heads.jsonl")
def head(
    path: Journal,
    signing_key: Annotated[Path, typer.Option(help="The gate's Ed25519 private key (PEM), mode 0600.")],
) -> None:
    """Verify the chain and sign how far it reaches. Kept off the gate, the line shows a tail that is cut later."""
    from datetime import UTC, datetime

    from records.heads import Head, sign

    key = private_key(signing_key)
    with journal_commands.opened(path) as reader:
        found = reader.verify()
        last = reader.at(found.entries)
    if not found.holds:
        raise CommandFailed(f"{path}: {found.fault}")
    if last is None:
        raise CommandFailed(f"{path} holds no entry yet: there is nothing to sign.")
    typer.echo(sign(Head(last.gate, found.entries, found.head, datetime.now(UTC).isoformat()), key))


@app.command(epilog="Example: egate audit verify journal.sqlite --heads heads.jsonl --public-key gate.pub.pem")
def verify(
    path: Journal,
    heads: Annotated[Path | None, typer.Option(help="Lines of 'egate audit head', kept elsewhere.")] = None,
    public_key: Annotated[
        Path | None,
        typer.Option(help="The gate's Ed25519 public key (PEM): proves heads and certificates of deletion."),
    ] = None,
    key: Annotated[Path | None, typer.Option(help="The journal's key file: checks the marks in the seals too.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")] = False,
) -> None:
    """Walk the whole chain, and hold it against every signed head; exit code 1 when anything does not fit.

    What was deleted because its time was over has left its place, and a certificate that must account for it.
    """
    if heads is not None and public_key is None:
        raise CommandFailed("--heads needs --public-key: name both.", USAGE)
    found = journal_commands.verified(path, key, as_json)
    if public_key is None:
        return
    public = public_key_of(public_key)
    _require_certificates(path, found.certificates, public)
    lines = text_of(heads).splitlines() if heads else []
    _require_heads(path, heads, lines, public)
    if not as_json:
        typer.echo(f"{len(lines)} signed heads hold, {len(found.certificates)} certificates of deletion hold")


def _require_heads(path: Path, heads: Path | None, lines: list[str], public: "Ed25519PublicKey") -> None:
    from records.heads import HeadRefused, proved, require_reached

    with journal_commands.opened(path) as reader:
        for number, line in enumerate(lines, 1):
            try:
                require_reached(reader, proved(line, public))
            except HeadRefused as refused:
                raise CommandFailed(f"{heads}:{number}: {refused}") from None


def _require_certificates(path: Path, certificates: "tuple[Entry, ...]", public: "Ed25519PublicKey") -> None:
    from records.deletion import CertificateRefused, require_signed

    for certificate in certificates:
        try:
            require_signed(certificate, public)
        except CertificateRefused as refused:
            raise CommandFailed(f"{path}: {refused}") from None


@app.command(epilog="Example: egate audit find journal.sqlite --key keys/journal.key --issuing-state UTO")
def find(
    path: Journal,
    key: Annotated[Path, typer.Option(help="The journal's key file: without it no document can be found.")],
    issuing_state: Annotated[str, typer.Option(help="As in the document's machine readable zone.")],
    document_number: Annotated[
        str, typer.Option(prompt=True, hide_input=True, help="Asked for when left out, so that no shell keeps it.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")] = False,
) -> None:
    """One document's crossings at this gate, for its holder or an officer; the journal has its keyed hash alone."""
    from records.chain import keyed_hash

    mark = keyed_hash(journal_commands.key_of(key), f"{issuing_state}/{document_number}")
    with journal_commands.opened(path) as reader:
        found = reader.crossings_of(mark)
    if as_json:
        typer.echo(json.dumps(found))
        return
    for each in found:
        typer.echo(each)
    if not found:
        typer.echo("no crossing of this document is kept here")


@app.command(epilog="Example: egate audit export journal.sqlite > entries.jsonl")
def export(path: Journal) -> None:
    """Every entry as one JSON object a line, for another program; the chain is verified before anything is written."""
    with journal_commands.opened(path) as reader:
        found = reader.verify()
        if not found.holds:
            raise CommandFailed(f"{path}: {found.fault}")
        for _, entry in reader.walk():
            typer.echo(json.dumps(journal_commands.plain(entry)))
