"""A lane's ends of the services that its site file names: the register's with the gate's own copy, and the centre.

The edge of configuration: files, tokens and environment variables are read here and nowhere further in.
"""

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from cli.pem_keys import private_key, public_key
from config.services import Centre, ServiceLine, ServiceRegister
from drivers.protocols import Clock
from kiosk.assembly import key_from
from kiosk.offload import Threaded
from records.journal import Journal
from records.poster import Poster
from records.posting import CentreLine
from register.client import Address, ServiceClient
from register.gate import GateRegister, Keeping
from register.sealing import FileKey, GateKey, TextKey
from web.tls import client_side
from web.tokens import read_secret

LAST_POST_S = 3.0
"""A lane that ends waits so long at most for its last entries to be taken."""


def gate_register(section: ServiceRegister, folder: Path, gate: str, clock: Clock) -> GateRegister:
    """Relative paths start in `folder`. Raises CommandFailed, TokensRefused, TlsRefused or RegisterFailed."""
    address = Address(
        section.url,
        public_key(folder / section.answers_key),
        read_secret(folder / section.token_file),
        _tls(section, folder),
    )
    client = ServiceClient(address, clock, section.answer_within_s)
    keeping = Keeping(folder / section.copy_file, gate, section.sync_every_s)
    return GateRegister(client, keeping, copy_key(section, folder), clock)


def copy_key(section: ServiceRegister, folder: Path) -> GateKey:
    """From the variable or the file that the site names. A TPM is another GateKey, made here."""
    if section.copy_key_env:
        return TextKey(os.environ.get(section.copy_key_env, ""), f"the environment variable {section.copy_key_env}")
    if section.copy_key_file:
        return FileKey(folder / section.copy_key_file)
    made = folder / "keys" / "copy.key"
    key_from(made)
    return FileKey(made)


@asynccontextmanager
async def posting(section: Centre, folder: Path, journal: Journal, clock: Clock) -> AsyncIterator[Poster]:
    """The lane's record goes to the centre while the context is open, and once more, briefly, when it closes."""
    offload = Threaded("post")
    async with httpx.AsyncClient(
        base_url=section.url,
        headers={"Authorization": f"Bearer {read_secret(folder / section.token_file)}"},
        verify=_tls(section, folder) or ssl.create_default_context(),
        trust_env=False,
    ) as http:
        poster = Poster(
            journal.path,
            CentreLine(http),
            clock,
            offload,
            private_key(folder / section.heads_key),
            section.post_every_s,
            section.heads_every_s,
            told=lambda kind, facts: journal.append(kind, "", clock.monotonic(), facts),
        )
        running = asyncio.create_task(poster.run())
        try:
            yield poster
        finally:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            journal.flush()
            with suppress(TimeoutError):
                async with asyncio.timeout(LAST_POST_S):
                    await poster.once()
            offload.close()


def _tls(section: ServiceLine, folder: Path) -> ssl.SSLContext | None:
    if not section.is_secured:
        return None
    return client_side(folder / section.authority, folder / section.certificate, folder / section.certificate_key)
