"""Files as people (and others) send them, made in memory."""

from __future__ import annotations

import io
import math
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import ExifTags, Image, ImageCms, ImageDraw

PIXELS = 100_000_000
SVG_WITH_SCRIPT = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
)
RENAMED_EXE = b"MZ\x90\x00" + bytes(2000)
LATITUDE = (52.0, 31.0, 12.0)


def picture(width: int = 640, height: int = 480, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """A deterministic picture with edges and colour, no noise."""
    rng = random.Random(seed)
    image = Image.new("RGB", (width, height), (240, 236, 226))
    draw = ImageDraw.Draw(image)
    for _ in range(24):
        x, y = rng.randrange(width), rng.randrange(height)
        box = (x, y, x + width // 5, y + height // 5)
        draw.rectangle(box, fill=(rng.randrange(256), rng.randrange(256), rng.randrange(256)))
    return image.convert(mode)


def encoded(image: Image.Image, file_format: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, file_format, **options)
    return out.getvalue()


def jpeg(width: int = 640, height: int = 480, **options: object) -> bytes:
    return encoded(picture(width, height), "JPEG", **options)


def jpeg_with_place(orientation: int = 6) -> bytes:
    """A phone photo: lying on its side, with GPS, a camera name and a colour profile."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Spy Camera"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = LATITUDE
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return jpeg(800, 600, exif=exif, icc_profile=profile, comment=b"secret note")


def png_bomb(width: int = 60_000, height: int = 60_000) -> bytes:
    """A valid header for 3.6 billion pixels over a few kilobytes of packed zeros."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1 + 3 * width) * 8, 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def webp_bomb() -> bytes:
    """A WebP whose header promises the largest canvas the format knows."""
    size = (16_383).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + bytes(4) + size + size + bytes(200)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def write_video(
    path: Path, seconds: float = 2.0, codec: str = "libx264", size: tuple[int, int] = (320, 180)
) -> Path:
    """A short moving picture without sound."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=15)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for index in range(int(seconds * 15)):
            pixels = np.zeros((size[1], size[0], 3), np.uint8)
            pixels[:, : 20 + index * 4 % size[0]] = (200, 90, 40)
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def write_sound(path: Path, seconds: float = 2.0, codec: str = "libopus", rate: int = 48_000) -> Path:
    """A tone that swells and fades."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, layout="mono")
        step = 960
        for index in range(int(seconds * rate / step)):
            times = (np.arange(step) + index * step) / rate
            tone = np.sin(2 * math.pi * 440 * times) * np.sin(math.pi * times / seconds) * 20_000
            frame = av.AudioFrame.from_ndarray(tone.astype(np.int16)[None, :], format="s16", layout="mono")
            frame.rate, frame.pts = rate, index * step
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path
