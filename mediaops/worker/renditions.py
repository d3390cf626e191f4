"""Storing the renditions of an asset beside its original."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any

from supabase import Client

from mediaops.client import rpc
from mediaops.errors import Conflict, NotFound
from mediaops.media.renditions import MIME, Derived, Rendition, derive
from mediaops.settings import get_settings
from mediaops.storage import fetch, put, remove

log = logging.getLogger(__name__)
TEMPORARY_PREFIX = "mediaops-render-"
MOST_BYTES = 2**40  # what is at a final path passed its limit when it was verified


def make_renditions(service: Client, asset: str) -> None:
    """Derive and store every rendition; done again it replaces them by the same.

    Nothing is left behind for an asset that went away meanwhile. Raises
    :class:`~mediaops.media.refusal.NotAcceptable` when the original can't be decoded (any more).
    """
    upload: dict[str, Any] = rpc(service, "upload_of", p_asset=asset)
    if upload["state"] not in ("ready", "trashed"):
        log.info("no renditions for %s: it is %s", asset, upload["state"])
        return
    original = str(upload["final_path"])
    with tempfile.TemporaryDirectory(prefix=TEMPORARY_PREFIX) as folder:
        copy = Path(folder) / "original"
        fetch(service, original, copy, MOST_BYTES)
        derived = derive(copy, get_settings().mediaops_max_image_pixels)
    folder_path = original.rsplit("/", 1)[0]
    try:
        for rendition in reversed(derived.renditions):  # the thumb first: the library is looking for it
            _store(service, asset, f"{folder_path}/{rendition.name}", rendition)
    except (NotFound, Conflict):
        remove(service, [f"{folder_path}/{rendition.name}" for rendition in derived.renditions])
        log.info("no renditions for %s: it went away meanwhile", asset)
        return
    _set_placeholder(service, asset, derived)


def _store(service: Client, asset: str, path: str, rendition: Rendition) -> None:
    put(service, path, rendition.data, MIME)
    rpc(
        service,
        "save_rendition",
        p_asset=asset,
        p_name=rendition.name,
        p_facts={
            "path": path,
            "mime": MIME,
            "width": rendition.width,
            "height": rendition.height,
            "bytes": len(rendition.data),
        },
    )


def _set_placeholder(service: Client, asset: str, derived: Derived) -> None:
    rpc(service, "set_thumbhash", p_asset=asset, p_thumbhash=derived.thumbhash)
