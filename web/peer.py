"""Who is at the other end of a TLS connection, told to the app as `request.state.peer`.

uvicorn tells an app nothing of the client's certificate; without this a gate could use another gate's token.
"""

import asyncio
from typing import Any

from starlette.requests import Request
from uvicorn.protocols.http.h11_impl import H11Protocol


class PeerProtocol(H11Protocol):
    """HTTP/1.1 that keeps the common name of the certificate which the client has shown."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        shown = transport.get_extra_info("peercert")
        if shown:
            self.app_state = {**self.app_state, "peer": _common_name(shown)}


def peer_of(request: Request) -> str | None:
    """The name on the client's certificate; None on a line without one."""
    return getattr(request.state, "peer", None)


def _common_name(shown: dict[str, Any]) -> str:
    parts = {name: value for part in shown.get("subject", ()) for name, value in part}
    return str(parts.get("commonName", ""))
