"""egate register serve: the register as a process of its own."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed

if TYPE_CHECKING:
    import ssl

    from register.service.desk import Desk


def serve(
    register: Annotated[str, typer.Option(help="The register's file, or postgresql://USER:PASSWORD@HOST/NAME.")],
    keys: Annotated[Path, typer.Option(help="Folder of 'egate certs make': certificates, answers.key, gates.tokens.")],
    host: Annotated[str, typer.Option(help="Address to listen on, for gates.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free one.")] = 8443,
    expected_hours: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=72.0, help="Gates hold only who lands within so many hours ('egate register expect')."
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Gates without TLS; only on loopback.")] = False,
) -> None:
    """Answer gates over mutual TLS 1.3 until Ctrl-C.

    The register must be there already: 'egate register import' fills a file, 'egate register migrate' makes the tables
    of a PostgreSQL database.
    """
    from config.services import LOOPBACK
    from register.failures import RegisterFailed
    from register.service.desk import Desk
    from register.store import Store
    from web.errors import ServingFailed

    if plain and host not in LOOPBACK:
        raise CommandFailed(f"--plain on {host}: without TLS only this very machine may speak to it.", USAGE)
    from cli.pem_keys import private_key

    key, tokens, tls = private_key(keys / "answers.key"), _tokens(keys), None if plain else _tls(keys)
    try:
        with Store(register) as store:
            within = None if expected_hours is None else timedelta(hours=expected_hours)
            asyncio.run(_run(Desk(store, key, tokens, lambda: datetime.now(UTC), within), host, port, tls))
    except (RegisterFailed, ServingFailed) as failed:
        raise CommandFailed(str(failed), DEVICE) from None


async def _run(desk: "Desk", host: str, port: int, tls: "ssl.SSLContext | None") -> None:
    from cli.until_stopped import until_stopped
    from register.service.app import make_app
    from web.serve import serving

    async with serving(make_app(desk), host, port, tls) as address:
        typer.echo(f"register on {address} for {len(desk.tokens)} gates; Ctrl-C ends it")
        await until_stopped()


def _tokens(keys: Path) -> Mapping[str, str]:
    from web.tokens import TokensRefused, read_tokens

    if not (keys / "gates.tokens").exists():
        return {}
    try:
        return read_tokens(keys / "gates.tokens")
    except TokensRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None


def _tls(keys: Path) -> "ssl.SSLContext":
    from web.tls import TlsRefused, server_side

    try:
        return server_side(keys / "ca.pem", keys / "server.pem", keys / "server.key")
    except TlsRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
