"""A server that behaves as the upload API and Storage do, failures included, and a page with the uploader.

The page is on 127.0.0.1 and Storage on localhost, so that sending is cross-origin as in production. Tests
read what arrived (``stored``, ``completed``) and say what is to fail (``storage_answers`` and friends).
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from mediaops.ui.components import STATIC
from tests.e2e.component_page import DARK, LIGHT, drawn, entry

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
  body {{ {theme} margin: 0; background: var(--st-background-color); color: var(--st-text-color); }}
  body {{ font-family: var(--st-font); }}
  main {{ max-width: 760px; margin: 0 auto; padding: 32px 24px 80px; }}
  @media (max-width: 520px) {{ main {{ padding: 14px 14px 60px; }} }}
</style>
<main><p><input id="field" aria-label="A field of the page"></p><div id="host"></div></main>
<script type="module">
  const bundle = await import({module});
  window.states = {{}}; window.triggers = []; window.runs = 0;
  let cleanup, mounts = 0, host = document.getElementById("host");
  window.show = (data) => {{
    const parentElement = host.shadowRoot ?? host.attachShadow({{ mode: "open" }});
    window.data = data; window.runs += 1;
    cleanup = bundle.default({{
      data, key: `mounting-${{mounts}}`, name: "uploader", parentElement,
      setStateValue: (name, value) => {{ window.states[name] = value; }},
      setTriggerValue: (name, value) => {{ window.triggers.push([name, value]); }},
    }});
  }};
  window.leave = () => {{
    mounts += 1;
    const empty = document.createElement("div");
    host.replaceWith(empty); host = empty;
    cleanup();
  }};
  window.ready = true;
</script>"""


class _CutShort(Response):
    """Promises more than it sends: the browser sees the connection go down in the middle of the answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"999")]})
        await send({"type": "http.response.body", "body": b"{"})


def storage_error(status: str, error: str, code: str) -> Response:
    """Storage answers errors as HTTP 400 with the real status in the body."""
    return JSONResponse(
        {"statusCode": status, "error": error, "message": error, "code": code}, status_code=400
    )


def refused(status: int, code: str, message: str, hint: str = "") -> Response:
    """The API's error shape."""
    return JSONResponse({"error": {"code": code, "message": message, "hint": hint}}, status_code=status)


Show = Callable[..., None]
"""Mounts the uploader, or reruns it; keywords change what Python gives to it."""

CUT = "cut"
CUT_AFTER_STORING = "cut after storing"


