"""Tokens of machines, as the service keeps them: a file of lines `SHA256 NAME`. The tokens themselves are not in it."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"([0-9a-f]{64}) ([A-Za-z0-9][A-Za-z0-9._-]{0,63})")


class TokensRefused(Exception):
    """A file of tokens that cannot be used. One sentence; never a token in it."""


def read_tokens(path: Path) -> dict[str, str]:
    """SHA-256 of a token, hex -> the machine's name. Raises TokensRefused."""
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        raise TokensRefused(f"the file of tokens {path} cannot be read: check its path.") from None
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        known = _LINE.fullmatch(line)
        if known is None:
            raise TokensRefused(f"{path}:{number}: this is no line 'SHA256 NAME': make the file with 'egate certs'.")
        found[known[1]] = known[2]
    return found


def line_of(token: str, name: str) -> str:
    return f"{hashlib.sha256(token.encode()).hexdigest()} {name}\n"


def holder(tokens: Mapping[str, str], authorization: str) -> str | None:
    """Whose token an `Authorization: Bearer` header carries, or None. Every known hash is compared."""
    digest = hashlib.sha256(authorization.removeprefix("Bearer ").encode()).hexdigest()
    found = None
    for known, name in tokens.items():
        if hmac.compare_digest(known, digest):
            found = name
    return found


def read_secret(path: Path) -> str:
    """A gate's own token from a file that only its owner may read. Raises TokensRefused."""
    try:
        mode, secret = path.stat().st_mode, path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise TokensRefused(f"the token file {path} cannot be read: check its path.") from None
    if mode & 0o077:
        raise TokensRefused(f"the token file {path} may be read by others: set its mode to 0600.")
    if len(secret) < 20:
        raise TokensRefused(f"the token file {path} holds fewer than 20 characters: make a new one.")
    return secret
