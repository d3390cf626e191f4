"""Short silent films, a scene a function: each answers the frames, uint8 RGB, one after the other."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from fractions import Fraction

import av
import cv2
import numpy as np

from mediaops.local.sample.draw import abstract, landscape, maps, night
from mediaops.local.sample.draw.abstract import SCHEMES
from mediaops.local.sample.draw.canvas import Bytes, Random, dot, mix, plain, polygon, stroke, wave

SIZE = (640, 360)
RATE_HZ = 12
BIT_RATE = 700_000
Scene = Callable[[Random, int, str], Iterator[Bytes]]


def _over_picture(picture: Bytes, r: Random, count: int) -> Iterator[Bytes]:
    """A slow move over a larger picture, as in documentaries."""
    h, w = picture.shape[:2]
    fw, fh = SIZE
    zoom = np.linspace(w / fw, w / fw * 0.72, count)
    ends = r.uniform(0.2, 0.8, (2, 2))
    for index in range(count):
        ease = 0.5 - 0.5 * np.cos(np.pi * index / count)
        share = ends[0] + (ends[1] - ends[0]) * ease
        scale = float(zoom[index]) * 0.98
        left, top = (w - fw * scale) * share[0], (h - fh * scale) * share[1]
        matrix = np.array([[scale, 0, left], [0, scale, top]], dtype=np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        yield cv2.warpAffine(picture, matrix, SIZE, flags=flags, borderMode=cv2.BORDER_REFLECT).astype(
            np.uint8
        )


def valley(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Over a mountain landscape."""
    yield from _over_picture(landscape.mountains(r, 1040, 600, hint).pixels, r, count)


