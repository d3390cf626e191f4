"""What every drawing shares: colours, gradients, noise, blending, letters.

A picture is worked on as float32 RGB in 0..1, shape (height, width, 3), and ends as uint8. OpenCV draws in
place on uint8 and is used for shapes; Pillow sets the type, because OpenCV has no real fonts.
"""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

Floats = NDArray[np.floating[Any]]
Bytes = NDArray[np.uint8]
Random = np.random.Generator

FONTS = Path(__file__).resolve().parent.parent / "fonts"
SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Drawn:
    """A finished picture, uint8 RGB, and the sentence that describes it to someone who can't see it."""

    pixels: Bytes
    alt: str


def rgb(code: str) -> Floats:
    """``"#aabbcc"`` as three floats in 0..1."""
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)], dtype=np.float32) / 255


def ink(code: str) -> tuple[int, int, int]:
    """``"#aabbcc"`` as three integers, for OpenCV and Pillow."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def mix(a: str, b: str, share: float) -> str:
    """The colour that lies ``share`` of the way from a to b."""
    mixed = [round(x + (y - x) * share) for x, y in zip(ink(a), ink(b), strict=True)]
    return "#" + "".join(f"{min(255, max(0, v)):02x}" for v in mixed)


def plain(width: int, height: int, code: str) -> Bytes:
    """A sheet of one colour."""
    return np.full((height, width, 3), ink(code), dtype=np.uint8)


def ramp(stops: list[str], count: int) -> Floats:
    """``count`` colours evenly along the stops, shape (count, 3)."""
    known = np.stack([rgb(stop) for stop in stops])
    at = np.linspace(0, 1, len(stops))
    along = np.linspace(0, 1, count)
    return np.stack([np.interp(along, at, known[:, c]) for c in range(3)], axis=1).astype(np.float32)


def gradient(width: int, height: int, stops: list[str], degrees: float = 90) -> Floats:
    """A linear gradient; 90 degrees runs from top to bottom, 0 from left to right."""
    turn = np.deg2rad(degrees)
    x = np.linspace(0, 1, width, dtype=np.float32)[None, :] * np.float32(np.cos(turn))
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None] * np.float32(np.sin(turn))
    return colour_of(x + y, stops)


def colour_of(values: Floats, stops: list[str]) -> Floats:
    """Each value (any range) looked up in a colour ramp; shape (h, w) to (h, w, 3)."""
    low, high = float(values.min()), float(values.max())
    index = ((values - low) * (1023 / max(high - low, 1e-6))).astype(np.int32)
    return ramp(stops, 1024)[index]


def noise(r: Random, width: int, height: int, cells: float, octaves: int = 4, gain: float = 0.5) -> Floats:
    """Smooth noise around 0, about -1..1; ``cells`` bumps fit the longer edge in the first octave."""
    longest = max(width, height)
    # Summed no finer than its finest bumps need, then enlarged once: nine tenths of the work go.
    coarse = int(np.clip(longest / (cells * 2 ** (octaves - 1) * 5), 1, 6)) if height > 1 else 1
    size = (-(-width // coarse), -(-height // coarse))
    total = np.zeros((size[1], size[0]), dtype=np.float32)
    weight = 1.0
    for octave in range(octaves):
        fine = cells * 2**octave
        grid = (max(2, round(fine * height / longest) + 2), max(2, round(fine * width / longest) + 2))
        rough = r.uniform(-1, 1, grid).astype(np.float32)
        cv2.scaleAdd(cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC), weight, total, total)
        weight *= gain
    if coarse == 1:
        return total
    return cv2.resize(total, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32, copy=False)


def wave(r: Random, count: int, cells: float, octaves: int = 5, gain: float = 0.5) -> Floats:
    """One-dimensional smooth noise about -1..1, shape (count,)."""
    return noise(r, count, 1, cells, octaves, gain)[0]


def grid(width: int, height: int) -> tuple[Floats, Floats]:
    """Pixel coordinates x and y, each (height, width)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x, y


def disc(width: int, height: int, cx: float, cy: float, radius: float, soft: float = 1.5) -> Floats:
    """A round mask 0..1 with a soft edge in pixels."""
    mask = np.zeros((height, width), dtype=np.float32)
    x0, x1 = max(0, int(cx - radius - soft)), min(width, int(cx + radius + soft) + 1)
    y0, y1 = max(0, int(cy - radius - soft)), min(height, int(cy + radius + soft) + 1)
    if x0 < x1 and y0 < y1:
        across = (np.arange(x0, x1, dtype=np.float32) - np.float32(cx))[None, :]
        down = (np.arange(y0, y1, dtype=np.float32) - np.float32(cy))[:, None]
        mask[y0:y1, x0:x1] = np.clip((radius - np.sqrt(across**2 + down**2)) / soft + 0.5, 0, 1)
    return mask


