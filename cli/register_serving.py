"""egate register serve: the register as a process of its own, with one door for gates and one for people."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed

if TYPE_CHECKING:
    import ssl

    from register.grants import GrantPolicy
    from register.service.desk import Desk


@dataclass(frozen=True, slots=True)
class _Door:
    host: str
    port: int
    tls: "ssl.SSLContext | None" = field(repr=False)


def serve(
    register: Annotated[str, typer.Option(help="The register's file, or postgresql://USER:PASSWORD@HOST/NAME.")],
    keys: Annotated[Path, typer.Option(help="Folder of 'egate certs make': certificates, answers.key, gates.tokens.")],
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="For gates; 0 = any free one.")] = 8443,
    people_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="For travellers and staff; without it they are not served.")
    ] = None,
    officers_decide: Annotated[
        bool, typer.Option("--officers-decide", help="Grant nothing automatically: an officer decides each case.")
    ] = False,
    expected_hours: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=72.0, help="Gates hold only who lands within so many hours ('egate register expect')."
        ),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Without TLS; only on loopback.")] = False,
) -> None:
    """Answer gates over mutual TLS 1.3, and travellers and staff over TLS, until Ctrl-C.

    The register must be there already: 'egate register import' fills a file, 'egate register migrate' makes the tables
    of a database. 'egate register staff' adds staff. The traveller's page is at the root of the people's port.
    """
    from config.services import LOOPBACK
    from register.failures import RegisterFailed
    from register.grants import GrantPolicy
    from register.service.desk import Desk
    from register.store import Store
    from web.errors import ServingFailed

    if plain and host not in LOOPBACK:
        raise CommandFailed(f"--plain on {host}: without TLS only this very machine may speak to it.", USAGE)
    from cli.pem_keys import private_key

    key, tokens = private_key(keys / "answers.key"), _tokens(keys)
    browsers = None if plain or people_port is None else _browser_tls(keys)
    people = None if people_port is None else _Door(host, people_port, browsers)
    try:
        with Store(register) as store:
            within = None if expected_hours is None else timedelta(hours=expected_hours)
            desk = Desk(store, key, tokens, lambda: datetime.now(UTC), within)
            gates = _Door(host, port, None if plain else _mutual_tls(keys, desk))
            asyncio.run(_run(desk, GrantPolicy(automatic=not officers_decide), gates, people))
    except (RegisterFailed, ServingFailed) as failed:
        raise CommandFailed(str(failed), DEVICE) from None


async def _run(desk: "Desk", policy: "GrantPolicy", gates: _Door, people: _Door | None) -> None:
    from cli.until_stopped import until_stopped
    from register.service.app import Part, make_app
    from web.serve import serving

    async with AsyncExitStack() as stack:
        app = make_app(desk, parts=(Part.GATES,))
        address = await stack.enter_async_context(serving(app, gates.host, gates.port, gates.tls))
        typer.echo(f"register on {address} for {len(desk.tokens)} gates and those of its database; Ctrl-C ends it")
        if people is not None:
            app = make_app(desk, policy=policy, parts=(Part.PEOPLE,))
            address = await stack.enter_async_context(serving(app, people.host, people.port, people.tls))
            typer.echo(f"travellers and staff on {address}")
        await until_stopped()


def _tokens(keys: Path) -> Mapping[str, str]:
    from web.tokens import TokensRefused, read_tokens

    if not (keys / "gates.tokens").exists():
        return {}
    try:
        return read_tokens(keys / "gates.tokens")
    except TokensRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None


def _browser_tls(keys: Path) -> "ssl.SSLContext":
    from web.tls import TlsRefused, browser_side

    try:
        return browser_side(keys / "server.pem", keys / "server.key")
    except TlsRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None


def _mutual_tls(keys: Path, desk: "Desk") -> "ssl.SSLContext":
    """Who comes without a certificate of the authority is in the audit."""
    from register.service.refusals import Refusals
    from web.tls import TlsRefused, server_side

    try:
        own = keys / "server.pem", keys / "server.key"
        return server_side(keys / "ca.pem", *own, refused=Refusals(desk).of_tls)
    except TlsRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
