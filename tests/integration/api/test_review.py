"""The queue over HTTP: what the component on the review page is answered."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient
from supabase import Client

from mediaops import session
from tests.integration.api.conftest import SITE
from tests.support import AssetMaker, Person, offered

BOX = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.2], [0.1, 0.2]]
TEXT: dict[str, Any] = {
    "width": 64,
    "height": 48,
    "text": "one\ntwo words",
    "lines": [
        {"id": 0, "text": "one", "polygon": BOX, "confidence": 0.9, "words": []},
        {
            "id": 1,
            "text": "two words",
            "polygon": BOX,
            "confidence": 0.5,
            "words": [
                {"id": 1, "text": "two", "polygon": BOX, "confidence": 0.5},
                {"id": 2, "text": "words", "polygon": BOX, "confidence": 0.5},
            ],
        },
    ],
}
PASSAGE = {"color": "yellow", "text": "two", "polygons": [BOX], "words": [1]}
MARKS: dict[str, Any] = {
    "width": 64,
    "height": 48,
    "text": "two",
    "passages": [PASSAGE],
    "words": TEXT["lines"][1]["words"],
}


@pytest.fixture
def moderator(web: TestClient, people: dict[str, Person], db: psycopg.Connection[Any]) -> TestClient:
    """A moderator's browser; nothing waits in the queue."""
    db.execute("update media.annotations set review_state = 'accepted' where review_state = 'unreviewed'")
    who = people["moderator"]
    web.cookies.set(session.COOKIE, session.open_session(who.email, who.password))
    web.headers["origin"] = SITE
    return web


class Reading:
    """Has something read and answered."""

    def __init__(
        self, make_asset: AssetMaker, staff: Person, service: Client, db: psycopg.Connection[Any]
    ) -> None:
        self.make_asset, self.staff, self.service, self.db = make_asset, staff, service, db

    def asset(self) -> str:
        return self.make_asset()

    def __call__(self, result: dict[str, Any], kind: str = "ocr") -> str:
        asset = self.asset()
        with offered(self.db, "test"):
            [asked] = self.staff.rpc(
                "request_annotations", p_assets=[asset], p_kinds=[kind], p_engine="test", p_force=True
            )
        arguments = {"p_annotation": asked["annotation"], "p_result": result, "p_seconds": 1}
        self.service.schema("media").rpc("finish_annotation", arguments).execute()
        return asked["annotation"]


@pytest.fixture
def read(
    make_asset: AssetMaker, people: dict[str, Person], service: Client, db: psycopg.Connection[Any]
) -> Reading:
    return Reading(make_asset, people["staff"], service, db)


