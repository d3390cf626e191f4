"""The server of the embedded Supabase: one ASGI app for auth, rest and storage."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mediaops.local.auth import api as auth
from mediaops.local.context import Context
from mediaops.local.rest import api as rest
from mediaops.local.storage import buckets, downloads, listing, objects, signing, uploads

log = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TUS_HEADERS = (
    "Location",
    "Tus-Complete",
    "Tus-Extension",
    "Tus-Max-Size",
    "Tus-Resumable",
    "Tus-Version",
    "Upload-Length",
    "Upload-Metadata",
    "Upload-Offset",
)
EXPOSED = ("Content-Length", "Content-Range", "ETag", "X-Total-Count", *TUS_HEADERS)
PREFLIGHT_SECONDS = 3600


def gateway(make_context: Callable[[], Context]) -> Starlette:
    """The app; ``make_context`` is called in its event loop."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        app.state.context = make_context()
        yield
        await app.state.context.close()

    storage_routes = [
        *buckets.routes,
        *uploads.routes,
        *signing.routes,
        *downloads.signed_routes,
        *listing.routes,
        # Last: these take any bucket name as the first part of the path.
        *objects.routes,
    ]
    app = Starlette(
        routes=[
            Route("/health", auth.answering(auth.health, key=False), methods=["GET"]),
            *auth.routes,
            *rest.routes,
            Mount("/storage/v1", routes=storage_routes),
        ],
        middleware=[
            Middleware(
                CORSMiddleware,
                allow_origins=["*"],
                allow_methods=METHODS,
                allow_headers=["*"],
                expose_headers=EXPOSED,
                max_age=PREFLIGHT_SECONDS,
            ),
            Middleware(NoSurprise),
        ],
        exception_handlers={404: _not_found, 405: _not_found},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


class NoSurprise:
    """A bug in a handler is an answer with CORS headers, so that a browser can read it, and a log entry."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"])
            if started:
                raise
            body = {"statusCode": "500", "error": "InternalError", "message": "Internal Server Error"}
            await JSONResponse(body, 500)(scope, receive, send)


async def _not_found(request: Request, error: Exception) -> Response:
    path = request.url.path
    body = {"statusCode": "404", "error": "Not Found", "message": f"Route {request.method}:{path} not found"}
    return JSONResponse(body, 404)
