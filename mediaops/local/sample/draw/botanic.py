"""Plants: pressed herbarium sheets, branching trees, seed heads, leaves scattered on paper."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Random,
    bytes_of,
    dot,
    floats_of,
    font,
    gradient,
    mix,
    noise,
    plain,
    polygon,
    shadow,
    stroke,
)

SPECIES = (
    ("Polypodium vulgare", "fern"),
    ("Salvia officinalis", "sprig"),
    ("Olea europaea", "sprig"),
    ("Ginkgo biloba", "fan"),
    ("Rosmarinus officinalis", "needle"),
    ("Quercus robur", "sprig"),
    ("Dryopteris filix-mas", "fern"),
    ("Thymus serpyllum", "sprig"),
    ("Larix decidua", "needle"),
    ("Acer campestre", "fan"),
)
GREENS = ("#4f6b3a", "#6b7f45", "#3c5a47", "#7d7a3c", "#59704f")


def paper(r: Random, w: int, h: int, colour: str = "#f1e8d3") -> Bytes:
    """A sheet with fibres, a little darker to its edges."""
    sheet = floats_of(plain(w, h, colour))
    fibre = noise(r, w, h, 160, 2) * 0.012 + noise(r, w, h, 4, 2) * 0.018
    return bytes_of(sheet + fibre[..., None])


def leaf(
    pixels: Bytes, x: float, y: float, turn: float, length: float, wide: float, colour: str, vein: str
) -> None:
    """One pointed leaf from its stalk at (x, y)."""
    along = np.linspace(0, 1, 22)
    bulge = np.sin(np.pi * along**0.8) * wide * length
    axis, side = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    spine = np.array([x, y]) + along[:, None] * length * axis
    polygon(pixels, np.vstack([spine + bulge[:, None] * side, (spine - bulge[:, None] * side)[::-1]]), colour)
    if length > 18:
        stroke(pixels, spine, vein, max(1, int(length / 60)))


def _frond(r: Random, pixels: Bytes, x: float, y: float, turn: float, length: float, colour: str) -> None:
    bend = r.uniform(-0.5, 0.5)
    count = 34
    points = [(x, y)]
    for index in range(count):
        share = index / count
        angle = turn + bend * share
        x, y = x + np.cos(angle) * length / count, y + np.sin(angle) * length / count
        points.append((x, y))
        reach = length * 0.3 * np.sin(np.pi * (0.12 + 0.88 * (1 - share)) * 0.62) * (1 - share * 0.6)
        for side in (-1, 1):
            tone = mix(colour, "#d8c47a", float(r.uniform(0, 0.18)))
            leaf(
                pixels,
                x,
                y,
                angle + side * (1.25 - 0.4 * share),
                reach,
                0.11,
                tone,
                mix(tone, "#000000", 0.2),
            )
    stroke(pixels, np.array(points), mix(colour, "#3a2a18", 0.45), max(2, int(length / 260)))


def _sprig(
    r: Random, pixels: Bytes, x: float, y: float, turn: float, length: float, colour: str, kind: str
) -> None:
    count = 15 if kind != "needle" else 60
    points = [(x, y)]
    for index in range(count):
        share = index / count
        turn += r.normal(0, 0.035)
        x, y = x + np.cos(turn) * length / count, y + np.sin(turn) * length / count
        points.append((x, y))
        if share < 0.12:
            continue
        for side in (-1, 1):
            tone = mix(colour, "#c9b458" if r.random() < 0.5 else "#27402c", float(r.uniform(0, 0.25)))
            size = length * (0.2 if kind == "sprig" else 0.1) * (1.1 - 0.6 * share) * r.uniform(0.85, 1.1)
            spread = 0.75 + r.normal(0, 0.1)
            leaf(
                pixels,
                x,
                y,
                turn + side * spread,
                size,
                0.2 if kind == "sprig" else 0.05,
                tone,
                mix(tone, "#000000", 0.25),
            )
    leaf(
        pixels,
        x,
        y,
        turn,
        length * 0.1,
        0.2 if kind == "sprig" else 0.05,
        colour,
        mix(colour, "#000000", 0.25),
    )
    stroke(pixels, np.array(points), mix(colour, "#3a2a18", 0.6), max(2, int(length / 200)))


def _fan(r: Random, pixels: Bytes, x: float, y: float, turn: float, size: float, colour: str) -> None:
    spread = np.linspace(-0.95, 0.95, 60)
    rim = size * (1 + 0.035 * np.sin(spread * 21) - 0.16 * np.exp(-((spread / 0.07) ** 2)))
    points = np.stack([x + np.cos(turn + spread) * rim, y + np.sin(turn + spread) * rim], axis=1)
    polygon(pixels, np.vstack([[(x, y)], points]), colour)
    for ray in np.linspace(-0.85, 0.85, 18):
        tip = (x + np.cos(turn + ray) * size * 0.96, y + np.sin(turn + ray) * size * 0.96)
        stroke(pixels, np.array([(x, y), tip]), mix(colour, "#6b5a1e", 0.25), 1)
    stroke(
        pixels,
        np.array([(x, y), (x - np.cos(turn) * size * 0.7, y - np.sin(turn) * size * 0.7)]),
        mix(colour, "#3a2a18", 0.5),
        3,
    )


def herbarium(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A pressed plant on paper with a handwritten label. ``hint`` is the index of the species."""
    name, kind = SPECIES[int(hint) % len(SPECIES)]
    sheet = paper(r, w, h)
    layer = np.full((h, w, 3), 255, dtype=np.uint8)
    colour = GREENS[int(r.integers(len(GREENS)))]
    foot, tall = (w * r.uniform(0.42, 0.58), h * 0.84), h * 0.7
    if kind == "fern":
        for spread in (-0.42, 0.0, 0.38):
            _frond(r, layer, *foot, -np.pi / 2 + spread, tall * (0.95 - abs(spread) * 0.5), colour)
    elif kind == "fan":
        for _ in range(8):
            at = (w * r.uniform(0.22, 0.78), h * r.uniform(0.2, 0.72))
            _fan(
                r,
                layer,
                *at,
                r.uniform(0, 6.28),
                min(w, h) * r.uniform(0.1, 0.17),
                mix("#c99a2e", colour, float(r.uniform(0, 0.5))),
            )
    else:
        for spread in (-0.4, 0.05, 0.42):
            _sprig(r, layer, *foot, -np.pi / 2 + spread, tall * (0.95 - abs(spread) * 0.6), colour, kind)
    mask = (layer.min(axis=2) < 250).astype(np.float32)
    shade = shadow(mask, 5, 7, 8)[..., None] * 0.28
    picture = floats_of(sheet) * (1 - shade)
    veil = mask[..., None]
    texture = 1 + 0.14 * noise(r, w, h, 40, 3)[..., None]
    picture = picture * (1 - veil) + floats_of(layer) * texture * veil
    pixels = bytes_of(picture, r, 0.012)
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    box = (int(w * 0.56), int(h * 0.875), int(w * 0.94), int(h * 0.965))
    pen.rectangle(box, fill=(250, 245, 232), outline=(150, 130, 100))
    pen.text(
        (box[0] + w * 0.02, box[1] + h * 0.005),
        name,
        font=font("EBGaramond-Italic", int(h * 0.03)),
        fill=(60, 45, 30),
    )
    pen.text(
        (box[0] + w * 0.02, box[1] + h * 0.042),
        f"No. {int(r.integers(100, 990))}, leg. M. Okafor",
        font=font("Caveat-Medium", int(h * 0.03)),
        fill=(50, 60, 110),
    )
    return Drawn(np.asarray(image), f"Herbarium sheet with a pressed plant, labelled {name}.")


