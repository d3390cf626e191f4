"""Type on colour: book covers lying on a table, and quotations as teams share them."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.draw.abstract import SCHEMES, circles, flow, ridges, shapes, tiles
from mediaops.local.sample.draw.camera import wood
from mediaops.local.sample.draw.canvas import (
    Bytes,
    Drawn,
    Floats,
    Random,
    bytes_of,
    floats_of,
    font,
    gradient,
    ink,
    mask_of,
    mix,
    noise,
    over,
    shadow,
)


def wrapped(text: str, face: str, size: int, width: float) -> list[str]:
    """The text in lines that fit ``width`` pixels."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font(face, size).getlength(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _art(r: Random, w: int, h: int, scheme: str) -> Bytes:
    draw = (circles, flow, ridges, shapes, tiles)[int(r.integers(5))]
    return draw(r, w, h, scheme).pixels


def front(r: Random, w: int, h: int, title: str, author: str) -> Bytes:
    """The front of a book: art, and title and author in a panel of their own."""
    scheme = list(SCHEMES)[int(r.integers(len(SCHEMES)))]
    colours = SCHEMES[scheme]
    dark = colours[2] if scheme != "night" else colours[0]
    image = Image.fromarray(_art(r, w, h, scheme))
    pen = ImageDraw.Draw(image)
    style = int(r.integers(3))
    panel = (
        (0, int(h * 0.56), w, h),
        (int(w * 0.12), int(h * 0.14), int(w * 0.88), int(h * 0.6)),
        (0, 0, w, int(h * 0.46)),
    )[style]
    back = (dark, "#fbf7ee", colours[1])[style]
    pen.rectangle(panel, fill=ink(back))
    text = "#fbf7ee" if style != 1 else dark
    middle, size = (panel[0] + panel[2]) / 2, int(w * 0.105)
    lines = wrapped(title, "Fraunces-SemiBold", size, (panel[2] - panel[0]) * 0.84)
    y = (panel[1] + panel[3]) / 2 - len(lines) * size * 0.56 - size * 0.3
    for line in lines:
        pen.text((middle, y), line, font=font("Fraunces-SemiBold", size), fill=ink(text), anchor="ma")
        y += size * 1.14
    pen.text(
        (middle, y + size * 0.5),
        author.upper(),
        font=font("Inter-SemiBold", int(w * 0.036)),
        fill=ink(mix(text, back, 0.2)),
        anchor="ma",
    )
    return np.asarray(image)


def _laid(r: Random, ground: Floats, cover: Bytes, x: int, y: int) -> Floats:
    """A book on the ground, with its shadow, its hinge and a little gloss."""
    h, w = ground.shape[:2]
    ch, cw = cover.shape[:2]
    box = np.array([(x, y), (x + cw, y), (x + cw, y + ch), (x, y + ch)])
    shade = shadow(mask_of(w, h, box), int(w * 0.012), int(w * 0.016), w * 0.014)
    ground = over(ground, "#000000", shade * 0.5)
    book = floats_of(cover)
    along = np.linspace(0, 1, cw, dtype=np.float32)
    hinge = (
        1 - 0.28 * np.exp(-(((along - 0.035) / 0.008) ** 2)) + 0.09 * np.exp(-(((along - 0.05) / 0.01) ** 2))
    )
    gloss = np.clip(
        1.06 - 0.16 * (along[None, :] + np.linspace(0, 1, ch, dtype=np.float32)[:, None]) / 2, 0, 2
    )
    ground[y : y + ch, x : x + cw] = book * (hinge[None, :] * gloss)[..., None]
    return ground


def _ground(r: Random, w: int, h: int) -> Floats:
    if r.random() < 0.4:
        return floats_of(wood(r, w, h))
    scheme = list(SCHEMES.values())[int(r.integers(len(SCHEMES)))]
    base = gradient(w, h, [mix(scheme[5], "#ffffff", 0.35), scheme[5]], 60)
    return base * (1 + 0.03 * noise(r, w, h, 140, 1)[..., None])


def books(r: Random, w: int, h: int, told: list[tuple[str, str]]) -> Drawn:
    """One to three books lying side by side, seen from above."""
    ground = _ground(r, w, h)
    count = len(told)
    ch = int(h * (0.8 if count == 1 else 0.66))
    cw = min(int(ch * 0.66), int(w * 0.9 / count) - 20)
    gap = (w - cw * count) // (count + 1)
    for index, (title, author) in enumerate(told):
        x, y = gap + index * (cw + gap), (h - ch) // 2 + int(r.uniform(-0.03, 0.03) * h)
        ground = _laid(r, ground, front(r, cw, ch, title, author), x, y)
    names = ", ".join(f"“{title}” by {author}" for title, author in told)
    return Drawn(
        bytes_of(ground, r, 0.012),
        f"Book cover seen from above: {names}." if count == 1 else f"Books side by side: {names}.",
    )


def quote(r: Random, w: int, h: int, told: tuple[str, str]) -> Drawn:
    """A sentence in large type on colour, its author below."""
    text, author = told
    scheme = list(SCHEMES.values())[int(r.integers(len(SCHEMES)))]
    dark = bool(r.random() < 0.6)
    back = scheme[2] if dark else scheme[0]
    fore = scheme[0] if dark else scheme[2]
    picture = gradient(w, h, [back, mix(back, scheme[1], 0.4 if dark else 0.16)], float(r.uniform(20, 80)))
    picture += 0.012 * noise(r, w, h, 200, 1)[..., None]
    image = Image.fromarray(bytes_of(picture))
    pen = ImageDraw.Draw(image)
    face = ("EBGaramond-Regular", "Fraunces-SemiBold", "EBGaramond-Italic")[int(r.integers(3))]
    size = int(min(w, h) * 0.1)
    lines = wrapped(text, face, size, w * 0.78)
    while len(lines) * size * 1.25 > h * 0.58:
        size = int(size * 0.92)
        lines = wrapped(text, face, size, w * 0.78)
    y = h * 0.46 - len(lines) * size * 0.62
    pen.text(
        (w * 0.1, y - size * 1.3), "“", font=font("Fraunces-SemiBold", int(size * 2.2)), fill=ink(scheme[3])
    )
    y += size * 0.45
    for line in lines:
        pen.text((w * 0.1, y), line, font=font(face, size), fill=ink(fore))
        y += size * 1.25
    pen.line((w * 0.1, y + size * 0.5, w * 0.18, y + size * 0.5), fill=ink(scheme[3]), width=max(2, w // 300))
    pen.text(
        (w * 0.1, y + size * 0.8),
        author,
        font=font("Inter-SemiBold", int(min(w, h) * 0.034)),
        fill=ink(mix(fore, back, 0.25)),
    )
    return Drawn(np.asarray(image), f"Quotation by {author} in large type: “{text}”")
