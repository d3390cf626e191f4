"""What the uploader and the gallery do, over HTTP."""

from __future__ import annotations

import hashlib
import io

import httpx
import pytest
from PIL import Image

from mediaops.worker.renditions import make_renditions
from tests.unit.media import samples


def ticket(web, purpose: str = "library") -> dict[str, str]:
    return web.post("/api/uploads/tickets", json={"purpose": purpose, "count": 1}).json()["tickets"][0]


def send(web, data: bytes, purpose: str = "library", **more):
    right = ticket(web, purpose)
    httpx.put(right["url"], content=data, headers={"content-type": "image/webp"}).raise_for_status()
    body = {
        "ticket": right["id"],
        "original_name": "photo.jpg",
        "original_bytes": len(data),
        "original_sha256": hashlib.sha256(data).hexdigest(),
        **more,
    }
    return web.post("/api/uploads/complete", json=body)


def photo(seed: int) -> bytes:
    return samples.encoded(samples.picture(640, 480, seed=seed), "WEBP")


def test_a_pool_of_tickets_is_signed_and_says_when_it_ends(signed_in) -> None:
    answer = signed_in.post("/api/uploads/tickets", json={"purpose": "library", "count": 8})
    tickets = answer.json()["tickets"]
    assert len({one["id"] for one in tickets}) == 8
    assert all(one["url"].startswith("http://127.0.0.1:") and one["token"] in one["url"] for one in tickets)
    assert all(one["expires_at"] > "2020" for one in tickets)


def test_from_ticket_to_a_picture_in_the_library(signed_in, service) -> None:
    data = photo(101)
    done = send(signed_in, data, title="Zaunkönig im Garten")
    assert done.status_code == 200, done.text
    asset = done.json()["asset"]
    assert done.json()["state"] == "ready"
    make_renditions(service, asset)
    page = signed_in.get("/api/library", params={"q": "zaunkönig"}).json()
    card = next(card for card in page["items"] if card["id"] == asset)
    picture = httpx.get(card["thumb_url"])
    assert Image.open(io.BytesIO(picture.content)).size == (320, 240)
    assert httpx.get(card["card_url"]).status_code == 200


def test_a_reading_that_no_engine_here_can_do_is_told_and_the_upload_is_kept(signed_in) -> None:
    done = send(signed_in, photo(103), annotate=["ocr", "caption", "transcript"]).json()
    assert done["state"] == "ready"
    assert [(each["kind"], each["error"]["code"]) for each in done["refused"]] == [
        ("caption", "no_engine"),
        ("transcript", "unsupported_type"),
    ]
    assert "OPENAI_API_KEY" in done["refused"][0]["error"]["hint"]
    assert send(signed_in, photo(104), annotate=["ocr"]).json()["refused"] == []


def test_a_known_file_is_offered_with_its_picture_and_restored_from_the_trash(
    signed_in, service, people
) -> None:
    data = photo(102)
    asset = send(signed_in, data).json()["asset"]
    make_renditions(service, asset)
    digest = hashlib.sha256(data).hexdigest()
    known = signed_in.post("/api/uploads/lookup", json={"sha256": digest.upper()}).json()["asset"]
    assert (known["asset"], known["state"]) == (asset, "ready")
    assert httpx.get(known["thumb_url"]).status_code == 200
    people["staff"].rpc("trash_assets", p_assets=[asset])
    assert (
        signed_in.post("/api/uploads/lookup", json={"sha256": digest}).json()["asset"]["state"] == "trashed"
    )
    assert signed_in.post("/api/uploads/restore", json={"asset": asset}).json()["state"] == "ready"
    assert signed_in.post("/api/uploads/lookup", json={"sha256": digest}).json()["asset"]["state"] == "ready"


def test_a_refused_file_is_told_in_words(signed_in) -> None:
    answer = send(signed_in, samples.RENAMED_EXE)
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "not_an_image"
    assert answer.json()["error"]["hint"]


def test_bytes_that_never_came_are_asked_for(signed_in) -> None:
    right = ticket(signed_in)
    body = {"ticket": right["id"], "original_bytes": 5, "original_sha256": "0" * 64}
    answer = signed_in.post("/api/uploads/complete", json=body)
    assert answer.status_code == 409
    assert answer.json()["error"]["code"] == "upload_missing"


def test_a_page_is_read_at_once_when_that_is_asked_for(signed_in) -> None:
    asset = send(signed_in, photo(103), annotate=["ocr"]).json()["asset"]
    readings = signed_in.get("/api/annotations", params={"asset": asset}).json()["items"]
    assert [(one["kind"], one["state"]) for one in readings] == [("ocr", "queued")]


def test_the_same_person_gets_the_same_addresses_again(signed_in, make_asset, service) -> None:
    asset = make_asset(content=photo(104), mime="image/webp", title="Quittengelee")
    make_renditions(service, asset)
    first, second = (signed_in.get("/api/library", params={"q": "quittengelee"}).json() for _ in range(2))
    assert first["items"][0]["thumb_url"] == second["items"][0]["thumb_url"] is not None


def test_pages_follow_one_another_without_gap_or_repetition(signed_in, make_asset) -> None:
    made = {make_asset(title=f"Haselnuss {number}") for number in range(5)}
    seen, after = [], None
    while True:
        asked = {"q": "haselnuss", "limit": 2} | ({"after": after} if after else {})
        page = signed_in.get("/api/library", params=asked).json()
        seen += [card["id"] for card in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)


def test_filters_are_those_of_the_library(signed_in, make_asset, people) -> None:
    asset = make_asset(title="Mispelbaum", by=people["moderator"])
    everything = {
        "q": "mispelbaum",
        "kind": ["image", "video"],
        "state": "ready",
        "linked": "false",
        "purpose": "library",
        "uploader": people["moderator"].user_id,
        "from": "2020-01-01T00:00:00Z",
        "to": "2100-01-01",
        "min_bytes": 1,
        "max_bytes": 10**9,
        "sort": "title",
        "limit": 10,
    }
    assert [card["id"] for card in signed_in.get("/api/library", params=everything).json()["items"]] == [
        asset
    ]
    for name, value in {"kind": "sound", "linked": "true", "to": "2020-01-02", "min_bytes": 10**9}.items():
        assert signed_in.get("/api/library", params=everything | {name: value}).json()["items"] == []


@pytest.mark.parametrize(
    "query", ["x" * 10_000, "&|!():*", "'; drop table media.assets; --", "🦔" * 300, "\x00"]
)
def test_no_search_is_an_error(signed_in, query: str) -> None:
    answer = signed_in.get("/api/library", params={"q": query})
    assert answer.status_code == 200, answer.text
    assert isinstance(answer.json()["items"], list)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "drawing"},
        {"sort": "random"},
        {"limit": 1000},
        {"limit": 0},
        {"uploader": "me"},
        {"from": "soon"},
    ],
)
def test_a_filter_that_does_not_exist_is_told(signed_in, wrong) -> None:
    answer = signed_in.get("/api/library", params=wrong)
    assert answer.status_code == 422
    assert next(iter(wrong)) in answer.json()["error"]["message"]


@pytest.mark.parametrize("after", ["nonsense", "e30=", "'", "9" * 1500])
def test_a_forged_key_of_a_page_is_an_error_in_words(signed_in, after: str) -> None:
    answer = signed_in.get("/api/library", params={"after": after})
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["message"]
