"""Is this object something MediaOps takes in, and what is it? Asked of its bytes, wherever it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from mediaops.media.fingerprint import dhash, sha256_of, thumbhash
from mediaops.media.image import probe_image, require_image
from mediaops.media.refusal import NotAcceptable
from mediaops.media.sniff import HEAD_BYTES, FileType, Kind, describe, sniff
from mediaops.media.timed import TAKEN, poster, probe_timed
from mediaops.settings import Settings
from mediaops.uploads.names import suffix_of

PICTURES: frozenset[Kind] = frozenset({"image"})
ALL_KINDS: frozenset[Kind] = frozenset({"image", "video", "sound"})
KINDS: Mapping[str, frozenset[Kind]] = {
    "library": ALL_KINDS,
    "annotation": PICTURES,
    "profile": PICTURES,
    "voice_note": frozenset({"sound"}),
}
PICTURE_SUFFIXES = {"jpg", "jpeg", "jfif", "png", "gif", "webp", "avif", "tif", "tiff", "bmp", "heic", "heif"}


@dataclass(frozen=True)
class Facts:
    """What is written to the asset's row. ``duration`` in seconds, ``sha256`` and ``phash`` hex."""

    kind: Kind
    mime: str
    bytes: int
    sha256: str
    width: int | None
    height: int | None
    duration: float | None
    thumbhash: str | None
    phash: str | None

    def as_json(self) -> dict[str, Any]:
        """As ``finish_upload`` takes them."""
        return asdict(self)


def most_bytes(settings: Settings, kinds: frozenset[Kind]) -> int:
    """The largest file that any of ``kinds`` may have."""
    limits: Mapping[Kind, int] = {
        "image": settings.mediaops_max_image_bytes,
        "video": settings.mediaops_max_video_bytes,
        "sound": settings.mediaops_max_sound_bytes,
    }
    return max(limits[kind] for kind in kinds)


def check_size(size: int, most: int) -> None:
    """Raises ``empty_file`` or ``too_large``."""
    if size == 0:
        raise NotAcceptable("The file is empty.", code="empty_file", hint="Choose the file again.")
    if size > most:
        raise NotAcceptable(
            f"The file has {size / 1024**2:,.0f} MB; at most {most / 1024**2:,.0f} MB are taken.",
            code="too_large",
            hint="Make it smaller and upload it again.",
        )


def check_head(head: bytes, name: str, purpose: str) -> frozenset[Kind]:
    """The kinds that a file beginning with ``head`` may turn out to be, if ``purpose`` takes any of them.

    ``name`` is not believed, it only words the refusal. Raises :class:`NotAcceptable`.
    """
    kinds = KINDS.get(purpose, ALL_KINDS)
    found = sniff(head)
    called_a_picture = suffix_of(name) in PICTURE_SUFFIXES
    is_picture = found.kind == "image" if found else called_a_picture
    if kinds == PICTURES or ("image" in kinds and is_picture):
        return frozenset({require_image(head).kind})
    may_be = _possible(found) & kinds if found else frozenset[Kind]()
    if not may_be:
        raise _not_taken(head, kinds)
    return may_be


def _possible(found: FileType) -> frozenset[Kind]:
    """MP4 and WebM hold videos or sounds alone; which, shows only when they are opened."""
    return frozenset({"video", "sound"}) if found.kind == "video" else frozenset({found.kind})


def _not_taken(head: bytes, kinds: frozenset[Kind]) -> NotAcceptable:
    words = describe(head)
    hint = TAKEN if "image" not in kinds else f"Pictures can be JPEG, PNG, WebP, GIF, AVIF. {TAKEN}"
    said = f"It is {words}." if words else "Its bytes are of no kind that is known here."
    return NotAcceptable(f"This file can't be taken. {said}", hint=hint)


def verify(path: Path, purpose: str, settings: Settings) -> Facts:
    """Look at the whole file and tell what it is. Raises :class:`NotAcceptable`."""
    with path.open("rb") as file:
        found = sniff(file.read(HEAD_BYTES))
    if found is not None and found.kind != "image":
        return _timed_facts(path, purpose, settings)
    seen = probe_image(path, settings.mediaops_max_image_pixels)
    return Facts(
        kind="image",
        mime=seen.mime,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        width=seen.width,
        height=seen.height,
        duration=None,
        thumbhash=seen.thumbhash,
        phash=seen.phash,
    )


def _timed_facts(path: Path, purpose: str, settings: Settings) -> Facts:
    seen = probe_timed(path, settings.mediaops_max_image_pixels)
    if seen.kind not in KINDS.get(purpose, ALL_KINDS):
        raise NotAcceptable("A voice note is a sound; this file is a video.", hint="Record it again.")
    check_size(path.stat().st_size, most_bytes(settings, frozenset({seen.kind})))
    frame = poster(path, settings.mediaops_max_image_pixels) if seen.kind == "video" else None
    return Facts(
        kind=seen.kind,
        mime=seen.mime,
        bytes=path.stat().st_size,
        sha256=sha256_of(path),
        width=seen.width,
        height=seen.height,
        duration=seen.duration,
        thumbhash=thumbhash(frame) if frame else None,
        phash=dhash(frame) if frame else None,
    )
