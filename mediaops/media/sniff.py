"""What a file is by its first bytes. A name or a declared type is never believed.

The list is positive: what is not on it is refused, so SVG and HTML (scripts), archives and programs
need no rule of their own. :func:`describe` only gives the refusal a better sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "video", "sound"]
HEAD_BYTES = 4096  # enough for every signature below, a long `ftyp` included


@dataclass(frozen=True)
class FileType:
    """``reader`` names the one decoder that may open the file: Pillow's format or FFmpeg's demuxer."""

    kind: Kind
    mime: str
    reader: str


JPEG = FileType("image", "image/jpeg", "JPEG")
PNG = FileType("image", "image/png", "PNG")
GIF = FileType("image", "image/gif", "GIF")
WEBP = FileType("image", "image/webp", "WEBP")
AVIF = FileType("image", "image/avif", "AVIF")
HEIC = FileType("image", "image/heic", "")  # recognised, but nothing here decodes it
TIFF = FileType("image", "image/tiff", "TIFF")
BMP = FileType("image", "image/bmp", "BMP")
MP4 = FileType("video", "video/mp4", "mov")
MOV = FileType("video", "video/quicktime", "mov")
M4A = FileType("sound", "audio/mp4", "mov")
WEBM = FileType("video", "video/webm", "matroska")
MP3 = FileType("sound", "audio/mpeg", "mp3")
OGG = FileType("sound", "audio/ogg", "ogg")
WAV = FileType("sound", "audio/wav", "wav")
FLAC = FileType("sound", "audio/flac", "flac")

_PREFIXES: tuple[tuple[bytes, FileType], ...] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"OggS", OGG),
    (b"fLaC", FLAC),
    (b"ID3", MP3),
)
_BMP_HEADER_SIZES = {12, 40, 52, 56, 64, 108, 124}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_MP4_BRANDS = {b"isom", b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"mmp4"}


def sniff(head: bytes) -> FileType | None:
    """The type of the file that begins with ``head`` (its first :data:`HEAD_BYTES`), or None."""
    for prefix, found in _PREFIXES:
        if head.startswith(prefix):
            return found
    if head[:4] == b"RIFF":
        return {b"WEBP": WEBP, b"WAVE": WAV}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _iso_media(head)
    if head.startswith(b"\x1aE\xdf\xa3"):
        # Matroska says in its header which profile it is; only WebM plays in browsers.
        return WEBM if b"\x42\x82\x84webm" in head[:128] else None
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return BMP
    return MP3 if _is_mpeg_audio_frame(head) else None


def _iso_media(head: bytes) -> FileType | None:
    end = min(int.from_bytes(head[:4], "big"), len(head))
    major = head[8:12]
    brands = {major, *(head[at : at + 4] for at in range(16, end - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return AVIF
    if major in _HEIC_BRANDS or (brands & _HEIC_BRANDS and not brands & _MP4_BRANDS):
        return HEIC
    if major == b"qt  ":
        return MOV
    if major in {b"M4A ", b"M4B "}:
        return M4A
    known = major in _MP4_BRANDS or major[:3] in {b"iso", b"3gp"} or brands & _MP4_BRANDS
    return MP4 if known else None


def _is_mpeg_audio_frame(head: bytes) -> bool:
    """Eleven sync bits alone are too weak: layer III with a real bit rate and sample rate is asked for."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bitrate not in (0, 15) and rate != 3


def describe(head: bytes) -> str:
    """What a refused file seems to be, as words for a sentence ("a PDF"); empty when unknown."""
    known: tuple[tuple[bytes, str], ...] = (
        (b"MZ", "a Windows program"),
        (b"\x7fELF", "a program"),
        (b"%PDF", "a PDF"),
        (b"PK\x03\x04", "a ZIP archive or an Office document"),
        (b"\x1f\x8b", "a compressed archive"),
        (b"Rar!", "an archive"),
        (b"7z\xbc\xaf", "an archive"),
        (b"8BPS", "a Photoshop document"),
        (b"\x1aE\xdf\xa3", "a Matroska video"),
        (b"#!", "a script"),
    )
    for prefix, words in known:
        if head.startswith(prefix):
            return words
    text = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text and text.startswith(b"<"):
        return "an SVG drawing"
    if text.startswith((b"<!doctype html", b"<html", b"<script")):
        return "a web page"
    return ""
