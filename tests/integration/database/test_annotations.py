"""Readings: asked once, answered once, never overwritten."""

from __future__ import annotations

import uuid
from typing import Any

import psycopg
import pytest

from tests.integration.database.actors import Actor, Maker, refused
from tests.support import offered


def request(
    staff: Actor, *assets: str, kinds: tuple[str, ...] = ("ocr",), **arguments: Any
) -> list[dict[str, Any]]:
    return staff.call("request_annotations", p_assets=list(assets), p_kinds=list(kinds), **arguments)


def finish(make: Maker, annotation: str, text: str = "read") -> dict[str, Any]:
    return make.service.call(
        "finish_annotation", p_annotation=annotation, p_result={"text": text}, p_seconds=1.5
    )


def test_a_reading_goes_from_queued_over_running_to_done(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    requested = request(staff, asset)[0]
    assert (requested["ok"], requested["state"], requested["note"]) == (True, "queued", None)
    annotation = requested["annotation"]
    assert make.jobs(annotation) == ["annotate"]
    started = make.service.call("start_annotation", p_annotation=annotation)
    assert (started["state"], started["asset"], started["attempts"]) == ("running", asset, 1)
    running = staff.call("annotation_states", p_assets=[asset])[0]
    assert running["state"] == "running"
    assert running["seconds_running"] >= 0
    assert finish(make, annotation)["state"] == "done"
    shown = staff.call("get_asset", p_asset=asset)["annotations"][0]
    assert (shown["state"], shown["result"], shown["seconds"]) == ("done", {"text": "read"}, 1.5)
    assert make.actions(asset) == ["asset.uploaded", "annotation.requested", "annotation.done"]


def test_an_answer_said_twice_is_the_first(make: Maker, staff: Actor) -> None:
    annotation = request(staff, make.asset(staff))[0]["annotation"]
    finish(make, annotation, "first")
    finish(make, annotation, "second")
    assert make.one("select result ->> 'text' from media.annotations where id = %s", annotation) == "first"
    assert make.service.call("start_annotation", p_annotation=annotation)["state"] == "done"
    with pytest.raises(psycopg.Error, match="stale"):
        make.db.execute("update media.annotations set result = '{}' where id = %s", [annotation])


def test_what_was_answered_before_is_not_asked_again(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    first = request(staff, asset)[0]["annotation"]
    finish(make, first)
    again = request(staff, asset)[0]
    assert (again["annotation"], again["state"], again["note"]) == (first, "done", "answered before")
    forced = request(staff, asset, p_force=True)[0]
    assert forced["annotation"] != first
    assert forced["state"] == "queued"


def test_the_same_bytes_elsewhere_repeat_the_answer(make: Maker, staff: Actor) -> None:
    digest = make.sha256()
    one, other = (make.asset(staff, facts={"sha256": digest}) for _ in range(2))
    first = request(staff, one)[0]["annotation"]
    finish(make, first, "the same page")
    repeated = request(staff, other)[0]
    assert (repeated["state"], repeated["note"]) == ("done", "answered before")
    shown = staff.call("get_asset", p_asset=other)["annotations"][0]
    assert (shown["reused_from"], shown["result"]["text"]) == (first, "the same page")
    assert make.jobs(repeated["annotation"]) == []
    assert request(staff, other, p_prompt_version="2")[0]["state"] == "queued"


def test_a_failure_for_now_goes_back_and_one_for_good_says_why(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    annotation = request(staff, asset)[0]["annotation"]
    make.service.call("start_annotation", p_annotation=annotation)

    def fail(retry: bool) -> str:
        arguments = {
            "p_annotation": annotation,
            "p_code": "engine_broken",
            "p_message": "No answer.",
            "p_retry": retry,
        }
        return make.service.call("fail_annotation", **arguments)["state"]

    assert fail(True) == "queued"
    assert make.service.call("start_annotation", p_annotation=annotation)["attempts"] == 2
    assert fail(False) == "failed"
    state = staff.call("annotation_states", p_assets=[asset])[0]
    assert (state["state"], state["error"]) == ("failed", {"code": "engine_broken", "message": "No answer."})
    assert make.actions(asset)[-1] == "annotation.failed"
    assert request(staff, asset)[0]["annotation"] != annotation, "after a failure it may be asked anew"


def test_a_request_for_what_is_under_way_joins_it_and_brings_its_job_back(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    annotation = request(staff, asset)[0]["annotation"]
    make.db.execute(
        "delete from procrastinate.procrastinate_jobs where args ->> 'annotation' = %s", [annotation]
    )
    joined = request(staff, asset)[0]
    assert (joined["annotation"], joined["note"]) == (annotation, "already under way")
    assert make.jobs(annotation) == ["annotate"]


def test_many_assets_and_kinds_have_an_answer_each(make: Maker, staff: Actor) -> None:
    image, sound, trashed = make.asset(staff), make.asset(staff, facts={"kind": "sound"}), make.asset(staff)
    staff.call("trash_assets", p_assets=[trashed])
    with offered(make.db, "test"):
        answers = request(
            staff, image, sound, trashed, str(uuid.uuid4()), kinds=("ocr", "transcript"), p_engine="test"
        )
    assert [(answer["kind"], answer["error"] and answer["error"]["code"]) for answer in answers] == [
        ("ocr", None),
        ("transcript", "unsupported_type"),
        ("ocr", "unsupported_type"),
        ("transcript", None),
        ("ocr", "asset_trashed"),
        ("transcript", "asset_trashed"),
        ("ocr", "not_found"),
        ("transcript", "not_found"),
    ]
    with refused("invalid"):
        request(staff, image, kinds=("poetry",))


def test_an_answer_that_is_no_object_or_too_large_is_refused(make: Maker, staff: Actor) -> None:
    annotation = request(staff, make.asset(staff))[0]["annotation"]
    for result in ([], "text", {"text": "x" * 9_000_000}):
        with refused("invalid"):
            make.service.call("finish_annotation", p_annotation=annotation, p_result=result, p_seconds=1)


def test_a_long_text_is_kept_whole_and_searchable_by_its_beginning(make: Maker, staff: Actor) -> None:
    asset = make.asset(staff)
    annotation = request(staff, asset)[0]["annotation"]
    text = "beginning " + " ".join(f"word{n}" for n in range(100_000))
    finish(make, annotation, text)
    assert staff.call("get_asset", p_asset=asset)["annotations"][0]["result"]["text"] == text
    assert asset in [item["id"] for item in staff.call("find_assets", p_query="beginning word1000")["items"]]
