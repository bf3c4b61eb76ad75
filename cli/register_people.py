"""egate register staff, egate register token: who may work with the register's service."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed
from link.staff import StaffRole

Where = Annotated[str, typer.Option("--register", help="The register's file, or postgresql://USER:PASSWORD@HOST/NAME.")]


def staff(
    name: Annotated[str, typer.Argument(help="A pseudonymous id, never a person's name: small letters, digits, '-'.")],
    register: Where,
    role: Annotated[list[StaffRole], typer.Option(help="May be repeated.")],
    password_file: Annotated[
        Path | None, typer.Option(help="A file with the password; without it the password is asked for.")
    ] = None,
) -> None:
    """Add one of the staff. The password has at least 12 characters and is kept as its argon2id hash."""
    from pydantic import TypeAdapter, ValidationError

    from link.application_api import StaffName
    from register.failures import RegisterFailed
    from register.staff import Staff, StaffRefused
    from register.store import Store

    try:
        TypeAdapter(StaffName).validate_python(name)
        password = password_file.read_text().strip() if password_file else _asked()
        with Store(register) as store:
            Staff(store.database).add(name, password, role)
    except ValidationError:
        raise CommandFailed("the name is not small letters, digits, '.', '_' and '-': choose another.", USAGE) from None
    except OSError as error:
        raise CommandFailed(f"{password_file} cannot be read ({error.strerror}): check its path.", USAGE) from None
    except StaffRefused as refused:
        raise CommandFailed(f"nobody was added: {refused}", USAGE) from None
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    typer.echo(f"added {name} as {', '.join(each.value for each in role)}")


def token(
    name: Annotated[str, typer.Argument(help="The machine's; a gate's is that of its certificate.")],
    register: Where,
    scope: Annotated[list[str], typer.Option(help="gate, or passages (for officers' systems elsewhere).")],
) -> None:
    """Make a token for a machine and print it once; the register keeps its hash."""
    from register.failures import RegisterFailed
    from register.machines import Machines, Scope
    from register.service.desk import digest
    from register.store import Store

    made = secrets.token_urlsafe(32)
    try:
        scopes = [Scope(each) for each in scope]
        with Store(register) as store:
            Machines(store.database).add(digest(made), name, scopes, None)
    except ValueError:
        raise CommandFailed(f"--scope is one of {', '.join(each.value for each in Scope)}.", USAGE) from None
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    typer.echo(made)


def forget(
    register: Where,
    days: Annotated[int, typer.Option(min=1, max=3650, help="Applications open for longer are ended.")] = 30,
) -> None:
    """End applications that nobody went on with, and erase their pictures; for a daily timer of the site."""
    from datetime import UTC, datetime, timedelta

    from register.failures import RegisterFailed
    from register.grants import Grants
    from register.store import Store

    now = datetime.now(UTC)
    try:
        with Store(register) as store:
            ended = Grants(store).forget(now - timedelta(days=days), now)
    except RegisterFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None
    typer.echo(f"ended {ended} applications that were open for more than {days} days")


def _asked() -> str:
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
