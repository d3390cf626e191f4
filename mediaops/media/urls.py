"""URLs that a browser may load an object from, and that stay the same long enough for its cache to hit."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Sequence

from supabase import Client

from mediaops.settings import get_settings
from mediaops.storage import sign_downloads

MOST_ENTRIES = 50_000  # about 25 MB; the oldest go first

_Key = tuple[str, str, str]
_lock = threading.Lock()
_cache: OrderedDict[_Key, tuple[str, float]] = OrderedDict()


def display_urls(client: Client, user_id: str, paths: Sequence[str]) -> dict[str, str]:
    """Signed URLs by path, the unknown ones signed in one call with the person's own client.

    A path that is not there, or that the person may not see, is left out. The same person gets the same
    URL for the same path during half of ``MEDIAOPS_URL_SECONDS``, and every URL is good for at least the
    other half. Raises :class:`~mediaops.errors.Unavailable`.
    """
    seconds = get_settings().mediaops_url_seconds
    project = str(client.supabase_url)
    wanted = list(dict.fromkeys(paths))
    found = _known(project, user_id, wanted)
    missing = [path for path in wanted if path not in found]
    if missing:
        signed = sign_downloads(client, missing, seconds)
        found |= _remember(project, user_id, signed, time.monotonic() + seconds / 2)
    return found


def forget_urls() -> None:
    """Empty the cache (tests, and a change of keys)."""
    with _lock:
        _cache.clear()


def _known(project: str, user_id: str, paths: Sequence[str]) -> dict[str, str]:
    now, found = time.monotonic(), dict[str, str]()
    with _lock:
        for path in paths:
            entry = _cache.get((project, user_id, path))
            if entry and entry[1] > now:
                found[path] = entry[0]
    return found


def _remember(project: str, user_id: str, signed: dict[str, str], until: float) -> dict[str, str]:
    """Two threads may have signed the same path: the first one's URL is the one everybody gets."""
    now, kept = time.monotonic(), dict[str, str]()
    with _lock:
        for path, url in signed.items():
            key = (project, user_id, path)
            entry = _cache.get(key)
            if entry is None or entry[1] <= now:
                entry = _cache[key] = (url, until)
                _cache.move_to_end(key)
            kept[path] = entry[0]
        while len(_cache) > MOST_ENTRIES:
            _cache.popitem(last=False)
    return kept
