"""Reading objects: ranges, what the browser has already, types, and what CORS lets a page see."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

import httpx
import pytest

from tests.integration.local.conftest import BUCKET
from tests.integration.local.talk import STORAGE

CONTENT = bytes(range(100))


@pytest.fixture(scope="module")
def url(wire: httpx.Client) -> str:
    """A signed URL of a hundred bytes."""
    path = f"{STORAGE}/object/{BUCKET}/downloads/hundred"
    headers = {"Content-Type": "video/mp4", "Cache-Control": "max-age=60"}
    assert wire.put(path, content=CONTENT, headers=headers).status_code == 200
    signed = wire.post(f"{STORAGE}/object/sign/{BUCKET}/downloads/hundred", json={"expiresIn": 3600}).json()
    return f"{STORAGE}{signed['signedURL']}"


def test_a_signed_url_gives_the_object(nobody: httpx.Client, url: str) -> None:
    answer = nobody.get(url)
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == "100"
    assert answer.headers["accept-ranges"] == "bytes"
    assert parsedate_to_datetime(answer.headers["expires"]).tzinfo is not None
    assert "cache-control" not in answer.headers


def test_a_caller_gets_the_cache_control(wire: httpx.Client, url: str) -> None:
    answer = wire.get(f"{STORAGE}/object/authenticated/{BUCKET}/downloads/hundred")
    assert (answer.content, answer.headers["cache-control"]) == (CONTENT, "max-age=60")


def test_head_has_the_headers_and_no_body(nobody: httpx.Client, url: str) -> None:
    answer = nobody.head(url)
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "100")
    assert answer.headers["etag"] == nobody.get(url).headers["etag"]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=90-", 90, 99),
        ("bytes=-10", 90, 99),
        ("bytes=-1000", 0, 99),
        ("bytes=50-5000", 50, 99),
        ("bytes=0-", 0, 99),
    ],
)
def test_a_range_is_206(nobody: httpx.Client, url: str, wanted: str, start: int, end: int) -> None:
    answer = nobody.get(url, headers={"Range": wanted})
    assert answer.status_code == 206
    assert answer.content == CONTENT[start : end + 1]
    assert answer.headers["content-range"] == f"bytes {start}-{end}/100"
    assert answer.headers["content-length"] == str(end + 1 - start)


@pytest.mark.parametrize("wanted", ["bytes=100-", "bytes=200-300", "bytes=20-10", "bytes=-0"])
def test_a_range_beyond_the_object_is_416(nobody: httpx.Client, url: str, wanted: str) -> None:
    answer = nobody.get(url, headers={"Range": wanted})
    assert (answer.status_code, answer.headers["content-range"]) == (416, "bytes */100")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "lines=1-2", "bytes=-", "rubbish"])
def test_other_ranges_give_the_whole(nobody: httpx.Client, url: str, wanted: str) -> None:
    answer = nobody.get(url, headers={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_if_range_of_another_version_gives_the_whole(nobody: httpx.Client, url: str) -> None:
    etag = nobody.head(url).headers["etag"]
    assert nobody.get(url, headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    assert nobody.get(url, headers={"Range": "bytes=0-1", "If-Range": '"old"'}).status_code == 200


def test_what_the_browser_has_is_304(nobody: httpx.Client, url: str) -> None:
    headers = nobody.head(url).headers
    for condition in (
        {"If-None-Match": headers["etag"]},
        {"If-None-Match": f'"other", W/{headers["etag"]}'},
        {"If-Modified-Since": headers["last-modified"]},
    ):
        answer = nobody.get(url, headers=condition)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == headers["etag"]
    assert nobody.get(url, headers={"If-None-Match": '"other"'}).status_code == 200
    early = {"If-Modified-Since": "Thu, 01 Jan 2015 00:00:00 GMT"}
    assert nobody.get(url, headers=early).status_code == 200


def test_a_page_among_the_objects_is_sent_as_text(wire: httpx.Client, folder: str) -> None:
    path = f"{STORAGE}/object/{BUCKET}/{folder}/page"
    wire.post(path, content=b"<script>", headers={"Content-Type": "text/html; charset=utf-8"})
    assert wire.get(path).headers["content-type"].startswith("text/plain")


def test_a_preflight_is_answered_for_any_page(nobody: httpx.Client, url: str) -> None:
    answer = nobody.options(
        url,
        headers={
            "Origin": "http://127.0.0.1:8501",
            "Access-Control-Request-Method": "PUT",
            "Access-Control-Request-Headers": "authorization,content-type,x-upsert",
        },
    )
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "PUT" in answer.headers["access-control-allow-methods"]
    assert answer.headers["access-control-allow-headers"] == "authorization,content-type,x-upsert"


@pytest.mark.parametrize("path", ["", "-missing", "&token=rubbish"])
def test_every_answer_can_be_read_by_a_page(nobody: httpx.Client, url: str, path: str) -> None:
    answer = nobody.get(url.replace("?", f"{path}?"), headers={"Origin": "http://127.0.0.1:8501"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Upload-Offset" in answer.headers["access-control-expose-headers"]


def test_an_unknown_route_is_404(nobody: httpx.Client) -> None:
    assert nobody.get("/storage/v2/x").status_code == 404
    assert nobody.get("/").status_code == 404
