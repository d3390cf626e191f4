"""The tokens that sessions had at their last interaction with this process."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock

from mediaops.session_seal import Tokens, session_id


class LastTokens:
    """By cookie. Never trusted by themselves: whether the session still stands is asked every time."""

    def __init__(self, most: int = 512) -> None:
        self._most = most
        self._kept: OrderedDict[str, Tokens] = OrderedDict()
        self._lock = Lock()

    def get(self, cookie: str | None, seconds: float) -> Tokens | None:
        """Tokens that are good for ``seconds`` more, or None."""
        with self._lock:
            tokens = self._kept.get(session_id(cookie)) if cookie else None
        fresh = tokens is not None and tokens.access_expires - time.time() > seconds
        return tokens if fresh else None

    def put(self, cookie: str, tokens: Tokens) -> None:
        """Keep them; the session unused for longest goes."""
        with self._lock:
            self._kept[session_id(cookie)] = tokens
            self._kept.move_to_end(session_id(cookie))
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def drop(self, key: str) -> None:
        """The session ended."""
        with self._lock:
            self._kept.pop(key, None)
