"""What a phone's camera does to a flat page: the table under it, curl, slant, uneven light, blur, noise."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.local.sample.draw.canvas import (
    Bytes,
    Floats,
    Random,
    bytes_of,
    colour_of,
    grid,
    noise,
    rgb,
)

Points = NDArray[np.float64]
COARSE = 8


def wood(r: Random, w: int, h: int) -> Bytes:
    """A table of planks."""
    tones = (
        ["#7a5233", "#a97a4c", "#8b5e3a"],
        ["#c9a77c", "#e0c49c", "#b8925f"],
        ["#4a342a", "#6b4a38", "#3a2820"],
    )
    picked = tones[int(r.integers(3))]
    sw, sh = w // 2, h // 2
    rings = cv2.resize(noise(r, max(8, sw // 24), sh, 7, 5, 0.6), (sw, sh), interpolation=cv2.INTER_CUBIC)
    picture = colour_of(np.sin(rings * 9 + noise(r, sw, sh, 3, 3) * 2).astype(np.float32), picked) * 0.93
    plank = max(40, sh // int(r.integers(3, 6)))
    y = np.arange(sh)
    seam = np.exp(-(((y % plank) / 1.3) ** 2)) * 0.5
    shift = np.repeat(r.uniform(0.9, 1.08, sh // plank + 1), plank)[:sh]
    picture *= ((1 - seam) * shift)[:, None, None].astype(np.float32)
    return bytes_of(cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR).astype(np.float32))


def cloth(r: Random, w: int, h: int) -> Bytes:
    """A plain cloth or a desk mat."""
    tone = ("#d8d2c7", "#44525e", "#8e9a86", "#b98d7a", "#e9e5dd")[int(r.integers(5))]
    fold = 1 + 0.07 * cv2.resize(noise(r, max(2, w // 8), max(2, h // 8), 2, 3), (w, h))
    weave = 1 + np.sin(np.arange(h) * 1.7)[:, None] * (np.sin(np.arange(w) * 1.7) * 0.018)[None, :]
    gain = fold * weave.astype(np.float32)
    return bytes_of(cv2.merge([gain * part for part in rgb(tone)]).astype(np.float32, copy=False))


@dataclass(frozen=True)
class Shot:
    """How the page lies before the lens: ``matrix`` maps flat page pixels to photo pixels after the curl."""

    matrix: Floats
    inverse: Floats
    curl_px: float
    curl_at: float
    page_width: int

    def bend(self, x: NDArray[Any]) -> NDArray[Any]:
        """How far a curled page's line sinks at x, in page pixels."""
        u = x / self.page_width
        return self.curl_px * (np.exp(-((u - self.curl_at) ** 2) / 0.07) - 0.25 * u)

    def points(self, flat: Points) -> Points:
        """Points on the flat page, (n, 2), as they appear in the photo."""
        sunk = np.stack([flat[:, 0], flat[:, 1] + self.bend(flat[:, 0])], axis=1)
        return cv2.perspectiveTransform(sunk[None], self.matrix)[0].astype(np.float64)


