"""Flat shapes with a light side and a dark one: an isometric city, portraits."""

from __future__ import annotations

import numpy as np

from mediaops.local.sample.draw.abstract import SCHEMES
from mediaops.local.sample.draw.canvas import (
    Drawn,
    Random,
    bytes_of,
    dot,
    gradient,
    mix,
    polygon,
    stroke,
)


def blocks(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A little city in isometric view."""
    scheme = SCHEMES[hint]
    dark = hint == "night"
    pixels = bytes_of(gradient(w, h, [scheme[0], mix(scheme[0], scheme[5], 0.6)]), r, 0.008)
    unit = w / 26
    for row in range(-9, 10):
        for column in range(-9, 10):
            x, y = w / 2 + (column - row) * unit, h * 0.52 + (column + row) * unit * 0.5
            if not (-unit < x < w + unit and h * 0.12 < y < h + 4 * unit) or abs(row) + abs(column) > 12:
                continue
            street = row % 4 == 0 or column % 4 == 0
            tall = (
                0.0
                if street
                else unit * max(0.25, r.gamma(2.0, 0.9) * (1.35 - (abs(row) + abs(column)) / 14))
            )
            tone = scheme[1 + int(r.integers(5))] if not street else mix(scheme[0], scheme[2], 0.12)
            top = np.array([(x, y - unit * 0.5), (x + unit, y), (x, y + unit * 0.5), (x - unit, y)]) - (
                0,
                tall,
            )
            polygon(
                pixels,
                np.array([top[3], top[2], top[2] + (0, tall), top[3] + (0, tall)]),
                mix(tone, "#000000", 0.28),
            )
            polygon(
                pixels,
                np.array([top[2], top[1], top[1] + (0, tall), top[2] + (0, tall)]),
                mix(tone, "#000000", 0.46),
            )
            polygon(pixels, top, mix(tone, "#ffffff", 0.22 if not street else 0.0))
            for floor in range(1, int(tall / (unit * 0.34))):
                for pane in (0.25, 0.6):
                    glow = "#ffe7a3" if r.random() < (0.55 if dark else 0.25) else mix(tone, "#ffffff", 0.35)
                    p = top[3] + (top[2] - top[3]) * pane + (0, floor * unit * 0.34)
                    slant, down = (top[2] - top[3]) * 0.17, np.array((0, unit * 0.16))
                    polygon(
                        pixels,
                        np.array([p, p + slant, p + slant + down, p + down]),
                        glow,
                    )
    return Drawn(pixels, "A small city of coloured blocks in isometric view.")


def portrait(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A profile picture: head and shoulders in a few flat colours."""
    scheme = SCHEMES[hint]
    pixels = bytes_of(gradient(w, h, [scheme[3], scheme[5]], 65), r, 0.01)
    skin = ("#f0c8a6", "#c98f63", "#8d5a3b", "#e6b58c", "#6d4430")[int(r.integers(5))]
    hair = ("#2b1d16", "#5a3a22", "#c9a15a", "#7d7d80", "#8a3b1e")[int(r.integers(5))]
    cx, cy, size = w / 2, h * 0.44, w * 0.19
    turn = np.linspace(np.pi, 2 * np.pi, 60)
    polygon(
        pixels,
        np.vstack(
            [
                np.stack([cx + np.cos(turn) * w * 0.36, h * 1.0 + np.sin(turn) * h * 0.3], axis=1),
                [(cx + w * 0.36, h), (cx - w * 0.36, h)],
            ]
        ),
        scheme[1],
    )
    long = bool(r.random() < 0.5)
    if long:
        polygon(
            pixels,
            np.array(
                [
                    (cx - size * 1.16, cy),
                    (cx + size * 1.16, cy),
                    (cx + size * 1.3, cy + size * 2.0),
                    (cx - size * 1.3, cy + size * 2.0),
                ]
            ),
            hair,
        )
    polygon(
        pixels,
        np.array(
            [
                (cx - size * 0.42, cy),
                (cx + size * 0.42, cy),
                (cx + size * 0.5, cy + size * 1.75),
                (cx - size * 0.5, cy + size * 1.75),
            ]
        ),
        mix(skin, "#000000", 0.14),
    )
    dot(pixels, cx, cy - size * 0.25, size * 1.17, hair)
    full = np.linspace(0, 2 * np.pi, 80)
    polygon(
        pixels,
        np.stack([cx + np.cos(full) * size * 0.88, cy + size * 0.12 + np.sin(full) * size * 1.12], axis=1),
        skin,
    )
    fringe = np.linspace(np.pi, 2 * np.pi, 40)
    polygon(
        pixels,
        np.stack(
            [
                cx + np.cos(fringe) * size * 0.97,
                cy - size * 0.35 + np.sin(fringe) * size * r.uniform(0.6, 0.85),
            ],
            axis=1,
        ),
        hair,
    )
    for side in (-1, 1):
        dot(pixels, cx + side * size * 0.34, cy + size * 0.1, size * 0.07, "#2a2020")
        if hint in ("ink", "ocean"):
            dot(pixels, cx + side * size * 0.34, cy + size * 0.1, size * 0.25, "#33333a", max(2, w // 160))
    smile = np.linspace(0.25 * np.pi, 0.75 * np.pi, 16)
    stroke(
        pixels,
        np.stack([cx + np.cos(smile) * size * 0.4, cy + size * 0.35 + np.sin(smile) * size * 0.32], axis=1),
        mix(skin, "#5a1a1a", 0.6),
        max(3, w // 120),
    )
    return Drawn(pixels, "Drawn portrait in flat colours, head and shoulders.")
