"""Sets prose as a book page and keeps where every word stands, so that what can be read is known exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from PIL import Image, ImageDraw

from mediaops.local.sample.content import Book
from mediaops.local.sample.draw.canvas import Bytes, Random, bytes_of, font, ink, noise

PAGE_PX = (1080, 1620)
INDENT = 1.4
GREY = "#4a4238"


@dataclass(frozen=True)
class Word:
    """A word and its box on the flat page, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Row:
    """A printed line."""

    words: tuple[Word, ...]
    paragraph: int = -1
    column: int = 0

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass
class Page:
    """A flat page: its picture and its lines in reading order."""

    pixels: Bytes
    rows: list[Row] = field(default_factory=list[Row])


@dataclass(frozen=True)
class Style:
    """How a book looks: face, body size in pixels, paper."""

    face: str
    size: int
    paper: str
    margin: int

    @property
    def leading(self) -> float:
        return self.size * 1.38


STYLES = {
    "garamond": Style("EBGaramond-Regular", 31, "#f4ecdb", 138),
    "gelasio": Style("Gelasio-Regular", 27, "#f7f2e7", 132),
    "spectral": Style("Spectral-Regular", 27, "#f2e8d2", 126),
    "large": Style("EBGaramond-Regular", 35, "#f6f1e6", 120),
}


@lru_cache(maxsize=20_000)
def _width(face: str, size: int, text: str) -> float:
    return font(face, size).getlength(text)


def _broken(style: Style, words: list[str], first: float, full: float) -> list[list[str]]:
    """Words in lines; the first line is shorter by the indent."""
    lines: list[list[str]] = [[]]
    room, space = first, _width(style.face, style.size, " ")
    for word in words:
        wide = _width(style.face, style.size, word)
        if lines[-1] and wide > room:
            lines.append([])
            room = full
        lines[-1].append(word)
        room -= wide + space
    return lines


@lru_cache(maxsize=20_000)
def _letters(face: str, size: int, text: str) -> Bytes:
    """A word as a mask: baseline ``size`` from the top, left edge at 2. Books repeat their words."""
    wide = int(_width(face, size, text)) + 8
    image = Image.new("L", (wide, int(size * 1.5)), 0)
    ImageDraw.Draw(image).text((2, size), text, font=font(face, size), fill=255, anchor="ls")
    return np.asarray(image)


class _Setter:
    """Puts words on a page from the top down."""

    def __init__(self, style: Style, book: Book, width: int, height: int) -> None:
        self.style, self.book = style, book
        self.sheet = np.zeros((height, width), dtype=np.uint8)
        self.left, self.right = style.margin, width - style.margin
        self.bottom = height - style.margin * 0.95
        self.rows: list[Row] = []

    def put(
        self, words: list[str], face: str, size: int, x: float, base: float, space: float, paragraph: int = -1
    ) -> None:
        placed: list[Word] = []
        for word in words:
            letters = _letters(face, size, word)
            left, top = round(x) - 2, round(base) - size
            part = self.sheet[top : top + letters.shape[0], left : left + letters.shape[1]]
            np.maximum(part, letters[: part.shape[0], : part.shape[1]], out=part)
            wide = _width(face, size, word)
            placed.append(Word(word, x, base - size * 0.76, x + wide, base + size * 0.26))
            x += wide + space
        self.rows.append(Row(tuple(placed), paragraph))

    def centred(self, text: str, face: str, size: int, base: float) -> None:
        wide, space = _width(face, size, text), _width(face, size, " ")
        self.put(text.split(), face, size, (self.left + self.right - wide) / 2, base, space)

    def header(self, number: int, opening: bool) -> float:
        """Running head and page number; answers the baseline of the first line of text."""
        style, top = self.style, self.style.margin * 0.72
        if opening:
            self.centred(
                self.book.chapter.upper(), "EBGaramond-Regular", int(style.size * 1.15), top + style.size * 5
            )
            return top + style.size * 8.4
        size = int(style.size * 0.82)
        even = number % 2 == 0
        text = self.book.title if even else self.book.chapter
        words = [str(number), *text.split()] if even else [*text.split(), str(number)]
        space = _width("EBGaramond-Italic", size, " ") * 1.4
        wide = sum(_width("EBGaramond-Italic", size, word) for word in words) + space * (len(words) - 1)
        self.put(words, "EBGaramond-Italic", size, self.left if even else self.right - wide, top, space)
        return top + style.leading * 1.9

    def paragraph(self, number: int, text: str, base: float, indent: bool) -> float:
        style, full = self.style, self.right - self.left
        start = style.size * INDENT if indent else 0.0
        natural = _width(style.face, style.size, " ")
        lines = _broken(style, text.split(), full - start, full)
        for index, words in enumerate(lines):
            if base > self.bottom:
                return base
            x = self.left + (start if index == 0 else 0)
            used = sum(_width(style.face, style.size, word) for word in words)
            space = (self.right - x - used) / max(1, len(words) - 1)
            last = index == len(lines) - 1
            self.put(
                words,
                style.face,
                style.size,
                x,
                base,
                natural if last or space > natural * 3 else space,
                number,
            )
            base += style.leading
        return base


def typeset(r: Random, book: Book, start: int, number: int, opening: bool) -> Page:
    """The page of ``book`` from paragraph ``start`` on; ``opening`` sets the chapter's title above."""
    style = STYLES[book.style]
    width, height = PAGE_PX
    setter = _Setter(style, book, width, height)
    base = setter.header(number, opening)
    count = len(book.paragraphs)
    for index in range(count):
        base = setter.paragraph(index, book.paragraphs[(start + index) % count], base, indent=index > 0)
        if base > setter.bottom:
            break
    if opening:
        setter.centred(
            str(number), "EBGaramond-Regular", int(style.size * 0.85), height - style.margin * 0.45
        )
    return Page(_printed(r, setter.sheet, style), setter.rows)


def _printed(r: Random, letters: Bytes, style: Style) -> Bytes:
    """Ink on paper: fibres and a breath of foxing below, letters a little uneven above."""
    height, width = letters.shape
    fine = (width // 2, height // 2)
    fibre = noise(r, *fine, 150, 2) * 0.012 + noise(r, *fine, 3, 2) * 0.016
    grey = cv2.resize(fibre, (width, height))
    strength = cv2.resize(0.86 + 0.10 * noise(r, width // 8, height // 8, 20, 2), (width, height))
    cover = letters * (np.minimum(strength, 1) / np.float32(255))
    bare = 1 - cover
    paper, black = np.array(ink(style.paper)) / 255, np.array(ink("#211b16")) / 255
    # A channel at a time: two numbers a pixel instead of six.
    parts = [(grey + np.float32(paper[c])) * bare + cover * np.float32(black[c]) for c in range(3)]
    return bytes_of(cv2.merge(parts).astype(np.float32, copy=False))


def spread(left: Page, right: Page) -> Page:
    """Two pages side by side as an open book."""
    shift = left.pixels.shape[1]
    moved = [
        Row(
            tuple(Word(w.text, w.left + shift, w.top, w.right + shift, w.bottom) for w in row.words), column=1
        )
        for row in right.rows
    ]
    return Page(np.hstack([left.pixels, right.pixels]), left.rows + moved)
