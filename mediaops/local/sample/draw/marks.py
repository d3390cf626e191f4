"""What readers leave on a page: highlighter in five colours, pen lines, notes in the margin, sticky tabs."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw.canvas import Bytes, Floats, Random, floats_of, font, ink, noise, rgb, stroke
from mediaops.local.sample.draw.typeset import Page, Row, Word

MARKERS = {"yellow": "#fff04a", "green": "#9cf06b", "pink": "#ff9ac4", "blue": "#8fd3ff", "orange": "#ffbf61"}
PENS = ("#27408b", "#3a3a3a", "#a3312b")
NOTES = (
    "!",
    "yes",
    "cf. habits",
    "quote this",
    "why?",
    "for the intro",
    "key",
    "see ch. 2",
    "ask Mara",
    "so good",
)


@dataclass(frozen=True)
class Mark:
    """One marked passage: ids of its words over the page, one box (l, t, r, b) per line, in pixels."""

    color: str
    words: tuple[int, ...]
    boxes: tuple[tuple[float, float, float, float], ...]


def _numbered(rows: list[Row]) -> list[tuple[int, int, Word]]:
    """(id of the word, line, word) over the whole page."""
    flat = [(index, word) for index, row in enumerate(rows) for word in row.words]
    return [(number, line, word) for number, (line, word) in enumerate(flat)]


def passages(r: Random, page: Page, count: int, colors: list[str]) -> list[Mark]:
    """Whole clauses of 5 to 32 words, none overlapping, chosen from the body of the page."""
    words = _numbered(page.rows)
    part = [page.rows[line].paragraph for _, line, _ in words]
    first, last = len(page.rows[0].words), len(words) - 1
    ends = [n for n, _, word in words if word.text[-1] in ".;:?!,” " and n >= first]
    spans = [
        (a + 1, b)
        for a in ends
        for b in ends
        if 5 <= b - a <= 32 and b <= last and part[a + 1] == part[b] >= 0
    ]
    spans = [(a, b) for a, b in spans if words[a - 1][2].text[-1] in ".;?!”"] or spans
    taken: list[tuple[int, int]] = []
    for pick in r.permutation(len(spans)).tolist():
        a, b = spans[pick]
        if len(taken) < count and all(b < x - 6 or a > y + 6 for x, y in taken):
            taken.append((a, b))
    return [_mark(r, words[a : b + 1], colors[i % len(colors)]) for i, (a, b) in enumerate(sorted(taken))]


def _mark(r: Random, span: list[tuple[int, int, Word]], color: str) -> Mark:
    boxes: list[tuple[float, float, float, float]] = []
    for line in sorted({line for _, line, _ in span}):
        on_line = [word for _, at, word in span if at == line]
        boxes.append(
            (
                on_line[0].left - r.uniform(1, 7),
                on_line[0].top - r.uniform(0, 4),
                on_line[-1].right + r.uniform(0, 7),
                on_line[0].bottom + r.uniform(-3, 2),
            )
        )
    return Mark(color, tuple(number for number, _, _ in span), tuple(boxes))


def highlight(r: Random, page: Page, marks: list[Mark]) -> None:
    """Lay the marker over the paper: it multiplies, its edges waver, its ends are wet."""
    for mark in marks:
        paint = rgb(MARKERS[mark.color])
        for left, top, right, bottom in mark.boxes:
            x0, x1 = max(0, int(left) - 3), min(page.pixels.shape[1], int(right) + 3)
            y0, y1 = max(0, int(top) - 3), min(page.pixels.shape[0], int(bottom) + 3)
            part = floats_of(page.pixels[y0:y1, x0:x1])
            cover = _swipe(r, x1 - x0, y1 - y0)[..., None]
            page.pixels[y0:y1, x0:x1] = ((part * (1 + (paint - 1) * cover)) * 255).astype(np.uint8)


def _swipe(r: Random, w: int, h: int) -> Floats:
    y = np.arange(h, dtype=np.float32)[:, None]
    x = np.arange(w, dtype=np.float32)[None, :]
    tilt = np.linspace(0, float(r.normal(0, 2.0)), w, dtype=np.float32)
    edge = tilt + noise(r, w, 1, max(2, w / 90), 2)[0] * 1.6
    inside = np.minimum(y - 2.5 - edge, h - 3.5 + edge - y)
    inside = np.minimum(inside, np.minimum(x - 2, w - 3 - x))
    wet = 0.82 + 0.1 * np.exp(-x / 9) + 0.1 * np.exp(-(w - x) / 9) + 0.05 * noise(r, w, h, 8, 2)
    return (np.clip(inside / 1.8 + 0.5, 0, 1) * np.clip(wet, 0, 1)).astype(np.float32)


def underline(r: Random, page: Page, marks: list[Mark]) -> None:
    """A pen line under a passage, drawn by hand."""
    pen = PENS[int(r.integers(len(PENS)))]
    for mark in marks:
        for left, _, right, bottom in mark.boxes:
            x = np.linspace(left + 4, right - 4, max(4, int((right - left) / 14)))
            y = bottom - 3 + np.cumsum(r.normal(0, 0.35, x.size)) + np.linspace(0, r.normal(0, 2), x.size)
            stroke(page.pixels, np.stack([x, y], axis=1), pen, 2)


def margin_note(r: Random, page: Page, mark: Mark) -> None:
    """A bracket beside a passage and a word or two, by hand."""
    width = page.pixels.shape[1]
    middle = (mark.boxes[0][1] + mark.boxes[-1][3]) / 2
    pen = PENS[int(r.integers(2))]
    outer = mark.boxes[-1][2] > width * 0.5
    x = width - 104 if outer else 92
    top, bottom = mark.boxes[0][1], mark.boxes[-1][3]
    y = np.linspace(top, bottom, 14)
    bow = np.sin(np.linspace(0, np.pi, 14)) * (10 if outer else -10)
    stroke(page.pixels, np.stack([x + bow, y], axis=1), pen, 2)
    note = NOTES[int(r.integers(len(NOTES)))]
    size = 34 if len(note) < 6 else 22
    image = Image.new("L", (150, 60), 0)
    ImageDraw.Draw(image).text((75, 30), note, font=font("Caveat-Medium", size), fill=255, anchor="mm")
    turned = np.asarray(image.rotate(float(r.uniform(-6, 12)), resample=Image.Resampling.BICUBIC))
    left = int(np.clip(x + 14 if outer else x - 88, 2, width - 92))
    _stamp(page.pixels, turned[:, 30:120], left, int(middle) - 30, pen)


def _stamp(pixels: Bytes, mask: Bytes, left: int, top: int, colour: str) -> None:
    h, w = mask.shape
    top = int(np.clip(top, 0, pixels.shape[0] - h))
    part = pixels[top : top + h, left : left + w].astype(np.float32)
    cover = mask[:, : part.shape[1], None].astype(np.float32) / 255 * 0.9
    paint = np.array(ink(colour), dtype=np.float32)
    pixels[top : top + h, left : left + w] = (part + (paint - part) * cover).astype(np.uint8)


def tabs(r: Random, page: Page, marks: list[Mark]) -> None:
    """Sticky tabs at the outer edge, in the colours of the marker."""
    width = page.pixels.shape[1]
    for mark in marks:
        y, tall, long = int(mark.boxes[0][1]), 34, int(r.integers(46, 74))
        part = page.pixels[y : y + tall, width - long :].astype(np.float32)
        paint = np.array(ink(MARKERS[mark.color]), dtype=np.float32) * 0.97
        shine = np.linspace(0.72, 0.95, long, dtype=np.float32)[None, :, None]
        page.pixels[y : y + tall, width - long :] = (part + (paint - part) * shine).astype(np.uint8)
        cv2.line(page.pixels, (width - long, y + tall), (width, y + tall), (120, 105, 80), 1, cv2.LINE_AA)
