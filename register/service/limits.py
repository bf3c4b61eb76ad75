"""No body larger than its question can be is read into memory."""

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_BODY_BYTES = 16_000
MAX_PICTURES_BYTES = 12_000_000
"""Where pictures are sent: of one traveller in full size, or of a family as a telephone's page scales them."""
_PICTURES = ("/v1/applications", "/v1/documents/read", "/v1/portraits/check", "/pictures", "/rebindings")


class BodyLimit:
    """ASGI middleware: 413 for a body that turns out to be larger."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        pictures = scope["method"] == "POST" and scope["path"].endswith(_PICTURES)
        body = await _whole(receive, MAX_PICTURES_BYTES if pictures else MAX_BODY_BYTES)
        if body is None:
            problem = {"type": "about:blank", "status": 413, "code": "body_too_large", "title": "the body is too large"}
            await JSONResponse(problem, 413, media_type="application/problem+json")(scope, receive, send)
            return
        waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return waiting.pop() if waiting else await receive()

        await self._app(scope, again, send)


async def _whole(receive: Receive, limit: int) -> bytes | None:
    """The body, or None once it is over the limit or its sender has gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if not message.get("more_body", False):
            return bytes(body)
