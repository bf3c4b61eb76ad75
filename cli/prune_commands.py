"""egate audit prune: what a lane's record has been kept for long enough, deleted, with a signed certificate."""

import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exits import DEVICE, USAGE, CommandFailed
from cli.pem_keys import private_key

if TYPE_CHECKING:
    from config.load import LoadedSite
    from config.services import Retention
    from records.deletion import Hand
    from records.retention import Limits


def prune(
    site: Annotated[Path, typer.Option(help="The site file: its [retention] says what is kept for how long.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Delete from a stopped lane's journal what its site no longer keeps; prints the signed certificates, one a line.

    The chain holds afterwards: a deleted entry leaves its place and nothing that it said. Nothing goes that the centre
    has not got, and nothing at all from a chain that does not hold. A running lane does this by itself at its start.
    """
    from config.load import ConfigRefused, load
    from records.errors import JournalFailed

    try:
        loaded = load(site)
        retention = _retention(loaded)
        journal = loaded.resolve(loaded.site.journal.path)
        if dry_run:
            _tell(journal, limits_of(retention), upto_of(loaded))
            return
        for certificate in _pruned(loaded, retention, _key(loaded)):
            typer.echo(certificate)
    except ConfigRefused as refused:
        raise CommandFailed(str(refused), USAGE) from None
    except JournalFailed as failed:
        raise CommandFailed(str(failed), DEVICE) from None


def prune_at_start(loaded: "LoadedSite", key: bytes) -> str:
    """What the lane deletes before it serves: one sentence, empty when there is nothing. Raises JournalFailed."""
    if loaded.site.retention is None or not loaded.resolve(loaded.site.journal.path).exists():
        return ""
    certificates = _pruned(loaded, loaded.site.retention, key)
    entries = sum(json.loads(each)["entries"] for each in certificates)
    return f"{entries} entries deleted whose time was over, {len(certificates)} certificates" if certificates else ""


def _pruned(loaded: "LoadedSite", retention: "Retention", key: bytes) -> list[str]:
    from records.deletion import prune as delete

    now = datetime.now(UTC)
    journal = loaded.resolve(loaded.site.journal.path)
    hand = _hand(loaded, retention, key, now)
    entries = delete(journal, hand, limits_of(retention), now, upto_of(loaded))
    return [json.dumps(dict(entry.facts)) for entry in entries]


def _hand(loaded: "LoadedSite", retention: "Retention", key: bytes, now: datetime) -> "Hand":
    from records.deletion import Hand

    boot = f"{now:%Y%m%d}-prune-{secrets.token_hex(3)}"
    return Hand(loaded.site.lane, boot, key, private_key(loaded.resolve(retention.signing_key)))


def _tell(journal: Path, limits: "Limits", upto: int | None) -> None:
    from cli.journal_commands import opened
    from records.retention import due

    with opened(journal) as reader:
        plans = due(reader.walk(), limits, datetime.now(UTC), upto)
    for plan in plans:
        newest = plan.newest.isoformat(timespec="minutes")
        typer.echo(
            f"{plan.data_class.value}: {len(plan.positions)} entries, {plan.crossings} crossings, newest {newest}"
        )
    if not plans:
        typer.echo("nothing has been kept for longer than the site says")


def limits_of(retention: "Retention") -> "Limits":
    from records.retention import DataClass

    return {each: timedelta(days=getattr(retention, f"{each.value}_days")) for each in DataClass}


def upto_of(loaded: "LoadedSite") -> int | None:
    """A site with a centre deletes nothing that the centre has not got."""
    from records.outbox import acknowledged_by_all

    reached = acknowledged_by_all(loaded.resolve(loaded.site.journal.path))
    return 0 if reached is None and loaded.site.centre is not None else reached


def _retention(loaded: "LoadedSite") -> "Retention":
    if loaded.site.retention is None:
        raise CommandFailed(f"{loaded.file}: there is no [retention]: this site keeps everything for ever.", USAGE)
    return loaded.site.retention


def _key(loaded: "LoadedSite") -> bytes:
    from cli.simulation import SIMULATION_KEY

    if loaded.site.journal.key_file is None:
        return SIMULATION_KEY
    try:
        return loaded.resolve(loaded.site.journal.key_file).read_bytes()
    except OSError as error:
        raise CommandFailed(
            f"the journal's key file cannot be read ({error.strerror}): check its path.", USAGE
        ) from None
