"""No request is larger than the largest that makes sense: it is refused as soon as it grows too long."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.problems import answer

MAX_BODY = 16_384


class BodyLimit:
    """ASGI middleware. The app behind it sees a too long request as one that was broken off."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        taken, is_refused = 0, False

        async def counted() -> Message:
            nonlocal taken, is_refused
            message = await receive()
            taken += len(message.get("body", b""))
            if taken <= MAX_BODY or is_refused:
                return message
            is_refused = True
            await answer(413, "too_large", f"A request is at most {MAX_BODY} bytes: shorten it.")(scope, receive, send)
            return {"type": "http.disconnect"}

        async def unless_refused(message: Message) -> None:
            if not is_refused:
                await send(message)

        await self._app(scope, counted, unless_refused)
