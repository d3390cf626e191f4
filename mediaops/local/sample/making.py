"""From a plan's line to bytes: draws or plays it, encodes it, derives what an upload and the worker would."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from mediaops.local.sample.content import books, catalogue
from mediaops.local.sample.draw import (
    abstract,
    botanic,
    charts,
    covers,
    landscape,
    maps,
    motion,
    night,
    pages,
    plains,
    sketch,
    solids,
    sound,
    table,
)
from mediaops.local.sample.draw.canvas import Bytes, Drawn, Random
from mediaops.local.sample.sizes import page_number
from mediaops.local.sample.spec import Spec, random_of
from mediaops.media.fingerprint import dhash, thumbhash
from mediaops.media.renditions import EDGES_PX, QUALITY
from mediaops.media.timed import poster
from mediaops.media.waveform import draw_bars

DRAW: dict[str, Callable[[Random, int, int, str], Drawn]] = {
    draw.__name__: draw
    for draw in (
        landscape.mountains, landscape.sea, plains.dunes, plains.fields,
        night.stars, night.aurora, night.planet, night.skyline,
        abstract.flow, abstract.glass, abstract.circles, abstract.blobs,
        abstract.marble, abstract.tiles, abstract.ridges, abstract.shapes,
        botanic.herbarium, botanic.tree, botanic.seedhead,
        maps.contours, maps.streets, maps.island,
        table.table, table.shelf, solids.blocks, solids.portrait,
    )
}  # fmt: skip
TOLD: dict[str, Callable[[Random, int, int, dict[str, Any]], Drawn]] = {
    "board": sketch.whiteboard, "notes": sketch.stickies, "notebook": sketch.notebook,
}  # fmt: skip
METHOD = 1  # of WebP: a quarter of the default's time for a tenth more bytes
MAX_PIXELS = 100_000_000
PHOTO, PAPER = 80, 72  # WebP quality


@dataclass
class Made:
    """A file as it is stored, with its facts; ``renditions`` by name, ``readings`` by kind."""

    kind: str
    mime: str
    data: bytes
    width: int | None
    height: int | None
    duration: float | None
    alt: str
    thumbhash: str
    phash: str | None
    renditions: dict[str, tuple[int, int, bytes]]
    readings: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def facts(self) -> dict[str, Any]:
        """Everything but the bytes, as JSON."""
        parts = {
            name: {"width": w, "height": h, "bytes": len(data)}
            for name, (w, h, data) in self.renditions.items()
        }
        return {
            "kind": self.kind, "mime": self.mime, "bytes": len(self.data), "width": self.width,
            "height": self.height, "duration": self.duration, "alt": self.alt, "thumbhash": self.thumbhash,
            "phash": self.phash, "sha256": hashlib.sha256(self.data).hexdigest(), "renditions": parts,
            "readings": self.readings,
        }  # fmt: skip


def make(spec: Spec, source: Callable[[str], Spec]) -> Made:
    """Make the file of ``spec``. ``source`` finds the plan's line of a key, for copies."""
    kind, _, rest = spec.what.partition(":")
    if kind == "copy":
        return make(source(rest), source)
    if kind == "near":
        original = source(rest)
        return _picture(_saved_again(random_of("near", spec.key), draw(original)), PHOTO)
    r = random_of("draw", spec.key)
    if kind == "film":
        return _film(r, *rest.split(":", 2))
    if kind == "sound":
        return _sound(r, *rest.split(":", 2))
    if kind == "page":
        return _page(r, spec, rest)
    if kind == "leftover":
        return _picture(DRAW["blobs"](r, spec.width, spec.height, "ink"), PHOTO)
    made = _picture(draw(spec), PHOTO)
    if spec.reading == "caption":
        made.readings["caption"] = _caption(made.alt, spec)
    return made


def draw(spec: Spec) -> Drawn:
    """The picture of a plan's line that is neither page, film nor sound."""
    kind, _, rest = spec.what.partition(":")
    r, told = random_of("draw", spec.key), catalogue()
    if kind in DRAW:
        return DRAW[kind](r, spec.width, spec.height, rest)
    if kind in TOLD:
        return TOLD[kind](r, spec.width, spec.height, told.boards[f"{kind}:{spec.topic}:{rest}"])
    if kind == "chart":
        return charts.chart(r, spec.width, spec.height, told.charts[f"{spec.topic}:{rest}"])
    if kind == "quote":
        return covers.quote(r, spec.width, spec.height, told.quotes[f"{spec.topic}:{rest}"])
    lying = [(title, author) for title, _, author in (book.partition("|") for book in rest.split(";"))]
    return covers.books(r, spec.width, spec.height, lying)


