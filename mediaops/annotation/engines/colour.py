"""What colour a marker left behind a word, whatever the light.

A marker multiplies: of each channel it lets a share through. So colours are compared as logarithms
with the paper's own colour, in two coordinates that brightness does not enter (red against green, and
yellow against blue). Shadow, lamp light and yellowed paper fall out; what is left is the marker.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from mediaops.annotation.engines.picture import Pixels
from mediaops.annotation.models import Color

Floats = NDArray[np.float64]

COLUMNS, ROWS = 24, 9
"""Samples across and down each word."""
BAND = (0.08, 0.92)
"""Share of a word's height that is looked at: beyond it a marker's ragged edge begins."""
LIGHT = 0.72
"""What is at least this share as bright as the word's lightest tenth is paper or marker, not ink."""
LUMINANCE = np.array([0.299, 0.587, 0.114])
DEEP = 0.42
"""What has less than this share of the luminance is ink too, however bright its red: a coloured heading."""
DARKEST = 6.0
TRACE = 0.075
"""Distance from the paper's colour from which a pixel is marked. Stains reach .055, markers begin at .15."""
PEAK_STEP = 0.02

HUES: tuple[tuple[float, float, Color], ...] = (
    (-178, -88, "blue"),
    (-88, -32, "purple"),
    (-32, 35, "pink"),
    (35, 79, "orange"),
    (79, 109, "yellow"),
    (109, 182, "green"),
)
"""Degrees around the paper's colour; measured centres: pink 5, orange 62, yellow 87, green 132, blue -132."""


@dataclass(frozen=True)
class Marks:
    """Per word (all of length n): ``cover`` is the share of its width that is marked, ``strength`` the
    usual distance from the paper's colour there, ``hue`` its direction in degrees, ``brightness`` what
    its background has (0..255), ``ink`` the share of it that is dark, ``beside`` the share of the gap
    before or after it that is marked, whichever is more, ``ground`` how bright the lighter of these gaps is
    beside the lightest of the word: about 1, and far less where light letters stand on a dark ground."""

    cover: Floats
    strength: Floats
    hue: Floats
    brightness: Floats
    ink: Floats
    beside: Floats
    ground: Floats


def colour_of(hue: float) -> Color:
    """The name of a marker's colour."""
    for begin, end, name in HUES:
        if begin <= hue < end or begin <= hue - 360 < end or begin <= hue + 360 < end:
            return name
    return "blue"


def measure(pixels: Pixels, quads: Floats, line_ends: Floats) -> Marks:
    """How each word is marked.

    ``quads`` (n x 4 x 2) are the words in pixels of ``pixels``; ``line_ends`` (m x 2) are points just
    beside the lines, where the paper is most likely bare.
    """
    height = float(np.median(np.linalg.norm(quads[:, 3] - quads[:, 0], axis=1)))
    smooth = np.asarray(cv2.GaussianBlur(pixels, (0, 0), max(0.6, height / 30)), dtype=np.uint8)
    at = _grid(quads)
    colours = _pick(smooth, at)
    value = colours.max(axis=-1)
    light = _relative(value) >= LIGHT
    light &= _relative(colours @ LUMINANCE) >= DEEP
    chroma = _chroma(colours)
    paper = _Paper(at[light], chroma[light], line_ends, _chroma(_pick(smooth, line_ends)))
    chroma = chroma - paper.at(at)
    distance = np.hypot(chroma[..., 0], chroma[..., 1])
    marked = light & (distance >= TRACE)
    cover, strength, hue = _sum_up(chroma, distance, light, marked)
    brightness = np.asarray(np.quantile(value.reshape(len(quads), -1), 0.8, axis=1), dtype=np.float64)
    gaps = _grid(_gaps(quads, height))
    between = _pick(smooth, gaps)
    coloured = np.linalg.norm(_chroma(between) - paper.at(gaps), axis=-1) >= TRACE
    beside = coloured.mean(axis=(1, 2)).reshape(2, -1).max(axis=0)
    ground = _ground(colours, between)
    return Marks(cover, strength, hue, brightness, 1 - light.mean(axis=(1, 2)), beside, ground)


def _ground(words: Floats, gaps: Floats) -> Floats:
    lightest = np.quantile((words @ LUMINANCE).reshape(len(words), -1), 0.9, axis=1)
    around = np.median((gaps @ LUMINANCE).reshape(len(gaps), -1), axis=1).reshape(2, -1).max(axis=0)
    return around / np.maximum(lightest, 1.0)


def _gaps(quads: Floats, height: float) -> Floats:
    """Narrow quads before every word, then after every word."""
    left, right = quads[:, [0, 3]], quads[:, [1, 2]]
    along = (right - left).mean(axis=1)
    step = along / np.maximum(np.linalg.norm(along, axis=1, keepdims=True), 1e-6) * height
    near, far = 0.05 * step[:, None], 0.25 * step[:, None]
    before = np.stack([left[:, 0], left[:, 0], left[:, 1], left[:, 1]], axis=1)
    after = np.stack([right[:, 0], right[:, 0], right[:, 1], right[:, 1]], axis=1)
    out = np.concatenate([far, near, near, far], axis=1)
    return np.concatenate([before - out, after + out[:, ::-1]])


