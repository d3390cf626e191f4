"""Whose page asks, and where it may be sent on to."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from mediaops.origin import over_https, safe_next, same_origin


def asking(**headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "scheme": "http", "headers": raw, "path": "/", "query_string": b""})


@pytest.mark.parametrize(
    ("origin", "host", "same"),
    [
        ("http://127.0.0.1:8501", "127.0.0.1:8501", True),
        ("https://media.example.org", "media.example.org", True),
        ("https://MEDIA.example.org", "media.example.org", True),
        ("http://127.0.0.1:8502", "127.0.0.1:8501", False),
        ("https://media.example.org.evil.example", "media.example.org", False),
        ("null", "media.example.org", False),
        ("", "", False),
    ],
)
def test_only_a_page_of_this_site_is_of_the_same_origin(origin: str, host: str, same: bool) -> None:
    assert same_origin(asking(origin=origin, host=host)) is same


def test_a_request_without_an_origin_is_refused() -> None:
    assert same_origin(asking(host="media.example.org")) is False


def test_https_is_noticed_behind_a_proxy() -> None:
    assert over_https(asking(origin="https://media.example.org", host="media.example.org"))
    assert not over_https(asking(origin="http://127.0.0.1:8501", host="127.0.0.1:8501"))


@pytest.mark.parametrize("path", ["/", "/knowledge", "/asset?id=1&x=%2F%2Fevil.example", "/?q=a%20b", "/ünï"])
def test_paths_of_this_site_are_kept(path: str) -> None:
    assert safe_next(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "knowledge",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t//evil.example",
        "/\n/evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/auth/sign-out",
        "/sign-in?next=/",
        "/api/library",
        "/" + "a" * 3000,
    ],
)
def test_everything_else_becomes_the_first_page(path: str | None) -> None:
    assert safe_next(path) == "/"