def over(picture: Floats, colour: Floats | str, mask: Floats | float) -> Floats:
    """``colour`` laid over the picture where ``mask`` says so."""
    if isinstance(colour, str) and isinstance(mask, np.ndarray):
        # One colour: picture * (1 - mask) + colour * mask, a channel at a time and without large temporaries.
        keep = 1 - mask
        paint = rgb(colour)
        parts = [cv2.multiply(picture[..., c], keep) + mask * paint[c] for c in range(3)]
        return cv2.merge(parts).astype(np.float32, copy=False)
    paint = rgb(colour) if isinstance(colour, str) else colour
    cover = mask[..., None] if isinstance(mask, np.ndarray) else np.float32(mask)
    return picture + (paint - picture) * cover


def bytes_of(picture: Floats, r: Random | None = None, grain: float = 0.0) -> Bytes:
    """uint8 RGB; ``grain`` is the standard deviation of film-like noise, 0..1."""
    full = np.maximum(picture, 0) * np.float32(255)
    if r is not None and grain > 0:
        height, width = picture.shape[:2]
        speck = r.standard_normal((height // 2 + 1, width // 2 + 1), dtype=np.float32) * np.float32(
            grain * 255
        )
        speck = cv2.resize(speck, (width, height), interpolation=cv2.INTER_LINEAR)
        full = np.asarray(cv2.add(full, cv2.merge([speck] * 3)))
        np.maximum(full, 0, out=full)
    return cv2.convertScaleAbs(full).astype(np.uint8, copy=False)


def floats_of(pixels: Bytes) -> Floats:
    """uint8 RGB back to floats in 0..1."""
    return pixels.astype(np.float32) / 255


def polygon(pixels: Bytes, points: NDArray[Any], colour: str) -> None:
    """Fill a polygon, (n, 2) in pixels with fractions, antialiased, in place."""
    fixed = np.round(np.asarray(points, dtype=np.float64) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(pixels, [fixed], ink(colour), cv2.LINE_AA, SUBPIXEL_BITS)


def stroke(pixels: Bytes, points: NDArray[Any], colour: str, thick: int = 2, closed: bool = False) -> None:
    """Draw a polyline, antialiased, in place."""
    fixed = np.round(np.asarray(points, dtype=np.float64) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.polylines(pixels, [fixed], closed, ink(colour), max(1, thick), cv2.LINE_AA, SUBPIXEL_BITS)


def dot(pixels: Bytes, x: float, y: float, radius: float, colour: str, thick: int = -1) -> None:
    """A filled circle (or a ring of ``thick`` pixels), antialiased, in place."""
    scale = 2**SUBPIXEL_BITS
    centre = (round(x * scale), round(y * scale))
    cv2.circle(pixels, centre, round(radius * scale), ink(colour), thick, cv2.LINE_AA, SUBPIXEL_BITS)


def mask_of(width: int, height: int, points: NDArray[Any]) -> Floats:
    """A polygon as a mask 0..1."""
    mask = np.zeros((height, width), dtype=np.uint8)
    fixed = np.round(np.asarray(points, dtype=np.float64) * 2**SUBPIXEL_BITS).astype(np.int32)
    cv2.fillPoly(mask, [fixed], 255, cv2.LINE_AA, SUBPIXEL_BITS)
    return mask.astype(np.float32) / 255


def shadow(mask: Floats, dx: int, dy: int, blur: float) -> Floats:
    """The mask moved and blurred, as the shadow it would throw."""
    height, width = mask.shape
    small = cv2.resize(mask, (max(1, width // 4), max(1, height // 4)), interpolation=cv2.INTER_AREA)
    move = np.array([[1, 0, dx / 4], [0, 1, dy / 4]], dtype=np.float32)
    small = cv2.warpAffine(small, move, (small.shape[1], small.shape[0]))
    small = cv2.GaussianBlur(small, (0, 0), max(0.5, blur / 4))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32)


@lru_cache(maxsize=128)
def font(name: str, size: int) -> ImageFont.FreeTypeFont:
    """One of the faces in ``fonts/``. Basic layout: the same on every machine, whatever it has installed."""
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size, layout_engine=ImageFont.Layout.BASIC)
