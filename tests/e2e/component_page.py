"""A plain page that mounts one browser component as Streamlit does, with pictures and assets to show.

The component is the built bundle. Around it stands only what Streamlit would give: a shadow root inside
a scrolling section, theme variables, and setters whose calls are kept for the test to read.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import thumbhash
import uvicorn
from PIL import Image, ImageDraw
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from mediaops.ui.components import STATIC

LIGHT = {
    "primary-color": "#2f6f5e",
    "background-color": "#ffffff",
    "secondary-background-color": "#f5f6f4",
    "text-color": "#1d2321",
    "border-color": "rgba(29, 35, 33, 0.2)",
    "base-radius": "0.5rem",
    "font": "'Source Sans', system-ui, sans-serif",
}
DARK = LIGHT | {
    "primary-color": "#5fb89f",
    "background-color": "#101413",
    "secondary-background-color": "#1a201e",
    "text-color": "#e8edeb",
    "border-color": "rgba(232, 237, 235, 0.22)",
}

_PAGE = """<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<style>
  html, body {{ margin: 0; height: 100%; }}
  body {{
    {theme} background: var(--st-background-color); color: var(--st-text-color); font-family: var(--st-font);
  }}
  section {{ height: 100%; overflow: auto; }}
  main {{ max-width: 1280px; margin: 0 auto; padding: 24px 24px 80px; }}
  @media (max-width: 520px) {{ main {{ padding: 12px 12px 60px; }} }}
</style>
<section><main><button id="before">before</button><div id="host"></div></main></section>
<script type="module">
  const bundle = await import({module});
  let host = document.getElementById("host");
  window.states = []; window.triggers = [];
  let cleanup;
  const call = (data) => {{
    const parentElement = host.shadowRoot ?? host.attachShadow({{ mode: "open" }});
    return bundle.default({{
      data, key: window.mounted ?? "mounted", name: "component", parentElement,
      setStateValue: (name, value) => window.states.push([name, value]),
      setTriggerValue: (name, value) => window.triggers.push([name, value]),
    }});
  }};
  window.show = (data) => {{ cleanup = call(data); }};
  // A call that another overtook: Streamlit cleans up after it as soon as it has come.
  window.late = (data) => call(data)();
  // As React does: what is taken off the page is cleaned up afterwards.
  window.leave = () => {{
    const gone = host;
    host = host.cloneNode();
    gone.replaceWith(host);
    cleanup();
  }};
  window.ready = true;
