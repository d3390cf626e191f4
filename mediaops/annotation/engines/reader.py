"""One page, read: upright, line by line in reading order, every word with its place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.detect import Detector
from mediaops.annotation.engines.network import THREADS
from mediaops.annotation.engines.order import reading_order
from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.recognise import LINE_HEIGHT_PX, Recognised, Recogniser
from mediaops.annotation.engines.upright import Turned, level, upside_down
from mediaops.annotation.engines.words import PlacedWord, place_words

Floats = NDArray[np.float64]

SAMPLE_LINES = 5
SURE = 0.85
"""Mean score from which a sample of lines is taken to stand upright (upside down they score about .6)."""
MIN_SCORE = 0.6
"""What scores less is no text but wood grain, a scribble or a fabric."""
LETTERS_A_HEIGHT = 0.5
"""Print has 1.5 to 3 letters per line height. Of a script that the model does not know it is sure of the
commas alone: a line with fewer letters than this scores less, in proportion."""
PITCH_PX = 13.5
"""Width a character gets in front of the recognition model, whose step is 8 px. Narrower loses letters,
wider only costs time: it is the one setting that brings a page from 6 to 4 CPU seconds."""
NARROWEST, WIDEST = 0.6, 1.25


@dataclass(frozen=True)
class ReadLine:
    """``words`` left to right; ``score`` is the mean over the characters."""

    words: list[PlacedWord]
    column: int
    score: float

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Page:
    """``turned.pixels`` is what the lines' quads are in; ``size`` is width and height, in the same
    scale, of the upright picture (not of the larger canvas that a levelled one lies on)."""

    turned: Turned
    size: tuple[int, int]
    lines: list[ReadLine]


class PageReader:
    """Holds both models (about 0.4 GB with their workspace). Not for two threads at once."""

    def __init__(self) -> None:
        self._detector = Detector()
        self._recogniser = Recogniser()
        # Several lines at once on one thread each take a tenth less than one line on all threads.
        self._pool = ThreadPoolExecutor(THREADS, "read-line")

    def read(self, pixels: Pixels) -> Page:
        """The lines of the picture in reading order; none if there is no text."""
        turned, quads = level(pixels, self._detector.lines)
        known = self._sample(turned.pixels, quads)
        if known and _mean_score(known) < SURE:
            other = upside_down(turned)
            other_quads = self._detector.lines(other.pixels)
            flipped = self._sample(other.pixels, other_quads)
            if _mean_score(flipped) > _mean_score(known) + 0.05:
                turned, quads, known = other, other_quads, flipped
        height, width = pixels.shape[:2]
        size = (height, width) if turned.rotation in (90, 270) else (width, height)
        return Page(turned, size, self._lines(turned.pixels, quads, known))

    def _sample(self, pixels: Pixels, quads: Floats) -> dict[int, Recognised]:
        """The longest lines, read at their natural width."""
        length = np.linalg.norm(quads[:, 1] - quads[:, 0], axis=1)
        longest = [int(i) for i in np.argsort(-length)[:SAMPLE_LINES]]

        def read(i: int) -> Recognised:
            return self._recogniser.read(cut_out(pixels, quads[i]))

        return dict(zip(longest, self._pool.map(read, longest), strict=True))

    def _lines(self, pixels: Pixels, quads: Floats, known: dict[int, Recognised]) -> list[ReadLine]:
        letter = _letter_width(quads, known)

        def read(i: int) -> tuple[Recognised, list[PlacedWord]]:
            crop = cut_out(pixels, quads[i])
            line = known[i] if i in known else self._recogniser.read(crop, _squeeze(crop, letter))
            return line, place_words(crop, quads[i], line)

        found = list(self._pool.map(read, range(len(quads))))
        good = [i for i, (line, words) in enumerate(found) if words and is_text(line, quads[i])]
        lines: list[ReadLine] = []
        for row in reading_order(quads[good]):
            parts = [found[good[i]] for i in row.parts]
            scores = np.concatenate([line.scores for line, _ in parts])
            words = [word for _, placed in parts for word in placed]
            lines.append(ReadLine(words, row.column, float(scores.mean())))
        return lines


def is_text(line: Recognised, quad: Floats) -> bool:
    """Whether what was made out between these corners is text, rather than a texture or an unknown script."""
    length = float(np.linalg.norm(quad[1] - quad[0]))
    height = float(np.linalg.norm(quad[3] - quad[0]))
    # Spaces count between words, not between commas: there an unknown script has its words.
    written = line.text if any(sign.isalnum() for sign in line.text) else "".join(line.text.split())
    filled = len(written) / max(LETTERS_A_HEIGHT * length / max(height, 1.0), 1.0)
    return line.score * min(1.0, filled) >= MIN_SCORE


def _mean_score(lines: dict[int, Recognised]) -> float:
    return float(np.mean([line.score for line in lines.values()])) if lines else 0.0


def _letter_width(quads: Floats, known: dict[int, Recognised]) -> float:
    """Usual width of a character in pixels of the page; 0 if unknown."""
    widths = [
        float(np.linalg.norm(quads[i, 1] - quads[i, 0])) / len(line.text)
        for i, line in known.items()
        if len(line.text) >= 8
    ]
    return float(np.median(widths)) if widths else 0.0


def _squeeze(crop: Pixels, letter: float) -> float:
    """How much narrower the model may see the crop, so that a character is ``PITCH_PX`` wide."""
    if not letter:
        return 1.0
    height = crop.shape[0]
    return float(np.clip(PITCH_PX / letter * height / LINE_HEIGHT_PX, NARROWEST, WIDEST))


def cut_out(pixels: Pixels, quad: Floats) -> Pixels:
    """What lies in ``quad``, as an upright rectangle of about the same size."""
    width = int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]), 2))
    height = int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]), 2))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), corners)
    crop = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(crop, dtype=np.uint8)
