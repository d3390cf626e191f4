"""Night skies: stars, a milky way, an aurora, planets; and a skyline with lit windows."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import cv2
import numpy as np

from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    colour_of,
    disc,
    dot,
    gradient,
    grid,
    mix,
    noise,
    over,
    plain,
    polygon,
    rgb,
    wave,
)

SKIES = {
    "blue": ("#060a1c", "#0f1d45", "#2d4b86"),
    "violet": ("#0b0618", "#23124a", "#643f87"),
    "green": ("#03110f", "#0a2c2d", "#1f5d55"),
    "amber": ("#0c0a12", "#2b1d33", "#93573b"),
}
DUSKS = {
    "dusk": ("#1f2348", "#6d4475", "#e2745c", "#f6b57c"),
    "blue hour": ("#0d1b3d", "#27457f", "#6f8fbf", "#c9cfdc"),
    "sunrise": ("#5c79a8", "#d9a6a8", "#f8cf9f", "#fbe6c2"),
    "neon": ("#12052b", "#3b1166", "#a62b8a", "#ff7aa8"),
    "mint": ("#1d4e5a", "#4f9a94", "#aedcc0", "#eaf6d8"),
}

HOURS = {
    "dusk": "at dusk",
    "blue hour": "in the blue hour",
    "sunrise": "at sunrise",
    "neon": "at night, in neon colours",
    "mint": "in pale green light",
}


def _stars(r: Random, picture: Floats, count: int) -> None:
    h, w = picture.shape[:2]
    x, y = r.integers(1, w - 1, count), r.integers(1, h - 1, count)
    shine = (r.pareto(2.2, count).clip(0, 4) * 0.22 + 0.08).astype(np.float32)
    tint = np.stack([rgb("#cfe0ff"), rgb("#ffffff"), rgb("#ffe9c9")])[r.integers(0, 3, count)]
    picture[y, x] += tint * shine[:, None]
    big = shine > 0.55
    for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        picture[y[big] + dy, x[big] + dx] += tint[big] * (shine[big] * 0.45)[:, None]


def _hills(r: Random, pixels: Bytes, colour: str, level: float, trees: bool) -> None:
    h, w = pixels.shape[:2]
    line = h * level - h * 0.05 * wave(r, w, 2.4, 6, 0.45)
    if trees:
        spikes = np.abs(np.interp(np.arange(w), np.arange(0, w, 7), r.uniform(0, 1, len(range(0, w, 7)))))
        line = line - h * 0.035 * spikes * (0.5 + 0.5 * wave(r, w, 4, 2))
    points = np.concatenate([np.stack([np.arange(w), line], axis=1), [(w, h), (0, h)]])
    polygon(pixels, points, colour)


def stars(r: Random, w: int, h: int, hint: str) -> Drawn:
    """The milky way over dark hills."""
    sky = SKIES[hint]
    picture = cv2.resize(gradient(w // 4, h // 4, list(sky)), (w, h)).astype(np.float32)
    sw, sh = w // 2, h // 2
    x, y = grid(sw, sh)
    lean = r.uniform(-0.6, 0.6)
    across = (x - sw * r.uniform(0.35, 0.65) + (y - sh / 2) * lean) / (sw * 0.16)
    across = across + 0.5 * noise(r, sw, sh, 3, 3)
    band = np.exp(-(across**2)) * (0.6 + 0.4 * noise(r, sw, sh, 6, 5, 0.6))
    dust = np.clip(noise(r, sw, sh, 9, 5, 0.6) - 0.1, 0, 1) * np.exp(-((across * 1.8) ** 2))
    cloud = np.clip(band * 0.5 - dust * 0.55, 0, 0.8).astype(np.float32)
    picture = over(picture, mix(sky[2], "#ffe3d0", 0.6), cv2.resize(cloud, (w, h)).astype(np.float32))
    _stars(r, picture, w * h // 420)
    pixels = bytes_of(picture, r, 0.014)
    _hills(r, pixels, mix(sky[0], "#000000", 0.4), r.uniform(0.82, 0.9), trees=bool(r.random() < 0.6))
    return Drawn(pixels, "The milky way over dark hills in a clear night sky.")


def aurora(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Curtains of northern lights above a ridge."""
    sky = SKIES[hint]
    sw, sh = w // 2, h // 2
    picture = gradient(sw, sh, [sky[0], sky[1], mix(sky[1], sky[2], 0.4)])
    y = np.arange(sh, dtype=np.float32)[:, None]
    colours = ["#3ef2a0", "#54e0c7", "#8a6bff", "#e05bb5"]
    for _ in range(4):
        foot = sh * (r.uniform(0.4, 0.68) + 0.14 * wave(r, sw, 2.2, 3))
        ray = np.clip(0.55 + 0.6 * wave(r, sw, 26, 3, 0.6), 0.1, 1)
        tall = sh * r.uniform(0.16, 0.34) * (0.6 + 0.6 * ray)
        rise = foot[None, :] - y
        curtain = np.exp(-np.clip(rise, 0, None) / tall[None, :]) * (rise > 0) + np.exp(rise / 6) * (
            rise <= 0
        )
        tint = mix(colours[int(r.integers(2))], colours[2 + int(r.integers(2))], 0.15)
        glow = (curtain * ray[None, :] * 0.55).astype(np.float32)
        picture = over(picture, tint, cv2.GaussianBlur(glow, (0, 0), 2.0).astype(np.float32))
    full = cv2.resize(picture, (w, h)).astype(np.float32)
    _stars(r, full, w * h // 900)
    pixels = bytes_of(full, r, 0.012)
    _hills(r, pixels, "#04070d", 0.88, trees=True)
    return Drawn(pixels, "Green and violet northern lights above a dark line of trees.")


def planet(r: Random, w: int, h: int, hint: str) -> Drawn:
    """One big banded planet, sometimes with rings, among stars."""
    sky = SKIES[hint]
    picture = cv2.resize(gradient(w // 4, h // 4, [sky[0], sky[1]], 60), (w, h)).astype(np.float32)
    _stars(r, picture, w * h // 600)
    cx, cy, radius = w * r.uniform(0.35, 0.65), h * r.uniform(0.42, 0.58), min(w, h) * r.uniform(0.22, 0.31)
    x, y = grid(w, h)
    u, v = (x - cx) / radius, (y - cy) / radius
    tilt = r.uniform(-0.5, 0.5)
    along = u * np.cos(tilt) + v * np.sin(tilt)
    across = -u * np.sin(tilt) + v * np.cos(tilt)
    families = (
        ["#b9783f", "#ecd0a0", "#8f4f2c", "#f3e6c8"],
        ["#2f6f93", "#9fd0d8", "#1c3f66", "#dff0ec"],
        ["#7b4a86", "#d79ab9", "#45285e", "#f4d7d9"],
    )
    bands = np.sin(across * 9 + 1.3 * noise(r, w, h, 4, 3) + along * 0.6) + 0.5 * np.sin(across * 23)
    surface = colour_of(bands.astype(np.float32), families[int(r.integers(3))])
    depth = np.sqrt(np.clip(1 - u**2 - v**2, 0, 1))
    shade = np.clip(depth * 0.75 - u * 0.55 - v * 0.35 + 0.12, 0.02, 1.15)
    mask = disc(w, h, cx, cy, radius, 2)
    ringed = bool(r.random() < 0.6)
    ring = np.hypot(along, across * 3.6)
    band = ((ring > 1.3) & (ring < 2.05)) * (0.55 + 0.35 * np.sin(ring * 46)) * 0.75
    band = cv2.GaussianBlur(band.astype(np.float32), (0, 0), 1.0).astype(np.float32)
    if ringed:
        picture = over(picture, "#e7d9be", band * (across < 0))
    picture = over(picture, surface * shade[..., None], mask)
    if ringed:
        picture = over(picture, "#e7d9be", band * (across >= 0))
    return Drawn(
        bytes_of(picture, r, 0.012), f"A banded planet{' with rings' if ringed else ''} in front of stars."
    )


def _tower(r: Random, pixels: Bytes, x: int, top: int, wide: int, body: str, lamp: str, lit: float) -> None:
    h = pixels.shape[0]
    cv2.rectangle(pixels, (x, top), (x + wide, h), tuple(int(c * 255) for c in rgb(body)), -1)
    if r.random() < 0.35:
        polygon(
            pixels,
            np.array([(x + wide * 0.3, top), (x + wide * 0.5, top - wide * 0.45), (x + wide * 0.7, top)]),
            body,
        )
    if r.random() < 0.3:
        cv2.line(
            pixels,
            (x + wide // 2, top),
            (x + wide // 2, top - wide),
            tuple(int(c * 255) for c in rgb(body)),
            2,
        )
    step, pane = max(7, wide // int(r.integers(5, 9))), max(3, wide // 16)
    for wy in range(top + step, h, step):
        for wx in range(x + step // 2, x + wide - pane, step):
            if r.random() < lit:
                glow = mix(lamp, body, float(r.uniform(0, 0.5)))
                cv2.rectangle(
                    pixels, (wx, wy), (wx + pane, wy + pane + 1), tuple(int(c * 255) for c in rgb(glow)), -1
                )


def skyline(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A city seen from across the water, windows lit."""
    dusk = DUSKS[hint]
    picture = gradient(w, h, list(dusk))
    picture = over(picture, dusk[3], disc(w, h, w * r.uniform(0.2, 0.8), h * 0.5, min(w, h) * 0.11, 3) * 0.9)
    pixels = bytes_of(picture, r, 0.01)
    shore = int(h * r.uniform(0.74, 0.84))
    city = pixels[:shore]
    for layer in range(3):
        near = layer / 2
        body = mix(mix(dusk[2], dusk[0], 0.35 + 0.3 * near), "#080a18", 0.15 + 0.62 * near)
        x = -20
        while x < w:
            wide = int(w * r.uniform(0.03, 0.07) * (0.8 + near * 0.5))
            middle = np.exp(-(((x / w - 0.5) / 0.42) ** 2))
            top = int(shore - h * r.uniform(0.12, 0.5) * (0.45 + 0.7 * middle) * (1.05 - 0.45 * near))
            _tower(r, city, x, top, wide, body, "#ffd98a", 0.08 + 0.34 * near)
            x += int(wide * r.uniform(0.75, 1.25))
    water = pixels[shore - (h - shore) : shore][::-1].copy()
    wx, wy = grid(w, water.shape[0])
    shift = noise(r, w, water.shape[0], 50, 2) * (2 + wy * 0.09)
    water = cv2.remap(
        water,
        (wx + shift * 0.6).astype(np.float32),
        np.clip(wy + shift, 0, None).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    dark = np.array(plain(1, 1, dusk[0])[0, 0], dtype=np.float32)
    pixels[shore:] = (water[: h - shore] * 0.66 + dark * 0.3).astype(np.uint8)
    if r.random() < 0.4:
        dot(pixels, w * r.uniform(0.1, 0.9), h * 0.12, min(w, h) * 0.02, "#fff5e0")
    return Drawn(pixels, f"A city skyline across the water {HOURS[hint]}.")
