"""egate centre: the process that takes every gate's record, and what it knows of each gate."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed

if TYPE_CHECKING:
    import ssl

    from records.centre import Centre, GateSeen
    from records.centre_app import Gates

app = typer.Typer(help="The centre: takes the gates' records and watches over them.", no_args_is_help=True)

CentreFile = Annotated[Path, typer.Option("--file", help="The centre's SQLite file; made when there is none.")]
SILENT_AFTER_S = 90.0


@app.command(epilog="Example: egate centre serve --file centre.sqlite --keys keys/centre --host 0.0.0.0 --port 8444")
def serve(
    file: CentreFile,
    keys: Annotated[Path, typer.Option(help="Folder of 'egate certs make': certificates, gates.tokens, heads/.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free one.")] = 8444,
    plain: Annotated[bool, typer.Option("--plain", help="Without TLS; only on loopback.")] = False,
) -> None:
    """Take batches and signed heads over mutual TLS 1.3 until Ctrl-C; each is answered after it is on the disk."""
    from config.services import LOOPBACK
    from records.centre import Centre
    from records.errors import JournalFailed
    from web.errors import ServingFailed

    if plain and host not in LOOPBACK:
        raise CommandFailed(f"--plain on {host}: without TLS only this very machine may speak to it.", USAGE)
    gates, tls = _gates(keys), None if plain else _tls(keys)
    try:
        with Centre(file) as centre:
            _run(centre, gates, host, port, tls)
    except (JournalFailed, ServingFailed) as failed:
        raise CommandFailed(str(failed), DEVICE) from None


def _run(centre: "Centre", gates: "Gates", host: str, port: int, tls: "ssl.SSLContext | None") -> None:
    import asyncio

    from cli.until_stopped import until_stopped
    from records.centre_app import make_centre
    from web.serve import serving

    async def run() -> None:
        app = make_centre(centre, gates, lambda: datetime.now(UTC).timestamp())
        async with serving(app, host, port, tls) as address:
            typer.echo(f"centre on {address}, {len(gates.tokens)} gates known; Ctrl-C ends it")
            await until_stopped()

    asyncio.run(run())


@app.command(epilog="Example: egate centre gates --file centre.sqlite --silent-after 90")
def gates(
    file: CentreFile,
    silent_after: Annotated[float, typer.Option(min=1.0, help="Seconds without a word.")] = SILENT_AFTER_S,
    as_json: Annotated[bool, typer.Option("--json", help="For tools: JSON on standard output.")] = False,
) -> None:
    """What the centre has of each gate; exit code 1 when one is silent, was refused, or does not live up to a head.

    A gap cannot come in: a batch that leaves entries out is refused and stays noted here until the gate sends them.
    """
    from records.centre import Centre
    from records.errors import JournalFailed

    if not file.is_file():
        raise CommandFailed(f"there is no centre's file {file}: check the path.", USAGE)
    now_s = datetime.now(UTC).timestamp()
    try:
        with Centre(file) as centre:
            known = [_plain(seen, centre.numbers_missing(seen.gate), now_s, silent_after) for seen in centre.gates()]
    except JournalFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    _print(known, as_json)
    troubled = [str(each["gate"]) for each in known if each["trouble"]]
    if troubled:
        raise CommandFailed(f"{len(troubled)} of {len(known)} gates need looking after: {', '.join(troubled)}")


@app.command(epilog="Example: egate centre prune --file centre.sqlite --signing-key centre.key --passed-days 30")
def prune(
    file: CentreFile,
    signing_key: Annotated[Path, typer.Option(help="The centre's Ed25519 private key (PEM), mode 0600.")],
    passed_days: Annotated[int, typer.Option(min=1, max=3650, help="Crossings that ended as PASSED.")] = 30,
    referred_days: Annotated[int, typer.Option(min=1, max=3650, help="All other crossings.")] = 180,
    operation_days: Annotated[int, typer.Option(min=1, max=3650, help="The lanes' own life.")] = 365,
) -> None:
    """Delete what every gate's record has been kept for long enough; prints the signed certificates, one a line.

    The service may run meanwhile. Places stay, so that nothing can be sent a second time as something else.
    """
    from cli.pem_keys import private_key
    from cli.prune_commands import limits_of
    from config.services import Retention
    from records.centre import Centre
    from records.errors import JournalFailed

    if not file.is_file():
        raise CommandFailed(f"there is no centre's file {file}: check the path.", USAGE)
    kept = Retention(passed_days=passed_days, referred_days=referred_days, operation_days=operation_days)
    try:
        with Centre(file) as centre:
            for certificate in centre.prune(limits_of(kept), datetime.now(UTC), private_key(signing_key)):
                typer.echo(json.dumps(certificate))
    except JournalFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None


def _plain(seen: "GateSeen", missing: int, now_s: float, silent_after_s: float) -> dict[str, object]:
    from records.centre_heads import HeadState

    age_s = now_s - seen.heard_at_s
    troubles = (
        (age_s > silent_after_s, f"silent for {age_s:.0f} s"),
        (bool(seen.refused), seen.refused),
        (missing > 0, f"{missing} entries are missing in the centre's own file"),
        (seen.head_state is HeadState.CONTRADICTED, "its signed head is another than its entries"),
        (seen.head_state is HeadState.WAITING, f"it has signed {seen.signed - seen.entries} entries not sent"),
    )
    return {
        "gate": seen.gate,
        "entries": seen.entries,
        "fall_back_crossings": seen.fall_back,
        "heard_s_ago": round(age_s, 1),
        "signed": seen.signed,
        "head": seen.head_state.value,
        "trouble": next((words for holds, words in troubles if holds), ""),
    }


def _print(known: list[dict[str, object]], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(known))
        return
    if not known:
        typer.echo("no gate has been heard of yet")
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*(name.replace("_", " ") for name in known[0]))
    for each in known:
        table.add_row(*map(str, each.values()))
    Console().print(table)


def _gates(keys: Path) -> "Gates":
    from cli.pem_keys import public_key
    from records.centre_app import Gates
    from web.peer import peer_of
    from web.tokens import TokensRefused, read_tokens

    try:
        tokens: Mapping[str, str] = read_tokens(keys / "gates.tokens")
    except TokensRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
    heads = {file.stem: public_key(file) for file in sorted((keys / "heads").glob("*.pem"))}
    return Gates(tokens, heads, peer_of)


def _tls(keys: Path) -> "ssl.SSLContext":
    from web.tls import TlsRefused, server_side

    try:
        return server_side(keys / "ca.pem", keys / "server.pem", keys / "server.key")
    except TlsRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
