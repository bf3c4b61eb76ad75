"""Sealing what a gate keeps: each piece encrypted for one gate and one place, so that it opens nowhere else."""

import base64
import hmac
import json
import secrets
import stat
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from register.failures import RegisterFailed

KEY_BYTES = 32
NONCE_BYTES = 12
MARK_BYTES = 16


class SealBroken(Exception):
    """Changed, moved, of another gate or of another key. Carries nothing of what was sealed."""


class GateKey(Protocol):
    """The gate's secret. A TPM derives inside itself; a file is read."""

    def derive(self, purpose: str) -> bytes:
        """32 bytes for this purpose alone; the same every time."""


class SecretKey:
    """A secret that is in memory already: from an environment variable, or from a file. Raises RegisterFailed."""

    def __init__(self, secret: bytes, whence: str) -> None:
        if len(secret) < KEY_BYTES:
            raise RegisterFailed(f"{whence} is shorter than {KEY_BYTES} bytes: make a new one.")
        self._secret = secret

    def derive(self, purpose: str) -> bytes:
        """HKDF-SHA256 (RFC 5869) with the purpose as its info."""
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(self._secret)


class FileKey(SecretKey):
    """A key file that only its owner may read. Raises RegisterFailed for any other."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(path.stat().st_mode)
                secret = file.read()
        except OSError as error:
            raise RegisterFailed(f"the key file {path} cannot be read ({error.strerror}): check its path.") from None
        if mode & 0o077:
            raise RegisterFailed(f"the key file {path} may be read by others: set its mode to 0600.")
        super().__init__(secret, f"the key file {path}")


class TextKey(SecretKey):
    """Base64, as an environment variable or a secret store hands it over; `whence` names it in errors."""

    def __init__(self, text: str, whence: str) -> None:
        try:
            secret = base64.b64decode(text, validate=True)
        except ValueError:
            raise RegisterFailed(f"{whence} is no base64: make a new key.") from None
        super().__init__(secret, whence)


class Sealer:
    """AES-256-GCM with (gate, what the piece is bound to) as associated data."""

    def __init__(self, key: GateKey, gate: str) -> None:
        self._gate = gate
        self._cipher = AESGCM(key.derive("egate copy: seal"))
        self._marking = key.derive("egate copy: look-up")

    def seal(self, plain: bytes, *bound: str | int) -> bytes:
        """A random 96-bit nonce, then the ciphertext and its tag."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, self._bound(bound))

    def open(self, sealed: bytes, *bound: str | int) -> bytes:
        """What was sealed, when it was sealed for this gate and exactly this place. Raises SealBroken."""
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._bound(bound))
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def mark(self, *parts: str) -> bytes:
        """HMAC-SHA256, 16 bytes of it, over the parts: finds a row without telling what it is about."""
        return hmac.new(self._marking, json.dumps(parts).encode(), sha256).digest()[:MARK_BYTES]

    def _bound(self, bound: tuple[str | int, ...]) -> bytes:
        return json.dumps([self._gate, *bound]).encode()
