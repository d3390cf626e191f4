"""Words with their places: from characters along a line to polygons around words.

The recognition model knows where each character is to about half a letter. A marker's edge is decided
by less than that, so the gap between two words is looked for in the ink. The ink is measured on the
brightest of the three channels, which no marker colour darkens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.engines.recognise import Recognised

Floats = NDArray[np.float64]
_Pair = tuple[int, int]

INK_SHARE = 0.12
"""A column of pixels with less ink than this share of the usual is a gap."""
WIDE = 0.8
"""A gap inside a word that is this share of the line's spaces is a space."""
RULE_HEIGHTS = 0.5
"""A dark stroke this long (in line heights) is a rule or an underline."""
FILL = 0.86
"""Height of a word's polygon as a share of the detected line, which has some air around it."""


@dataclass(frozen=True)
class PlacedWord:
    """``quad`` is 4 x 2, clockwise from the top left, in pixels of the page."""

    text: str
    quad: Floats
    score: float


@dataclass(frozen=True)
class _Span:
    text: str
    begin: int  # columns of the crop
    end: int
    score: float


def place_words(crop: Pixels, quad: Floats, line: Recognised) -> list[PlacedWord]:
    """The words of ``line``, read from ``crop`` (height x width x 3), which was cut out at ``quad``."""
    height, width = crop.shape[:2]
    ink = _ink(crop)
    spans = _spans(line, ink.sum(axis=0), width)
    if not spans:
        return []
    middle, sag = _middle(spans, ink)
    half = FILL * max(height - sag, 0.5 * height) / 2
    words: list[PlacedWord] = []
    for span in spans:
        x = np.array([span.begin, span.end, span.end, span.begin], dtype=np.float64)
        y = middle(x) + np.array([-half, -half, half, half])
        words.append(PlacedWord(span.text, _to_page(x / width, y / height, quad), span.score))
    return words


def outline(quads: Sequence[Floats]) -> Floats:
    """Around words that follow each other on a line: along their tops, back along their bottoms."""
    # Where two words meet one point is enough; the ends of a line keep both of theirs.
    top = [quads[0][0], *[(a[1] + b[0]) / 2 for a, b in pairwise(quads)], quads[-1][1]]
    low = [quads[0][3], *[(a[2] + b[3]) / 2 for a, b in pairwise(quads)], quads[-1][2]]
    return np.array([*top, *low[::-1]])


