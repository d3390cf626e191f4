"""What stands before every request: headers for all, and the sign-in page for who has no session."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnected

from mediaops import session
from mediaops.errors import MediaOpsError, NotSignedIn
from mediaops.ui.document import document
from mediaops.ui.places import LIBRARY

# Prefixes that are no page of the dashboard: assets, the API, Streamlit's own doors.
_NOT_PAGES = (
    "/_stcore",
    "/static",
    "/media",
    "/component",
    "/app/static",
    "/api",
    "/auth",
    "/sign-in",
    "/fonts",
    "/web",
)
_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    # Signed picture addresses and asset ids stay between this page and its own server.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",
}


class Gate:
    """ASGI middleware. Pages are checked again on every rerun; this only decides what is shown first."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page's document, pass on everything else."""
        if scope["type"] == "websocket":
            # A tab that closes while Streamlit answers it is no fault; Streamlit takes it for one of ours
            # and would print a traceback for each.
            with suppress(WebSocketDisconnected):
                await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        request = Request(scope)
        answer = await _page(request) if _is_page(request) else self._app
        await answer(scope, receive, send_with_headers)


def _is_page(request: Request) -> bool:
    path = request.url.path
    return (
        request.method == "GET"
        and "text/html" in request.headers.get("accept", "")
        and not path.startswith(_NOT_PAGES)
        and "." not in path.rsplit("/", 1)[-1]
    )


async def _page(request: Request) -> Response:
    path = request.url.path
    if path.startswith("//") or (path != "/" and path.endswith("/")):
        return RedirectResponse("/" + path.strip("/"), 301)
    if path == f"/{LIBRARY.path}":
        # Streamlit knows its first page by the root alone and would say "page not found".
        return RedirectResponse("/" + (f"?{request.url.query}" if request.url.query else ""), 308)
    why = ""
    try:
        await run_in_threadpool(session.current, request.cookies.get(session.COOKIE))
    except NotSignedIn as error:
        why = "ended" if error.code == "session_ended" else ""
        full = path + (f"?{request.url.query}" if request.url.query else "")
        where = f"/sign-in?next={quote(full, safe='')}" if full != "/" else "/sign-in"
        if why:
            where += ("&" if "?" in where else "?") + f"why={why}"
        return RedirectResponse(where, 303)
    except MediaOpsError:
        # It could not be asked. The dashboard says so itself, with a way to try again.
        pass
    return HTMLResponse(document(), headers={"Cache-Control": "no-cache"})
