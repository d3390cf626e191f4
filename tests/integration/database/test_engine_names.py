"""Whoever asks for an engine that nobody has, or for what it can't do, is told at once, whichever way they ask."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused
from tests.integration.database.test_budget import publish
from tests.support import offered

__all__ = ["publish"]

WRONG = [
    pytest.param("nobody", "ocr", "unknown_engine", id="a name that nobody has"),
    pytest.param("x" * 5000, "ocr", "unknown_engine", id="a name without end"),
    pytest.param("openai", "ocr", "engine_unavailable", id="an engine that is not set up"),
    pytest.param("local", "caption", "kind_not_supported", id="what the engine can't do"),
]


def nothing_waits(make: Maker, asset: str) -> bool:
    return make.one("select count(*) from media.annotations where asset = %s", asset) == 0


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(("engine", "kind", "code"), WRONG)
def test_asking_for_a_few(make: Maker, staff: Actor, engine: str, kind: str, code: str, again: bool) -> None:
    assets = [make.asset(staff) for _ in range(2)]
    told = staff.call("request_annotations", p_assets=assets, p_kinds=[kind], p_engine=engine, p_force=again)
    assert [(each["ok"], each["annotation"], each["error"]["code"]) for each in told] == [
        (False, None, code)
    ] * 2
    assert told[0]["error"]["hint"]
    assert len(told[0]["error"]["message"]) < 200
    assert all(nothing_waits(make, asset) for asset in assets)


@pytest.mark.parametrize(("engine", "kind", "code"), WRONG)
def test_asking_for_many(make: Maker, staff: Actor, engine: str, kind: str, code: str) -> None:
    wanted: dict[str, Any] = {"p_kinds": [kind], "p_filter": {"assets": [make.asset(staff)]}}
    look = staff.call("preview_batch", **wanted, p_engine=engine)
    assert look["refusal"]["code"] == code
    with refused(code) as refusal:
        staff.call("request_batch", **wanted, p_engine=engine)
    assert refusal.error.status == 409
    assert refusal.error.hint == look["refusal"]["hint"]


def test_the_engines_there_are_stand_in_the_hint(staff: Actor, make: Maker, publish: Any) -> None:
    publish()
    [told] = staff.call(
        "request_annotations", p_assets=[make.asset(staff)], p_kinds=["ocr"], p_engine="Local"
    )
    assert told["error"]["message"] == "There is no engine called Local."
    assert told["error"]["hint"] == "Choose one of: openai, local."


def test_a_batch_whose_engine_is_gone_meanwhile_asks_nobody_and_says_why(make: Maker, staff: Actor) -> None:
    wanted = {"assets": [make.asset(staff) for _ in range(2)]}
    with offered(make.db, "passing"):
        batch = staff.call("request_batch", p_kinds=["ocr"], p_filter=wanted, p_engine="passing")["id"]
    told = make.service.call("advance_batch", p_batch=batch)
    assert (told["state"], told["skipped"]) == ("done", 2)
    items = staff.call("get_batch", p_batch=batch)["results"]
    assert {item["error"]["code"] for item in items} == {"unknown_engine"}


def test_an_upload_asks_only_for_what_some_engine_can_do(make: Maker, staff: Actor) -> None:
    asset = make.upload(staff, p_annotate=["ocr", "caption"])
    done = make.service.call("finish_upload", p_asset=asset, p_facts=make.facts())
    assert done["state"] == "ready"
    assert [(each["kind"], each["error"]["code"]) for each in done["refused"]] == [("caption", "no_engine")]
    again = make.service.call("finish_upload", p_asset=asset, p_facts=make.facts())
    assert again["refused"] == []