def shot(r: Random, page: tuple[int, int], photo: tuple[int, int], margin: float, bound: float) -> Shot:
    """A slightly slanted view of a page of (w, h) pixels in a photo of (w, h) pixels.

    ``bound`` is where the page goes into the binding: 0 left, 1 right, 0.5 the middle of a spread.
    """
    pw, ph = page
    w, h = photo
    scale = min(w * (1 - margin) / pw, h * (1 - margin) / ph)
    half_w, half_h = pw * scale / 2, ph * scale / 2
    corners = np.array([(-half_w, -half_h), (half_w, -half_h), (half_w, half_h), (-half_w, half_h)])
    turn = r.normal(0, 0.014)
    spin = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    corners = corners @ spin + r.normal(0, 0.011, (4, 2)) * min(w, h) + (w / 2, h / 2)
    source = np.array([(0, 0), (pw, 0), (pw, ph), (0, ph)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners.astype(np.float32)).astype(np.float64)
    curl = ph * float(r.uniform(0.002, 0.011)) * (1.6 if bound == 0.5 else 1)
    return Shot(matrix, np.linalg.inv(matrix), curl, bound, pw)


def photograph(r: Random, page: Bytes, view: Shot, ground: Bytes) -> Bytes:
    """The page on the ground through the lens: uint8 RGB of the ground's size."""
    h, w = ground.shape[:2]
    ph, pw = page.shape[:2]
    u, v = _where(view, w, h)
    inside = np.minimum(np.minimum(u, pw - 1 - u), np.minimum(v, ph - 1 - v))
    shade, lit = _curl_shade(view, u), light(r, u.shape[1], u.shape[0])
    near = np.clip(1 + inside / (pw * 0.03), 0, 1)
    full_u, full_v, full_inside = _enlarged(u, w, h), _enlarged(v, w, h), _enlarged(inside, w, h)
    seen = cv2.remap(page, full_u, full_v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.merge([np.clip(full_inside + 0.5, 0, 1)] * 3)
    picture = cv2.multiply(seen, _enlarged(lit * shade[..., None], w, h), scale=1 / 255, dtype=cv2.CV_32F)
    dim = _enlarged(lit * (1 - 0.5 * near**2)[..., None], w, h)
    table = cv2.multiply(ground, dim, scale=1 / 255, dtype=cv2.CV_32F)
    picture = cv2.add(table, cv2.multiply(cv2.subtract(picture, table), mask)).astype(np.float32)
    if (blur := float(r.uniform(0.0, 0.55))) > 0.3:
        picture = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.float32)
    return bytes_of(picture, r, float(r.uniform(0.006, 0.016)))


def _where(view: Shot, w: int, h: int) -> tuple[Floats, Floats]:
    """For every eighth photo pixel the place on the flat page; in between it is as good as linear."""
    x, y = grid(-(-w // COARSE), -(-h // COARSE))
    x, y = (x + 0.5) * COARSE - 0.5, (y + 0.5) * COARSE - 0.5
    m = view.inverse.astype(np.float32)
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    u = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth
    v = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth
    return u, v - view.bend(u).astype(np.float32)


def _enlarged(coarse: Floats, w: int, h: int) -> Floats:
    """A coarse grid at full size; resize clamps at the rim, so a linear ramp is continued there first."""
    wide = cv2.copyMakeBorder(coarse, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    wide[:, 0], wide[:, -1] = 2 * wide[:, 1] - wide[:, 2], 2 * wide[:, -2] - wide[:, -3]
    wide[0], wide[-1] = 2 * wide[1] - wide[2], 2 * wide[-2] - wide[-3]
    size = (wide.shape[1] * COARSE, wide.shape[0] * COARSE)
    full = cv2.resize(wide, size, interpolation=cv2.INTER_LINEAR)
    return full[COARSE : COARSE + h, COARSE : COARSE + w].astype(np.float32, copy=False)


def _curl_shade(view: Shot, u: Floats) -> Floats:
    away = np.abs(u / view.page_width - view.curl_at)
    return (1 - 0.34 * np.exp(-away / 0.05) - 0.10 * np.exp(-away / 0.22)).astype(np.float32)


def light(r: Random, w: int, h: int) -> Floats:
    """Light from one side, warm or cool; now and then the soft shadow of the person who takes the photo."""
    x, y = grid(w, h)
    cx, cy = x.max() * r.uniform(0.1, 0.9), y.max() * r.uniform(0, 0.6)
    fall = 1.06 - 0.26 * (np.hypot(x - cx, y - cy) / np.hypot(x.max(), y.max())) ** 1.3
    fall = fall + 0.03 * noise(r, w, h, 2, 2)
    warm = r.uniform(-1, 1)
    tint = np.array([1 + 0.045 * warm, 1 + 0.005 * warm, 1 - 0.075 * warm], dtype=np.float32)
    if r.random() < 0.25:
        hx = x.max() * r.uniform(0.1, 0.9)
        head = np.exp(-(((x - hx) / (x.max() * 0.2)) ** 2)) * np.clip((y / y.max() - 0.62) * 2.4, 0, 1)
        fall = fall * (1 - 0.3 * cv2.GaussianBlur(head.astype(np.float32), (0, 0), 12))
    return np.asarray(fall[..., None] * tint, dtype=np.float32)
