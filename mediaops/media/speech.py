"""The sound of a file in small pieces of speech: mono, 16 kHz, Opus in Ogg, cut where it is quiet."""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from mediaops.media.refusal import NotAcceptable
from mediaops.media.timed import opened, timed_type

RATE_HZ = 16_000
BITS_PER_SECOND = 32_000  # 20 minutes are 5 MB
QUIET_SECONDS = 0.2  # a pause this long is a place to cut
SEARCHED_SHARE = 0.25  # of a piece, from its end, for the quietest place
PACKET_SAMPLES = 960

Samples = NDArray[np.int16]


@dataclass(frozen=True)
class Piece:
    """``data`` is an Ogg file; ``start`` and ``seconds`` say which part of the whole it is."""

    data: bytes
    start: float
    seconds: float


def pieces(path: Path, longest_seconds: float, most_seconds: float) -> Generator[Piece]:
    """The sound of a video or a sound, one piece after another, none longer than ``longest_seconds``.

    Raises :class:`NotAcceptable`: ``no_sound`` (a silent film), ``too_long`` (over ``most_seconds``, known
    before the first piece where the file tells its length), ``file_broken`` or ``unsupported_type``.
    """
    with opened(path, timed_type(path)) as container:
        if not container.streams.audio:
            raise NotAcceptable(
                "There is no sound in it.", code="no_sound", hint="Only what is said can be written down."
            )
        if container.duration and container.duration / av.time_base > most_seconds:
            raise _too_long(most_seconds)
        yield from _cut(_samples(container), longest_seconds, most_seconds)


def _too_long(most_seconds: float) -> NotAcceptable:
    return NotAcceptable(
        f"It is longer than {most_seconds / 3600:.0f} hours.", code="too_long", hint="Upload it in parts."
    )


def _samples(container: Any) -> Iterator[Samples]:
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
    for frame in container.decode(audio=0):
        for part in resampler.resample(frame):
            yield part.to_ndarray().reshape(-1).astype(np.int16, copy=False)
    for part in resampler.resample(None):
        yield part.to_ndarray().reshape(-1).astype(np.int16, copy=False)


def _cut(parts: Iterator[Samples], longest_seconds: float, most_seconds: float) -> Iterator[Piece]:
    longest = int(longest_seconds * RATE_HZ)
    held: list[Samples] = []
    count = begun = 0
    for part in parts:
        held.append(part)
        count += len(part)
        while count >= longest:
            whole = np.concatenate(held)
            at = _quiet_place(whole[:longest])
            yield _piece(whole[:at], begun)
            begun += at
            held, count = [whole[at:]], len(whole) - at
        if begun + count > most_seconds * RATE_HZ:
            raise _too_long(most_seconds)
    if count:
        yield _piece(np.concatenate(held), begun)


def _quiet_place(samples: Samples) -> int:
    """The middle of the quietest moment near the end."""
    step = int(QUIET_SECONDS * RATE_HZ)
    tail = samples[-max(step, int(len(samples) * SEARCHED_SHARE)) :]
    moments = tail[: len(tail) // step * step].reshape(-1, step).astype(np.float32)
    quietest = int(np.argmin((moments**2).mean(axis=1)))
    return len(samples) - len(tail) + quietest * step + step // 2


def _piece(samples: Samples, begun: int) -> Piece:
    return Piece(_encoded(samples), begun / RATE_HZ, len(samples) / RATE_HZ)


def _encoded(samples: Samples) -> bytes:
    held = io.BytesIO()
    container: Any = av.open(held, "w", format="ogg")
    with container:
        stream = container.add_stream("libopus", rate=RATE_HZ, options={"application": "voip"})
        stream.bit_rate = BITS_PER_SECOND
        stream.layout = "mono"
        for start in range(0, len(samples), PACKET_SAMPLES):
            frame = av.AudioFrame.from_ndarray(
                samples[start : start + PACKET_SAMPLES].reshape(1, -1), format="s16", layout="mono"
            )
            frame.sample_rate, frame.pts = RATE_HZ, start
            frame.time_base = Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return held.getvalue()
