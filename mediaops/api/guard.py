"""What holds for every request: a limit to its body, and answers that no cache keeps."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mediaops.api.answers import error_answer

MOST_BODY_BYTES = 64 * 1024  # files go to Storage; what comes here is a few fields
# A page of text that someone corrected.
MOST_BODY_BYTES_AT = {"/review/decide": 2 * 1024 * 1024}


class Guard:
    """ASGI middleware; the body is counted as it comes, whatever its headers say."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        body: list[Message] = []
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        most = MOST_BODY_BYTES_AT.get(path, MOST_BODY_BYTES)
        count = int(declared) if declared.isdigit() else 0
        if count <= most:
            count = await _take(receive, body, most)
        if count > most:
            answer = error_answer(413, "too_large", "The request is too large.", "Files are sent to Storage.")
            await answer(scope, receive, send)
            return
        await self.app(scope, _replay(body, receive), _uncached(send))


async def _take(receive: Receive, body: list[Message], most: int) -> int:
    count, more = 0, True
    while more and count <= most:
        message = await receive()
        body.append(message)
        count += len(message.get("body", b""))
        more = message["type"] == "http.request" and bool(message.get("more_body", False))
    return count


def _replay(body: list[Message], receive: Receive) -> Receive:
    waiting = iter(body)

    async def again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return again


def _uncached(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.setdefault("cache-control", "no-store")
            headers.setdefault("x-content-type-options", "nosniff")
        await send(message)

    return marked
