"""Mutual TLS on a real socket: gate and service each refuse a stranger, and the gate takes that for silence."""

import asyncio
import hashlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from drivers.clock import WallClock
from drivers.errors import DeviceUnavailable
from link.travel import TravelState
from register.client import Address, ServiceClient, mutual_tls
from register.service.app import Desk, make_app
from register.store import Store
from tests.register.conftest import QUERY
from tests.register_client.conftest import BEARER, KEY

pytestmark = [pytest.mark.slow, pytest.mark.wire, pytest.mark.xdist_group("wall_clock")]
LIMIT_S = 5.0


@dataclass(frozen=True)
class Authority:
    """A certificate authority for one test, in files."""

    folder: Path
    name: str
    key: Ed25519PrivateKey

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.pem"

    def issue(self, holder: str) -> tuple[Path, Path]:
        """A certificate and its key for `holder` at 127.0.0.1."""
        key = Ed25519PrivateKey.generate()
        certificate = _builder(holder, self.name, key)
        address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
        made = certificate.add_extension(address, critical=False).sign(self.key, None)
        files = self.folder / f"{holder}.pem", self.folder / f"{holder}.key"
        files[0].write_bytes(made.public_bytes(Encoding.PEM))
        files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return files


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(holder: str, issuer: str, key: Ed25519PrivateKey) -> x509.CertificateBuilder:
    now = WallClock().now()
    builder = x509.CertificateBuilder().subject_name(_name(holder)).issuer_name(_name(issuer))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(hours=1))


def authority(folder: Path, name: str) -> Authority:
    key = Ed25519PrivateKey.generate()
    is_authority = x509.BasicConstraints(ca=True, path_length=0)
    made = _builder(name, name, key).add_extension(is_authority, critical=True).sign(key, None)
    one = Authority(folder, name, key)
    one.file.write_bytes(made.public_bytes(Encoding.PEM))
    return one


@contextmanager
def serving(store: Store, trusted: Authority, files: tuple[Path, Path]) -> Iterator[str]:
    known = frozenset({hashlib.sha256(BEARER.encode()).hexdigest()})
    config = uvicorn.Config(
        make_app(Desk(store, KEY, known, WallClock().now)),
        log_config=None,
        lifespan="off",
        ssl_certfile=str(files[0]),
        ssl_keyfile=str(files[1]),
        ssl_ca_certs=str(trusted.file),
        ssl_cert_reqs=ssl.CERT_REQUIRED,
    )
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


def asked(url: str, context: ssl.SSLContext) -> TravelState:
    async def ask() -> TravelState:
        client = ServiceClient(Address(url, KEY.public_key(), BEARER, context), WallClock(), LIMIT_S)
        try:
            return (await client.record(QUERY)).state
        finally:
            await client.close()

    return asyncio.run(ask())


def test_only_a_gate_and_a_service_of_the_same_authority_speak(
    path: Path, fill: Callable[..., None], tmp_path: Path
) -> None:
    fill({"cancelled": True})
    own, foreign = authority(tmp_path, "own"), authority(tmp_path, "foreign")
    gate, stranger = own.issue("gate-1"), foreign.issue("stranger")
    with Store(path) as store, serving(store, own, own.issue("register")) as url:
        assert asked(url, mutual_tls(own.file, *gate)) is TravelState.CANCELLED
        with pytest.raises(DeviceUnavailable):
            asked(url, mutual_tls(own.file, *stranger))
        with pytest.raises(DeviceUnavailable):
            asked(url, ssl.create_default_context(cafile=own.file))
        with pytest.raises(DeviceUnavailable):
            asked(url, mutual_tls(foreign.file, *gate))