def _relative(values: Floats) -> Floats:
    """As a share of the word's lightest tenth (n x ROWS x COLUMNS)."""
    lightest = np.quantile(values.reshape(len(values), -1), 0.9, axis=1)
    return values / np.maximum(lightest, 1.0)[:, None, None]


def _sum_up(
    chroma: Floats, distance: Floats, light: NDArray[np.bool_], marked: NDArray[np.bool_]
) -> tuple[Floats, Floats, Floats]:
    weight = np.where(marked, distance, 0.0)
    mean = (chroma * weight[..., None]).sum(axis=(1, 2))
    hue = np.degrees(np.arctan2(mean[:, 1], mean[:, 0]))
    count = marked.sum(axis=(1, 2))
    strength = np.array(
        [float(np.median(distance[i][marked[i]])) if count[i] else 0.0 for i in range(len(marked))]
    )
    lit = light.sum(axis=1)
    share = marked.sum(axis=1) / np.maximum(lit, 1)
    columns = (share >= 0.5) & (lit > 0)
    cover = columns.sum(axis=1) / np.maximum((lit > 0).sum(axis=1), 1)
    return cover, strength, hue


def _grid(quads: Floats) -> Floats:
    """Points spread over each word: n x ROWS x COLUMNS x 2."""
    u = (np.arange(COLUMNS) + 0.5) / COLUMNS
    v = np.linspace(*BAND, ROWS)
    corners = quads[:, :, None, None, :]
    top = corners[:, 0] + u[None, None, :, None] * (corners[:, 1] - corners[:, 0])
    low = corners[:, 3] + u[None, None, :, None] * (corners[:, 2] - corners[:, 3])
    return top + v[None, :, None, None] * (low - top)


def _pick(pixels: Pixels, at: Floats) -> Floats:
    x = np.clip(np.rint(at[..., 0]).astype(np.intp), 0, pixels.shape[1] - 1)
    y = np.clip(np.rint(at[..., 1]).astype(np.intp), 0, pixels.shape[0] - 1)
    return pixels[y, x].astype(np.float64)


def _chroma(colours: Floats) -> Floats:
    logs = np.log(np.maximum(colours, DARKEST))
    red, green, blue = logs[..., 0], logs[..., 1], logs[..., 2]
    return np.stack([(red - green) / np.sqrt(2), (red + green - 2 * blue) / np.sqrt(6)], axis=-1)


class _Paper:
    """The colour of the bare paper, which the light may tint differently from corner to corner."""

    def __init__(self, at: Floats, chroma: Floats, beside: Floats, beside_chroma: Floats) -> None:
        keep = slice(None, None, max(1, len(at) // 20_000))
        at, chroma = at[keep], chroma[keep]
        # Margins are seldom marked; on a page full of marks only they tell what paper looks like.
        weight = np.concatenate([np.ones(len(at)), np.full(len(beside), len(at) / max(1, len(beside)))])
        at, chroma = np.concatenate([at, beside]), np.concatenate([chroma, beside_chroma])
        self._centre = at.mean(axis=0) if len(at) else np.zeros(2)
        self._scale = float(np.abs(at - self._centre).max()) if len(at) else 1.0
        level = _peak(chroma, weight) if len(at) else np.zeros(2)
        self._terms = np.zeros((6, 2))
        self._terms[0] = level
        for terms, reach in ((1, 0.06), (3, 0.06), (6, 0.05)):
            if len(at) < 200:
                break
            near = np.linalg.norm(chroma - self.at(at), axis=1) < reach
            base = self._base(at[near])[:, :terms] * weight[near, None]
            self._terms[:terms] = np.linalg.lstsq(base, chroma[near] * weight[near, None], rcond=None)[0]

    def at(self, points: Floats) -> Floats:
        """Its chroma at any points (... x 2)."""
        return self._base(points) @ self._terms

    def _base(self, points: Floats) -> Floats:
        x, y = np.moveaxis((points - self._centre) / max(self._scale, 1.0), -1, 0)
        return np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)


def _peak(chroma: Floats, weight: Floats) -> Floats:
    """Where most of the colours crowd."""
    reach = 1.2
    bins = int(2 * reach / PEAK_STEP)
    inside = np.clip(chroma, -reach, reach)
    crowd, _, _ = np.histogram2d(
        inside[:, 0], inside[:, 1], bins=bins, range=[[-reach, reach]] * 2, weights=weight
    )
    crowd = cv2.GaussianBlur(crowd.astype(np.float32), (0, 0), 1.0)
    i, j = np.unravel_index(int(crowd.argmax()), crowd.shape)
    return np.array([i + 0.5, j + 0.5]) * PEAK_STEP - reach
