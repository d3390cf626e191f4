"""Looking at a picture without trusting it: its size is known and checked before anything is decoded."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from PIL import ExifTags, Image, ImageOps

from mediaops.media.fingerprint import dhash, thumbhash
from mediaops.media.refusal import NotAcceptable
from mediaops.media.sniff import HEAD_BYTES, HEIC, WEBP, FileType, describe, sniff

LOOK_EDGE_PX = 256  # what hashes are computed from; JPEG decodes straight to about this size
BIG_PIXELS = 24_000_000
_big = threading.Lock()  # one big picture at a time: 100 MP are 400 MB, and two of them are one too many

# Between one and two times the limit Pillow only warns; the check in `opened` refuses there already.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)


@dataclass(frozen=True)
class ImageFacts:
    """``width`` and ``height`` in pixels as a person sees the picture, EXIF orientation applied."""

    mime: str
    width: int
    height: int
    animated: bool
    orientation: int
    thumbhash: str
    phash: str


def type_of_image(path: Path) -> FileType:
    """Type by bytes; raises :class:`NotAcceptable` for what is no picture or none that can be decoded."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return require_image(head)


def require_image(head: bytes) -> FileType:
    """The picture type that ``head`` begins, else :class:`NotAcceptable`."""
    found = sniff(head)
    if not head:
        raise NotAcceptable("The file is empty.", code="empty_file", hint="Choose the file again.")
    if found == HEIC:
        raise NotAcceptable(
            "HEIC pictures can't be opened here.",
            hint="Upload it through the dashboard, which converts it, or save it as JPEG.",
        )
    words = describe(head)
    if found is None and words == "an SVG drawing":
        raise NotAcceptable(
            "SVG drawings can carry scripts and are not taken.", hint="Save it as PNG and upload that."
        )
    if found is None or found.kind != "image":
        is_what = f"It is {words}." if words else ""
        raise NotAcceptable(
            f"This is not a picture, whatever its name says. {is_what}".strip(),
            code="not_an_image",
            hint="Choose a JPEG, PNG, WebP, GIF, AVIF, TIFF or BMP file.",
        )
    return found


def probe_image(path: Path, max_pixels: int) -> ImageFacts:
    """Decode the picture once, small where the format allows it, and tell what it is.

    Raises :class:`NotAcceptable` with ``empty_file``, ``not_an_image``, ``unsupported_type``,
    ``image_too_many_pixels`` or ``image_broken``.
    """
    with opened(path, max_pixels) as image:
        width, height = image.size
        orientation = orientation_of(image)
        animated = image.format != "MPO" and bool(getattr(image, "is_animated", False))
        image.draft("RGB", (LOOK_EDGE_PX, LOOK_EDGE_PX))
        with broken_if_it_fails(), decoding(image):
            image.load()
            small = image if image.mode != "P" else image.convert("RGBA")
            small.thumbnail((LOOK_EDGE_PX, LOOK_EDGE_PX), reducing_gap=2.0)
            small = eight_bit(ImageOps.exif_transpose(small))
        if orientation >= 5:
            width, height = height, width
        mime = type_of_image(path).mime
        return ImageFacts(mime, width, height, animated, orientation, thumbhash(small), dhash(small))


@contextmanager
def opened(path: Path, max_pixels: int) -> Generator[Image.Image]:
    """The picture with its header read and its size within ``max_pixels``, nothing decoded yet."""
    found = type_of_image(path)
    if found == WEBP:
        # Pillow makes the whole canvas when it opens a WebP, so its size is read beforehand.
        _check_size(_webp_size(path), max_pixels)
    try:
        with broken_if_it_fails():
            image = Image.open(path, formats=(found.reader,))
    except Image.DecompressionBombError as bomb:
        raise _too_many_pixels(max_pixels) from bomb
    with image:
        _check_size(image.size, max_pixels)
        yield image


def decoding(image: Image.Image) -> threading.Lock | nullcontext[None]:
    """Held while a picture is in memory in full."""
    width, height = image.size
    return _big if width * height > BIG_PIXELS else nullcontext()


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation 1..8; 1 when there is none or it makes no sense."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except (OSError, SyntaxError, ValueError, KeyError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def eight_bit(image: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA with 8 bits a channel (CMYK stays, its profile knows more)."""
    if image.mode in {"RGB", "RGBA", "CMYK"}:
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value / 256).convert("L").convert("RGB")
    if image.mode in {"I", "F"}:
        return image.convert("L").convert("RGB")
    transparent = image.mode in {"LA", "PA", "La", "RGBa"} or "transparency" in image.info
    return image.convert("RGBA" if transparent else "RGB")


def _check_size(size: tuple[int, int], max_pixels: int) -> None:
    width, height = size
    if width < 1 or height < 1:
        raise _broken()
    if width * height > max_pixels:
        raise _too_many_pixels(max_pixels, size)


def _webp_size(path: Path) -> tuple[int, int]:
    with path.open("rb") as file:
        head = file.read(30)
    if len(head) < 30:
        raise _broken()
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


@contextmanager
def broken_if_it_fails() -> Generator[None]:
    """Whatever a decoder raises is ``image_broken``; a lack of memory stays what it is."""
    try:
        yield
    except (Image.DecompressionBombError, MemoryError):
        raise
    except Exception as error:  # a decoder fed with broken bytes raises anything
        raise _broken() from error


def _broken() -> NotAcceptable:
    return NotAcceptable(
        "The picture is damaged or cut off: it can't be decoded to its end.",
        code="image_broken",
        hint="Open it on your device; if it looks right there, save it again and upload that.",
    )


def _too_many_pixels(max_pixels: int, size: tuple[int, int] | None = None) -> NotAcceptable:
    shape = f"{size[0]} × {size[1]} pixels" if size else "Its number of pixels"
    return NotAcceptable(
        f"{shape} is more than a picture may have ({max_pixels / 1e6:.0f} megapixels).",
        code="image_too_many_pixels",
        hint="Make it smaller and upload it again.",
    )