def tree(r: Random, w: int, h: int, hint: str) -> Drawn:
    """One bare or leafy tree, grown by branching, against a soft ground."""
    seasons = {
        "spring": (("#f7e9ee", "#f3cfd9"), ("#f2a0b8", "#f7c3d0", "#fde3ea")),
        "summer": (("#eaf3e4", "#cfe3cf"), ("#5f8f4c", "#7fae5b", "#3f6f3f")),
        "autumn": (("#fbf0dd", "#f0d3a6"), ("#d9772b", "#c4472c", "#e8b23f")),
        "winter": (("#e8eef4", "#c3d1de"), ()),
    }
    ground, leaves = seasons[hint]
    pixels = bytes_of(gradient(w, h, list(ground)), r, 0.01)
    hill = np.stack([np.linspace(0, w, 50), h * 0.9 - np.sin(np.linspace(0, np.pi, 50)) * h * 0.04], axis=1)
    polygon(pixels, np.vstack([hill, [(w, h), (0, h)]]), mix(ground[1], "#5a4a3a", 0.3))
    tips: list[tuple[float, float]] = []
    trunk = "#3d2f2a"
    stack = [(w * 0.5, h * 0.88, -np.pi / 2, h * 0.165, h * 0.028)]
    while stack:
        x, y, turn, length, thick = stack.pop()
        ex, ey = x + np.cos(turn) * length, y + np.sin(turn) * length
        stroke(pixels, np.array([(x, y), (ex, ey)]), trunk, max(1, int(thick)))
        if length < h * 0.019:
            tips.append((ex, ey))
            continue
        for side in (-1, 1):
            bend, shorter = r.uniform(0.2, 0.55), length * r.uniform(0.7, 0.86)
            stack += [(ex, ey, turn + side * bend, shorter, thick * 0.68)]
    for x, y in tips[:4000] if leaves else []:
        for _ in range(2):
            dot(
                pixels,
                x + r.normal(0, h * 0.012),
                y + r.normal(0, h * 0.012),
                h * r.uniform(0.004, 0.011),
                leaves[int(r.integers(len(leaves)))],
            )
    if leaves:
        for _ in range(90):
            dot(
                pixels,
                w * 0.5 + r.normal(0, w * 0.16),
                h * r.uniform(0.87, 0.96),
                h * 0.006,
                leaves[int(r.integers(len(leaves)))],
            )
    return Drawn(pixels, f"A single tree in {hint}, drawn branch by branch.")


def seedhead(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A sunflower's spiral of seeds (golden angle), with petals."""
    pixels = plain(w, h, hint)
    edge = min(w, h)
    cx, cy = w / 2, h / 2
    petal = "#f0b429" if hint != "#f4e3c1" else "#d9622b"
    for ring, count in ((0.44, 26), (0.41, 24)):
        for index in range(count):
            turn = index / count * 2 * np.pi + ring * 7
            leaf(
                pixels,
                cx + np.cos(turn) * edge * 0.2,
                cy + np.sin(turn) * edge * 0.2,
                turn,
                edge * (ring - 0.18),
                0.17,
                mix(petal, "#a8430f", float(r.uniform(0, 0.3))),
                mix(petal, "#8a3b0b", 0.4),
            )
    dot(pixels, cx, cy, edge * 0.235, "#3b2314")
    golden = np.pi * (3 - np.sqrt(5))
    for index in range(900):
        radius = edge * 0.23 * np.sqrt(index / 900)
        tone = mix("#7d4a1f", "#e2a33b", index / 900)
        dot(
            pixels,
            cx + np.cos(index * golden) * radius,
            cy + np.sin(index * golden) * radius,
            edge * 0.0022 * (1 + index / 450),
            tone,
        )
    return Drawn(pixels, "A sunflower from above, its seeds in spirals of the golden angle.")
