"""Mutual TLS 1.3 between machines of one authority: each side shows a certificate, and trusts that authority alone."""

import ssl
import stat
from collections.abc import Callable
from pathlib import Path


class TlsRefused(Exception):
    """A certificate or key that cannot be used. One sentence that names the files."""


def server_side(
    authority: Path, certificate: Path, key: Path, refused: Callable[[str], None] | None = None
) -> ssl.SSLContext:
    """For a service: nobody without a certificate of `authority` comes as far as a question. Raises TlsRefused.

    `refused` is told OpenSSL's reason of each handshake that failed, in the middle of it: it must not wait.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    if refused is not None:
        context.sslobject_class = _telling(refused)
    return _loaded(context, authority, certificate, key)


def browser_side(certificate: Path, key: Path) -> ssl.SSLContext:
    """For pages in browsers, which show no certificate and sign in. Raises TlsRefused."""
    return _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate, certificate, key)


def client_side(authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    """For a gate: trusts `authority` alone, holds the address against the certificate. Raises TlsRefused."""
    return _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), authority, certificate, key)


def _telling(refused: Callable[[str], None]) -> type[ssl.SSLObject]:
    """asyncio says nothing of a handshake that fails; this end of it does."""

    class Telling(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                refused(error.reason or "")
                raise

    return Telling


def _loaded(context: ssl.SSLContext, authority: Path, certificate: Path, key: Path) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    try:
        if stat.S_IMODE(key.stat().st_mode) & 0o077:
            raise TlsRefused(f"the key file {key} may be read by others: set its mode to 0600.")
        context.load_verify_locations(authority)
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError):
        raise TlsRefused(f"{authority}, {certificate} or {key} is no certificate or key: make them anew.") from None
    return context
