"""Each configuration that a lane has accepted is kept beside its site file, so that the last one can be brought back.

`SITE.toml.history/` holds one numbered copy of the file for each acceptance, and `index.jsonl` with number, version,
digest, day and time. Nothing in it is ever changed.
"""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from config.load import ConfigRefused, LoadedSite, load, parse


@dataclass(frozen=True, slots=True)
class Accepted:
    """One line of the history."""

    number: int
    version: str
    digest: str
    accepted_at: str
    """UTC, ISO 8601."""


def history(file: Path) -> tuple[Accepted, ...]:
    """What was accepted, oldest first. Raises ConfigRefused when the history cannot be read."""
    index = _folder(file) / "index.jsonl"
    try:
        lines = index.read_text().splitlines() if index.exists() else []
        return tuple(Accepted(**json.loads(line)) for line in lines)
    except (OSError, ValueError, TypeError):
        raise ConfigRefused([f"{index}: the history cannot be read: move it away and begin a new one."]) from None


def accept(loaded: LoadedSite, at: datetime) -> Accepted:
    """Keep a configuration that goes into use; the one that is in use already is not kept twice."""
    known = history(loaded.file)
    if known and known[-1].digest == loaded.digest:
        return known[-1]
    number = known[-1].number + 1 if known else 1
    accepted = Accepted(number, loaded.site.version, loaded.digest, at.isoformat(timespec="seconds"))
    folder = _folder(loaded.file)
    try:
        folder.mkdir(exist_ok=True)
        _write(folder / f"{number:04}.toml", loaded.text)
        with (folder / "index.jsonl").open("a") as index:
            index.write(json.dumps(asdict(accepted)) + "\n")
            index.flush()
            os.fsync(index.fileno())
    except OSError as error:
        raise ConfigRefused(
            [f"{folder}: the history cannot be written ({error.strerror}): check the folder."]
        ) from None
    return accepted


def rollback(file: Path, at: datetime) -> Accepted:
    """Bring the last accepted configuration that differs from the file back into the file, and accept it.

    So an edited file goes back to what was in use, and a file in use goes back to the one before it.
    """
    now = _digest(file)
    before = next((each for each in reversed(history(file)) if each.digest != now), None)
    if before is None:
        raise ConfigRefused([f"{file}: no other configuration was accepted before: there is nothing to go back to."])
    kept = _folder(file) / f"{before.number:04}.toml"
    loaded = load(kept)
    if loaded.digest != before.digest:
        raise ConfigRefused([f"{kept}: this is not what was accepted: somebody has changed the history."])
    try:
        _write(file, loaded.text)
    except OSError as error:
        raise ConfigRefused(
            [f"{file}: the site file cannot be written ({error.strerror}): check its folder."]
        ) from None
    return accept(parse(loaded.text.encode(), file), at)


def _digest(file: Path) -> str:
    """The digest of the file as it is, valid or not."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigRefused([f"{file}: the site file cannot be read ({error.strerror}): check its path."]) from None


def _folder(file: Path) -> Path:
    return file.with_name(f"{file.name}.history")


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a file in use is never seen half-written."""
    draft = file.with_name(f".{file.name}.new")
    with draft.open("wb") as out:
        out.write(text.encode())
        out.flush()
        os.fsync(out.fileno())
    draft.replace(file)
