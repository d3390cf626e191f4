"""Files that people pick: good ones, and the ones that must be refused."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, PngImagePlugin

DATA = Path(__file__).resolve().parents[2] / "data"

SECRET_PLACE = b"48 Secret Lane"
GPS_IFD = 0x8825
ORIENTATION = 0x0112


def exif(orientation: int = 1) -> bytes:
    """A camera's notes: where it was (GPS), what it was called, how it was held."""
    notes = Image.Exif()
    notes[0x010F] = "Phone of M. Example"
    notes[0x010E] = SECRET_PLACE.decode()
    notes[ORIENTATION] = orientation
    place = notes.get_ifd(GPS_IFD)
    place[1], place[2], place[3], place[4] = "N", (48.0, 51.0, 30.0), "E", (2.0, 17.0, 40.0)
    return notes.tobytes()


def page_photo(orientation: int = 1) -> bytes:
    """The photo of a book page, 12 megapixels, with a camera's notes in it."""
    out = io.BytesIO()
    with Image.open(DATA / "pages" / "dev_00003.jpg") as page:
        page.save(out, "JPEG", quality=88, exif=exif(orientation))
    return out.getvalue()


def drawing(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """A small picture that differs by seed; its left half is light and its right half dark."""
    image = Image.new("RGB", (width, height), (236, 226, 200))
    draw = ImageDraw.Draw(image)
    draw.rectangle((width // 2, 0, width, height), fill=(30, 60 + seed * 37 % 150, 90))
    for step in range(12):
        x = (seed * 97 + step * 53) % width
        draw.ellipse(
            (x, height // 3, x + 40, height // 3 + 40), fill=((seed * 71 + step * 20) % 255, 120, 160)
        )
    return image


def encoded(image: Image.Image, format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def small_jpeg(seed: int = 1) -> bytes:
    """So coarse already that compressing it again makes it larger; with a camera's notes."""
    grain = Image.frombytes("L", (160, 120), random.Random(seed).randbytes(160 * 120))
    return encoded(grain, "JPEG", quality=5, exif=exif(), comment=SECRET_PLACE)


def screenshot_png() -> bytes:
    """Flat colours, a few hundred bytes, with text chunks that tell too much."""
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET_PLACE.decode())
    notes.add_itxt("Comment", SECRET_PLACE.decode())
    return encoded(
        Image.new("RGB", (400, 300), (250, 250, 250)), "PNG", pnginfo=notes, exif=exif(), optimize=True
    )


def moving_gif() -> bytes:
    frames = [drawing(80, 60, seed).quantize(16) for seed in range(3)]
    return encoded(
        frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=80, comment=SECRET_PLACE
    )


def moving_webp() -> bytes:
    frames = [drawing(80, 60, seed) for seed in range(3)]
    return encoded(
        frames[0],
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        loop=0,
        duration=80,
        exif=exif(),
        xmp=SECRET_PLACE,
    )


def bomb_png(edge: int = 60_000) -> bytes:
    """A PNG of some kilobytes that says it has ``edge`` x ``edge`` pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 2_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PROGRAM = b"MZ\x90\x00" + b"This program cannot be run in DOS mode." + b"\0" * 400


def truncated_jpeg() -> bytes:
    whole = encoded(drawing(1200, 900), "JPEG", quality=90)
    return whole[: len(whole) * 2 // 3]
