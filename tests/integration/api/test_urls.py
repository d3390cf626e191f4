from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from mediaops.media import urls
from mediaops.media.urls import display_urls, forget_urls
from mediaops.settings import get_settings


@pytest.fixture(autouse=True)
def fresh(stack):
    forget_urls()
    yield
    forget_urls()


def original(asset: str) -> str:
    return f"{asset[:2]}/{asset}/original"


def test_an_url_shows_the_object(make_asset, people) -> None:
    path = original(make_asset())
    staff = people["staff"]
    url = display_urls(staff.client, staff.user_id, [path])[path]
    assert httpx.get(url).headers["content-type"] == "image/png"


def test_what_is_not_there_and_what_may_not_be_seen_is_left_out(make_asset, people) -> None:
    path = original(make_asset())
    staff, stranger = people["staff"], people["stranger"]
    assert display_urls(stranger.client, stranger.user_id, [path]) == {}
    assert set(display_urls(staff.client, staff.user_id, [path, "00/nothing/original"])) == {path}
    assert display_urls(staff.client, staff.user_id, []) == {}


def test_it_stays_the_same_for_half_its_life_and_is_renewed_then(make_asset, people, monkeypatch) -> None:
    path, staff = original(make_asset()), people["staff"]
    first = display_urls(staff.client, staff.user_id, [path])[path]
    now, life = urls.time.monotonic(), get_settings().mediaops_url_seconds
    monkeypatch.setattr(urls.time, "monotonic", lambda: now + life / 2 - 60)
    assert display_urls(staff.client, staff.user_id, [path])[path] == first
    monkeypatch.setattr(urls.time, "monotonic", lambda: now + life / 2 + 60)
    signed: list[list[str]] = []
    sign = urls.sign_downloads
    monkeypatch.setattr(
        urls,
        "sign_downloads",
        lambda client, paths, seconds: signed.append(list(paths)) or sign(client, paths, seconds),
    )
    display_urls(staff.client, staff.user_id, [path])
    assert signed == [[path]]


def test_two_people_never_share_an_url(make_asset, people) -> None:
    path = original(make_asset())
    found = [display_urls(people[role].client, people[role].user_id, [path]) for role in ("staff", "ops")]
    assert all(found)
    assert display_urls(people["stranger"].client, people["stranger"].user_id, [path]) == {}


def test_a_page_is_signed_in_one_call_and_known_ones_not_at_all(make_asset, people, monkeypatch) -> None:
    paths, staff = [original(make_asset()) for _ in range(3)], people["staff"]
    calls: list[int] = []
    sign = urls.sign_downloads
    monkeypatch.setattr(
        urls,
        "sign_downloads",
        lambda client, asked, seconds: calls.append(len(asked)) or sign(client, asked, seconds),
    )
    display_urls(staff.client, staff.user_id, paths[:2])
    display_urls(staff.client, staff.user_id, paths)
    display_urls(staff.client, staff.user_id, paths * 2)
    assert calls == [2, 1]


def test_threads_that_ask_together_get_the_same_url(make_asset, people) -> None:
    path, staff = original(make_asset()), people["staff"]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: display_urls(staff.client, staff.user_id, [path])[path], range(16)))
    assert len(set(found)) == 1


def test_the_cache_has_an_end(make_asset, people, monkeypatch) -> None:
    monkeypatch.setattr(urls, "MOST_ENTRIES", 2)
    paths, staff = [original(make_asset()) for _ in range(4)], people["staff"]
    assert set(display_urls(staff.client, staff.user_id, paths)) == set(paths)
    assert len(urls._cache) == 2
