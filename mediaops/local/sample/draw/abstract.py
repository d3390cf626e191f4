"""Generative pictures: flow fields, stained glass, packed circles, soft blobs, marble, tiles, ridgelines."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import cv2
import numpy as np

from mediaops.local.sample.draw.canvas import (
    Drawn,
    Floats,
    Random,
    bytes_of,
    colour_of,
    dot,
    gradient,
    grid,
    mix,
    noise,
    over,
    plain,
    polygon,
    rgb,
    stroke,
    wave,
)

SCHEMES: dict[str, tuple[str, ...]] = {
    "terracotta": ("#f5ead7", "#d9734e", "#7a2e1d", "#e8b04a", "#2f4858", "#a3b18a"),
    "ocean": ("#f1f7f5", "#0b6e8a", "#083d56", "#6ec1c2", "#f2a65a", "#cfe7e5"),
    "forest": ("#f3f1e4", "#3f6b3a", "#1e3a2a", "#9db36b", "#d98e32", "#c9cfa5"),
    "berry": ("#fbeef1", "#b23a6b", "#531b45", "#e98ba5", "#f2c14e", "#6d5a9c"),
    "ink": ("#f7f4ec", "#22223b", "#4a4e69", "#9a8c98", "#c9ada7", "#d1495b"),
    "citrus": ("#fffbe8", "#f28f1c", "#c8440b", "#f7c948", "#2d6a4f", "#95d5b2"),
    "night": ("#0e1428", "#5e60ce", "#64dfdf", "#f7b2ad", "#f4d35e", "#27316b"),
    "pastel": ("#fdf7f3", "#a8c5da", "#f4b8a8", "#c9b6e4", "#f9dc8f", "#a9d6b8"),
}
WORDS = {
    "terracotta": "terracotta and sand",
    "ocean": "sea blue",
    "forest": "forest green",
    "berry": "berry red",
    "ink": "ink and dusty rose",
    "citrus": "orange and lemon",
    "night": "night blue and neon",
    "pastel": "soft pastel colours",
}


def flow(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Thousands of strands that follow one smooth field."""
    scheme = SCHEMES[hint]
    pixels = plain(w, h, scheme[0])
    angle = noise(r, w // 8, h // 8, r.uniform(1.5, 3), 2) * np.pi * 1.3
    count, steps, step = 1500, 36, max(w, h) / 210
    at = r.uniform(0, 1, (count, 2)) * (w * 1.1, h * 1.1) - (w * 0.05, h * 0.05)
    paths = np.empty((count, steps, 2))
    for index in range(steps):
        paths[:, index] = at
        gx = np.clip(at[:, 0] / 8, 0, angle.shape[1] - 1).astype(int)
        gy = np.clip(at[:, 1] / 8, 0, angle.shape[0] - 1).astype(int)
        turn = angle[gy, gx]
        at = at + np.stack([np.cos(turn), np.sin(turn)], axis=1) * step
    pick = r.integers(1, 6, count)
    thick = r.choice([1, 2, 2, 3, 5], count)
    for path, colour, size in zip(paths, pick, thick, strict=True):
        stroke(pixels, path, scheme[colour], int(size))
    return Drawn(pixels, f"Abstract: flowing strands in {WORDS[hint]}.")


def glass(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Voronoi cells as stained glass: dark leads, light falling through."""
    scheme = SCHEMES[hint]
    sw, sh = w // 2, h // 2
    count = int(r.integers(40, 110))
    sites = r.uniform(0, 1, (count, 2)) * (sw, sh)
    seeds = np.full((sh, sw), 255, dtype=np.uint8)
    seeds[sites[:, 1].astype(int), sites[:, 0].astype(int)] = 0
    _, labels = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    table = np.stack(
        [
            rgb(mix(scheme[1 + int(r.integers(5))], "#ffffff", float(r.uniform(0, 0.35))))
            for _ in range(count + 2)
        ]
    )
    picture = table[labels % len(table)]
    big = cv2.resize(labels.astype(np.float32), (w, h), interpolation=cv2.INTER_NEAREST)
    edge = (cv2.morphologyEx(big, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0).astype(np.float32)
    edge = cv2.GaussianBlur(edge, (0, 0), 1.6).astype(np.float32)
    full = cv2.resize(picture, (w, h), interpolation=cv2.INTER_NEAREST).astype(np.float32)
    light = 0.86 + 0.2 * noise(r, w // 4, h // 4, 4, 3)
    full = full * cv2.resize(light, (w, h))[..., None]
    return Drawn(
        bytes_of(over(full, "#1a1a22", np.clip(edge * 1.3, 0, 1)), r, 0.012),
        f"Stained-glass pattern in {WORDS[hint]}.",
    )


def circles(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Circles packed so that none touches another, some as rings."""
    scheme = SCHEMES[hint]
    pixels = plain(w, h, scheme[0])
    placed = np.zeros((0, 3))
    for size in (0.13, 0.09, 0.06, 0.035, 0.02, 0.012):
        radius = max(w, h) * size
        for x, y in r.uniform(0, 1, (int(14 / size), 2)) * (w, h):
            room = np.hypot(placed[:, 0] - x, placed[:, 1] - y) - placed[:, 2] - radius - 5
            if len(placed) and room.min() < 0:
                continue
            placed = np.vstack([placed, (x, y, radius)])
            colour = scheme[1 + int(r.integers(5))]
            dot(pixels, x, y, radius, colour)
            style = r.random()
            if style < 0.35:
                dot(pixels, x, y, radius * 0.62, scheme[0])
            elif style < 0.6:
                for ring in (0.82, 0.62, 0.42, 0.22):
                    dot(pixels, x, y, radius * ring, scheme[0], max(1, int(radius * 0.05)))
    return Drawn(pixels, f"Circles and rings of many sizes in {WORDS[hint]}.")


def blobs(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A soft mesh gradient, as teams like them behind a title."""
    scheme = SCHEMES[hint]
    sw, sh = max(8, w // 8), max(8, h // 8)
    x, y = grid(sw, sh)
    bend = noise(r, sw, sh, 2, 2) * sw * 0.12
    picture = gradient(sw, sh, [scheme[0], scheme[5]], 40)
    for index in range(7):
        cx, cy, reach = sw * r.uniform(0, 1), sh * r.uniform(0, 1), max(sw, sh) * r.uniform(0.2, 0.38)
        cover = np.exp(-(((x + bend - cx) ** 2 + (y - bend - cy) ** 2) / reach**2)).astype(np.float32)
        picture = over(picture, scheme[1 + index % 5], cover * 0.85)
    full = cv2.resize(picture, (w, h), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    return Drawn(bytes_of(full, r, 0.02), f"Soft blurred colour gradient in {WORDS[hint]}.")


def marble(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Marbled paper: noise bent by noise, with thin veins."""
    scheme = SCHEMES[hint]
    sw, sh = w // 2, h // 2
    x, y = grid(sw, sh)
    one, two = noise(r, sw, sh, 1.6, 2), noise(r, sw, sh, 1.6, 2)
    base = noise(r, sw, sh, 2, 3)
    warped = cv2.remap(
        base, x + one * sw * 0.16, y + two * sw * 0.16, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    bands = (warped * 1.5 + one * 0.5) * 1.7
    picture = colour_of(
        (bands - np.floor(bands)).astype(np.float32),
        [scheme[0], scheme[3], scheme[1], scheme[2], scheme[5], scheme[0]],
    )
    full = cv2.resize(picture, (w, h), interpolation=cv2.INTER_CUBIC).astype(np.float32)
    return Drawn(bytes_of(full, r, 0.014), f"Marbled paper in {WORDS[hint]}.")


def tiles(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A wall of geometric tiles: quarters, halves, rings, leaves."""
    scheme = SCHEMES[hint]
    pixels = plain(w, h, scheme[0])
    size = max(w, h) // int(r.integers(8, 13))
    quarter = np.linspace(0, np.pi / 2, 24)
    arc = np.stack([np.cos(quarter), np.sin(quarter)], axis=1)
    for top in range(0, h, size):
        for left in range(0, w, size):
            back, front = (scheme[int(i)] for i in r.choice(6, 2, replace=False))
            box = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * size + (left, top)
            polygon(pixels, box, back)
            kind = int(r.integers(5))
            if kind == 0:
                shape = np.vstack([[(0, 0)], arc])
            elif kind == 1:
                shape = np.array([(0, 0), (1, 0), (0, 1)])
            elif kind == 2:
                shape = np.vstack([arc, 1 - arc])
            elif kind == 3:
                dot(pixels, left + size / 2, top + size / 2, size * 0.38, front)
                dot(pixels, left + size / 2, top + size / 2, size * 0.18, back)
                continue
            else:
                half = np.linspace(0, np.pi, 40)
                shape = np.stack([0.5 + 0.5 * np.cos(half), np.sin(half) * 0.5], axis=1)
            flips = r.integers(0, 2, 2).astype(bool)
            shape = np.where(flips, 1 - shape, shape)
            polygon(pixels, shape * size + (left, top), front)
    return Drawn(pixels, f"Geometric tile pattern in {WORDS[hint]}.")


def ridges(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Stacked lines with a swell in the middle, like a pulse drawn many times."""
    scheme = SCHEMES[hint]
    dark = bool(r.random() < 0.5)
    back, front = (scheme[2], scheme[0]) if dark else (scheme[0], scheme[2])
    pixels = plain(w, h, back)
    x = np.linspace(w * 0.14, w * 0.86, 420)
    swell = np.exp(-(((np.linspace(-1, 1, 420)) / 0.42) ** 2))
    lines = 46
    for index in range(lines):
        base = h * (0.16 + 0.7 * index / lines)
        lift = np.abs(wave(r, 420, 16, 4, 0.6)) * swell * h * 0.11
        y = base - lift - np.abs(wave(r, 420, 40, 2)) * 2
        line = np.stack([x, y], axis=1)
        polygon(pixels, np.vstack([line, [(x[-1], base + 6), (x[0], base + 6)]]), back)
        stroke(pixels, line, mix(front, scheme[1], index / lines), max(2, w // 700))
    return Drawn(pixels, f"Stacked pulse lines, like mountains drawn by a seismograph, in {WORDS[hint]}.")


def shapes(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A poster of a few large overlapping forms on paper."""
    scheme = SCHEMES[hint]
    picture: Floats = np.tile(rgb(scheme[0]), (h, w, 1)).astype(np.float32)
    picture = picture + (noise(r, w, h, 90, 2) * 0.02)[..., None]
    edge = min(w, h)
    for index in range(int(r.integers(5, 8))):
        layer = np.zeros((h, w, 3), dtype=np.uint8)
        cx, cy, size = w * r.uniform(0.15, 0.85), h * r.uniform(0.15, 0.85), edge * r.uniform(0.1, 0.34)
        kind = index % 3
        if kind == 0:
            dot(layer, cx, cy, size, "#ffffff")
        elif kind == 1:
            turn = r.uniform(0, np.pi)
            corner = np.array(
                [(np.cos(turn + k * np.pi / 2), np.sin(turn + k * np.pi / 2)) for k in range(4)]
            )
            polygon(layer, corner * (size * 1.2) * (1, r.uniform(0.25, 1)) + (cx, cy), "#ffffff")
        else:
            half = np.linspace(0, np.pi, 60) + r.uniform(0, 6)
            polygon(layer, np.stack([np.cos(half), np.sin(half)], axis=1) * size * 1.2 + (cx, cy), "#ffffff")
        mask = layer[..., 0].astype(np.float32) / 255
        paint = rgb(scheme[1 + index % 5])
        # On dark paper inks that multiply would vanish.
        picture = over(picture, paint if hint == "night" else picture * paint * 1.05, mask * 0.94)
    return Drawn(bytes_of(picture, r, 0.015), f"Poster of overlapping printed shapes in {WORDS[hint]}.")