@dataclass
class UploadServer:
    """One test's server. Queues hold what the next requests are answered instead of the real thing."""

    address: str = ""
    storage_address: str = ""
    ticket_minutes: float = 120
    issued: list[str] = field(default_factory=list[str])
    requested: list[int] = field(default_factory=list[int])
    stored: dict[str, bytes] = field(default_factory=dict[str, bytes])
    stored_type: dict[str, str] = field(default_factory=dict[str, str])
    completed: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    looked_up: list[str] = field(default_factory=list[str])
    restored: list[str] = field(default_factory=list[str])
    known: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    ticket_answers: deque[Response] = field(default_factory=deque[Response])
    storage_answers: deque[Response | str] = field(default_factory=deque[Response | str])
    complete_answers: deque[Response | str] = field(default_factory=deque[Response | str])
    lookup_answers: deque[Response] = field(default_factory=deque[Response])
    restore_answers: deque[Response] = field(default_factory=deque[Response])
    puts: int = 0
    sending: int = 0
    most_sending: int = 0
    hold: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.hold.set()

    def ticket(self) -> dict[str, str]:
        """A fresh ticket with a signed address."""
        name = str(uuid.uuid4())
        self.issued.append(name)
        path = f"incoming/{name}"
        return {
            "id": name,
            "path": path,
            "token": "signed",
            "url": f"{self.storage_address}storage/v1/object/upload/sign/media/{path}?token=signed",
            "expires_at": (datetime.now(UTC) + timedelta(minutes=self.ticket_minutes)).isoformat(),
        }

    def data(self, tickets: int = 4, **more: Any) -> dict[str, Any]:
        """What Python gives to the uploader."""
        return {
            "key": "uploader",
            "purpose": "library",
            "tickets": [self.ticket() for _ in range(tickets)],
            "ticketsUrl": "/api/uploads/tickets",
            "lookupUrl": "/api/uploads/lookup",
            "completeUrl": "/api/uploads/complete",
            "restoreUrl": "/api/uploads/restore",
            "pool": 4,
            "lowWater": 2,
            "limits": {"maxBytes": 50 * 1024**2, "maxPixels": 100_000_000},
            "compress": {"edge": 2048, "quality": {"page": 0.65, "photo": 0.8}},
            "annotate": None,
            "labels": {},
            "openHref": "asset?id=",
            **more,
        }

    def known_asset(self, content: bytes, **more: Any) -> dict[str, Any]:
        """Makes the lookup know a file."""
        sha256 = hashlib.sha256(content).hexdigest()
        self.known[sha256] = {
            "asset": str(uuid.uuid4()),
            "state": "ready",
            "title": "Harbour at dusk",
            "original_name": "IMG_2041.jpeg",
            "thumbhash": None,
            "thumb_url": "/thumb.webp",
            "created_at": "2026-10-03T09:12:00Z",
            "link_count": 2,
            **more,
        }
        return self.known[sha256]

    # Routes

    async def _tickets(self, request: Request) -> Response:
        if self.ticket_answers:
            return self.ticket_answers.popleft()
        count = (await request.json())["count"]
        self.requested.append(count)
        return JSONResponse({"tickets": [self.ticket() for _ in range(count)]})

    async def _lookup(self, request: Request) -> Response:
        if self.lookup_answers:
            return self.lookup_answers.popleft()
        sha256 = (await request.json())["sha256"]
        self.looked_up.append(sha256)
        return JSONResponse({"asset": self.known.get(sha256)})

    async def _put(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.puts += 1
        self.sending += 1
        self.most_sending = max(self.most_sending, self.sending)
        try:
            body = await request.body()
            while not self.hold.is_set():
                if await request.is_disconnected():
                    return Response(status_code=499)
                await asyncio.sleep(0.01)
        except ClientDisconnect:
            return Response(status_code=499)
        finally:
            self.sending -= 1
        answer = self.storage_answers.popleft() if self.storage_answers else None
        if isinstance(answer, Response):
            return answer
        if answer == CUT:
            return _CutShort()
        if name in self.stored:
            return storage_error("409", "Duplicate", "KeyAlreadyExists")
        self.stored[name] = body
        self.stored_type[name] = request.headers["content-type"]
        return _CutShort() if answer == CUT_AFTER_STORING else JSONResponse({"Key": f"media/incoming/{name}"})

    async def _complete(self, request: Request) -> Response:
        answer = self.complete_answers.popleft() if self.complete_answers else None
        if isinstance(answer, Response):
            return answer
        body = await request.json()
        if body["ticket"] not in self.stored:
            return refused(404, "not_found", "There is no upload under this ticket.")
        if body["ticket"] not in [each["ticket"] for each in self.completed]:
            self.completed.append(body)
        return (
            _CutShort()
            if answer == CUT_AFTER_STORING
            else JSONResponse({"asset": body["ticket"], "state": "ready"})
        )

    async def _restore(self, request: Request) -> Response:
        if self.restore_answers:
            return self.restore_answers.popleft()
        self.restored.append((await request.json())["asset"])
        return JSONResponse({"asset": self.restored[-1], "state": "ready"})

    async def _page(self, request: Request) -> Response:
        theme = DARK if request.query_params.get("theme") == "dark" else LIGHT
        css = " ".join(f"--st-{name}: {value};" for name, value in theme.items())
        return HTMLResponse(_PAGE.format(theme=css, module=json.dumps(f"/components/{entry('uploader')}")))

    def routes(self) -> list[Route | Mount]:
        """The API, Storage's one route and the built components, to be put beside any other routes."""
        return [
            Route("/api/uploads/tickets", self._tickets, methods=["POST"]),
            Route("/api/uploads/lookup", self._lookup, methods=["POST"]),
            Route("/api/uploads/complete", self._complete, methods=["POST"]),
            Route("/api/uploads/restore", self._restore, methods=["POST"]),
            Route("/thumb.webp", lambda _: Response(drawn("7-1600x1200/320"), media_type="image/webp")),
            Route("/storage/v1/object/upload/sign/media/incoming/{name}", self._put, methods=["PUT"]),
            Mount("/components", StaticFiles(directory=STATIC, check_dir=False)),
        ]

    def app(self) -> Starlette:
        """The API and the page."""
        cors = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["*"], allow_headers=["*"])
        return Starlette(routes=[Route("/", self._page), *self.routes()], middleware=[cors])


@contextmanager
def serve(server: UploadServer) -> Iterator[UploadServer]:
    """Runs it on a free port of the loopback."""
    config = uvicorn.Config(server.app(), host="127.0.0.1", port=0, log_level="critical")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    try:
        end = time.monotonic() + 10
        while not running.started:
            assert time.monotonic() < end, "the page's server did not start"
            time.sleep(0.01)
        port = running.servers[0].sockets[0].getsockname()[1]
        server.address = f"http://127.0.0.1:{port}/"
        server.storage_address = f"http://localhost:{port}/"
        yield server
    finally:
        server.hold.set()
        running.should_exit = True
        thread.join(10)
