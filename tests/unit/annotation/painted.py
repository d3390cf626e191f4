"""Pages painted for a test: words as rows of dark strokes, markers that let light through as real ones do."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.reader import ReadLine
from mediaops.annotation.engines.words import PlacedWord

Floats = NDArray[np.float64]
Rgb = tuple[float, float, float]

MARKERS: dict[str, Rgb] = {
    "yellow": (1.0, 0.95, 0.45),
    "orange": (1.0, 0.72, 0.42),
    "pink": (1.0, 0.6, 0.75),
    "green": (0.65, 0.95, 0.6),
    "blue": (0.55, 0.8, 0.98),
}
COFFEE: Rgb = (0.88, 0.8, 0.7)
WORD_PX, GAP_PX, HEIGHT_PX, PITCH_PX = 70, 14, 30, 44
WORDS_A_LINE = 8


class PaintedPage:
    """Words are numbered in reading order, ``WORDS_A_LINE`` a line."""

    def __init__(self, lines: int = 8, paper: Rgb = (0.93, 0.9, 0.84)) -> None:
        self.count = lines * WORDS_A_LINE
        self.shape = (lines * PITCH_PX + 120, WORDS_A_LINE * (WORD_PX + GAP_PX) + 160)
        self.light = np.ones((*self.shape, 3)) * np.array(paper)
        self.ink = np.array([0.12, 0.12, 0.14])
        self.inks: dict[int, Floats] = {}

    def box(self, word: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        row, place = divmod(word, WORDS_A_LINE)
        left, top = 80 + place * (WORD_PX + GAP_PX), 60 + row * PITCH_PX
        return left, top, left + WORD_PX, top + HEIGHT_PX

    def mark(self, words: range, through: Rgb, *, share: float = 1.0) -> None:
        """A marker over some words of one line, with a little more at both ends; ``share`` of the last."""
        left, top, _, bottom = self.box(words[0])
        begin, _, end, _ = self.box(words[-1])
        right = int(begin + share * (end - begin)) if share < 1 else end + 5
        self.light[top - 2 : bottom + 3, left - 5 : right] *= np.array(through)

    def tint(self, through: Floats) -> None:
        """Coloured light over the page; ``through`` broadcasts to height x width x 3."""
        self.light *= through

    def blot(self, middle: tuple[int, int], radius: int, through: Rgb) -> None:
        """A round stain."""
        mask = cv2.circle(np.zeros(self.shape, dtype=np.uint8), middle, radius, (1,), -1).astype(bool)
        self.light[mask] *= np.array(through)

    def underline(self, words: range, color: Rgb) -> None:
        """A pen's line below the words."""
        left, _, _, bottom = self.box(words[0])
        self.light[bottom - 1 : bottom + 2, left : self.box(words[-1])[2]] = color

    def write(self, word: int, color: Rgb) -> None:
        """Print this word in another ink."""
        self.inks[word] = np.array(color)

    def pixels(self) -> Pixels:
        """The photo: printed, a little blurred and noisy."""
        page = self.light.copy()
        for word in range(self.count):
            left, top, right, bottom = self.box(word)
            ink = self.inks.get(word, self.ink)
            for x in range(left, right - 4, 9):
                page[top + 8 : bottom - 6, x : x + 4] *= ink
            page[top + 8 : top + 11, left : right - 4] *= ink
        noise = np.random.default_rng(3).normal(0, 0.01, page.shape)
        photo = cv2.GaussianBlur(page, (0, 0), 0.8) + noise
        return np.clip(photo * 255, 0, 255).astype(np.uint8)

    def lines(self) -> list[ReadLine]:
        """What a reader would answer."""
        lines: list[ReadLine] = []
        for first in range(0, self.count, WORDS_A_LINE):
            words: list[PlacedWord] = []
            for word in range(first, first + WORDS_A_LINE):
                left, top, right, bottom = self.box(word)
                corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
                words.append(PlacedWord(f"w{word}", np.array(corners, dtype=np.float64), 0.99))
            lines.append(ReadLine(words, 0, 0.99))
        return lines
