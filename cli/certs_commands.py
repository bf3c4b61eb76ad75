"""egate certs: a small authority of its own for a bench, with what each machine needs to speak to the others."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import USAGE, CommandFailed

app = typer.Typer(help="A test authority: certificates, keys and tokens for gates and services.", no_args_is_help=True)
SERVICES = ("register", "centre")


@app.command(epilog="Example: egate certs make keys --gate demo-1 --gate demo-2 --host register.test --host 127.0.0.1")
def make(
    folder: Annotated[Path, typer.Argument(help="Where everything is put; one folder in it for each machine.")],
    gate: Annotated[list[str] | None, typer.Option(help="A gate's name, as in its site file. May be repeated.")] = None,
    host: Annotated[
        list[str] | None, typer.Option(help="Where the services are reached: name or address; without it 127.0.0.1.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=825, help="How long the certificates hold.")] = 90,
) -> None:
    """Make what is missing and keep what is there; a second call with another --gate adds that gate.

    authority/   ca.pem, ca.key: keep this folder off every machine.

    register/    ca.pem, server.pem, server.key, answers.key (signs answers), gates.tokens.

    centre/      ca.pem, server.pem, server.key, gates.tokens, heads/GATE.pem (proves heads), deletions.key.

    gates/GATE/  ca.pem, gate.pem, gate.key, token, answers.pem (pinned), heads.key (signs heads), copy.key.
    """
    gates = gate or []
    for name in gates:
        if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or not name[0].isalnum():
            raise CommandFailed(f"--gate {name}: a gate's name is letters, digits, '-', '_' and '.'.", USAGE)
    try:
        fill(folder, gates, tuple(host or ["127.0.0.1"]), days)
    except (OSError, ValueError, TypeError) as error:
        raise CommandFailed(f"{folder} cannot be filled ({error}): name another folder.", USAGE) from None
    typer.echo(f"{folder}: authority, {', '.join(SERVICES)} and {len(gates)} gates; for tests, not for a border")


def fill(folder: Path, gates: Sequence[str], hosts: tuple[str, ...] = ("127.0.0.1",), days: int = 2) -> None:
    """Everything that is missing, of the services and of these gates."""
    from web.certificates import authority

    own = authority(folder, datetime.now(UTC), days)
    for service in SERVICES:
        own.service(service, hosts)
    _services(folder)
    for name in gates:
        own.gate(name)
        _gate(folder, name)


def _services(folder: Path) -> None:
    from web.certificates import signing_pair

    signing_pair(folder / "register" / "answers.key", folder / "register" / "answers.pem")
    signing_pair(folder / "centre" / "deletions.key", folder / "centre" / "deletions.pem")


def _gate(folder: Path, name: str) -> None:
    from web.certificates import secret, signing_pair, token

    own = folder / "gates" / name
    token(own / "token", name, *(folder / service / "gates.tokens" for service in SERVICES))
    signing_pair(folder / "register" / "answers.key", own / "answers.pem")
    signing_pair(own / "heads.key", own / "heads.pem", folder / "centre" / "heads" / f"{name}.pem")
    if not (own / "copy.key").exists():
        secret(own / "copy.key", secrets.token_bytes(32))
