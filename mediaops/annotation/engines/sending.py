"""A picture on its way to an engine over the network: upright, as small as will do, or its address."""

from __future__ import annotations

import base64
import io
import ipaddress
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from mediaops.annotation.engines.picture import load_picture
from mediaops.annotation.models import Rotation
from mediaops.media.image import opened, orientation_of
from mediaops.settings import get_settings

EDGE_PX = 2048
"""The API looks at no more; more bytes would only take longer."""
QUALITY = 90
TAKEN = {"JPEG", "PNG", "WEBP"}
MOST_BYTES = 20 * 1024**2
PRIVATE_NAMES = (".local", ".localhost", ".internal", ".lan", ".home", ".home.arpa", ".test", ".intranet")
_TURNS = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def inline(source: Path | str | bytes, rotation: Rotation = 0) -> str:
    """The picture as a data URL: a JPEG, upright by its EXIF and ``rotation`` degrees clockwise."""
    image = Image.fromarray(load_picture(source).pixels)
    if rotation:
        image = image.transpose(_TURNS[rotation])
    image.thumbnail((EDGE_PX, EDGE_PX), Image.Resampling.LANCZOS)
    held = io.BytesIO()
    image.save(held, "JPEG", quality=QUALITY)
    return "data:image/jpeg;base64," + base64.b64encode(held.getvalue()).decode()


def as_it_is(path: Path) -> bool:
    """Whether the stored file itself can be given to the engine: a type it takes, upright, not too large."""
    with opened(path, get_settings().mediaops_max_image_pixels) as image:
        kind = str(image.format)
        still = getattr(image, "n_frames", 1) == 1
        upright = orientation_of(image) == 1
    return kind in TAKEN and still and upright and path.stat().st_size <= MOST_BYTES


def reachable_from_outside(address: str) -> bool:
    """Whether a service on the internet could fetch from this address, as far as its name tells."""
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".").lower()
    if parts.scheme != "https" or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith(PRIVATE_NAMES)
