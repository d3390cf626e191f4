"""Whose page a request comes from, and where it may be sent on to."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request

_INNER_PATHS = ("/auth", "/sign-in", "/api", "/_stcore")


def same_origin(request: Request) -> bool:
    """Whether a page of this very site sent it. Browsers name the origin on every POST; what names
    none, or ``null``, is refused: the cookie alone must never be enough to act."""
    origin = request.headers.get("origin", "")
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower() != ""


def over_https(request: Request) -> bool:
    """Whether the browser itself speaks https to us; a proxy in front may hide it from the server."""
    origin = request.headers.get("origin", "")
    return request.url.scheme == "https" or urlsplit(origin).scheme == "https"


def safe_next(path: str | None) -> str:
    """A path of this site to go on to; anything that could lead elsewhere becomes the first page."""
    if not path or not path.startswith("/") or len(path) > 2000:
        return "/"
    # A browser reads a backslash as a slash and drops tabs and line ends: '/\t/evil.example' is '//'.
    if "\\" in path or path.startswith("//") or any(ord(letter) < 32 for letter in path):
        return "/"
    parts = urlsplit(path)
    if parts.scheme or parts.netloc or parts.path.startswith(_INNER_PATHS):
        return "/"
    return path
