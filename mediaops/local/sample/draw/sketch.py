"""What a team draws by hand: whiteboards, walls of sticky notes, notebook pages.

A sketch is told by a dict: ``kind`` (loop, flow, venn, ladder, notes, notebook), ``title`` and ``words``.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw import camera
from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    floats_of,
    font,
    ink,
    mask_of,
    noise,
    over,
    plain,
    polygon,
    shadow,
    stroke,
)
from mediaops.local.sample.draw.covers import wrapped

MARKERS = ("#22345c", "#b3342f", "#2b7a4b", "#3b3b3b")
STICKIES = ("#ffe27a", "#ffb5a7", "#b8e0d2", "#c9c3f2", "#ffd3a1", "#a9d8f5")
HAND = "Caveat-Medium"


def _wobble(r: Random, points: Floats, size: float) -> Floats:
    """A polyline as a hand draws it: more points, each a little off."""
    dense: list[Floats] = []
    for a, b in pairwise(points):
        steps = max(2, int(np.hypot(*(b - a)) / 26))
        dense.append(a + (b - a) * np.linspace(0, 1, steps, endpoint=False)[:, None])
    line = np.vstack([*dense, points[-1:]])
    return (
        line
        + np.cumsum(r.normal(0, size * 0.35, line.shape), axis=0) * 0.5
        + r.normal(0, size * 0.3, line.shape)
    ).astype(np.float32)


def _line(r: Random, pixels: Bytes, points: list[tuple[float, float]], colour: str, thick: int) -> None:
    stroke(pixels, _wobble(r, np.array(points, dtype=np.float32), thick * 0.5), colour, thick)


def _arrow(
    r: Random,
    pixels: Bytes,
    a: tuple[float, float],
    b: tuple[float, float],
    colour: str,
    thick: int,
    bow: float = 0.0,
) -> None:
    ax, ay = a
    bx, by = b
    t = np.linspace(0, 1, 14)
    x = ax + (bx - ax) * t - (by - ay) * bow * np.sin(np.pi * t)
    y = ay + (by - ay) * t + (bx - ax) * bow * np.sin(np.pi * t)
    stroke(pixels, np.stack([x, y], axis=1) + r.normal(0, thick * 0.2, (14, 2)), colour, thick)
    turn = np.arctan2(y[-1] - y[-3], x[-1] - x[-3])
    for side in (-0.5, 0.5):
        tip = (x[-1] - np.cos(turn + side) * thick * 6, y[-1] - np.sin(turn + side) * thick * 6)
        stroke(pixels, np.array([tip, (x[-1], y[-1])]), colour, thick)


def _write(
    pixels: Bytes,
    x: float,
    y: float,
    text: str,
    size: int,
    colour: str,
    width: float = 1e9,
    anchor: str = "mm",
) -> None:
    """Handwriting centred at (x, y), in as many lines as it takes; in place."""
    image = Image.fromarray(pixels)
    pen = ImageDraw.Draw(image)
    lines = wrapped(text, HAND, size, width)
    top = y - (len(lines) - 1) * size * 0.45
    for line in lines:
        pen.text((x, top), line, font=font(HAND, size), fill=ink(colour), anchor=anchor)
        top += size * 0.9
    pixels[:] = np.asarray(image)


def _board(r: Random, w: int, h: int) -> Bytes:
    board = floats_of(plain(w, h, "#f4f6f5"))
    gx = np.linspace(-1, 1, w, dtype=np.float32)[None, :]
    gleam = (
        np.exp(-((gx - r.uniform(-0.6, 0.6)) ** 2) / 0.1)
        * np.linspace(0.05, -0.05, h, dtype=np.float32)[:, None]
    )
    return bytes_of((board + gleam[..., None]).astype(np.float32))


def _ring(w: int, h: int, count: int) -> list[tuple[float, float]]:
    turns = [index / count * 2 * np.pi - np.pi / 2 for index in range(count)]
    return [(w * (0.5 + 0.31 * float(np.cos(t))), h * (0.55 + 0.29 * float(np.sin(t)))) for t in turns]


def _loop(r: Random, pixels: Bytes, words: list[str]) -> None:
    h, w = pixels.shape[:2]
    places, thick, size = _ring(w, h, len(words)), max(3, w // 320), w // 20
    for index, (a, word) in enumerate(zip(places, words, strict=True)):
        b = places[(index + 1) % len(places)]
        near, far = 0.3, 0.7
        start = (a[0] + (b[0] - a[0]) * near, a[1] + (b[1] - a[1]) * near)
        end = (a[0] + (b[0] - a[0]) * far, a[1] + (b[1] - a[1]) * far)
        _arrow(r, pixels, start, end, MARKERS[1], thick, 0.16)
        _write(pixels, *a, word, size, MARKERS[0], w * 0.2)


def _flow(r: Random, pixels: Bytes, words: list[str]) -> None:
    h, w = pixels.shape[:2]
    thick, size, count = max(3, w // 320), w // 25, len(words)
    wide, tall = w * 0.78 / count, h * 0.24
    for index, word in enumerate(words):
        x, y = w * 0.12 + (index + 0.5) * wide, h * (0.55 + 0.07 * (-1) ** index)
        half = wide * 0.38
        box = [
            (x - half, y - tall / 2),
            (x + half, y - tall / 2),
            (x + half, y + tall / 2),
            (x - half, y + tall / 2),
            (x - half, y - tall / 2),
        ]
        _line(r, pixels, box, MARKERS[(index % 2) * 2], thick)
        _write(pixels, x, y, word, size, MARKERS[0], half * 1.7)
        if index < count - 1:
            _arrow(
                r,
                pixels,
                (x + half + 6, y),
                (x + wide - half - 8, h * (0.55 + 0.07 * (-1) ** (index + 1))),
                MARKERS[1],
                thick,
            )


def _venn(r: Random, pixels: Bytes, words: list[str]) -> None:
    h, w = pixels.shape[:2]
    radius, thick = h * 0.25, max(4, w // 280)
    turn = np.linspace(0, 2 * np.pi, 70)
    places = ((0.38, 0.5), (0.62, 0.5), (0.5, 0.72))
    for (px, py), word, colour in zip(places, words, (MARKERS[0], MARKERS[1], MARKERS[2]), strict=False):
        circle = np.stack([w * px + np.cos(turn) * radius, h * py + np.sin(turn) * radius * 0.95], axis=1)
        stroke(pixels, circle + r.normal(0, 1.1, circle.shape), colour, thick)
        _write(
            pixels,
            w * (0.5 + (px - 0.5) * 1.7),
            h * (0.57 + (py - 0.57) * 1.35),
            word,
            w // 28,
            colour,
            radius * 1.1,
        )
    if len(words) > 3:
        _write(pixels, w * 0.5, h * 0.575, words[3], w // 22, MARKERS[3], radius * 0.8)


def _ladder(r: Random, pixels: Bytes, words: list[str]) -> None:
    h, w = pixels.shape[:2]
    thick = max(3, w // 320)
    step_w, step_h = w * 0.76 / len(words), h * 0.6 / len(words)
    points: list[tuple[float, float]] = [(w * 0.1, h * 0.9)]
    for index, word in enumerate(words):
        x, y = w * 0.1 + index * step_w, h * 0.9 - (index + 1) * step_h
        points += [(x, y), (x + step_w, y)]
        _write(pixels, x + step_w * 0.52, y - h * 0.045, word, w // 27, MARKERS[index % 3], step_w * 1.1)
    _line(r, pixels, points, MARKERS[3], thick + 1)


def whiteboard(r: Random, w: int, h: int, told: dict[str, Any]) -> Drawn:
    """A diagram in markers on a whiteboard."""
    pixels = _board(r, w, h)
    _write(pixels, w * 0.5, h * 0.1, told["title"], w // 18, MARKERS[0])
    half = font(HAND, w // 18).getlength(told["title"]) / 2
    _line(r, pixels, [(w * 0.5 - half, h * 0.145), (w * 0.5 + half, h * 0.14)], MARKERS[1], max(3, w // 300))
    {"loop": _loop, "flow": _flow, "venn": _venn, "ladder": _ladder}[told["kind"]](r, pixels, told["words"])
    shade = camera.light(r, w // 8, h // 8)
    lit = floats_of(pixels) * _sized(shade, w, h)
    kinds = {
        "loop": "a loop of",
        "flow": "boxes and arrows:",
        "venn": "three overlapping circles:",
        "ladder": "steps that rise:",
    }
    return Drawn(
        bytes_of(lit, r, 0.008),
        f"Whiteboard titled “{told['title']}”, {kinds[told['kind']]} {', '.join(told['words'])}.",
    )


def _sized(coarse: Floats, w: int, h: int) -> Floats:
    return (
        np.asarray(
            Image.fromarray((coarse * 160).clip(0, 255).astype(np.uint8)).resize(
                (w, h), Image.Resampling.BICUBIC
            ),
            dtype=np.float32,
        )
        / 160
    )


def stickies(r: Random, w: int, h: int, told: dict[str, Any]) -> Drawn:
    """Sticky notes on a wall, in columns, one thought each."""
    wall = floats_of(plain(w, h, ("#e9e6e0", "#dfe5e8", "#f0ece4")[int(r.integers(3))])) * (
        1 + 0.02 * noise(r, w, h, 60, 2)[..., None]
    )
    words = list(told["words"])
    columns = 4 if len(words) > 8 else 3
    rows = -(-len(words) // columns)
    size = min(w / columns, h * 0.84 / rows) * 0.74
    notes: list[tuple[Floats, str, str]] = []
    for index, word in enumerate(words):
        cx = w * (index % columns + 0.5) / columns + r.normal(0, w * 0.008)
        cy = h * 0.12 + h * 0.86 * (index // columns + 0.5) / rows + r.normal(0, h * 0.01)
        turn = r.normal(0, 0.05)
        spin = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
        corner = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * size
        notes.append(
            ((corner @ spin + (cx, cy)).astype(np.float32), word, STICKIES[int(r.integers(len(STICKIES)))])
        )
    all_notes = np.max([mask_of(w, h, box) for box, _, _ in notes], axis=0)
    wall = over(wall, "#2a241c", shadow(all_notes, 4, 10, 9) * 0.4)
    pixels = bytes_of(wall)
    for box, word, colour in notes:
        polygon(pixels, box, colour)
        middle = box.mean(axis=0)
        _write(
            pixels, float(middle[0]), float(middle[1]), word, max(18, int(size / 4.9)), "#2b2b3a", size * 0.84
        )
    _write(pixels, w * 0.5, h * 0.065, told["title"], w // 24, "#2b2b3a")
    return Drawn(
        bytes_of(floats_of(pixels), r, 0.01),
        f"Sticky notes on a wall under “{told['title']}”: {', '.join(words)}.",
    )


def notebook(r: Random, w: int, h: int, told: dict[str, Any]) -> Drawn:
    """A page of a ruled or squared notebook, written by hand, photographed on a table."""
    pw, ph = 900, 1230
    page = floats_of(plain(pw, ph, "#fbf8ee"))
    pitch, squared = 46, bool(r.random() < 0.5)
    for y in range(150, ph - 40, pitch):
        page[y : y + 2] *= np.array([0.88, 0.92, 0.97], dtype=np.float32)
    if squared:
        for x in range(30, pw, pitch):
            page[:, x : x + 2] *= np.array([0.9, 0.94, 0.98], dtype=np.float32)
    else:
        page[:, 108:111] *= np.array([1.0, 0.78, 0.78], dtype=np.float32)
    pixels = bytes_of(page)
    pen = ("#1f2f6b", "#2b2b2b", "#234f3d")[int(r.integers(3))]
    _write(pixels, 130, 105, told["title"], 66, pen, anchor="lm")
    _line(r, pixels, [(130, 140), (130 + font(HAND, 66).getlength(told["title"]), 137)], MARKERS[1], 4)
    y = 150 + pitch * 1.5
    for thought in told["words"]:
        for number, line in enumerate(wrapped(thought, HAND, 44, pw - 230)):
            if number == 0:
                _line(r, pixels, [(132, y - 8), (146, y - 8)], MARKERS[1], 5)
            _write(pixels, 168 + r.normal(0, 2), y - 10, line, 44, pen, anchor="lm")
            y += pitch
        y += pitch * 0.5
        if y > ph - pitch * 2:
            break
    view = camera.shot(r, (pw, ph), (w, h), 0.1, 0.0)
    ground = camera.wood(r, w, h) if r.random() < 0.5 else camera.cloth(r, w, h)
    return Drawn(
        camera.photograph(r, pixels, view, ground),
        f"Handwritten notebook page, “{told['title']}”: {'; '.join(told['words'])}.",
    )
