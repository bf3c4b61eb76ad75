"""Ed25519 keys from PEM files, or one sentence and exit code 2."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli.exits import USAGE, CommandFailed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def private_key(path: Path) -> "Ed25519PrivateKey":
    """From a file that only its owner may read."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    text = text_of(path)
    if path.stat().st_mode & 0o077:
        raise CommandFailed(f"the key file {path} may be read by others: set its mode to 0600.", USAGE)
    try:
        key = load_pem_private_key(text.encode(), None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise CommandFailed(f"{path} is no Ed25519 private key in PEM without a password: make one.", USAGE)
    return key


def public_key(path: Path) -> "Ed25519PublicKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text_of(path).encode())
    except ValueError:
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise CommandFailed(f"{path} is no Ed25519 public key in PEM: name the gate's.", USAGE)
    return key


def text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise CommandFailed(f"{path} cannot be read as text: check its path.", USAGE) from None
