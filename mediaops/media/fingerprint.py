"""What tells files apart and what stands in for a picture until it is there.

* SHA-256: the same bytes.
* dHash: pictures that look the same, by the number of differing bits (0 to 10 of 64: the same picture).
* ThumbHash: about 25 bytes that a browser turns into a blurred preview (https://evanw.github.io/thumbhash/).
"""

from __future__ import annotations

import base64
import hashlib
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Floats = NDArray[np.floating[Any]]
THUMBHASH_EDGE_PX = 100  # the format's own limit


def sha256_of(path: Path) -> str:
    """Hex digest of the file, read in pieces: memory does not grow with it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def dhash(image: Image.Image) -> str:
    """64 bits as 16 hex digits: for 8 x 8 places, is the picture brighter to the right?"""
    small = image.convert("RGB").convert("L").resize((9, 8), Image.Resampling.BOX)
    rows = np.asarray(small, dtype=np.int16)
    return np.packbits(rows[:, 1:] > rows[:, :-1]).tobytes().hex()


def thumbhash(image: Image.Image) -> str:
    """ThumbHash of the picture, base64."""
    small = image.convert("RGBA")
    small.thumbnail((THUMBHASH_EDGE_PX, THUMBHASH_EDGE_PX))
    rgba = np.asarray(small, dtype=np.float64) / 255
    return base64.b64encode(_encode(rgba)).decode()


@dataclass(frozen=True)
class _Channel:
    dc: float
    ac: list[float]
    scale: float


def _encode(rgba: Floats) -> bytes:
    """The reference encoder, its loops as matrix products (150 ms of Python there, 1 ms here)."""
    height, width = rgba.shape[:2]
    alpha = rgba[..., 3]
    total = float(alpha.sum())
    average = (rgba[..., :3] * alpha[..., None]).sum((0, 1)) / (total or 1.0)
    seen = average * (1 - alpha[..., None]) + rgba[..., :3] * alpha[..., None]
    red, green, blue = seen[..., 0], seen[..., 1], seen[..., 2]
    has_alpha = total < width * height
    limit, longest = (5 if has_alpha else 7), max(width, height)
    across = max(1, _round(limit * width / longest))
    down = max(1, _round(limit * height / longest))
    light = _channel((red + green + blue) / 3, max(3, across), max(3, down))
    yellow_blue = _channel((red + green) / 2 - blue, 3, 3)
    red_green = _channel(red - green, 3, 3)
    landscape = width > height
    header = (
        _round(63 * light.dc)
        | _round(31.5 + 31.5 * yellow_blue.dc) << 6
        | _round(31.5 + 31.5 * red_green.dc) << 12
        | _round(31 * light.scale) << 18
        | int(has_alpha) << 23
        | (down if landscape else across) << 24
        | _round(63 * yellow_blue.scale) << 27
        | _round(63 * red_green.scale) << 33
        | int(landscape) << 39
    )
    out = bytearray(header.to_bytes(5, "little"))
    channels = [light, yellow_blue, red_green]
    if has_alpha:
        cover = _channel(alpha, 5, 5)
        out.append(_round(15 * cover.dc) | _round(15 * cover.scale) << 4)
        channels.append(cover)
    nibbles = [_round(15 * value) for channel in channels for value in channel.ac]
    nibbles += [0] * (len(nibbles) % 2)
    out += bytes(low | high << 4 for low, high in zip(nibbles[::2], nibbles[1::2], strict=True))
    return bytes(out)


def _round(value: float) -> int:
    """Half goes up, as JavaScript rounds; Python rounds half to even."""
    return math.floor(value + 0.5)


def _steps(count: int) -> Floats:
    return np.arange(count, dtype=np.float64)


def _channel(values: Floats, across: int, down: int) -> _Channel:
    height, width = values.shape
    cos_x = np.cos(np.pi / width * np.outer(_steps(across), _steps(width) + 0.5))
    cos_y = np.cos(np.pi / height * np.outer(_steps(down), _steps(height) + 0.5))
    waves = cos_y @ values @ cos_x.T / (width * height)
    # only the triangle of low frequencies is kept, row by row, the mean first
    kept = [float(waves[y, x]) for y in range(down) for x in range(across) if x * down < across * (down - y)]
    dc, ac = kept[0], kept[1:]
    scale = max((abs(value) for value in ac), default=0.0)
    if scale:
        ac = [0.5 + 0.5 / scale * value for value in ac]
    return _Channel(dc, ac, scale)