def shore(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Over a calm sea."""
    yield from _over_picture(landscape.sea(r, 1040, 600, hint).pixels, r, count)


def chart_of_island(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Over an old sea chart."""
    yield from _over_picture(maps.island(r, 1200, 700, hint).pixels, r, count)


def town(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Over a skyline."""
    yield from _over_picture(night.skyline(r, 1040, 600, hint).pixels, r, count)


def ridge_ride(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Hills that pass at different speeds, as from a train."""
    light = landscape.LIGHTS[hint]
    w, h = SIZE
    sky = cv2.resize(plain(1, 4, light.haze), SIZE)
    tints = np.array([[[int(c * 255) for c in landscape.rgb(s)]] for s in light.sky], dtype=np.uint8)
    sky = cv2.resize(tints, SIZE, interpolation=cv2.INTER_LINEAR).astype(np.uint8)
    dot(sky, w * 0.68, h * 0.3, 26, light.sun)
    lines = [h * (0.45 + 0.13 * k) - h * 0.09 * wave(r, w * 4, 9 + 5 * k, 5) for k in range(5)]
    for index in range(count):
        frame = sky.copy()
        for layer, line in enumerate(lines):
            start = int(index * (0.6 + 1.7 * layer))
            seen = line[start : start + w]
            shape = np.concatenate([np.stack([np.arange(w), seen], axis=1), [(w, h), (0, h)]])
            polygon(frame, shape, mix(mix(light.haze, light.sky[0], 0.3), light.near, (layer + 1) / 5))
        yield frame


def pendulums(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Fifteen pendulums of growing length drift apart and together."""
    scheme = SCHEMES[hint]
    w, h = SIZE
    for index in range(count):
        frame = plain(w, h, scheme[0])
        for ball in range(15):
            x = w * (0.14 + 0.72 * ball / 14)
            swing = np.cos(2 * np.pi * (6 + ball * 0.5) * index / count)
            y = h * 0.5 + swing * h * 0.3
            stroke(frame, np.array([(x, 0), (x, y)]), mix(scheme[0], scheme[2], 0.25), 1)
            dot(frame, x, y, 13, scheme[1 + ball % 5])
        yield frame


def sorting(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Bars that are put in order, pass by pass."""
    scheme = SCHEMES[hint]
    w, h = SIZE
    values = r.permutation(48)
    steps: list[np.ndarray] = [values.copy()]
    for end in range(47, 0, -1):
        for at in range(end):
            if values[at] > values[at + 1]:
                values[[at, at + 1]] = values[[at + 1, at]]
        steps.append(values.copy())
    for index in range(count):
        now = steps[min(len(steps) - 1, int(index / count * 1.08 * len(steps)))]
        frame = plain(w, h, scheme[0])
        for bar, value in enumerate(now.tolist()):
            x, tall = 32 + bar * 12, 20 + value * 5.6
            box = np.array([(x, h - 30), (x + 9, h - 30), (x + 9, h - 30 - tall), (x, h - 30 - tall)])
            polygon(frame, box, mix(scheme[1], scheme[3], value / 47))
        yield frame


def life(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """Conway's game of life; what was alive glows a little longer."""
    scheme = SCHEMES[hint]
    cells = (r.random((45, 80)) < 0.3).astype(np.uint8)
    glow = cells.astype(np.float32)
    back, front = (np.array(landscape.rgb(c) * 255) for c in (scheme[2], scheme[3]))
    kernel = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=np.uint8)
    for index in range(count):
        if index % 2 == 0:
            around = cv2.filter2D(cells, -1, kernel, borderType=cv2.BORDER_CONSTANT)
            cells = ((around == 3) | ((cells == 1) & (around == 2))).astype(np.uint8)
        glow = np.maximum(glow * 0.86, cells)
        picture = back + (front - back) * glow[..., None]
        yield cv2.resize(picture.astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def strands(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """A flow field that is uncovered from the middle."""
    full = abstract.flow(r, *SIZE, hint).pixels
    back = plain(*SIZE, SCHEMES[hint][0])
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    away = np.hypot(x - SIZE[0] / 2, y - SIZE[1] / 2) / 370 + np.tile(
        wave(r, SIZE[0], 9, 3) * 0.08, (SIZE[1], 1)
    )
    for index in range(count):
        yield np.where((away < 0.3 + index / count)[..., None], full, back)


def star_trails(r: Random, count: int, hint: str) -> Iterator[Bytes]:
    """The sky turns around the pole and leaves trails."""
    w, h = SIZE
    sky = night.stars(r, w, h, hint).pixels
    ground = sky[int(h * 0.86) :].copy()
    dots = np.zeros((h, w, 3), dtype=np.uint8)
    for x, y, shine in zip(
        r.uniform(-w * 0.3, w * 1.3, 420), r.uniform(-h * 0.5, h, 420), r.uniform(0.3, 1, 420), strict=True
    ):
        dot(dots, x, y, 0.9 + shine * 0.5, mix("#20304f", "#ffffff", float(shine)))
    trail = np.zeros_like(dots)
    dark = cv2.GaussianBlur(sky, (0, 0), 18)
    for index in range(count):
        turn = cv2.getRotationMatrix2D((w * 0.52, h * 0.32), index * 0.55, 1.0)
        trail = cv2.max((trail * 0.985).astype(np.uint8), cv2.warpAffine(dots, turn, SIZE))
        frame = cv2.add(dark, trail)
        frame[int(h * 0.86) :] = ground
        yield frame.astype(np.uint8)


SCENES: dict[str, tuple[Scene, str]] = {
    "valley": (valley, "A slow camera move over layered mountains."),
    "shore": (shore, "A slow camera move over a calm sea."),
    "island": (chart_of_island, "A slow move over an old chart of an island."),
    "town": (town, "A slow move along a city skyline with lit windows."),
    "ride": (ridge_ride, "Hills pass by as if seen from a train."),
    "pendulums": (pendulums, "Fifteen pendulums swing out of step and back in step."),
    "sorting": (sorting, "Coloured bars are sorted by size, pass by pass."),
    "life": (life, "Cells of the game of life spread and die out."),
    "strands": (strands, "A pattern of flowing strands grows from the middle."),
    "trails": (star_trails, "Stars turn around the pole and leave trails."),
}


def film(r: Random, scene: str, hint: str, seconds: float) -> bytes:
    """WebM with VP8: what every Chromium plays, also those built without the licensed decoders."""
    count = round(seconds * RATE_HZ)
    out = io.BytesIO()
    options = {"fflags": "+bitexact"}  # no random ids in the file: the same bytes every time
    with av.open(out, "w", format="webm", container_options=options) as container:
        stream = container.add_stream("libvpx", rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = SIZE[0], SIZE[1], "yuv420p"
        stream.bit_rate = BIT_RATE
        stream.time_base = Fraction(1, RATE_HZ)
        stream.options = {"deadline": "realtime", "cpu-used": "-8", "flags": "+bitexact"}
        stream.codec_context.thread_count = 1
        for index, frame in enumerate(SCENES[scene][0](r, count, hint)):
            picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")
            picture.pts = index
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return out.getvalue()
