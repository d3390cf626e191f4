"""Correcting a transcript over HTTP: what the editor is given, what it sends, what stands afterwards."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient
from supabase import Client

from mediaops.library.approved import approved, to_markdown
from mediaops.ui import asset_transcript
from tests.integration.api.test_review import Reading, moderator, post
from tests.support import AssetMaker, Person

__all__ = ["moderator"]
SAID: dict[str, Any] = {
    "version": 1,
    "duration": 6.0,
    "language": "en",
    "text": "The tied turns twice.\nUm.\nNever.",
    "segments": [
        {"start": 0.0, "end": 1.9, "text": "The tied turns twice.", "speaker": None},
        {"start": 2.0, "end": 3.9, "text": "Um.", "speaker": None},
        {"start": 4.0, "end": 6.0, "text": "Never.", "speaker": None},
    ],
}


class Listening(Reading):
    """Has a sound heard."""

    def asset(self) -> str:
        return self.make_asset(kind="sound", mime="audio/ogg", content=b"OggS", name="tide.ogg")


@pytest.fixture
def annotation(
    make_asset: AssetMaker, people: dict[str, Person], service: Client, db: psycopg.Connection[Any]
) -> str:
    return Listening(make_asset, people["staff"], service, db)(SAID, "transcript")


def decision(annotation: str, segments: dict[str, str | None], version: str = "0") -> dict[str, Any]:
    change = {"segments": segments}
    return {"annotation": annotation, "version": version, "decision": "fixed", "change": change}


def test_from_the_queue_to_the_corrected_file_and_back(
    moderator: TestClient, annotation: str, people: dict[str, Person], db: psycopg.Connection[Any]
) -> None:
    [item] = post(moderator, "next", kinds=["transcript"])["items"]
    assert item["annotation"] == annotation
    assert item["asset"]["image_url"] is None, "a sound is no picture"
    assert item["asset"]["full_url"].startswith("http")

    post(moderator, "decide", **decision(annotation, {"0": " The tide turns twice. ", "1": None}))

    detail = people["staff"].rpc("get_asset", p_asset=item["asset"]["id"])
    told = asset_transcript.read(detail["annotations"][0])
    assert told is not None
    assert told.webvtt() == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.900\nThe tide turns twice.\n\n"
        "00:00:04.000 --> 00:00:06.000\nNever.\n"
    )
    assert "0:00 The tide turns twice.  \n0:04 Never." in to_markdown(approved(detail))
    changed = db.execute(
        "select difference from media.reviews where annotation = %s", [annotation]
    ).fetchone()
    assert changed == ({"segments_changed": 1, "segments_removed": 1, "characters": 5},)
    undone = post(moderator, "undo")
    assert [each["text"] for each in undone["reviewed_result"]["segments"]] == [
        "The tide turns twice.",
        "Never.",
    ]
    assert undone["item"]["result"] == SAID


def test_a_segment_without_words_is_taken_out_and_the_same_words_are_no_change(
    moderator: TestClient, annotation: str, db: psycopg.Connection[Any]
) -> None:
    same = post(moderator, "decide", **decision(annotation, {"2": "Never."}))
    assert same["review_state"] == "accepted"
    post(moderator, "undo")
    post(moderator, "decide", **decision(annotation, {"1": "  "}, version="2"))
    row = db.execute("select reviewed_result from media.annotations where id = %s", [annotation]).fetchone()
    assert row is not None
    assert row[0]["text"] == "The tied turns twice.\nNever."


def test_a_segment_that_is_not_there_is_refused(moderator: TestClient, annotation: str) -> None:
    answer = moderator.post("/api/review/decide", json=decision(annotation, {"3": "x"}))
    assert (answer.status_code, answer.json()["error"]["message"]) == (422, "There is no segment 4.")
