"""Reading many: a look first, then a few at a time, a result for each, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.database.actors import Actor, Maker, refused
from tests.integration.database.test_budget import finish, openai, publish

__all__ = ["publish"]

Filter = dict[str, Any]


@pytest.fixture
def some(make: Maker, staff: Actor) -> Callable[[int], tuple[list[str], Filter]]:
    """So many assets, the oldest first, and the filter that finds them alone."""

    def create(count: int) -> tuple[list[str], Filter]:
        assets = [make.asset(staff) for _ in range(count)]
        return assets, {"assets": assets}

    return create


def start(staff: Actor, wanted: Filter, **arguments: Any) -> str:
    given: dict[str, Any] = {"p_kinds": ["ocr"], "p_filter": wanted, "p_engine": "local"} | arguments
    return staff.call("request_batch", **given)["id"]


def advance(make: Maker, batch: str) -> dict[str, Any]:
    return make.service.call("advance_batch", p_batch=batch)


def asked(make: Maker, batch: str) -> list[str]:
    rows = make.db.execute(
        "select annotation::text from media.reading_batch_items where batch = %s and state = 'asked' order by place",
        [batch],
    )
    return [row[0] for row in rows]


def counts(batch: dict[str, Any]) -> dict[str, int]:
    names = ("planned", "asked", "done", "failed", "skipped", "cancelled")
    return {name: batch[name] for name in names if batch[name]}


def test_a_look_counts_and_prices_what_a_batch_would_ask(
    make: Maker, staff: Actor, publish: Any, some: Any
) -> None:
    publish(cost=0.01)
    assets, wanted = some(4)
    staff.call("request_annotations", p_assets=assets[:1], p_kinds=["ocr"], p_engine="local")
    look = staff.call("preview_batch", p_kinds=["ocr", "caption"], p_filter=wanted)
    assert (look["assets"], look["items"], look["capped"], look["refusal"]) == (4, 7, False, None)
    assert look["expected_cost"] == 0.07
    assert [(k["kind"], k["engine"], k["items"]) for k in look["kinds"]] == [
        ("caption", "openai", 4),
        ("ocr", "openai", 3),
    ]
    local = staff.call("preview_batch", p_kinds=["ocr"], p_filter=wanted, p_engine="local", p_unread=False)
    assert (local["items"], local["expected_cost"]) == (4, 0)


def test_a_look_takes_the_filters_of_the_library(make: Maker, staff: Actor) -> None:
    word = "w" + make.sha256()[:12]
    asset = make.asset(staff, p_title=f"Page {word}")
    make.asset(staff, facts={"kind": "sound"}, p_title=f"Sound {word}")

    def items(**wanted: Any) -> int:
        return staff.call("preview_batch", p_kinds=["ocr"], p_filter=wanted)["items"]

    assert items(query=word) == 1, "a sound has no text to be read"
    assert items(query=word, linked=True) == 0
    assert items(query=word, kinds=["image"], uploaders=[staff.user_id]) == 1
    assert items(query="?!") == 0
    staff.call("trash_assets", p_assets=[asset])
    assert items(query=word) == 0


def test_what_was_answered_before_costs_nothing(make: Maker, staff: Actor, publish: Any, some: Any) -> None:
    publish()
    assets, wanted = some(2)
    done = staff.call("request_annotations", p_assets=assets[:1], p_kinds=["caption"])[0]["annotation"]
    finish(make, done, 0.1)
    look = staff.call("preview_batch", p_kinds=["caption"], p_filter=wanted, p_unread=False)
    assert (look["items"], look["known"], look["expected_cost"]) == (2, 1, 1)
    batch = start(staff, wanted, p_kinds=["caption"], p_engine=None, p_unread=False)
    assert counts(advance(make, batch)) == {"done": 1, "asked": 1}
    again = staff.call("preview_batch", p_kinds=["caption"], p_filter=wanted, p_unread=False, p_force=True)
    assert (again["known"], again["expected_cost"]) == (0, 2)


def test_a_batch_asks_for_a_few_at_a_time_until_all_are_settled(make: Maker, staff: Actor, some: Any) -> None:
    _, wanted = some(5)
    batch = start(staff, wanted, p_at_once=2, p_items=5)
    assert make.jobs(batch) == ["advance_batch"]
    assert counts(advance(make, batch)) == {"planned": 3, "asked": 2}
    assert counts(advance(make, batch)) == {"planned": 3, "asked": 2}, "run twice it asks for no more"
    for annotation in asked(make, batch):
        finish(make, annotation, 0)
    assert make.jobs(batch) == ["advance_batch"]
    assert counts(advance(make, batch)) == {"planned": 1, "asked": 2, "done": 2}
    failed, other = asked(make, batch)
    said: dict[str, Any] = {"p_annotation": failed, "p_code": "image_broken", "p_message": "It is damaged."}
    make.service.call("fail_annotation", **said, p_retry=True)
    assert counts(advance(make, batch)) == {"planned": 1, "asked": 2, "done": 2}, "it is tried again"
    make.service.call("fail_annotation", **said)
    finish(make, other, 0)
    advance(make, batch)
    [last] = asked(make, batch)
    finish(make, last, 0)
    told = advance(make, batch)
    assert (told["state"], counts(told)) == ("done", {"done": 4, "failed": 1})
    page = staff.call("get_batch", p_batch=batch, p_states=["failed"])
    assert [item["error"]["message"] for item in page["results"]] == ["It is damaged."]


def test_items_come_page_by_page(make: Maker, staff: Actor, some: Any) -> None:
    assets, wanted = some(3)
    batch = start(staff, wanted)
    first = staff.call("get_batch", p_batch=batch, p_limit=2)
    rest = staff.call("get_batch", p_batch=batch, p_limit=2, p_after=first["next"])
    assert [item["asset"] for item in first["results"] + rest["results"]] == assets[::-1]
    assert rest["next"] is None


def test_a_batch_is_what_was_previewed_or_nothing(make: Maker, staff: Actor, some: Any) -> None:
    _, wanted = some(3)
    with refused("stale") as refusal:
        start(staff, wanted, p_items=2)
    assert "1 more than you saw" in refusal.error.message
    for arguments in ({"p_at_once": 0}, {"p_kinds": []}, {"p_kinds": ["poetry"]}, {"p_filter": []}):
        with refused("invalid"):
            start(staff, wanted, **arguments)
    with refused("nothing_to_read"):
        start(staff, {"query": "wordthatnobodywrote"})
    with refused("kind_not_supported"):
        start(staff, wanted, p_kinds=["caption"])


def test_what_became_of_an_asset_meanwhile_is_its_result_and_the_others_go_on(
    make: Maker, staff: Actor, some: Any
) -> None:
    (first, trashed, purged, gone), wanted = some(4)
    batch = start(staff, wanted, p_at_once=1)
    advance(make, batch)
    staff.call("trash_assets", p_assets=[trashed, purged, gone])
    make.db.execute("update media.assets set state = 'purging' where id = any(%s)", [[purged, gone]])
    make.db.execute("delete from media.assets where id = %s", [gone])
    assert make.jobs(batch) == ["advance_batch"], "the reading that went with its asset is noticed"
    advance(make, batch)
    [last] = asked(make, batch)
    finish(make, last, 0)
    assert advance(make, batch)["state"] == "done"
    results = {item["asset"]: item for item in staff.call("get_batch", p_batch=batch)["results"]}
    assert [(results[a]["state"], (results[a]["error"] or {}).get("code")) for a in wanted["assets"]] == [
        ("done", None),
        ("skipped", "asset_trashed"),
        ("skipped", "asset_purging"),
        ("skipped", "not_found"),
    ]
    assert results[first]["title"] == "picture.png"


def test_cancelled_it_asks_for_no_more_and_what_is_under_way_ends(
    make: Maker, staff: Actor, publish: Any, some: Any
) -> None:
    publish()
    _, wanted = some(3)
    batch = start(staff, wanted, p_engine="openai", p_at_once=1)
    advance(make, batch)
    assert openai(staff)["budget"]["reserved"] == 3
    told = staff.call("cancel_batch", p_batch=batch)
    assert (told["state"], counts(told), told["finished_at"]) == (
        "cancelled",
        {"asked": 1, "cancelled": 2},
        None,
    )
    assert openai(staff)["budget"]["reserved"] == 1, "what is not asked for is not reserved"
    finish(make, asked(make, batch)[0], 0.5)
    told = advance(make, batch)
    assert (told["state"], counts(told), told["cost"]) == ("cancelled", {"done": 1, "cancelled": 2}, 0.5)
    assert told["finished_at"] is not None
    assert staff.call("cancel_batch", p_batch=batch)["state"] == "cancelled"


def test_a_batch_reserves_what_it_is_expected_to_cost_and_is_refused_past_the_budget(
    make: Maker, staff: Actor, publish: Any, some: Any
) -> None:
    publish(budget=4)
    (*_, one), wanted = some(4)
    batch = start(staff, wanted, p_engine="openai", p_at_once=2)
    advance(make, batch)
    assert openai(staff)["budget"]["left"] == 0
    other = staff.call("request_annotations", p_assets=[one], p_kinds=["caption"])[0]
    assert other["error"]["code"] == "budget_exhausted", "the batch has reserved it"
    _, more = some(1)
    assert (
        staff.call("preview_batch", p_kinds=["ocr"], p_filter=more)["refusal"]["code"] == "budget_exhausted"
    )
    with refused("budget_exhausted"):
        start(staff, more, p_engine="openai")


def test_answers_that_cost_more_than_expected_stop_a_batch_with_a_result_for_each(
    make: Maker, staff: Actor, publish: Any, some: Any
) -> None:
    publish(budget=4)
    _, wanted = some(4)
    batch = start(staff, wanted, p_engine="openai", p_at_once=1)
    advance(make, batch)
    finish(make, asked(make, batch)[0], 3.5)
    told = advance(make, batch)
    assert (told["state"], counts(told)) == ("stopped", {"done": 1, "skipped": 3})
    assert told["error"]["code"] == "budget_exhausted"
    assert openai(staff)["budget"]["reserved"] == 0


def test_a_batch_whose_job_was_lost_is_found_again(make: Maker, staff: Actor, some: Any) -> None:
    _, wanted = some(1)
    batch = start(staff, wanted)
    make.db.execute("delete from procrastinate.procrastinate_jobs where args ->> 'batch' = %s", [batch])
    make.service.call("sweep_batches")
    assert make.jobs(batch) == ["advance_batch"]
    assert batch in [each["id"] for each in staff.call("list_batches", p_limit=1)]


def test_what_failed_in_a_batch_is_asked_again_all_of_it_and_only_that(
    make: Maker, staff: Actor, some: Any
) -> None:
    assets, wanted = some(4)
    batch = start(staff, wanted, p_kinds=["ocr", "highlights"], p_at_once=16)
    advance(make, batch)
    fails = {assets[0]: "ocr", assets[1]: "ocr", assets[2]: "highlights"}
    for item in staff.call("get_batch", p_batch=batch)["results"]:
        if fails.get(item["asset"]) == item["kind"]:
            said = {"p_annotation": item["annotation"], "p_code": "engine_failed", "p_message": "Overloaded."}
            make.service.call("fail_annotation", **said)
        else:
            finish(make, item["annotation"], 0)
    advance(make, batch)
    left: Filter = {"batch": batch}

    def to_ask(*kinds: str) -> list[tuple[str, int]]:
        look = staff.call("preview_batch", p_kinds=list(kinds), p_filter=left, p_unread=False)
        return [(each["kind"], each["items"]) for each in look["kinds"]]

    assert to_ask("ocr", "highlights") == [("highlights", 1), ("ocr", 2)]
    staff.call("trash_assets", p_assets=[assets[0]])
    assert to_ask("ocr", "highlights") == [("highlights", 1), ("ocr", 1)], (
        "what is in the trash can't be read"
    )
    again = start(staff, left, p_kinds=["ocr", "highlights"], p_unread=False)
    advance(make, again)
    for annotation in asked(make, again):
        finish(make, annotation, 0)
    assert counts(advance(make, again)) == {"done": 2}
    with refused("nothing_to_read"):
        start(staff, left, p_kinds=["ocr", "highlights"], p_unread=False)
    with refused("nothing_to_read"):
        start(staff, {"batch": assets[0]}, p_unread=False)


def test_a_press_takes_all_that_failed_however_many(make: Maker, staff: Actor) -> None:
    many = 1500
    sample = make.asset(staff)
    made = make.db.execute(
        "insert into media.assets (id, state, kind, purpose, object_path, sha256, uploaded_by)"
        " select gen_random_uuid(), 'ready', kind, purpose, gen_random_uuid()::text, md5(n::text) || md5('many' || n),"
        " uploaded_by from media.assets, generate_series(1, %s) as n where assets.id = %s returning id::text",
        [many, sample],
    ).fetchall()
    assets = [row[0] for row in made]
    batch = start(staff, {"assets": assets[:1]})
    make.db.execute("delete from media.reading_batch_items where batch = %s", [batch])
    make.db.execute(
        "insert into media.reading_batch_items (batch, place, asset, title, kind, state, expected_cost, settled_at)"
        " select %s, place, asset, '', 'ocr', 'failed', 0, now()"
        " from unnest(%s::uuid[]) with ordinality as t (asset, place)",
        [batch, assets],
    )
    told = staff.call("request_batch", p_kinds=["ocr"], p_filter={"batch": batch}, p_unread=False)
    assert (told["items"], told["planned"], told["state"]) == (many, many, "running")
    # A worker that is killed on the way loses a step at most: the next one goes on where it stood.
    assert counts(advance(make, told["id"])) == {"planned": many - 4, "asked": 4}
    make.db.execute("delete from procrastinate.procrastinate_jobs where args ->> 'batch' = %s", [told["id"]])
    make.service.call("sweep_batches")
    assert make.jobs(told["id"]) == ["advance_batch"]
    make.db.execute("delete from media.reading_batches where id = any (%s)", [[batch, told["id"]]])
    make.db.execute("set session_replication_role = replica")
    make.db.execute("delete from media.assets where id = any (%s)", [assets])
    make.db.execute("set session_replication_role = origin")
