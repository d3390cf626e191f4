"""The Python side of the browser components: where their bundle is, and a typed call for each.

The components are built by ``npm run build`` in ``frontend/`` into ``mediaops/ui/static`` and served at
``/components/``. File names carry a hash, so they may be cached for ever; Vite's manifest tells the names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NotRequired, TypedDict, cast

from streamlit.components.v2 import component

from mediaops.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

STATIC = Path(__file__).resolve().parent / "static"

Name = Literal["uploader", "gallery", "reader", "review"]

# Streamlit runs this text from a blob: address, from which nothing relative can be imported; the document's
# own address is the base, which also holds when the dashboard is served below a path.
_LOADER = """
export default async function (component) {
  let bundle;
  try {
    bundle = await import(new URL("components/%s", document.baseURI).href);
  } catch (cause) {
    console.error(cause);
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = "This part of the page could not be loaded. Check the connection and reload the page.";
    component.parentElement.replaceChildren(note);
    return;
  }
  return bundle.default(component);
}
"""


class Ticket(TypedDict):
    """The right to upload one object: ``url`` takes a PUT of its bytes until ``expires_at`` (ISO 8601)."""

    id: str
    path: str
    token: str
    url: str
    expires_at: str


class Upload(TypedDict):
    """One file; ``state`` is ``uploading``, ``duplicate``, ``done``, ``failed`` or ``cancelled``."""

    id: str
    name: str
    state: str
    asset: str | None
    error: dict[str, str] | None


class UploaderLabels(TypedDict, total=False):
    """Words of the empty uploader, where the page knows better what is to be uploaded."""

    title: str
    hint: str


@dataclass(frozen=True, slots=True)
class UploaderResult:
    """``uploads`` is the whole list as it is; ``finished`` only what newly became an asset in this run."""

    uploads: list[Upload]
    finished: list[str]


class GalleryOptions(TypedDict):
    """What the gallery understands beside its items; see ``GalleryData`` in frontend/src/gallery/types.ts."""

    revision: NotRequired[str | int]
    patches: NotRequired[Sequence[Mapping[str, Any]]]
    total: NotRequired[Mapping[str, Any] | None]
    selected: NotRequired[Sequence[str]]
    selected_rev: NotRequired[str | int]
    selectable: NotRequired[bool]
    view: NotRequired[str]
    layout: NotRequired[str]
    density: NotRequired[str]
    sort: NotRequired[str]
    controls: NotRequired[bool]
    open_href: NotRequired[str]
    open_via_trigger: NotRequired[bool]
    loading: NotRequired[bool]
    empty: NotRequired[Mapping[str, str]]
    error: NotRequired[Mapping[str, str] | None]


@dataclass(frozen=True, slots=True)
class GalleryResult:
    """``selection`` are asset ids in the order of selecting; ``opened`` is the asset opened in this run."""

    selection: list[str]
    opened: str | None
    view: str | None
    density: str | None
    sort: str | None


def bundle_file(name: Name) -> str:
    """The hashed file name of a component, relative to ``/components/``.

    Raises ``ConfigurationError`` when the front end has not been built.
    """
    manifest = STATIC / "manifest.json"
    try:
        changed = manifest.stat().st_mtime_ns
        return _entries(manifest, changed)[f"src/{name}/main.ts"]
    except (FileNotFoundError, KeyError) as cause:
        raise ConfigurationError(
            f"The browser part of the dashboard is not built ({name} is missing in {STATIC}).",
            hint="Run `make setup`, or `npm ci && npm run build` in frontend/.",
        ) from cause


@lru_cache(maxsize=4)
def _entries(manifest: Path, changed_ns: int) -> dict[str, str]:
    """Source of each entry -> its built file; ``changed_ns`` lets a running dashboard see a new build."""
    chunks = cast("dict[str, dict[str, Any]]", json.loads(manifest.read_text(encoding="utf-8")))
    return {source: str(chunk["file"]) for source, chunk in chunks.items() if chunk.get("isEntry")}


@lru_cache(maxsize=16)
def _renderer(name: Name, file: str) -> Callable[..., Any]:
    """Registers a component once for each build of it."""
    return component(f"mediaops.{name}", js=_LOADER % file, isolate_styles=True)


def _nothing() -> None:
    """A state or trigger is told to Python only if it has a callback."""


def _mount(
    name: Name,
    key: str,
    data: Mapping[str, Any],
    events: Sequence[str],
    default: dict[str, Any] | None = None,
) -> Mapping[str, Any]:
    callbacks: dict[str, Callable[[], None]] = {f"on_{event}_change": _nothing for event in events}
    result = _renderer(name, bundle_file(name))(
        key=key, data={**data, "key": key}, default=default, **callbacks
    )
    return cast("Mapping[str, Any]", result)


def uploader(
    *,
    key: str,
    purpose: str,
    tickets: Sequence[Mapping[str, Any]],
    max_bytes: int,
    max_pixels: int,
    pool: int = 8,
    annotate: Sequence[str] | None = None,
    labels: UploaderLabels | None = None,
    edge: int = 2048,
    page_quality: float = 0.65,
    photo_quality: float = 0.80,
    open_href: str = "asset?id=",
    api: str = "/api/uploads",
) -> UploaderResult:
    """Upload of pictures, compressed in the browser and sent straight to Storage.

    ``tickets`` seed the pool (give the same ones on every rerun of a session: used ones are known by id);
    ``pool`` is how many the component keeps ready. ``max_bytes`` and ``max_pixels`` refuse a file before
    it is decoded. ``edge`` is the longest edge in pixels after compression, the qualities are WebP's (0..1):
    ``page_quality`` for purpose ``annotation`` or when ``annotate`` asks for ``ocr`` or ``highlights``,
    ``photo_quality`` otherwise.
    """
    data = {
        "purpose": purpose,
        "tickets": [dict(ticket) for ticket in tickets],
        "ticketsUrl": f"{api}/tickets",
        "lookupUrl": f"{api}/lookup",
        "completeUrl": f"{api}/complete",
        "restoreUrl": f"{api}/restore",
        "pool": pool,
        "lowWater": max(1, pool // 2),
        "limits": {"maxBytes": max_bytes, "maxPixels": max_pixels},
        "compress": {"edge": edge, "quality": {"page": page_quality, "photo": photo_quality}},
        "annotate": list(annotate) if annotate is not None else None,
        "labels": dict(labels or {}),
        "openHref": open_href,
    }
    result = _mount("uploader", key, data, ("uploads", "finished"), {"uploads": []})
    return UploaderResult(
        uploads=list(result.get("uploads") or []), finished=list(result.get("finished") or [])
    )


def gallery(
    *,
    key: str,
    items: Sequence[Mapping[str, Any]],
    next_key: str | None,
    query: Mapping[str, Any],
    options: GalleryOptions | None = None,
    api_url: str = "/api/library",
) -> GalleryResult:
    """Assets as a grid or a table; later pages are fetched by the component itself from ``api_url``.

    ``items`` are asset cards with ``thumb_url`` and ``card_url``, ``next_key`` is the ``next`` of their page,
    ``query`` the parameters that found them. A changed ``options["revision"]`` drops the pages fetched so
    far.
    """
    data = {
        **(options or {}),
        "items": [dict(item) for item in items],
        "next": next_key,
        "query": dict(query),
        "apiUrl": api_url,
    }
    result = _mount("gallery", key, data, ("selection", "open", "view", "density", "sort"), {"selection": []})
    return GalleryResult(
        selection=list(result.get("selection") or []),
        opened=result.get("open"),
        view=result.get("view"),
        density=result.get("density"),
        sort=result.get("sort"),
    )


@dataclass(frozen=True, slots=True)
class ReaderResult:
    """What was asked for in this run: a fresh URL, as the old one gave no picture; a (new) reading."""

    renew: bool
    request: bool


def reader(*, key: str, data: Mapping[str, Any]) -> ReaderResult:
    """A picture with zoom, and what was read from it laid over it and beside it.

    ``data``: ``image_url``, ``width``, ``height`` (pixels), ``lines`` (``id``, ``text``, ``polygon`` in 0..1,
    ``confidence`` 0..1), ``highlights``, ``text``, ``state``; all of it is ``ReaderData`` in
    frontend/src/reader/types.ts.
    """
    result = _mount("reader", key, data, ("renew", "request"))
    return ReaderResult(renew=bool(result.get("renew")), request=bool(result.get("request")))


def review(*, key: str, open_href: str = "asset?id=", api: str = "/api/review") -> None:
    """The moderators' review. It asks for items and sends decisions itself: no rerun lies between two."""
    _mount("review", key, {"api": api, "open_href": open_href}, ())
