"""From marked words to the passages someone marked: over lines, and over a column's end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.colour import Marks, colour_of, measure
from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.reader import ReadLine
from mediaops.annotation.engines.words import outline
from mediaops.annotation.models import Color

Floats = NDArray[np.float64]

MOST = 0.5
"""A word is marked if the marker covers more than this share of its width."""
SOME = 0.25
"""Enough for a word between two marked ones: ink hides the marker behind short, heavy words."""
FAINT = 0.095
"""Weaker than this is no marker."""
LONE_LETTERS, OVERSHOOT = 2, 0.3
CLEAR = 0.2
"""From this distance on a marker can't be overlooked."""
BROWN_HUES = (25.0, 85.0)
STAIN = 0.25
STAIN_DARKENS = 0.3
"""Coffee looks like a pale orange marker, but it darkens: brightness falls (as a logarithm) by .7 of the
distance in colour and more, where a marker loses less than .15 of it."""
NEIGHBOURS = 6
MIN_INK = 0.025
"""Printed words are at least this dark. What has colour but no ink in it is itself the ink: a heading."""

GROUND = 0.6
"""A marker lets light through: beside a marked word it is about as bright as behind it. Darker than this
share, it is the ground of a heading in light letters."""


@dataclass(frozen=True)
class MarkedPassage:
    """``words`` are positions in the page's words in reading order, ``outlines`` one polygon per line.

    ``certainty`` (0..1) is low when the marker is pale or ends in the middle of a word."""

    color: Color
    words: list[int]
    outlines: list[Floats]
    certainty: float


def find_passages(pixels: Pixels, lines: list[ReadLine]) -> list[MarkedPassage]:
    """What is marked on a page, in reading order. Quads are in pixels of ``pixels``."""
    words = [word for line in lines for word in line.words]
    if not words:
        return []
    quads = np.array([word.quad for word in words])
    line_of = np.repeat(np.arange(len(lines)), [len(line.words) for line in lines])
    marks = measure(pixels, quads, _line_ends(lines))
    colours = _colours(marks, line_of)
    passages: list[MarkedPassage] = []
    for begin, end in _runs(colours):
        ids = list(range(begin, end))
        color = colours[begin]
        lone_letter = len(ids) == 1 and len(words[begin].text) <= LONE_LETTERS
        if lone_letter and marks.beside[begin] < OVERSHOOT:
            continue  # a thick coloured letter fills its place like a marker, but ends where it ends
        if color is not None and not _is_stain(marks, quads, ids):
            certainty = _certainty(marks, begin, end)
            passages.append(MarkedPassage(color, ids, _outlines(quads, line_of, ids), certainty))
    return passages


def _colours(marks: Marks, line_of: NDArray[np.intp]) -> list[Color | None]:
    """The marker's colour per word, None for a word that is not marked."""
    marked = (marks.cover > MOST) & (marks.strength >= FAINT) & (marks.ink >= MIN_INK)
    marked &= marks.ground >= GROUND
    colours: list[Color | None] = [
        colour_of(float(hue)) if is_marked else None for is_marked, hue in zip(marked, marks.hue, strict=True)
    ]
    for i in range(1, len(colours) - 1):
        before, after = colours[i - 1], colours[i + 1]
        between = before is not None and before == after and line_of[i - 1] == line_of[i + 1]
        if colours[i] is None and between and marks.cover[i] > SOME:
            colours[i] = before
    return colours


def _is_stain(marks: Marks, quads: Floats, ids: list[int]) -> bool:
    """Whether these words lie in a brown stain rather than under a pale marker."""
    strength, hue = float(np.median(marks.strength[ids])), float(np.median(marks.hue[ids]))
    bare = np.flatnonzero(marks.cover < 0.05)
    if not (BROWN_HUES[0] < hue < BROWN_HUES[1] and strength < STAIN and len(bare) >= NEIGHBOURS):
        return False
    middles = quads.mean(axis=1)
    losses: list[float] = []
    for i in ids:
        away = np.linalg.norm(middles[bare] - middles[i], axis=1)
        around = np.median(marks.brightness[bare[np.argsort(away)[:NEIGHBOURS]]])
        losses.append(float(np.log(max(float(around), 1.0) / max(float(marks.brightness[i]), 1.0))))
    return float(np.median(losses)) > STAIN_DARKENS * strength


def _certainty(marks: Marks, begin: int, end: int) -> float:
    """How clearly the marker stands out, and how clearly it begins and ends between words."""
    clear = min(1.0, float(np.median(marks.strength[begin:end])) / CLEAR)
    edges = [i for i in (begin - 1, begin, end - 1, end) if 0 <= i < len(marks.cover)]
    sharp = min(abs(float(marks.cover[i]) - MOST) / MOST for i in edges)
    return clear * (0.5 + 0.5 * sharp)


def _runs(colours: list[Color | None]) -> list[tuple[int, int]]:
    """Begin and end of every run of words in one colour."""
    runs: list[tuple[int, int]] = []
    begin = 0
    for i in range(1, len(colours) + 1):
        if i == len(colours) or colours[i] != colours[begin]:
            if colours[begin] is not None:
                runs.append((begin, i))
            begin = i
    return runs


def _outlines(quads: Floats, line_of: NDArray[np.intp], ids: list[int]) -> list[Floats]:
    """Around the words of each line."""
    lines: list[int] = line_of[ids].tolist()
    return [outline([quads[i] for i in ids if line_of[i] == line]) for line in dict.fromkeys(lines)]


def _line_ends(lines: list[ReadLine]) -> Floats:
    """Points beside the first and the last word of each line, beyond what a marker overshoots."""
    points: list[Floats] = []
    for line in lines:
        for quad, inner, outer in (
            (line.words[0].quad, (1, 2), (0, 3)),
            (line.words[-1].quad, (0, 3), (1, 2)),
        ):
            begin, end = quad[list(inner)].mean(axis=0), quad[list(outer)].mean(axis=0)
            height = float(np.linalg.norm(quad[3] - quad[0]))
            along = (end - begin) / max(float(np.linalg.norm(end - begin)), 1e-6)
            points += [end + along * height * away for away in (0.9, 1.2)]
    return np.array(points)
