"""The register's service beside a demonstration lane, the line to it, and the lane's own end with its copy.

The service has a thread and an event loop of its own; the lane reaches it over mutual TLS 1.3 on loopback, through a
line that can be cut. Authority, keys and token are made anew for each run and known to nobody else.
"""

import asyncio
import secrets
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.protocols import Clock
from kiosk.assembly import key_from
from register.client import Address, ServiceClient
from register.gate import GateRegister, Keeping
from register.sealing import FileKey
from register.service.app import Part, make_app
from register.service.desk import Desk, digest
from register.store import Store
from simulators.cut_line import CutLine
from web.certificates import authority
from web.peer import PeerProtocol
from web.tls import client_side, server_side

READY_S = 10.0
STOP_S = 5.0
SYNC_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Served:
    """The lane's register, and the hand on its cable."""

    register: GateRegister
    line: CutLine = field(repr=False)

    async def until_in_step(self) -> None:
        """Wait for the first list, READY_S at most: the lane serves without it too."""
        with suppress(TimeoutError):
            async with asyncio.timeout(READY_S):
                await self.register.next_step()


@asynccontextmanager
async def served(path: Path, folder: Path, gate: str, clock: Clock) -> AsyncIterator[Served]:
    """Serve the register at `path`; the gate's copy and key lie in `folder`."""
    signing, token = Ed25519PrivateKey.generate(), secrets.token_urlsafe(24)
    known = {digest(token): gate}
    key_from(folder / "copy.key")
    theirs, ours = _mutual_tls(gate)
    with Store(path) as store, _on_a_thread(Desk(store, signing, known, clock.now), theirs) as port:
        async with CutLine(port) as line:
            address = Address(f"https://127.0.0.1:{line.port}", signing.public_key(), token, ours)
            keeping = Keeping(folder / "copy.sqlite", gate, SYNC_EVERY_S)
            client = ServiceClient(address, clock)
            yield Served(GateRegister(client, keeping, FileKey(folder / "copy.key"), clock), line)


def _mutual_tls(gate: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The service's end and the gate's, of an authority whose key is gone when this returns."""
    with TemporaryDirectory(prefix="egate-keys-") as folder:
        own = authority(Path(folder), datetime.now(UTC), days=1)
        service, lane = own.service("register", ("127.0.0.1",)), own.gate(gate)
        return (
            server_side(service / "ca.pem", service / "server.pem", service / "server.key"),
            client_side(lane / "ca.pem", lane / "gate.pem", lane / "gate.key"),
        )


@contextmanager
def _on_a_thread(desk: Desk, tls: ssl.SSLContext) -> Iterator[int]:
    """The port at which the service listens; questions wait there until it has started."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            make_app(desk, parts=(Part.GATES,)),
            log_config=None,
            access_log=False,
            lifespan="off",
            proxy_headers=False,
            http=PeerProtocol,
            ssl_context_factory=lambda _config, _default: tls,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="register", daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join(STOP_S)
