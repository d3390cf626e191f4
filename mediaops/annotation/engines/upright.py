"""Which way is up: photos of pages come sideways, upside down and at any angle between.

The direction of the lines tells everything but the last half turn; that one is decided by reading
a few lines both ways, which costs nothing when the page already stands upright.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.models import Rotation

Floats = NDArray[np.float64]

LONG = 1.5
"""Boxes at least this much longer than high show the direction of their text."""
SKEW_DEGREES = 12.0
"""Up to here each line is cut out at its own angle; beyond, the whole picture is turned level first."""


@dataclass(frozen=True)
class Turned:
    """``pixels`` with level lines; ``rotation`` clockwise quarter turns; ``back`` maps points of
    ``pixels`` to the picture after ``rotation`` alone (2 x 3, affine)."""

    pixels: Pixels
    rotation: Rotation
    back: Floats


def direction(quads: Floats) -> float:
    """Degrees (-45 exclusive to 135) by which the lines lean clockwise from level; 0 if unknown."""
    if len(quads) == 0:
        return 0.0
    across = quads[:, 1] - quads[:, 0]
    down = quads[:, 3] - quads[:, 0]
    wide, high = np.linalg.norm(across, axis=1), np.linalg.norm(down, axis=1)
    along = np.where((wide >= high)[:, None], across, down)
    length, thick = np.maximum(wide, high), np.minimum(wide, high)
    clear = length >= LONG * np.maximum(thick, 1)
    if not clear.any():
        return 0.0
    # Doubled angles: a line leaning by 89 and one by -89 degrees lean almost the same way.
    doubled = 2 * np.arctan2(along[clear, 1], along[clear, 0])
    weight = length[clear]
    mean = np.angle((weight * np.exp(1j * doubled)).sum())
    # The mean finds the crowd, the median within it is not moved by stray boxes.
    off = np.angle(np.exp(1j * (doubled - mean)))
    near = np.abs(off) < np.pi / 3
    degrees = float(np.degrees(mean + np.median(off[near]))) / 2 if near.any() else 0.0
    return degrees + 180 if degrees <= -45 else degrees


def level(pixels: Pixels, detect: Callable[[Pixels], Floats]) -> tuple[Turned, Floats]:
    """The picture turned so that its lines lie level, upright or upside down, and their quads there."""
    now, quads = Turned(pixels, 0, np.eye(2, 3)), detect(pixels)
    lean = direction(quads)
    quarters: Rotation = 270 if lean > 45 else 0
    skew = lean - 90 if quarters else lean
    if quarters == 0 and abs(skew) <= SKEW_DEGREES:
        return now, quads
    turned = _turned(pixels, quarters, skew)
    return turned, detect(turned.pixels)


def upside_down(turned: Turned) -> Turned:
    """The same picture by half a turn."""
    height, width = turned.pixels.shape[:2]
    opposite: dict[Rotation, Rotation] = {0: 180, 90: 270, 180: 0, 270: 90}
    # Its own half turn, back to the picture, and that picture's half turn.
    corner = turned.back @ np.array([width, height, 1.0])
    back = turned.back.copy()
    size = 2 * (turned.back @ np.array([width / 2, height / 2, 1.0]))
    back[:, 2] = size - corner
    pixels = np.ascontiguousarray(turned.pixels[::-1, ::-1])
    return Turned(pixels, opposite[turned.rotation], back)


def _turned(pixels: Pixels, rotation: Rotation, skew: float) -> Turned:
    """Clockwise by ``rotation``, then level a lean of ``skew`` degrees on a canvas that holds it all."""
    pixels = np.ascontiguousarray(np.rot90(pixels, -(rotation // 90)))
    if abs(skew) <= SKEW_DEGREES:
        return Turned(pixels, rotation, np.eye(2, 3))
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new_width, new_height = int(width * cos + height * sin), int(height * cos + width * sin)
    matrix[:, 2] += (new_width - width) / 2, (new_height - height) / 2
    # Grey like the mean of the picture: a black or white wedge has an edge that looks like a line.
    grey = tuple(int(v) for v in pixels.mean(axis=(0, 1)))
    level = cv2.warpAffine(pixels, matrix, (new_width, new_height), flags=cv2.INTER_CUBIC, borderValue=grey)
    back = np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)
    return Turned(np.asarray(level, dtype=np.uint8), rotation, back)
