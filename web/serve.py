"""A screen's server inside a running event loop. It leaves within seconds, whoever still listens."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

from web.errors import ServingFailed
from web.peer import PeerProtocol

LEAVE_S = 2
MAX_MESSAGE_BYTES = 65_536
LOOK_S = 0.01


class _Server(uvicorn.Server):
    """Signals belong to the program around it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(
    app: ASGIApp, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[str]:
    """Serve `app` while the context is open; gives the address, "http://host:port". Port 0 = any free one.

    With `tls` (web/tls.py) it is https, and the app is told whose certificate was shown (web/peer.py). Raises
    ServingFailed when the port cannot be had.
    """
    listening = _bound(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            log_config=None,
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            ws_max_size=MAX_MESSAGE_BYTES,
            ws_per_message_deflate=False,  # small words and JPEG pictures: nothing to gain
            timeout_graceful_shutdown=LEAVE_S,
            server_header=False,
            proxy_headers=False,  # an address is the other end's own; what a header says of it is anybody's word
            http=PeerProtocol,
            ssl_context_factory=(lambda _config, _default: tls) if tls else None,
        )
    )
    task = asyncio.create_task(server.serve([listening]))
    try:
        while not (server.started or task.done()):  # noqa: ASYNC110  (uvicorn has no event for it)
            await asyncio.sleep(LOOK_S)
        if task.done():
            task.result()
            raise ServingFailed(f"the server on {host}:{port} did not start: look at its log")
        shown = f"[{host}]" if ":" in host else host
        yield f"{'https' if tls else 'http'}://{shown}:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listening.close()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named TCP: asyncio sets TCP_NODELAY only then; without it an answer's second part waits 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        why = error.strerror or "not possible"
        raise ServingFailed(f"cannot listen on {host}:{port} ({why}): choose another port or stop who has it") from None
    return listening