</script>"""


@dataclass
class Library:
    """What the server answers; ``refuse`` maps the start of a path to another answer."""

    cards: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    page: int = 60
    asked: list[str] = field(default_factory=list[str])
    refuse: dict[str, tuple[int, dict[str, Any]]] = field(
        default_factory=dict[str, tuple[int, dict[str, Any]]]
    )
    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])

    def first(self, **more: Any) -> dict[str, Any]:
        """Data of a gallery over these cards."""
        rest = len(self.cards) > self.page
        return {
            "items": self.cards[: self.page],
            "next": str(self.page) if rest else None,
            "query": {"sort": "newest", "limit": self.page},
            "apiUrl": "/api/library",
            "revision": 1,
            "open_href": "asset?id=",
            **more,
        }


def entry(name: str) -> str:
    """The built file of a component. Fails with what to do when it was not built."""
    manifest = STATIC / "manifest.json"
    assert manifest.exists(), "the browser components are not built: run make build"
    return json.loads(manifest.read_text())[f"src/{name}/main.ts"]["file"]


def _app(component: str, library: Library) -> Starlette:
    def page(request: Request) -> Response:
        theme = DARK if request.query_params.get("theme") == "dark" else LIGHT
        css = " ".join(f"--st-{name}: {value};" for name, value in theme.items())
        return HTMLResponse(_PAGE.format(theme=css, module=json.dumps(f"/components/{entry(component)}")))

    def refused(request: Request) -> Response | None:
        library.asked.append(str(request.url.path) + ("?" + request.url.query if request.url.query else ""))
        for start, (status, body) in library.refuse.items():
            if request.url.path.startswith(start):
                return JSONResponse(body, status_code=status)
        return None

    def cards(request: Request) -> Response:
        if (answer := refused(request)) is not None:
            return answer
        start = int(request.query_params.get("after", "0"))
        end = start + int(request.query_params.get("limit", library.page))
        more = str(end) if end < len(library.cards) else None
        return JSONResponse({"items": library.cards[start:end], "next": more})

    def picture(request: Request) -> Response:
        if (answer := refused(request)) is not None:
            return answer
        name = request.path_params["name"]
        content = library.pictures.get(name) or drawn(name)
        return Response(content, media_type="image/webp", headers={"cache-control": "max-age=3600"})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/asset", lambda request: HTMLResponse(f"<h1>asset {request.query_params['id']}</h1>")),
            Route("/api/library", cards),
            Route("/media/{name:path}", picture),
            Mount("/components", StaticFiles(directory=STATIC, check_dir=False)),
        ]
    )


@contextmanager
def serve(component: str, library: Library) -> Iterator[str]:
    """Serves the page on a free port of the loopback; gives its address."""
    config = uvicorn.Config(_app(component, library), host="127.0.0.1", port=0, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        eventually(lambda: server.started)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        thread.join(10)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Waits for what happens on the server's side."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


# Drawing takes time: the same few pictures come again and again, a multiple of the shapes.
SCENES = 28
SHAPES = ((1600, 1200), (1200, 1600), (1600, 1600), (1920, 1080), (1080, 1920), (2400, 1000), (1500, 1000))


def card(number: int, **more: Any) -> dict[str, Any]:
    """One asset as the server describes it; the same number gives the same asset."""
    scene = number % SCENES
    width, height = SHAPES[scene * 5 % len(SHAPES)]
    name = f"{scene}-{width}x{height}"
    return {
        "id": f"asset-{number:04}",
        "kind": "image",
        "state": "ready",
        "purpose": "library",
        "title": f"Field note {number}: {WORDS[number % len(WORDS)]}",
        "original_name": f"IMG_{2000 + number}.jpeg",
        "bytes": 90_000 + number * 7_919 % 2_400_000,
        "width": width,
        "height": height,
        "duration": None,
        "thumbhash": placeholder(name),
        "thumb_url": f"/media/{name}/320",
        "card_url": f"/media/{name}/800",
        "link_count": number % 4 if number % 3 == 0 else 0,
        "has_text": number % 5 == 0,
        "annotation_state": None,
        "uploader_name": ("Amira Haddad", "Jonas Lind", "Mei Tanaka")[number % 3],
        "created_at": f"2026-11-{21 - number // 12 % 20:02}T09:{number % 60:02}:00Z",
        "expires_at": None,
    } | more


WORDS = (
    "tide tables",
    "a page on memory",
    "harbour at dusk",
    "marginalia",
    "leaf veins",
    "the long way home",
    "index cards",
)


@lru_cache(maxsize=4096)
def drawn(name: str) -> bytes:
    """A picture made up from its name ``<seed>-<width>x<height>/<edge>``, as WebP."""
    buffer = io.BytesIO()
    stem, _, edge = name.partition("/")
    _scene(stem, int(edge or 320)).save(buffer, "WEBP", quality=70)
    return buffer.getvalue()


@lru_cache(maxsize=4096)
def placeholder(name: str) -> str:
    small = _scene(name, 100).convert("RGBA").resize((48, 48))
    hashed = thumbhash.rgba_to_thumb_hash(48, 48, list(small.tobytes()))
    return base64.b64encode(bytes(hashed)).decode()


def _scene(stem: str, edge: int) -> Image.Image:
    """Hills under a sky: enough structure to tell pictures apart and to see a crop."""
    seed, _, size = stem.partition("-")
    full_width, full_height = (int(part) for part in size.split("x"))
    scale = edge / max(full_width, full_height)
    width, height = max(1, round(full_width * scale)), max(1, round(full_height * scale))
    number = int(seed) * 2_654_435_761 % 2**32
    hue = number % 360
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for y in range(height):
        draw.line([(0, y), (width, y)], fill=_hsl(hue + 40 * y // height, 45, 82 - 30 * y // height))
    sun = width * (0.2 + number % 60 / 100)
    draw.ellipse(
        [sun - edge / 12, edge / 14, sun + edge / 12, edge / 14 + edge / 6], fill=_hsl(hue + 60, 80, 86)
    )
    for layer in range(4):
        top = height * (0.45 + layer * 0.14)
        swing = edge * (0.03 + (number >> layer) % 7 / 100)
        points = [
            (x, top + swing * ((x * (layer + 2) // max(1, width // 6) + number) % 3 - 1))
            for x in range(0, width + 20, 20)
        ]
        draw.polygon(
            [(0, height), *points, (width, height)], fill=_hsl(hue + 130 + layer * 12, 34, 52 - layer * 11)
        )
    return image


def _hsl(hue: float, saturation: int, lightness: float) -> str:
    return f"hsl({int(hue) % 360}, {saturation}%, {int(lightness)}%)"
