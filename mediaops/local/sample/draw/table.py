"""Food from above and things from aside: a laid table, jars on a shelf, an isometric city, portraits."""

from __future__ import annotations

import numpy as np

from mediaops.local.sample.draw import camera
from mediaops.local.sample.draw.botanic import leaf
from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    disc,
    dot,
    floats_of,
    gradient,
    mix,
    noise,
    over,
    plain,
    polygon,
    shadow,
    stroke,
)

DISHES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "tomato soup": ("#c8452c", ("#f6efe2", "#3f6b3a"), "tomato soup with cream and basil"),
    "green curry": ("#8fa65a", ("#d9e2b4", "#c0392b", "#3f6b3a"), "green curry with peppers and herbs"),
    "lentils": ("#a9743c", ("#e8d3a0", "#d9822b", "#4f7242"), "lentils with carrots and parsley"),
    "porridge": ("#e9dcc0", ("#6b2d5c", "#8c3b5e", "#c77d3b"), "porridge with berries"),
    "pea soup": ("#7f9d4c", ("#f3f1dc", "#5d3a1a", "#a9c46c"), "pea soup with croutons"),
    "ramen": ("#c99b5b", ("#f7e7b7", "#3d6b44", "#f2b632"), "noodle broth with egg and greens"),
}


def _bowl(r: Random, ground: Floats, cx: float, cy: float, radius: float, dish: str) -> Floats:
    h, w = ground.shape[:2]
    broth, bits, _ = DISHES[dish]
    clay = ("#f4f1ea", "#3d4a57", "#d8b99b", "#9db5b2")[int(r.integers(4))]
    ground = over(
        ground,
        "#120c08",
        shadow(disc(w, h, cx, cy, radius), int(radius * 0.08), int(radius * 0.14), radius * 0.1) * 0.55,
    )
    ground = over(ground, clay, disc(w, h, cx, cy, radius, 2))
    inner = over(
        floats_of(plain(w, h, mix(clay, "#000000", 0.18))),
        mix(clay, "#ffffff", 0.25),
        disc(w, h, cx + radius * 0.06, cy + radius * 0.08, radius * 0.88, radius * 0.12),
    )
    ground = over(ground, inner, disc(w, h, cx, cy, radius * 0.93, 2))
    surface = floats_of(plain(w, h, broth)) * (1 + 0.1 * noise(r, w, h, 26, 3)[..., None])
    pixels = bytes_of(over(ground, surface, disc(w, h, cx, cy, radius * 0.8, 2)))
    for _ in range(46):
        turn, away = r.uniform(0, 6.28), radius * 0.72 * np.sqrt(r.uniform(0, 1))
        x, y, bit = cx + np.cos(turn) * away, cy + np.sin(turn) * away, bits[int(r.integers(len(bits)))]
        if bit.lower() in ("#3f6b3a", "#4f7242", "#3d6b44"):
            leaf(
                pixels,
                x,
                y,
                r.uniform(0, 6.28),
                radius * r.uniform(0.1, 0.2),
                0.24,
                bit,
                mix(bit, "#ffffff", 0.25),
            )
        else:
            dot(pixels, x + 2, y + 3, radius * 0.05, mix(broth, "#000000", 0.35))
            dot(pixels, x, y, radius * r.uniform(0.03, 0.06), bit)
            dot(pixels, x - radius * 0.012, y - radius * 0.014, radius * 0.014, mix(bit, "#ffffff", 0.6))
    return floats_of(pixels)


