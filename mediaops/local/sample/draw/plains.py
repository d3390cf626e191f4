"""Land without a summit: dunes and farmland."""

from __future__ import annotations

import cv2
import numpy as np

from mediaops.local.sample.draw.canvas import (
    Drawn,
    Random,
    bytes_of,
    dot,
    grid,
    mix,
    noise,
    rgb,
    wave,
)
from mediaops.local.sample.draw.landscape import LIGHTS, fill_below, sky


def dunes(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Sand dunes, each lit on one flank and in shade on the other."""
    light = LIGHTS[hint]
    picture, _, _ = sky(r, w, h, light, 0.42)
    sand, shade = mix(light.haze, "#d99a4e", 0.55), mix(light.near, "#7a3f22", 0.5)
    count = 6
    for layer in range(count):
        near = layer / (count - 1)
        base = h * (0.42 + 0.5 * near)
        line = (base - h * (0.05 + 0.07 * near) * (wave(r, w, 1.3 + 1.2 * (1 - near), 3, 0.35) + 0.2)).astype(
            np.float32
        )
        slope = cv2.GaussianBlur(np.gradient(line)[None, :].astype(np.float32), (0, 0), 12)[0]
        lit = np.clip(0.5 + slope * 1.6, 0, 1)[None, :, None]
        top = (
            rgb(mix(shade, light.haze, 0.55 - 0.45 * near)) * (1 - lit)
            + rgb(mix(sand, light.haze, 0.45 - 0.4 * near)) * lit
        )
        picture = fill_below(picture, line, top, rgb(mix(sand, light.haze, 0.5 - 0.3 * near)), h * 0.25)
    x, y = grid(w, h)
    ripple = np.sin(y * 0.5 * (900 / h) + 9 * noise(r, w, h, 5, 3) + x * 0.01) * np.clip(y / h - 0.55, 0, 1)
    picture = picture + (ripple * 0.05)[..., None].astype(np.float32)
    return Drawn(bytes_of(picture, r, 0.014), f"Wind-shaped sand dunes {light.words}, one behind the other.")


def fields(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Rolling farmland: patches of crop in rows, hedges, a few round trees."""
    light = LIGHTS[hint]
    picture, _, _ = sky(r, w, h, light, 0.4)
    crops = ["#7c9a3d", "#b5a642", "#5d7f3a", "#c7b063", "#8a8f3c", "#4f7242", "#a8763e"]
    pixels = bytes_of(picture, r, 0.01)
    count = 6
    for layer in range(count):
        near = layer / (count - 1)
        line = (h * (0.4 + 0.5 * near**1.2) - h * (0.05 + 0.03 * near) * wave(r, w, 1.6, 2, 0.4)).astype(
            np.float32
        )
        start = max(0, int(line.min()) - 1)
        part = pixels[start:]
        cuts = np.sort(r.uniform(0, w, 2 + layer % 3)).astype(np.float32)
        x, y = grid(w, h - start)
        depth = y + start - line[None, :]
        lean = depth * np.float32(r.uniform(-0.7, 0.7))
        patch = sum(((x + lean) > cut).astype(np.uint8) for cut in cuts)
        tones = np.stack(
            [
                rgb(mix(crops[int(r.integers(len(crops)))], light.haze, 0.6 - 0.55 * near))
                for _ in range(len(cuts) + 1)
            ]
        )
        rows = np.sin((x + lean * 2.2) * np.float32(0.35 - 0.24 * near)) * np.float32(0.02 + 0.03 * near)
        field = bytes_of(tones.astype(np.float32)[patch] + rows[..., None])
        mask = cv2.merge([np.clip(depth + 0.5, 0, 1)] * 3)
        part[:] = cv2.add(
            cv2.multiply(part, 1 - mask, dtype=cv2.CV_32F), cv2.multiply(field, mask, dtype=cv2.CV_32F)
        )
        for _ in range(int(r.integers(4, 12))):
            tx = r.uniform(0, w)
            size = h * (0.008 + 0.03 * near) * r.uniform(0.6, 1.3)
            ty = float(line[int(np.clip(tx, 0, w - 1))]) - size * 0.6
            tree = mix(mix("#2f4a2a", light.near, 0.4), light.haze, 0.5 - 0.45 * near)
            for puff in range(5):
                turn = puff / 5 * 2 * np.pi
                dot(
                    pixels, tx + np.cos(turn) * size * 0.5, ty + np.sin(turn) * size * 0.35, size * 0.62, tree
                )
    return Drawn(pixels, f"Rolling farmland {light.words}: patches of crop, hedges and a few trees.")
