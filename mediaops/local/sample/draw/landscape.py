"""Mountains in fog and the sea: layers of noise, lit from behind."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    disc,
    gradient,
    grid,
    mix,
    noise,
    over,
    polygon,
    ramp,
    rgb,
    stroke,
    wave,
)


@dataclass(frozen=True)
class Light:
    """An hour of the day: sky from top to horizon, haze, what stands in front, the sun."""

    words: str
    sky: tuple[str, ...]
    haze: str
    near: str
    sun: str


LIGHTS = {
    "dawn": Light("at dawn", ("#3d5a80", "#98a9c4", "#f0c9b0", "#f7e1c8"), "#f1cfba", "#26364d", "#fff3dc"),
    "dusk": Light("at dusk", ("#2b2d5b", "#7d4e84", "#e07a5f", "#f4b183"), "#e39a80", "#2a1f3d", "#ffdfb0"),
    "noon": Light("on a clear day", ("#4a90c9", "#8fc1e3", "#dbeef8"), "#cfe5f0", "#1f4a4f", "#ffffff"),
    "fog": Light("in pale fog", ("#c5ced3", "#dbe1e2", "#eceeea"), "#e3e7e5", "#45555a", "#fbfbf5"),
    "gold": Light("in golden light", ("#e0a458", "#f2c879", "#fbe8b8"), "#f6d99a", "#5b3a1e", "#fffbe6"),
    "rose": Light(
        "under a pink sky", ("#6d83b5", "#c9a3c7", "#f3c4c9", "#fbe3d6"), "#ecc3cc", "#43355c", "#fff6ee"
    ),
    "teal": Light("in blue-green light", ("#0f4c5c", "#3e8e93", "#a8d5c2"), "#9fcfc0", "#0a2f35", "#f4ffe9"),
    "storm": Light("before a storm", ("#3c4858", "#66758a", "#a3aab2"), "#9aa4ae", "#1e252e", "#dfe5e8"),
    "moon": Light("by moonlight", ("#0b1230", "#1c2c5b", "#44588c"), "#4c6094", "#070b1c", "#eef2ff"),
    "autumn": Light("in autumn", ("#8fb0c4", "#d5dcd6", "#f3e3c3"), "#e8cfa4", "#6b2f16", "#fff8e0"),
}


def sky(r: Random, w: int, h: int, light: Light, horizon: float) -> tuple[Floats, float, float]:
    """Sky, sun and long clouds. Soft, so drawn at half size; the sun's edge is added in full."""
    sw, sh = w // 2, h // 2
    picture = gradient(sw, sh, [*light.sky, light.sky[-1]])
    cx, cy = w * r.uniform(0.18, 0.82), h * horizon * r.uniform(0.35, 0.85)
    radius = min(w, h) * r.uniform(0.035, 0.075)
    x, y = grid(sw, sh)
    glow = np.exp(-np.hypot(x - cx / 2, (y - cy / 2) * 1.2) / (min(sw, sh) * 0.28)).astype(np.float32)
    picture = over(picture, light.sun, glow * 0.55)
    cloud = cv2.resize(noise(r, sw // 4, sh, 6, 5, 0.55), (sw, sh), interpolation=cv2.INTER_CUBIC)
    cover = np.clip((cloud - 0.12) * 0.85, 0, 0.6) * np.clip(1.25 - y / (sh * horizon), 0, 1)
    picture = over(picture, light.sun, cover.astype(np.float32))
    full = cv2.resize(picture, (w, h), interpolation=cv2.INTER_LINEAR).astype(np.float32)
    x0, x1 = max(0, int(cx - radius - 4)), int(cx + radius + 4)
    y0, y1 = max(0, int(cy - radius - 4)), int(cy + radius + 4)
    part = full[y0:y1, x0:x1]
    full[y0:y1, x0:x1] = over(
        part, light.sun, disc(part.shape[1], part.shape[0], cx - x0, cy - y0, radius, 2.5) * 0.95
    )
    return full, cx, cy


def _ridge(r: Random, w: int, base: float, tall: float, cells: float, rough: float) -> Floats:
    line = wave(r, w, cells, 7, rough)
    sharp = 1 - np.abs(wave(r, w, cells * 1.6, 5, 0.5))
    return (base - tall * (0.65 * line + 0.55 * (sharp - 0.6))).astype(np.float32)


def fill_below(picture: Floats, line: Floats, top: Floats, bottom: Floats, fade: float) -> Floats:
    """Everything under the line in a colour that melts into ``bottom`` further down; in place."""
    start = max(0, int(line.min()) - 1)
    part = picture[start:]
    y = np.arange(start, start + part.shape[0], dtype=np.float32)[:, None]
    depth = y - line[None, :]
    mask = np.clip(depth + 0.5, 0, 1)
    if top.ndim == 1:
        index = np.clip(depth * (255 / fade), 0, 255).astype(np.uint8)
        colour = (top + (bottom - top) * np.linspace(0, 1, 256, dtype=np.float32)[:, None])[index]
    else:
        colour = top + (bottom - top) * np.clip(depth / fade, 0, 1)[..., None]
    part += (colour - part) * mask[..., None]
    return picture


def _pines(r: Random, pixels: Bytes, line: Floats, colour: str, tall: float) -> None:
    w = pixels.shape[1]
    x = -10.0
    while x < w + 10:
        clump = 0.5 + 0.5 * np.sin(x / w * 9 + 1.3)
        height = tall * r.uniform(0.35, 1.0) * (0.45 + 0.55 * clump)
        foot = float(line[int(np.clip(x, 0, w - 1))]) + tall * 0.12
        half = height * r.uniform(0.16, 0.22)
        points: list[tuple[float, float]] = [(x, foot - height)]
        tiers = 6
        left: list[tuple[float, float]] = []
        for tier in range(1, tiers + 1):
            y = foot - height * (1 - tier / tiers)
            reach = half * tier / tiers
            points += [(x + reach, y), (x + reach * 0.55, y - height * 0.03)]
            left += [(x - reach, y), (x - reach * 0.55, y - height * 0.03)]
        polygon(pixels, np.array(points + left[::-1]), colour)
        x += r.uniform(0.25, 1.0) * half * (1.6 if clump > 0.45 else 4.5)


def _birds(r: Random, pixels: Bytes, colour: str) -> None:
    h, w = pixels.shape[:2]
    cx, cy = w * r.uniform(0.2, 0.8), h * r.uniform(0.12, 0.3)
    for _ in range(int(r.integers(4, 10))):
        x, y, s = cx + r.normal(0, w * 0.05), cy + r.normal(0, h * 0.03), w * r.uniform(0.004, 0.009)
        lift = r.uniform(0.4, 0.9)
        wings = np.array(
            [
                (x - s, y - s * lift),
                (x - s * 0.4, y - s * 0.1),
                (x, y),
                (x + s * 0.4, y - s * 0.1),
                (x + s, y - s * lift),
            ]
        )
        stroke(pixels, wings, colour, max(1, w // 900))


def _mirror(picture: Floats, shore: int, r: Random, tint: str) -> Floats:
    """The part above the shore upside down below it, rippled, as still water shows it."""
    h, w = picture.shape[:2]
    x, y = grid(w, h - shore)
    ripple = noise(r, w, h - shore, 60, 2) * (2 + y / max(1, h - shore) * 14)
    source_y = np.clip(shore - 1 - y * 1.02 + ripple * 0.4, 0, shore - 1).astype(np.float32)
    source_x = np.clip(x + ripple * 0.35, 0, w - 1).astype(np.float32)
    water = cv2.remap(picture, source_x, source_y, cv2.INTER_LINEAR).astype(np.float32)
    picture[shore:] = over(water, tint, 0.22)
    return picture


def mountains(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Five to eight ridges, each nearer and darker, fog between them; sometimes pines, sometimes a lake."""
    light = LIGHTS[hint]
    lake = bool(r.random() < 0.35)
    horizon = 0.5 if lake else 0.62
    picture, _, _ = sky(r, w, h, light, horizon)
    layers = int(r.integers(5, 8))
    far = mix(light.haze, light.sky[0], 0.35)
    line = np.zeros(w, dtype=np.float32)
    shore = int(h * 0.68)
    for layer in range(layers):
        near = layer / (layers - 1)
        floor = (shore if lake else h * 1.02) / h
        base = h * (horizon - 0.12 + near**1.1 * (floor - horizon + 0.02))
        line = _ridge(r, w, base, h * (0.2 - 0.12 * near), 2.2 + near * 3.5, 0.46)
        top = rgb(mix(far, light.near, near**1.3))
        haze = rgb(mix(light.haze, mix(far, light.near, near), 0.25 + 0.6 * near))
        picture = fill_below(picture, line, top, haze, h * (0.28 - 0.1 * near))
    if lake:
        picture = _mirror(picture, shore, r, light.haze)
    pixels = bytes_of(picture, r, 0.012)
    pines = bool(r.random() < 0.6)
    if pines:
        front = _ridge(r, w, h * 0.99, h * 0.07, 2.0, 0.4)
        body = mix(light.near, "#000000", 0.35)
        _pines(r, pixels, front, body, h * r.uniform(0.13, 0.26))
        edge = np.concatenate([np.stack([np.arange(w), front], axis=1), [(w, h), (0, h)]])
        polygon(pixels, edge, body)
    if r.random() < 0.5:
        _birds(r, pixels, light.near)
    parts = ["Layered mountain ridges", light.words]
    parts.append("mirrored in a still lake" if lake else "with mist between them")
    return Drawn(pixels, " ".join(parts) + (", dark pines in front" if pines else "") + ".")


def sea(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A calm sea to the horizon with a path of light, sometimes an island, sometimes a sail."""
    light = LIGHTS[hint]
    level = int(h * r.uniform(0.46, 0.58))
    picture, cx, _ = sky(r, w, h, light, level / h)
    island = bool(r.random() < 0.6)
    if island:
        at, wide = w * r.uniform(0.1, 0.9), w * r.uniform(0.1, 0.24)
        hump = np.exp(-(((np.arange(w) - at) / wide) ** 2)).astype(np.float32)
        line = level + 2 - hump * h * 0.12 * (1 + 0.35 * wave(r, w, 9, 5))
        shape = np.where(hump > 0.04, line, level + 2).astype(np.float32)
        picture[:level] = fill_below(
            picture, shape, rgb(mix(light.haze, light.near, 0.6)), rgb(light.haze), h * 0.2
        )[:level]
    deep, shallow = mix(light.near, light.sky[0], 0.55), mix(light.haze, light.sky[0], 0.25)
    x, y = grid(w, h - level)
    down = y / (h - level)
    water = ramp([shallow, deep, mix(deep, light.near, 0.5)], 256)[(down * 255).astype(np.int32)]
    swell = np.sin(np.log1p(y * 0.6) * 26 + 5 * noise(r, w, h - level, 7, 3)) * noise(r, w, h - level, 22, 3)
    water = over(water, light.sun, np.clip(swell * 0.32 - 0.04, 0, 0.4).astype(np.float32))
    path = np.exp(-(((x - cx) / (w * (0.03 + 0.14 * down))) ** 2)) * np.clip(0.75 - 0.45 * down, 0, 1)
    spark = np.clip(noise(r, w, h - level, 70, 2) * 0.9 + 0.35, 0, 1)
    picture[level:] = over(water, light.sun, (path * spark).astype(np.float32))
    pixels = bytes_of(picture, r, 0.012)
    sail = bool(r.random() < 0.5)
    if sail:
        sx, sy, s = w * r.uniform(0.15, 0.85), level + h * r.uniform(0.015, 0.08), h * r.uniform(0.05, 0.09)
        polygon(
            pixels,
            np.array([(sx, sy - s * 1.6), (sx, sy - s * 0.1), (sx + s * 0.75, sy - s * 0.1)]),
            mix(light.sun, light.haze, 0.2),
        )
        polygon(
            pixels,
            np.array(
                [(sx - s * 0.06, sy - s * 1.4), (sx - s * 0.06, sy - s * 0.1), (sx - s * 0.45, sy - s * 0.1)]
            ),
            mix(light.sun, light.haze, 0.5),
        )
        polygon(
            pixels,
            np.array(
                [
                    (sx - s * 0.55, sy),
                    (sx + s * 0.8, sy),
                    (sx + s * 0.5, sy + s * 0.22),
                    (sx - s * 0.35, sy + s * 0.22),
                ]
            ),
            light.near,
        )
    what = f"A calm sea {light.words}"
    what += ", an island on the horizon" if island else ", nothing but horizon"
    return Drawn(pixels, what + (" and a small sailing boat." if sail else "."))
