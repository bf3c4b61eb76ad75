"""The command line's front: one app, one subcommand group a room. Heavy imports happen inside the commands."""

import sys

import typer
from rich.console import Console

from cli import (
    accept_commands,
    audit_commands,
    bench_commands,
    centre_commands,
    certs_commands,
    config_commands,
    console_commands,
    cross_commands,
    demo_commands,
    device_commands,
    face_commands,
    install_commands,
    journal_commands,
    mrz_commands,
    register_commands,
    replay_commands,
    run_commands,
    scenario_commands,
)
from cli.exits import CommandFailed

app = typer.Typer(
    name="egate",
    help="An automated border e-gate: run it, simulate it, measure it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(name="demo")(demo_commands.demo)
app.command(name="run")(run_commands.run)
app.command(name="cross")(cross_commands.cross)
app.command(name="accept")(accept_commands.accept)
app.command(name="replay")(replay_commands.replay)
app.command(name="bench")(bench_commands.bench)
app.add_typer(face_commands.app, name="face")
app.command(name="install")(install_commands.install)
app.add_typer(config_commands.app, name="config")
app.add_typer(console_commands.app, name="console")
app.command(name="check-config")(config_commands.check_config)
app.add_typer(device_commands.app, name="device")
app.add_typer(audit_commands.app, name="audit")
app.add_typer(centre_commands.app, name="centre")
app.add_typer(certs_commands.app, name="certs")
app.add_typer(journal_commands.app, name="journal")
app.add_typer(mrz_commands.app, name="mrz")
app.add_typer(register_commands.app, name="register")
app.add_typer(scenario_commands.app, name="scenario")


def main() -> None:
    """Run the command; a failure that has a sentence prints that sentence, never a traceback."""
    try:
        app(prog_name="egate")
    except CommandFailed as failed:
        Console(stderr=True, soft_wrap=True).print(f"egate: {failed}", style="red", markup=False, highlight=False)
        sys.exit(failed.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