def _ink(crop: Pixels) -> Floats:
    """How dark each pixel is against the paper around it, 0..1."""
    value = crop.max(axis=2).astype(np.float32)
    height = crop.shape[0]
    # The lightest in reach, but for single bright specks. A column that is all letter has its paper beside.
    paper = np.partition(value, -1 - height // 10, axis=0)[-1 - height // 10]
    reach = np.ones((1, 2 * height + 1), dtype=np.uint8)
    paper = cv2.dilate(paper[None, :], reach)
    dark = np.clip((1 - value / np.maximum(paper, 1) - 0.12) / 0.5, 0, 1)
    # A line drawn under the text would join the words: what is long and flat is no letter.
    rule = np.ones((1, max(5, int(RULE_HEIGHTS * crop.shape[0]))), dtype=np.uint8)
    return np.clip(dark - cv2.morphologyEx(dark, cv2.MORPH_OPEN, rule), 0, 1).astype(np.float64)


def _spans(line: Recognised, columns: Floats, width: int) -> list[_Span]:
    tokens = _tokens(line)
    if not tokens:
        return []
    at = line.at * width
    inked = columns[columns > 0]
    thin = INK_SHARE * (float(np.median(inked)) if len(inked) else 1.0)
    pitch = float(np.median(np.diff(at))) if len(at) > 1 else width / 2
    gaps = [_gap(columns, at[a[1] - 1], at[b[0]], thin) for a, b in pairwise(tokens)]
    tokens, gaps = _split_at_wide_gaps(
        line.text, tokens, gaps, lambda i: _gap(columns, at[i], at[i + 1], thin)
    )
    edges = [_outer(columns, at[tokens[0][0]], -1, pitch, thin)]
    edges += [edge for gap in gaps for edge in gap]
    edges.append(_outer(columns, at[tokens[-1][1] - 1], 1, pitch, thin))
    return [
        _Span(
            line.text[a:b],
            edges[2 * i],
            max(edges[2 * i] + 1, edges[2 * i + 1]),
            float(line.scores[a:b].mean()),
        )
        for i, (a, b) in enumerate(tokens)
    ]


def _split_at_wide_gaps(
    text: str, tokens: list[_Pair], gaps: list[_Pair], gap_after: Callable[[int], _Pair]
) -> tuple[list[_Pair], list[_Pair]]:
    """Spaces that the model did not see, most often where a marker begins or ends.

    A gap inside a word counts as a space if it is as wide as the line's spaces are.
    """
    if len(gaps) < 3:
        return tokens, gaps
    space = WIDE * float(np.median([end - begin for begin, end in gaps]))
    known = set(gaps)
    parts: list[_Pair] = []
    between: list[_Pair] = []
    for number, (begin, end) in enumerate(tokens):
        for i in range(begin, end - 1):
            if not _may_part(text[i], text[i + 1]):
                continue
            gap = gap_after(i)
            # The place of thin letters is uncertain: their gap may be the space beside the word.
            beside = any(gap[0] < other[1] and other[0] < gap[1] for other in known)
            stray = _is_stray_letter(text[begin : i + 1]) or _is_stray_letter(text[i + 1 : end])
            if gap[1] - gap[0] >= space and not beside and not stray:
                parts.append((begin, i + 1))
                between.append(gap)
                begin = i + 1
        parts.append((begin, end))
        between += gaps[number : number + 1]
    return parts, between


def _may_part(before: str, after: str) -> bool:
    """Whether a space between the two would make sense: not within a number, not before a comma."""
    return (after.isalpha() or after in "\"'([") and (before.isalpha() or before in ".,;:!?)]\"'")


def _is_stray_letter(part: str) -> bool:
    """A single letter that is no word; most often a thin one whose place is off."""
    return len(part) == 1 and part not in "aAIOo&"


def _tokens(line: Recognised) -> list[_Pair]:
    """Begin and end of every run of characters without a space."""
    tokens: list[_Pair] = []
    begin = None
    for i, character in enumerate(line.text + " "):
        if character.isspace():
            if begin is not None:
                tokens.append((begin, i))
            begin = None
        elif begin is None:
            begin = i
    return tokens


def _gap(columns: Floats, after: float, before: float, thin: float) -> _Pair:
    """Where the ink ends after one character and begins again before the next."""
    begin, end = int(after), max(int(after) + 2, int(np.ceil(before)))
    empty = columns[begin:end] < thin
    runs = _runs(empty)
    if not runs:
        middle = begin + int(np.argmin(columns[begin:end])) if end <= len(columns) else begin
        return middle, middle
    first, last = max(runs, key=lambda run: run[1] - run[0])
    return begin + first, begin + last


def _outer(columns: Floats, at: float, step: int, pitch: float, thin: float) -> int:
    """The outer edge of the first or last character: the first gap beyond its middle."""
    x = int(np.clip(at + step * 0.2 * pitch, 0, len(columns) - 1))
    limit = at + step * 1.2 * pitch
    while 0 <= x + step < len(columns) and columns[x] >= thin and (limit - x) * step > 0:
        x += step
    return x + (1 if step > 0 else 0)


def _runs(flags: NDArray[np.bool_]) -> list[_Pair]:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


class _Curve:
    """The middle of the line's letters along its crop: a parabola, because pages curl."""

    def __init__(self, coefficients: Floats) -> None:
        self._coefficients = coefficients

    def __call__(self, x: Floats) -> Floats:
        return np.asarray(np.polyval(self._coefficients, x), dtype=np.float64)


def _middle(spans: list[_Span], ink: Floats) -> tuple[_Curve, float]:
    """The curve along the words' middles and how far it moves up and down, in pixels."""
    height = ink.shape[0]
    rows = np.arange(height, dtype=np.float64) + 0.5
    x: list[float] = []
    y: list[float] = []
    weight: list[float] = []
    for span in spans:
        profile = ink[:, span.begin : span.end].sum(axis=1)
        mass = float(profile.sum())
        if mass > 0:
            x.append((span.begin + span.end) / 2)
            y.append(float(profile @ rows) / mass)
            weight.append(mass**0.5)
    reach = (max(x) - min(x)) / height if x else 0.0
    degree = 0 if reach < 4 else 1 if len(x) < 5 else 2
    if not x:
        return _Curve(np.array([height / 2])), 0.0
    curve = _Curve(np.polyfit(x, y, degree, w=weight))
    along = curve(np.linspace(min(x), max(x), 9))
    return curve, float(np.ptp(along))


def _to_page(u: Floats, v: Floats, quad: Floats) -> Floats:
    """Points given as shares of the crop's width and height, in pixels of the page."""
    top = quad[0] + np.outer(u, quad[1] - quad[0])
    bottom = quad[3] + np.outer(u, quad[2] - quad[3])
    return top + v[:, None] * (bottom - top)