def post(web: TestClient, path: str, **body: Any) -> Any:
    answer = web.post(f"/api/review/{path}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def stands(db: psycopg.Connection[Any], annotation: str) -> tuple[str, dict[str, Any] | None]:
    row = db.execute(
        "select review_state, reviewed_result from media.annotations where id = %s", [annotation]
    ).fetchone()
    assert row is not None
    return row[0], row[1]


def test_an_item_comes_with_the_address_of_its_picture(moderator: TestClient, read: Reading) -> None:
    annotation = read(TEXT)
    [item] = post(moderator, "next", count=3)["items"]
    assert (item["annotation"], item["version"], item["result"]) == (annotation, "0", TEXT)
    assert item["asset"]["image_url"].startswith("http")
    assert post(moderator, "next", skip=[annotation])["items"] == []


def test_corrected_lines_become_a_whole_answer(
    moderator: TestClient, read: Reading, db: psycopg.Connection[Any]
) -> None:
    annotation = read(TEXT)
    change = {"lines": {"0": None, "1": "three words"}}
    post(
        moderator,
        "decide",
        annotation=annotation,
        version="0",
        decision="fixed",
        change=change,
        seconds=2,
    )

    state, result = stands(db, annotation)
    assert state == "fixed"
    assert result is not None
    assert result["text"] == "three words"
    [line] = result["lines"]
    assert [(word["text"], word["confidence"]) for word in line["words"]] == [("three", 1.0), ("words", 1.0)]
    row = db.execute("select difference from media.reviews where annotation = %s", [annotation]).fetchone()
    assert row is not None
    assert (row[0]["lines_changed"], row[0]["lines_removed"]) == (1, 1)


def test_a_correction_that_changes_nothing_is_an_acceptance(
    moderator: TestClient, read: Reading, db: psycopg.Connection[Any]
) -> None:
    annotation = read(TEXT)
    post(
        moderator,
        "decide",
        annotation=annotation,
        version="0",
        decision="fixed",
        change={"lines": {"0": "one"}},
    )
    assert stands(db, annotation) == ("accepted", None)


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("ocr", {"lines": {"7": "there is no such line"}}),
        ("ocr", {"lines": {"-1": "x"}}),
        ("highlights", {"passages": [PASSAGE | {"words": [99]}]}),
        ("highlights", {"passages": [PASSAGE | {"color": "plaid"}]}),
        ("highlights", {"passages": [PASSAGE | {"polygons": [[[0, 0], [40, 0], [40, 40]]]}]}),
        ("caption", {"alt_text": "x" * 151}),
        ("caption", {"alt_text": "  "}),
        ("caption", {"caption": "without an alt text"}),
        ("ocr", {"sql": "drop table"}),
    ],
)
def test_a_correction_that_is_none_is_refused_in_words(
    moderator: TestClient,
    read: Reading,
    db: psycopg.Connection[Any],
    kind: str,
    change: dict[str, Any],
) -> None:
    annotation = read({"ocr": TEXT, "highlights": MARKS, "caption": {"alt_text": "A cat"}}[kind], kind)
    body = {"annotation": annotation, "version": "0", "decision": "fixed", "change": change}
    answer = moderator.post("/api/review/decide", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"]
    assert stands(db, annotation) == ("unreviewed", None)


def test_passages_are_corrected_and_taken_back(
    moderator: TestClient, read: Reading, db: psycopg.Connection[Any]
) -> None:
    annotation = read(MARKS, "highlights")
    longer = PASSAGE | {"words": [1, 2], "text": "two words", "color": "pink"}
    post(
        moderator,
        "decide",
        annotation=annotation,
        version="0",
        decision="fixed",
        change={"passages": [longer]},
    )
    _, result = stands(db, annotation)
    assert result is not None
    assert (result["text"], result["passages"][0]["color"]) == ("two words", "pink")
    assert result["words"] == MARKS["words"]

    undone = post(moderator, "undo")
    assert undone["reviewed_result"]["text"] == "two words"
    assert undone["item"]["version"] == "2"
    assert undone["item"]["asset"]["image_url"].startswith("http")
    answer = moderator.post(
        "/api/review/decide", json={"annotation": annotation, "version": "0", "decision": "accepted"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "stale")


def test_a_whole_page_may_be_corrected_and_two_megabytes_may_not(
    moderator: TestClient, read: Reading, db: psycopg.Connection[Any]
) -> None:
    lines = [{"id": n, "text": "x" * 300, "polygon": BOX, "confidence": 0.5} for n in range(1000)]
    annotation = read({"text": "", "lines": lines, "width": 1, "height": 1})
    body: dict[str, Any] = {"annotation": annotation, "version": "0", "decision": "fixed"}
    change = {"lines": {str(n): "y" * 300 for n in range(1000)}}
    post(moderator, "decide", **body, change=change)
    assert stands(db, annotation)[0] == "fixed"
    large = moderator.post("/api/review/decide", json=body | {"change": {"lines": {"0": "x" * 2_200_000}}})
    assert (large.status_code, large.json()["error"]["code"]) == (413, "too_large")


@pytest.mark.parametrize("path", ["next", "undo", "hold", "release"])
@pytest.mark.parametrize("role", ["staff", "ops", "stranger"])
def test_only_moderators(web: TestClient, people: dict[str, Person], role: str, path: str) -> None:
    web.headers["authorization"] = f"Bearer {people[role].access_token}"
    answer = web.post(f"/api/review/{path}", json={"annotations": []})
    assert answer.status_code == 403
    assert answer.json()["error"]["message"]


def test_another_sites_page_decides_nothing(moderator: TestClient, read: Reading) -> None:
    body = {"annotation": read(TEXT), "version": "0", "decision": "accepted"}
    answer = moderator.post("/api/review/decide", json=body, headers={"origin": "https://evil.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")


def test_what_is_held_and_what_was_lost(
    moderator: TestClient, read: Reading, people: dict[str, Person]
) -> None:
    kept, lost = read(TEXT), read(TEXT)
    post(moderator, "next", count=2)
    asset = people["staff"].rpc("find_assets", p_limit=1)["items"][0]["id"]
    people["staff"].rpc("trash_assets", p_assets=[asset])

    items = {item["annotation"]: item for item in post(moderator, "hold", annotations=[kept, lost])["items"]}
    assert items[kept]["held"] is True
    assert (items[lost]["held"], items[lost]["error"]["code"]) == (False, "asset_trashed")
    assert post(moderator, "release", annotations=[kept]) == {"ok": True}
    assert moderator.get("/api/review/stats").json()["backlog"] == 1
