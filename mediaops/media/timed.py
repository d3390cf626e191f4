"""Looking at videos and sounds: length, size, codecs, one frame.

The demuxer is named by the bytes, never guessed by FFmpeg: a guess could open a playlist, and a playlist
opens other files and addresses.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from PIL import Image

from mediaops.media.refusal import NotAcceptable
from mediaops.media.sniff import HEAD_BYTES, FileType, Kind, sniff

# What browsers play; anything else would be stored and never seen.
VIDEO_CODECS = {"h264", "hevc", "vp8", "vp9", "av1"}
SOUND_CODECS = {"aac", "mp3", "opus", "vorbis", "flac", "alac"}
POSTER_AT_MOST_SECONDS = 3.0
CUT_OFF_SHARE = 0.9


@dataclass(frozen=True)
class TimedFacts:
    """``duration`` in seconds; ``width`` and ``height`` in pixels as shown, None for a sound."""

    kind: Kind
    mime: str
    duration: float
    width: int | None
    height: int | None
    codecs: tuple[str, ...]


def probe_timed(path: Path, max_pixels: int) -> TimedFacts:
    """Read the whole container without decoding it, and tell what it is.

    Raises :class:`NotAcceptable` with ``empty_file``, ``unsupported_type``, ``image_too_many_pixels``
    or ``file_broken``.
    """
    found = timed_type(path)
    with opened(path, found) as container:
        video, sounds = picture_stream(container), container.streams.audio
        if video is None and not sounds:
            raise broken()
        codecs = _codecs(video, container)
        duration = _duration(container)
        if video is None:
            return TimedFacts("sound", _sound_mime(found), duration, None, None, codecs)
        if found.kind == "sound":
            raise NotAcceptable("This kind of sound file carries a video.", hint="Save it as MP4 or WebM.")
    frame = poster(path, max_pixels)
    return TimedFacts("video", found.mime, duration, frame.width, frame.height, codecs)


def timed_type(path: Path) -> FileType:
    """Type by bytes; raises :class:`NotAcceptable` for what is neither a video nor a sound."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise NotAcceptable("The file is empty.", code="empty_file", hint="Choose the file again.")
    found = sniff(head)
    if found is None or found.kind == "image":
        raise NotAcceptable("This is neither a video nor a sound that can be taken.", hint=TAKEN)
    return found


TAKEN = "Videos can be MP4, WebM or MOV; sounds MP3, M4A, Ogg, Opus, WAV or FLAC."


@contextmanager
def opened(path: Path, found: FileType) -> Generator[InputContainer]:
    """The container, opened by its own demuxer and nothing but a local file within its reach."""
    try:
        container: Any = av.open(
            str(path), mode="r", format=found.reader, options={"protocol_whitelist": "file"}
        )
        with container:
            yield container
    except (av.error.FFmpegError, EOFError, ValueError, IndexError) as error:
        raise broken() from error


def picture_stream(container: InputContainer) -> VideoStream | None:
    """The video, if there is one; the cover picture of a song is none."""
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def poster(path: Path, max_pixels: int) -> Image.Image:
    """One frame from near the beginning, upright and with square pixels."""
    with opened(path, timed_type(path)) as container:
        video = picture_stream(container)
        if video is None:
            raise broken()
        if video.codec_context.width * video.codec_context.height > max_pixels:
            raise NotAcceptable(
                f"{video.codec_context.width} × {video.codec_context.height} pixels are too many.",
                code="image_too_many_pixels",
                hint="Make it smaller and upload it again.",
            )
        seconds = min((container.duration or 0) / av.time_base / 10, POSTER_AT_MOST_SECONDS)
        for at in (seconds, 0.0):
            container.seek(int(at * av.time_base))
            frame = next(iter(container.decode(video)), None)
            if frame is not None:
                picture = cast(Image.Image, frame.to_image())  # pyright: ignore[reportUnknownMemberType]
                return _shown(picture, frame.rotation, video)
    raise broken()


def _shown(image: Image.Image, rotation: int, video: VideoStream) -> Image.Image:
    ratio = video.sample_aspect_ratio
    if ratio and ratio.numerator > 0 and ratio != 1:
        image = image.resize((max(1, round(image.width * float(ratio))), image.height))
    return image.rotate(rotation, expand=True) if rotation % 360 else image


def _codecs(video: VideoStream | None, container: InputContainer) -> tuple[str, ...]:
    pictures = [video.codec_context.codec.canonical_name] if video else []
    sounds = [stream.codec_context.codec.canonical_name for stream in container.streams.audio]
    strange = set(pictures) - VIDEO_CODECS
    strange |= {name for name in sounds if name not in SOUND_CODECS and not name.startswith("pcm_")}
    if strange:
        raise NotAcceptable(
            f"No browser plays this file: it is coded as {', '.join(sorted(strange))}.",
            hint="Save it as MP4 (H.264, AAC) or WebM.",
        )
    return (*pictures, *sounds)


def _duration(container: InputContainer) -> float:
    """Seconds, from what is really there: a header may promise more than a cut-off file holds."""
    end = 0.0
    for packet in container.demux():
        if packet.pts is not None:
            end = max(end, float((packet.pts + (packet.duration or 0)) * packet.time_base))
    promised = (container.duration or 0) / av.time_base
    if end <= 0 or end < promised * CUT_OFF_SHARE - 1:
        raise broken()
    return round(end, 3)


def _sound_mime(found: FileType) -> str:
    return {"video/mp4": "audio/mp4", "video/quicktime": "audio/mp4", "video/webm": "audio/webm"}.get(
        found.mime, found.mime
    )


def broken() -> NotAcceptable:
    """The error for a video or a sound that can't be read to its end."""
    return NotAcceptable(
        "The video or sound is damaged or cut off: it can't be read to its end.",
        code="file_broken",
        hint="Play it on your device; if it plays there, save it again and upload that.",
    )
