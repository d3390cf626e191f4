"""Sounds made of sums of sines and filtered noise: tunes, ambience, murmured voice notes."""

# numpy and PyAV leave the types of much arithmetic and of encoding unknown.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false, reportUnknownArgumentType=false

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, cast

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from mediaops.local.sample.draw.canvas import Random, wave
from mediaops.media.waveform import BARS

RATE_HZ = 24_000  # enough for music in a browser, and half the work
Samples = NDArray[np.floating[Any]]
SCALES = {
    "major": (0, 2, 4, 7, 9, 12, 14, 16),
    "minor": (0, 3, 5, 7, 10, 12, 15, 17),
    "dorian": (0, 2, 3, 7, 9, 10, 12, 14),
}


def _times(seconds: float) -> Samples:
    return np.arange(int(seconds * RATE_HZ), dtype=np.float32) / RATE_HZ


def _pitch(step: float, base: float = 220.0) -> float:
    return float(base * 2 ** (step / 12))


def _pluck(hz: float, seconds: float, bright: float) -> Samples:
    """A plucked string: harmonics that fade, the higher the sooner."""
    t = _times(seconds)
    tone = np.zeros_like(t)
    for part in range(1, 7):
        tone += np.sin(2 * np.pi * hz * part * t) * np.exp(-t * (2.2 + part * bright)) / part
    return (tone * np.minimum(1, t * 400)).astype(np.float32)


def _add(track: Samples, piece: Samples, at: float, gain: float) -> None:
    start = int(at * RATE_HZ)
    room = max(0, min(len(piece), len(track) - start))
    track[start : start + room] += piece[:room] * gain


def tune(r: Random, seconds: float, hint: str) -> Samples:
    """A gentle melody over a slow bass. ``hint`` names the scale."""
    scale, beat = SCALES[hint], float(r.choice([0.3, 0.36, 0.44]))
    base = _pitch(float(r.integers(-5, 4)))
    track = np.zeros(int(seconds * RATE_HZ), dtype=np.float32)
    at, place = 0.0, 3
    while at < seconds - 1.2:
        place = int(np.clip(place + r.integers(-2, 3), 0, len(scale) - 1))
        _add(track, _pluck(_pitch(scale[place], base * 2), 1.6, 1.6), at, float(r.uniform(0.5, 0.8)))
        if round(at / beat) % 4 == 0:
            _add(track, _pluck(_pitch(scale[int(r.integers(0, 3))], base / 2), 2.2, 0.9), at, 0.7)
        at += beat * float(r.choice([1, 1, 1, 2]))
    return track


def jingle(r: Random, seconds: float, hint: str) -> Samples:
    """A bright rise of chords, then a held one: the opening of a programme."""
    scale, track = SCALES[hint], np.zeros(int(seconds * RATE_HZ), dtype=np.float32)
    root = _pitch(float(r.integers(-3, 5)))
    for index, step in enumerate((0, 2, 4, 5, 7)):
        for part in (0, 2, 4):
            tone = _pluck(_pitch(scale[(step + part) % len(scale)], root), 2.5 if index < 4 else seconds, 0.8)
            _add(track, tone, index * 0.34, 0.5)
    return track