def _picture(drawn: Drawn, quality: int) -> Made:
    h, w = drawn.pixels.shape[:2]
    data = _webp(Image.fromarray(drawn.pixels), quality)
    parts = _renditions(drawn.pixels)
    thumb = preview(parts["thumb"][2])
    return Made("image", "image/webp", data, w, h, None, drawn.alt, thumbhash(thumb), dhash(thumb), parts)


def _webp(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "WEBP", quality=quality, method=METHOD)
    return out.getvalue()


def _renditions(pixels: Bytes) -> dict[str, tuple[int, int, bytes]]:
    """The same names, edges and qualities as the worker's, but none that would only repeat the picture."""
    parts: dict[str, tuple[int, int, bytes]] = {}
    for name, edge in EDGES_PX.items():
        h, w = pixels.shape[:2]
        if max(w, h) <= edge and name == "large":
            continue  # what is shown large is then the picture itself
        if max(w, h) > edge:
            scale = edge / max(w, h)
            size = (max(1, round(w * scale)), max(1, round(h * scale)))
            pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
        image = Image.fromarray(pixels)
        parts[name] = (image.width, image.height, _webp(image, QUALITY[name]))
    return parts


def _saved_again(r: Random, drawn: Drawn) -> Drawn:
    """As people edit: a hair cropped, a little smaller, a little brighter."""
    h, w = drawn.pixels.shape[:2]
    cut = max(2, int(min(w, h) * 0.008))
    smaller = (int(w * 0.82), int(h * 0.82))
    part = cv2.resize(drawn.pixels[cut:-cut, cut:-cut], smaller, interpolation=cv2.INTER_AREA)
    brighter = cv2.convertScaleAbs(part, alpha=float(r.uniform(1.02, 1.07)), beta=2)
    return Drawn(brighter.astype(np.uint8), drawn.alt)


def _page(r: Random, spec: Spec, rest: str) -> Made:
    key, start, *how = rest.split(":")
    photo = pages.photo_of_page(
        r, (spec.width, spec.height), books()[key], int(start), page_number(spec.what),
        how[0] if how else "single", int(r.integers(0, 5)),
    )  # fmt: skip
    made = _picture(photo.drawn, PAPER)
    if spec.reading:
        made.readings = {"ocr": photo.ocr, "highlights": photo.highlights}
    return made


def _caption(alt: str, spec: Spec) -> dict[str, Any]:
    kind = spec.what.split(":")[0]
    short = alt if len(alt) <= 150 else alt[:147].rsplit(" ", 1)[0] + "…"
    tags = [kind, spec.topic, spec.what.split(":")[1].split("|")[0][:40]]
    return {"version": 1, "alt_text": short, "caption": alt, "tags": tags, "language": "en", "text": alt}


def _film(r: Random, scene: str, hint: str, title: str) -> Made:
    seconds = float(r.integers(4, 6))
    data = motion.film(r, scene, hint, seconds)
    with _as_file(data) as path:
        image = poster(path, MAX_PIXELS).convert("RGB")
    parts = _renditions(np.asarray(image))
    width, height = motion.SIZE
    alt = motion.SCENES[scene][1]
    return Made("video", "video/webm", data, width, height, seconds, alt, thumbhash(image), None, parts)


def _sound(r: Random, kind: str, hint: str, title: str) -> Made:
    seconds = float(r.integers(6, 20 if kind == "voice" else 14))
    form = "mp3" if kind == "jingle" else "ogg"
    data, levels = sound.recording(r, kind, hint, seconds, form)
    image = draw_bars(levels)
    parts: dict[str, tuple[int, int, bytes]] = {}
    for name in ("card", "thumb"):
        image.thumbnail((EDGES_PX[name], EDGES_PX[name]), Image.Resampling.BOX)
        parts[name] = (image.width, image.height, _webp(image, QUALITY[name]))
    mime = "audio/mpeg" if form == "mp3" else "audio/ogg"
    alt = sound.KINDS[kind][1]
    return Made("sound", mime, data, None, None, seconds, alt, thumbhash(image), None, parts)


class _as_file:
    """The bytes as a file for as long as the block lasts."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __enter__(self) -> Path:
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "file"
        path.write_bytes(self._data)
        return path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()


def preview(data: bytes) -> Image.Image:
    """A rendition as a picture."""
    return Image.open(io.BytesIO(data)).convert("RGBA")
