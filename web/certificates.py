"""A small authority for tests and benches: its certificate, and certificates for services and gates (X.509, P-256).

One folder a machine, so that each gets what is its own and nothing else: authority/, register/, centre/, gates/NAME/.
What is there already is kept; only what is missing is made. Real sites have an authority of their own.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from web.tokens import line_of

BACKDATED = timedelta(minutes=5)
"""For clocks that differ."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Opened by `authority`. Issues from `now` for `days`."""

    folder: Path
    now: datetime
    days: int
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate = field(repr=False)

    def service(self, name: str, hosts: tuple[str, ...]) -> Path:
        """The folder of a service: ca.pem, server.pem, server.key."""
        return self._machine(self.folder / name, name, "server", hosts, ExtendedKeyUsageOID.SERVER_AUTH)

    def gate(self, name: str) -> Path:
        """The folder of a gate: ca.pem, gate.pem, gate.key."""
        return self._machine(self.folder / "gates" / name, name, "gate", (), ExtendedKeyUsageOID.CLIENT_AUTH)

    def _machine(
        self, folder: Path, name: str, role: str, hosts: tuple[str, ...], usage: x509.ObjectIdentifier
    ) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        _public(folder / "ca.pem", self.certificate.public_bytes(Encoding.PEM))
        if (folder / f"{role}.pem").exists():
            return folder
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(name, key.public_key()).add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        if hosts:
            builder = builder.add_extension(x509.SubjectAlternativeName([*map(_general, hosts)]), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        secret(folder / f"{role}.key", _private(key))
        _public(folder / f"{role}.pem", builder.sign(self.key, SHA256()).public_bytes(Encoding.PEM))
        return folder

    def _builder(self, name: str, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        return _dated(name, self.certificate.subject, key, self.now, self.days).add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
        )


def authority(folder: Path, now: datetime, days: int) -> Authority:
    """The authority in `folder`/authority, made when there is none."""
    place = folder / "authority"
    place.mkdir(parents=True, exist_ok=True)
    if not (place / "ca.pem").exists():
        _found(place, now, days)
    key = load_pem_private_key((place / "ca.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{place / 'ca.key'} is no key on a curve")
    return Authority(folder, now, days, key, x509.load_pem_x509_certificate((place / "ca.pem").read_bytes()))


def signing_pair(private: Path, *public: Path) -> None:
    """An Ed25519 key pair for signed answers or signed heads; every `public` gets the same public key."""
    if private.exists():
        key = load_pem_private_key(private.read_bytes(), None)
    else:
        key = ed25519.Ed25519PrivateKey.generate()
        secret(private, _private(key))
    shown = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path in public:
        path.parent.mkdir(parents=True, exist_ok=True)
        _public(path, shown)


def token(private: Path, name: str, *known_at: Path) -> None:
    """A machine's token, and its hash in the file of each service that is to know it."""
    if not private.exists():
        secret(private, secrets.token_urlsafe(32).encode())
    line = line_of(private.read_text(encoding="ascii"), name)
    for path in known_at:
        kept = path.read_text(encoding="ascii") if path.exists() else ""
        if line not in kept:
            path.write_text(kept + line, encoding="ascii")


def secret(path: Path, content: bytes) -> None:
    """A file that only its owner may read, from its first moment on."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(content)


def _found(place: Path, now: datetime, days: int) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = "egate test authority"
    builder = _dated(name, _name(name), key.public_key(), now, days)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).add_extension(
        x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
    )
    secret(place / "ca.key", _private(key))
    _public(place / "ca.pem", builder.sign(key, SHA256()).public_bytes(Encoding.PEM))


def _dated(
    name: str, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(_name(name)).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - BACKDATED).not_valid_after(now + timedelta(days=days))


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _private(key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(path: Path, content: bytes) -> None:
    path.write_bytes(content)
