"""egate console: serve the supervisors' console; enrol its lanes and its people."""

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console as Terminal
from rich.table import Table

from cli.exits import REFERRED, USAGE, CommandFailed
from link.staff import StaffRole

if TYPE_CHECKING:
    from console.store import Store

app = typer.Typer(
    help="The supervisors' console over many lanes: serve it, enrol lanes and people.", no_args_is_help=True
)
lane_app = typer.Typer(help="Lanes that may come to the console.", no_args_is_help=True)
user_app = typer.Typer(help="People who may sign in.", no_args_is_help=True)
token_app = typer.Typer(help="Other programs that read.", no_args_is_help=True)
app.add_typer(token_app, name="token")
app.add_typer(lane_app, name="lane")
app.add_typer(user_app, name="user")

Folder = Annotated[Path, typer.Option("--folder", help="Where the console keeps its own files.")]
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@app.command(epilog="Example: egate console serve --folder console --certificate console.pem --key console.key")
def serve(
    folder: Folder = Path("console"),
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 = any free one.")] = 8443,
    certificate: Annotated[Path | None, typer.Option(help="The server's certificate (PEM).")] = None,
    key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
) -> None:
    """Serve the console until Ctrl-C. Beyond this computer it speaks https only."""
    from console.app import make_console
    from console.store import StoreFailed
    from records.errors import JournalFailed
    from web.errors import ServingFailed
    from web.serve import serving
    from web.tls import TlsRefused, browser_side

    if (certificate is None) != (key is None):
        raise CommandFailed("--certificate and --key go together: name both.", USAGE)
    if certificate is None and host not in LOOPBACK:
        raise CommandFailed(f"on {host} the console is served over https only: name --certificate and --key.", USAGE)
    try:
        console = make_console(folder, is_secure=certificate is not None)
    except (StoreFailed, JournalFailed) as failed:
        raise CommandFailed(str(failed), REFERRED) from None

    async def until_interrupted() -> None:
        tls = browser_side(certificate, key) if certificate and key else None
        async with serving(console.app, host, port, tls=tls) as address:
            typer.echo(f"{address}/console")
            await asyncio.Event().wait()

    try:
        asyncio.run(until_interrupted())
    except (ServingFailed, TlsRefused) as failed:
        raise CommandFailed(str(failed), REFERRED) from None


@lane_app.command("add", epilog="Example: egate console lane add T2-entry-04 --out /etc/egate/console-lane.json")
def add_lane(
    name: Annotated[str, typer.Argument(help="The lane's name in its site file.")],
    out: Annotated[Path, typer.Option(help="Where the lane's key file is written, mode 0600.")],
    folder: Folder = Path("console"),
) -> None:
    """Enrol a lane; its key file goes to the lane's computer alone. Again = a new key, and the old one is void."""
    from console import enrol

    with _store(folder) as store:
        text = enrol.add_lane(store, name)
    out.touch(mode=0o600)
    os.chmod(out, 0o600)  # noqa: PTH101  (a file from before keeps its mode)
    out.write_text(text)
    typer.echo(f"lane {name}: key written to {out}")


@user_app.command("add", epilog="Example: egate console user add m.keller --role shift_supervisor")
def add_user(
    login: Annotated[str, typer.Argument(help="The name to sign in with.")],
    role: Annotated[StaffRole, typer.Option(help="What the person does.")],
    lane: Annotated[
        list[str] | None, typer.Option(help="Only this lane's cases and commands; again for another one.")
    ] = None,
    folder: Folder = Path("console"),
) -> None:
    """Enrol a person. The password is shown once and must be changed at the first sign-in."""
    from console import enrol
    from console.problems import Problem

    if role is StaffRole.ASSISTANT and not lane:
        raise CommandFailed("an assistant stands at a lane: name it with --lane.", USAGE)
    with _store(folder) as store:
        try:
            user, password = enrol.add_person(store, login, role, lanes=tuple(lane or ()))
        except Problem as problem:
            raise CommandFailed(problem.sentence, USAGE) from None
    typer.echo(f"{user.login} ({user.id}, {role.value}) signs in once with: {password}")


@user_app.command("list", epilog="Example: egate console user list --folder console")
def list_users(folder: Folder = Path("console")) -> None:
    """Who may sign in, in which role."""
    from console import enrol

    table = Table("login", "id", "role", "state")
    with _store(folder) as store:
        for user in enrol.people(store):
            state = "disabled" if user.disabled else "must change the password" if user.must_change else "ready"
            table.add_row(user.login, user.id, user.role.value, state)
    Terminal().print(table)


@user_app.command("disable", epilog="Example: egate console user disable m.keller")
def disable_user(
    login: Annotated[str, typer.Argument(help="Who may sign in no longer.")], folder: Folder = Path("console")
) -> None:
    """End all of a person's sessions and refuse further ones. A console that runs sees it within a second."""
    from console.staff import Staff

    with _store(folder) as store:
        staff = Staff(store)
        user = staff.named(login)
        if user is None:
            raise CommandFailed(f"there is nobody called {login}: look at `egate console user list`.", USAGE)
        staff.disable(user)
    typer.echo(f"{login} may sign in no longer")


@token_app.command("add", epilog="Example: egate console token add hall-display --role viewer")
def add_token(
    name: Annotated[str, typer.Argument(help="What reads with it.")],
    role: Annotated[StaffRole, typer.Option(help="What it may read as.")] = StaffRole.VIEWER,
    folder: Folder = Path("console"),
) -> None:
    """A token for another program: it reads what its role may and commands nothing. Shown once."""
    from console import enrol

    with _store(folder) as store:
        token = enrol.add_token(store, name, role)
    typer.echo(f"{name} reads with: Authorization: Bearer {token}")


def _store(folder: Path) -> "Store":
    from console.room import FILE
    from console.store import Store, StoreFailed

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Store(folder / FILE)
    except (StoreFailed, OSError) as failed:
        raise CommandFailed(str(failed), REFERRED) from None
