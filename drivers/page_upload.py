"""The HTTP endpoint to which an imaging unit uploads what it sees of a page. Everything stays in memory.

    PUT    /v1/page/{light}   one encoded image, light = visible | infrared | ultraviolet
    POST   /v1/page           the page lies still and all its images were put; ?chip= what the unit says of its chip
    DELETE /v1/page           the page was lifted

204 when done; 408 a body that took too long; 409 a page without images; 413 a body over MAX_BODY_BYTES; 422 no sound
image, with the reason.
"""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from fastapi import FastAPI, HTTPException, Request

from drivers.model import ChipVerdict, Image, Light, PageScan
from drivers.protocols import Clock
from link.images import ImageRefused, decode

MAX_BODY_BYTES = 32 * 1024 * 1024
"""A page at 600 dpi is 7 megapixels, 21 MB when not compressed at all."""
BODY_S = 10.0
"""However slowly it comes, an image has come by then."""
MAX_CONNECTIONS = 8
SHUTDOWN_S = 1


class _Server(uvicorn.Server):
    """Runs inside somebody else's loop, so it leaves the process's signals alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class PageUpload:
    """`page` is what lies on the imaging unit, or None."""

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self.page: PageScan | None = None
        self.address = f"{host}:{port}"
        self._host, self._port, self._clock = host, port, clock
        self._images: dict[Light, Image] = {}
        self._lifted = 0
        self._changed = asyncio.Event()
        self._decoding = asyncio.Semaphore(1)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    @property
    def is_listening(self) -> bool:
        return self._serving is not None and not self._serving.done()

    async def start(self) -> None:
        """Raises OSError when the address is taken or not ours."""
        listener = socket.create_server((self._host, self._port))
        self.address = f"{self._host}:{listener.getsockname()[1]}"
        config = uvicorn.Config(
            self._app(),
            log_config=None,
            access_log=False,
            lifespan="off",
            limit_concurrency=MAX_CONNECTIONS,
            timeout_graceful_shutdown=SHUTDOWN_S,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]), name="page upload")

    async def stop(self) -> None:
        if self._server is None or self._serving is None:
            return
        self._server.should_exit = True
        await self._serving
        self._server = self._serving = None
        self._lift()

    async def wait_change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _lift(self) -> None:
        self.page = None
        self._lifted += 1
        self._images.clear()
        self._changed.set()

    async def _put(self, light: Light, body: bytes) -> None:
        """An image that was still being decoded when its page was lifted does not slip into the next page."""
        lifted = self._lifted
        async with self._decoding:
            image = await asyncio.to_thread(decode, body)
        if lifted == self._lifted:
            self._images[light] = image

    def _lay_down(self, chip: ChipVerdict) -> None:
        self.page = PageScan(captured_at_s=self._clock.monotonic(), images=dict(self._images), chip=chip)
        self._images.clear()
        self._changed.set()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)

        @app.put("/v1/page/{light}", status_code=204)
        async def put_image(light: Light, request: Request) -> None:
            body = await _bounded(request)
            try:
                await self._put(light, body)
            except ImageRefused as refused:
                raise HTTPException(422, refused.reason) from refused

        @app.post("/v1/page", status_code=204)
        async def lay_down(chip: ChipVerdict = ChipVerdict.NOT_SUPPORTED) -> None:
            if not self._images:
                raise HTTPException(409, "no image of this page was put: put one for each light first")
            self._lay_down(chip)

        @app.delete("/v1/page", status_code=204)
        async def lift() -> None:
            self._lift()

        return app


async def _bounded(request: Request) -> bytes:
    """The whole body; the connection is refused as soon as it is known to be too long."""
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        raise _too_long()
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for part in request.stream():
                body += part
                if len(body) > MAX_BODY_BYTES:
                    raise _too_long()
    except TimeoutError:
        raise HTTPException(408, f"the image did not come within {BODY_S:g} s: send it again") from None
    return bytes(body)


def _too_long() -> HTTPException:
    return HTTPException(413, f"the image is longer than {MAX_BODY_BYTES} bytes: compress it")
