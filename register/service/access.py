"""The code by which a traveller comes back to an application: worked out from the service's key, and kept nowhere."""

import base64
import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LETTERS = 26
"""Of base32: 130 bits."""


@dataclass(frozen=True, slots=True)
class Access:
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> "Access":
        return cls(HKDF(SHA256(), 32, None, b"egate register: access of a party").derive(key.private_bytes_raw()))

    def code(self, party: str) -> str:
        told = hmac.digest(self.secret, party.encode(), sha256)
        return base64.b32encode(told).decode("ascii")[:LETTERS]

    def opens(self, party: str, code: str) -> bool:
        return hmac.compare_digest(self.code(party).encode(), code.encode())