def pad(r: Random, seconds: float, hint: str) -> Samples:
    """Slow chords that swell into one another."""
    t, scale = _times(seconds), SCALES[hint]
    track = np.zeros_like(t)
    for index in range(int(seconds // 4) + 1):
        swell = np.exp(-(((t - index * 4 - 2) / 2.4) ** 2))
        for part in r.choice(len(scale), 3, replace=False).tolist():
            hz = _pitch(scale[part], 165) * float(r.uniform(0.998, 1.002))
            track += swell * (np.sin(2 * np.pi * hz * t) + 0.4 * np.sin(2 * np.pi * hz * 2.003 * t)) * 0.3
    return track.astype(np.float32)


def _hiss(r: Random, count: int, low: float, high: float) -> Samples:
    """Noise between two frequencies in hertz."""
    spectrum = np.fft.rfft(r.standard_normal(count).astype(np.float32))
    hz = np.fft.rfftfreq(count, 1 / RATE_HZ)
    spectrum *= np.exp(-((np.log((hz + 1) / np.sqrt(low * high)) / np.log(high / low) * 2) ** 2))
    made = np.fft.irfft(spectrum, count)
    return (made / np.abs(made).max()).astype(np.float32)


def surf(r: Random, seconds: float, hint: str) -> Samples:
    """Waves on a beach."""
    t = _times(seconds)
    swell = 0.35 + 0.65 * np.clip(np.sin(2 * np.pi * t / 5.2 + r.uniform(0, 6)), 0, 1) ** 2
    return (_hiss(r, len(t), 180, 2400) * swell).astype(np.float32)


def rain(r: Random, seconds: float, hint: str) -> Samples:
    """Rain with single drops near by."""
    t = _times(seconds)
    track = _hiss(r, len(t), 900, 9000) * 0.4
    for at in r.uniform(0, seconds - 0.1, int(seconds * 9)).tolist():
        piece = _times(0.05)
        drop = np.sin(2 * np.pi * float(r.uniform(900, 2600)) * piece) * np.exp(-piece * 90)
        _add(track, drop.astype(np.float32), at, float(r.uniform(0.1, 0.5)))
    return track


def voice(r: Random, seconds: float, hint: str) -> Samples:
    """A murmur with the rhythm and the formants of speech, but no words."""
    t = _times(seconds)
    count = len(t)
    slow = max(64, count // 480)
    pitch = {"low": 105.0, "middle": 150.0, "high": 205.0}[hint]
    glide = np.interp(np.arange(count), np.linspace(0, count, slow), wave(r, slow, seconds * 1.4, 3))
    phase = np.mod(np.cumsum(2 * np.pi * pitch * (1 + 0.12 * glide) / RATE_HZ), 2 * np.pi)
    # What changes slowly is worked out on a coarse grid and drawn out: exp for every sample is dear.
    at, coarse = np.arange(count), np.linspace(0, count, slow)
    first = 480 + 260 * wave(r, slow, seconds * 4, 2)
    second = 1500 + 600 * wave(r, slow, seconds * 4, 2)
    track = np.zeros(count, dtype=np.float32)
    for part in range(1, 15):
        hz = pitch * part
        gain = np.exp(-(((hz - first) / 190) ** 2)) + 0.5 * np.exp(-(((hz - second) / 260) ** 2)) + 0.02
        track += np.interp(at, coarse, gain).astype(np.float32) * np.sin((phase * part).astype(np.float32))
    beat = np.interp(np.arange(count), np.linspace(0, count, slow), wave(r, slow, seconds * 4.2, 2))
    pause = np.interp(np.arange(count), np.linspace(0, count, slow), wave(r, slow, seconds * 0.5, 2))
    syllable = np.clip(beat * 1.3 + 0.35, 0, 1) * np.clip(pause * 4 + 1.6, 0, 1)
    room = _hiss(r, count, 200, 3000) * 0.012
    return (track * syllable + room).astype(np.float32)


KINDS: dict[str, tuple[Callable[[Random, float, str], Samples], str]] = {
    "tune": (tune, "A gentle plucked melody."),
    "jingle": (jingle, "Five bright chords, the opening of a programme."),
    "pad": (pad, "Slow, soft chords."),
    "surf": (surf, "Waves on a beach."),
    "rain": (rain, "Rain, single drops near by."),
    "voice": (voice, "A voice note."),
}


def recording(r: Random, kind: str, hint: str, seconds: float, form: str) -> tuple[bytes, list[float]]:
    """Encoded sound and its loudness in bars, 0..1; ``form`` is "ogg" (Opus) or "mp3"."""
    samples = KINDS[kind][0](r, seconds, hint)
    edge = np.minimum(
        1, np.minimum(np.arange(len(samples)), np.arange(len(samples))[::-1]) / (RATE_HZ * 0.15)
    )
    level = 0.82 * samples * edge / max(1e-6, float(np.abs(samples).max()))
    pcm = (level * 32767).astype(np.int16)
    codec, rate = {"ogg": ("libopus", 40_000), "mp3": ("libmp3lame", 64_000)}[form]
    out = io.BytesIO()
    with av.open(out, "w", format=form, container_options={"fflags": "+bitexact"}) as container:
        stream = cast(AudioStream, container.add_stream(codec, rate=RATE_HZ))
        stream.bit_rate = rate
        stream.codec_context.layout = "mono"
        stream.codec_context.format = "s16" if form == "ogg" else "s16p"
        frame = av.AudioFrame.from_ndarray(pcm[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        for piece in av.AudioResampler("s16" if form == "ogg" else "s16p", "mono", RATE_HZ).resample(frame):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return out.getvalue(), _bars(level)


def _bars(level: Samples) -> list[float]:
    """As the worker has them for its picture: the loudest 20 ms of each part, the loudest of all is 1."""
    window = RATE_HZ // 50
    rows = level[: len(level) // window * window].reshape(-1, window)
    loudness = np.sqrt(np.square(rows).mean(axis=1))
    most = [float(part.max()) for part in np.array_split(loudness, BARS)]
    return [round((value / (max(most) or 1.0)) ** 0.7, 4) for value in most]
