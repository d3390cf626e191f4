"""A picture ready to be read: upright by its EXIF, sRGB, at the size the models were measured at."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mediaops.annotation.engines.base import Source
from mediaops.errors import NotFound
from mediaops.media.image import opened, orientation_of
from mediaops.media.renditions import upright_srgb
from mediaops.settings import get_settings

Pixels = NDArray[np.uint8]

WORK_EDGE_PX = 2560
"""Longest edge that is looked at. Below 2048 a dense spread loses letters, above 2560 nothing is gained."""
WORK_PIXELS = 6_000_000
"""A panorama may be longer than ``WORK_EDGE_PX`` as long as it stays within this many pixels."""


@dataclass(frozen=True)
class Picture:
    """``pixels`` is height x width x RGB at working size; ``width`` and ``height`` are the picture's own."""

    pixels: Pixels
    width: int
    height: int


def load_picture(source: Source) -> Picture:
    """The picture behind a path or in bytes.

    Raises ``NotAcceptable`` (empty, not a picture, too many pixels, damaged) or ``NotFound``.
    """
    if isinstance(source, bytes):
        with tempfile.NamedTemporaryFile(prefix="mediaops-read-") as file:
            file.write(source)
            file.flush()
            return _load(Path(file.name))
    path = Path(source)
    if not path.is_file():
        raise NotFound(f"There is no file {path}.", hint="Check the path.")
    return _load(path)


def _load(path: Path) -> Picture:
    max_pixels = get_settings().mediaops_max_image_pixels
    with opened(path, max_pixels) as image:
        width, height = image.size
        if orientation_of(image) >= 5:
            width, height = height, width
    small = upright_srgb(path, max_pixels, _work_edge(width, height))
    return Picture(np.asarray(_on_paper(small)), width, height)


def _work_edge(width: int, height: int) -> int:
    longest, shortest = max(width, height), min(width, height)
    by_pixels = int((WORK_PIXELS * longest / shortest) ** 0.5)
    return max(WORK_EDGE_PX, by_pixels)


def _on_paper(image: Image.Image) -> Image.Image:
    """What is transparent is read as if it lay on white paper."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper
