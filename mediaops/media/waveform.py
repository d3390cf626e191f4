"""The picture of a sound: its loudness over time, as bars in a grey that is readable on light and dark."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from mediaops.media.timed import broken, opened, timed_type

RATE_HZ = 8000
WINDOW = RATE_HZ // 50  # one peak per 20 ms: an hour is 180,000 numbers, however long the file
BARS = 96
SIZE_PX = (1600, 800)
COLOUR = (128, 136, 150, 255)


def peaks(path: Path, count: int = BARS) -> list[float]:
    """``count`` loudness values in 0..1 (the loudest is 1), over the whole sound."""
    windows: list[float] = []
    rest = np.empty(0, dtype=np.int16)
    with opened(path, timed_type(path)) as container:
        if not container.streams.audio:
            raise broken()
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray().reshape(-1).astype(np.int16)
                rest = _take_windows(np.concatenate([rest, samples]), windows)
    if rest.size:
        windows.append(_loudness(rest[None, :])[0])
    if not windows:
        raise broken()
    return _reduce(np.asarray(windows, dtype=np.float64), count)


def draw_waveform(path: Path) -> Image.Image:
    """Rounded bars on a transparent ground, 1600 x 800 pixels."""
    return draw_bars(peaks(path))


def draw_bars(values: list[float]) -> Image.Image:
    """The same for loudness values that are known already, each 0..1."""
    width, height = SIZE_PX
    image = Image.new("RGBA", SIZE_PX, (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    step = width / (len(values) + 2)
    bar = step * 0.56
    for index, value in enumerate(values):
        x = (index + 1.5) * step
        half = max(bar / 2, value * height * 0.42)
        box = (x - bar / 2, height / 2 - half, x + bar / 2, height / 2 + half)
        draw.rounded_rectangle(box, radius=bar / 2, fill=COLOUR)
    return image


def _take_windows(samples: NDArray[np.int16], windows: list[float]) -> NDArray[np.int16]:
    full = samples.size // WINDOW
    windows += _loudness(samples[: full * WINDOW].reshape(full, WINDOW))
    return samples[full * WINDOW :]


def _loudness(rows: NDArray[np.int16]) -> list[float]:
    squares = np.square(rows.astype(np.float64) / 32768)
    return [float(value) for value in np.sqrt(squares.mean(axis=1))]


def _reduce(values: NDArray[np.float64], count: int) -> list[float]:
    edges = np.linspace(0, values.size, count + 1)
    picked = [float(values[int(low) : max(int(low) + 1, int(high))].max()) for low, high in pairwise(edges)]
    loudest = max(picked) or 1.0
    return [round((value / loudest) ** 0.7, 4) for value in picked]
