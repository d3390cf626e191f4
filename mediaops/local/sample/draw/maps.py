"""Maps: contour lines of made-up terrain, a town's streets, an island as an old chart."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    colour_of,
    floats_of,
    font,
    grid,
    ink,
    mask_of,
    mix,
    noise,
    over,
    plain,
    polygon,
    rgb,
    stroke,
)

RELIEFS = {
    "paper": (("#f4ecd8", "#ece0c2", "#f8f3e6"), "#8a5a2b"),
    "alpine": (("#a9c29b", "#d9dcb0", "#c9a67c", "#f3efe8"), "#5a4632"),
    "blueprint": (("#123a63", "#17497c", "#1d5690"), "#cfe4f7"),
    "dusk": (("#2a2145", "#5c3a67", "#b65f6a", "#f2b880"), "#fdf0dc"),
}


def _contours(height: Floats, steps: int) -> tuple[Floats, Floats]:
    """Thin lines at each step of height, and the bolder one at every fifth."""
    scaled = height * steps
    gy, gx = np.gradient(scaled)
    slope = np.hypot(gx, gy) + 1e-5
    near = np.abs(scaled - np.round(scaled)) / slope
    thin = np.clip(1.15 - near, 0, 1)
    bold = np.clip(1.9 - near, 0, 1) * (np.round(scaled).astype(np.int32) % 5 == 0)
    return thin.astype(np.float32), bold.astype(np.float32)


def contours(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A topographic sheet with relief shading and a few spot heights."""
    tints, line = RELIEFS[hint]
    height = noise(r, w, h, 2.6, 4, 0.42)
    height = (height - height.min()) / (height.max() - height.min())
    picture = colour_of(height, list(tints))
    gy, gx = np.gradient(cv2.GaussianBlur(height, (0, 0), 3))
    picture = picture * (1 + np.clip((gx + gy) * w * 0.06, -0.22, 0.18))[..., None].astype(np.float32)
    thin, bold = _contours(height, 28)
    picture = over(over(picture, line, thin * 0.45), line, bold * 0.7)
    image = Image.fromarray(bytes_of(picture, r, 0.008))
    pen = ImageDraw.Draw(image)
    face = font("EBGaramond-Italic", max(16, w // 58))
    for _ in range(7):
        x, y = int(r.uniform(0.06, 0.9) * w), int(r.uniform(0.06, 0.92) * h)
        pen.polygon([(x, y - 7), (x - 6, y + 5), (x + 6, y + 5)], fill=ink(line))
        pen.text((x + 10, y - w // 90), f"{int(400 + 2100 * height[y, x])}", font=face, fill=ink(line))
    return Drawn(np.asarray(image), "Topographic map with contour lines, shaded relief and spot heights.")


def _river(r: Random, w: int, h: int) -> Floats:
    along = np.linspace(-0.05, 1.05, 80)
    bend = (
        0.5 + 0.16 * np.sin(along * r.uniform(4, 8) + r.uniform(0, 6)) + (along - 0.5) * r.uniform(-0.4, 0.4)
    )
    return np.stack([along * w, bend * h], axis=1).astype(np.float32)


def streets(r: Random, w: int, h: int, hint: str) -> Drawn:
    """A town plan: blocks on two turned grids, a river, parks and one avenue."""
    styles = {
        "day": ("#f3efe6", "#ffffff", "#e4ddcf", "#a9d3e2", "#cfe3b8", "#f6c35b"),
        "night": ("#1b2430", "#3a4758", "#222d3b", "#16405c", "#24463a", "#e0a03c"),
        "print": ("#faf4e6", "#d8583f", "#f3e3c4", "#8fb9bd", "#c6cf9a", "#2c3e57"),
    }
    ground, road, block, water, park, avenue = styles[hint]
    pixels = plain(w, h, road)
    edge = max(w, h)
    for side in (0, 1):
        turn = r.uniform(0.1, 0.5) + side * 0.9
        axis, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
        part = plain(w, h, road)
        u = -edge
        while u < edge:
            deep = edge * r.uniform(0.035, 0.07)
            v = -edge
            while v < edge:
                long = edge * r.uniform(0.04, 0.11)
                gap = edge * 0.0045
                corner = np.array(
                    [
                        (u + gap, v + gap),
                        (u + deep - gap, v + gap),
                        (u + deep - gap, v + long - gap),
                        (u + gap, v + long - gap),
                    ]
                )
                points = corner[:, :1] * axis + corner[:, 1:] * across + (w / 2, h / 2)
                tone = r.random()
                polygon(part, points, park if tone < 0.06 else mix(block, ground, float(r.uniform(0, 1))))
                v += long
            u += deep
        if side == 0:
            pixels[:] = part
        else:
            split = w * r.uniform(0.35, 0.65)
            mask = mask_of(w, h, np.array([(split, 0), (w, 0), (w, h), (split - w * 0.2, h)]))[..., None]
            pixels[:] = bytes_of(floats_of(pixels) * (1 - mask) + floats_of(part) * mask)
    course = _river(r, w, h)
    stroke(pixels, course, mix(water, "#ffffff", 0.35), int(edge * 0.052))
    stroke(pixels, course, water, int(edge * 0.044))
    for share in (0.25, 0.5, 0.78):
        x = share * w + r.uniform(-0.06, 0.06) * w
        line = np.array([(x, -5), (x + r.uniform(-0.15, 0.15) * w, h + 5)])
        stroke(pixels, line, mix(avenue, "#000000", 0.25), int(edge * 0.011))
        stroke(pixels, line, avenue, int(edge * 0.008))
    return Drawn(pixels, "Street map of a river town with blocks, small parks and three bridges.")


NAMES = (
    "Gullhaven",
    "Cape Sorrow",
    "Mount Ash",
    "The Narrows",
    "Old Light",
    "Bay of Reeds",
    "St. Orran",
    "Whale Rocks",
)


def _coast(r: Random, w: int, h: int) -> tuple[Floats, Bytes]:
    x, y = grid(w, h)
    round_off = np.hypot((x - w / 2) / (w * 0.42), (y - h / 2) / (h * 0.42))
    height = (0.62 - round_off**1.4 * 0.62 + 0.42 * noise(r, w, h, 4, 5, 0.5)).astype(np.float32)
    return height, (height > 0).astype(np.uint8)


def island(r: Random, w: int, h: int, hint: str) -> Drawn:
    """An island as an old sea chart: coast lines, little mountains, names, a compass rose."""
    sea, land, line = {
        "sepia": ("#e6d9bb", "#f3e9cf", "#5b4026"),
        "sea": ("#c7dcd9", "#f5eed9", "#34515e"),
        "rose": ("#ecd2c4", "#faf0e0", "#7a3b3f"),
    }[hint]
    height, shape = _coast(r, w, h)
    picture = np.tile(rgb(sea), (h, w, 1)).astype(np.float32)
    away = cv2.distanceTransform(1 - shape, cv2.DIST_L2, 5)
    rings = np.clip(1.3 - np.abs((away % (w / 110)) - 2), 0, 1) * np.exp(-away / (w * 0.025)) * (away > 0)
    picture = over(picture, line, (rings * 0.5).astype(np.float32))
    land_mask = cv2.GaussianBlur(shape.astype(np.float32), (0, 0), 1.0).astype(np.float32)
    tone = colour_of(np.clip(height, 0, 0.7), [land, mix(land, line, 0.22)])
    picture = over(picture, tone, land_mask)
    border = cv2.morphologyEx(shape, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).astype(np.float32)
    picture = over(picture, line, cv2.GaussianBlur(border, (0, 0), 0.8).astype(np.float32))
    picture *= (1 + 0.035 * noise(r, w, h, 5, 4))[..., None]
    pixels = bytes_of(picture, r, 0.012)
    inside = np.argwhere(height > 0.42)
    size = w * 0.017
    for cy, cx in sorted(inside[r.integers(0, len(inside), 26)].tolist()):
        hill = np.array(
            [(cx - size, cy + size * 0.6), (cx - size * 0.1, cy - size), (cx + size, cy + size * 0.6)]
        )
        polygon(pixels, hill, mix(land, line, 0.1))
        stroke(pixels, hill, line, 2)
        stroke(
            pixels,
            np.array([(cx, cy - size * 0.8), (cx + size * 0.25, cy), (cx + size * 0.1, cy + size * 0.4)]),
            line,
            1,
        )
    return Drawn(
        _lettering(r, pixels, height, line),
        "Hand-drawn style chart of an island with hills, coast lines and place names.",
    )


def _lettering(r: Random, pixels: Bytes, height: Floats, line: str) -> Bytes:
    h, w = height.shape
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    shore = np.argwhere((height > 0.05) & (height < 0.3))
    taken: list[tuple[int, int]] = []
    for name in r.permutation(np.array(NAMES))[:6].tolist():
        for y, x in shore[r.integers(0, len(shore), 30)].tolist():
            if all(abs(y - ty) > h * 0.06 or abs(x - tx) > w * 0.2 for ty, tx in taken) and x < w * 0.8:
                taken.append((y, x))
                pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=ink(line))
                pen.text((x + 9, y - w // 60), name, font=font("EBGaramond-Italic", w // 42), fill=ink(line))
                break
    cx, cy, size = w * 0.9, h * 0.86, w * 0.055
    for index in range(8):
        turn, reach = index * np.pi / 4, size * (1 if index % 2 == 0 else 0.6)
        tip = (cx + np.sin(turn) * reach, cy - np.cos(turn) * reach)
        for side, fill in ((-1, ink(line)), (1, (250, 245, 230))):
            foot = (cx + np.sin(turn + side * 0.5) * size * 0.2, cy - np.cos(turn + side * 0.5) * size * 0.2)
            pen.polygon([tip, foot, (cx, cy)], fill=fill, outline=ink(line))
    pen.text(
        (cx, cy - size * 1.35), "N", font=font("EBGaramond-Regular", w // 44), fill=ink(line), anchor="mm"
    )
    pen.rectangle((w * 0.015, w * 0.015, w * 0.985, h - w * 0.015), outline=ink(line), width=max(2, w // 500))
    return np.asarray(image)