def table(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A bowl on a table from above, a spoon, a napkin, herbs."""
    ground = floats_of(camera.wood(r, w, h) if r.random() < 0.6 else camera.cloth(r, w, h))
    pixels = bytes_of(ground)
    edge, left = min(w, h), w * 0.5
    cloth = np.array([(0.05, 0.1), (0.33, 0.04), (0.38, 0.8), (0.09, 0.86)]) * (w, h)
    tone = ("#c94f3d", "#e9e4d8", "#35506b", "#d8a84a")[int(r.integers(4))]
    polygon(pixels, cloth + np.array((8, 12)), "#3a2c20")
    polygon(pixels, cloth, tone)
    for share in np.linspace(0.08, 0.92, 9):
        a, b = cloth[0] + (cloth[1] - cloth[0]) * share, cloth[3] + (cloth[2] - cloth[3]) * share
        stroke(pixels, np.array([a, b]), mix(tone, "#ffffff", 0.35), max(2, w // 240))
    picture = _bowl(r, floats_of(pixels), left + w * r.uniform(-0.02, 0.06), h * 0.5, edge * 0.36, hint)
    pixels = bytes_of(picture)
    sx = w * 0.87
    polygon(
        pixels,
        np.array([(sx - 4, h * 0.42), (sx + 10, h * 0.42), (sx + 14, h * 0.86), (sx - 8, h * 0.86)])
        + np.array((6, 8)),
        "#2d221a",
    )
    polygon(
        pixels,
        np.array([(sx - 6, h * 0.4), (sx + 6, h * 0.4), (sx + 10, h * 0.86), (sx - 10, h * 0.86)]),
        "#b9bcc0",
    )
    turn = np.linspace(0, 2 * np.pi, 40)
    polygon(
        pixels,
        np.stack([sx + np.cos(turn) * edge * 0.045, h * 0.32 + np.sin(turn) * edge * 0.085], axis=1),
        "#c9ccd0",
    )
    polygon(
        pixels,
        np.stack([sx + np.cos(turn) * edge * 0.033, h * 0.325 + np.sin(turn) * edge * 0.068], axis=1),
        "#9ea3a8",
    )
    for _ in range(7):
        leaf(
            pixels,
            w * r.uniform(0.78, 0.98),
            h * r.uniform(0.04, 0.2),
            r.uniform(0, 6.28),
            edge * r.uniform(0.05, 0.09),
            0.2,
            "#4c7a3f",
            "#87ab6b",
        )
    return Drawn(
        bytes_of(floats_of(pixels), r, 0.012),
        f"A bowl of {DISHES[hint][2]} from above, with a spoon and a napkin.",
    )


def _jar(r: Random, pixels: Bytes, x: float, foot: float, wide: float, tall: float, filling: str) -> None:
    body = np.array(
        [
            (x, foot),
            (x, foot - tall * 0.82),
            (x + wide * 0.1, foot - tall * 0.9),
            (x + wide * 0.9, foot - tall * 0.9),
            (x + wide, foot - tall * 0.82),
            (x + wide, foot),
        ]
    )
    polygon(pixels, body, "#dfe8e6")
    level = foot - tall * r.uniform(0.45, 0.78)
    polygon(
        pixels,
        np.array(
            [
                (x + wide * 0.06, foot - 4),
                (x + wide * 0.06, level),
                (x + wide * 0.94, level),
                (x + wide * 0.94, foot - 4),
            ]
        ),
        filling,
    )
    for _ in range(60):
        px, py = x + wide * r.uniform(0.1, 0.9), level + (foot - level - 8) * r.uniform(0.03, 1)
        dot(
            pixels,
            px,
            py,
            wide * r.uniform(0.018, 0.045),
            mix(filling, "#ffffff" if r.random() < 0.5 else "#2a1a10", float(r.uniform(0.1, 0.35))),
        )
    lid = ("#b98d5a", "#8d8f92", "#c8553d")[int(r.integers(3))]
    polygon(
        pixels,
        np.array(
            [
                (x + wide * 0.06, foot - tall * 0.88),
                (x + wide * 0.06, foot - tall),
                (x + wide * 0.94, foot - tall),
                (x + wide * 0.94, foot - tall * 0.88),
            ]
        ),
        lid,
    )
    polygon(
        pixels,
        np.array(
            [
                (x + wide * 0.12, level + 8),
                (x + wide * 0.2, level + 8),
                (x + wide * 0.2, foot - 14),
                (x + wide * 0.12, foot - 14),
            ]
        ),
        mix(filling, "#ffffff", 0.4),
    )
    polygon(
        pixels,
        np.array(
            [
                (x + wide * 0.26, foot - tall * 0.42),
                (x + wide * 0.78, foot - tall * 0.42),
                (x + wide * 0.78, foot - tall * 0.2),
                (x + wide * 0.26, foot - tall * 0.2),
            ]
        ),
        "#faf6ea",
    )
    for row in range(2):
        y = foot - tall * (0.35 - row * 0.07)
        stroke(pixels, np.array([(x + wide * 0.34, y), (x + wide * (0.7 - 0.1 * row), y)]), "#6b5d4d", 2)


def shelf(r: Random, w: int, h: int, hint: str) -> Drawn:
    """Jars of beans, grains and preserves on two boards."""
    pixels = bytes_of(gradient(w, h, [hint, mix(hint, "#ffffff", 0.35)], 70), r, 0.012)
    fillings = (
        "#7a2e1d",
        "#c9a15a",
        "#4b5d2c",
        "#d9772b",
        "#e9dcc0",
        "#5a2a4a",
        "#a8763e",
        "#2b1d16",
        "#b8434f",
    )
    for foot in (h * 0.46, h * 0.9):
        polygon(
            pixels,
            np.array(
                [(0, foot + h * 0.035), (w, foot + h * 0.035), (w, foot + h * 0.06), (0, foot + h * 0.06)]
            ),
            mix(hint, "#000000", 0.35),
        )
        polygon(
            pixels, np.array([(0, foot), (w, foot), (w, foot + h * 0.035), (0, foot + h * 0.035)]), "#9b6b43"
        )
        x = w * r.uniform(0.02, 0.06)
        while x < w * 0.92:
            wide, tall = w * r.uniform(0.08, 0.125), h * r.uniform(0.2, 0.34)
            _jar(r, pixels, x, foot, wide, tall, fillings[int(r.integers(len(fillings)))])
            x += wide + w * r.uniform(0.012, 0.04)
    return Drawn(pixels, "Glass jars of beans, grains and preserves on two wooden shelves.")
