"""All seven classes, found exactly."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import Any

import pytest

from mediaops.worker.scans import connect, step
from tests.integration.cleanup.library import Library, path_of
from tests.integration.cleanup.random_library import random_library, settle_truth
from tests.integration.database.actors import Actor, refused

CLASSES = (
    "unlinked",
    "expired_annotation",
    "duplicate",
    "abandoned_upload",
    "ghost_object",
    "broken_asset",
    "stale_rendition",
)
SEEDS = range(int(os.environ.get("MEDIAOPS_TEST_LIBRARIES", "4")))


def found(actor: Actor, class_: str, limit: int = 7, **filters: Any) -> list[str]:
    """Every member of a class, page by page."""
    members: list[str] = []
    after = None
    while True:
        page = actor.call("list_orphans", p_class=class_, p_after=after, p_limit=limit, **filters)
        members += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            assert len(members) == len(set(members))
            return members


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_library_has_the_orphans_it_was_made_with(
    library: Library, staff: Actor, scan: Callable[[], dict[str, Any]], seed: int
) -> None:
    truth = random_library(library, random.Random(seed), 150)
    settle_truth(library, truth)
    assert scan()["state"] == "done"
    answers = {name: set(found(staff, name, 200)) for name in truth}
    assert answers == truth
    summary = {each["class"]: each["count"] for each in staff.call("orphan_summary")["classes"]}
    assert tuple(summary) == CLASSES
    assert {name: summary[name] for name in truth} == {name: len(members) for name, members in truth.items()}


@pytest.mark.parametrize("sort", ["oldest", "newest", "largest"])
def test_pages_follow_each_other_without_gap_or_repeat(library: Library, staff: Actor, sort: str) -> None:
    made = {library.asset() for _ in range(23)}
    assert set(found(staff, "unlinked", 5, p_sort=sort)) == made


def test_of_copies_the_most_used_one_is_kept(library: Library, staff: Actor) -> None:
    plain = library.asset(content="same", since="now() - interval '3 days'")
    used = library.asset(content="same", links=2, since="now() - interval '2 days'")
    library.asset(content="same", purpose="profile")
    library.asset(state="trashed", content="same")
    library.asset(content="other")
    assert found(staff, "duplicate") == [plain]
    group = staff.call("duplicate_groups")["items"]
    assert [(each["suggested"], each["saved"]) for each in group] == [(used, 1000)]
    assert {each["id"] for each in group[0]["assets"]} == {plain, used}


def test_what_looks_alike_is_shown_and_never_an_orphan(library: Library, staff: Actor) -> None:
    one = library.asset(phash="00ff00ff00ff00ff", links=1)
    near = library.asset(phash="01fe01ff00ff80fe", links=1)
    library.asset(phash="ffff00ff00ffffff", links=1)
    alike = staff.call("near_duplicates", p_asset=one)
    assert [(each["asset"]["id"], each["distance"]) for each in alike] == [(near, 5)]
    assert found(staff, "duplicate") == []


def test_a_reason_can_be_told_in_words(library: Library, staff: Actor) -> None:
    photo = library.asset(purpose="annotation", expires="now() - interval '12 days 1 hour'")
    listed = staff.call("list_orphans", p_class="expired_annotation")["items"][0]
    assert listed["asset"]["id"] == photo
    facts = listed["facts"]
    assert (facts["purpose"], facts["days"], facts["last_linked_at"]) == ("annotation", 12, None)


def test_the_time_in_use_does_not_count_as_age(library: Library, staff: Actor) -> None:
    asset = library.asset(links=1)
    library.db.execute("delete from media.links where asset = %s", [asset])
    assert found(staff, "unlinked") == []
    waiting = staff.call("list_orphans", p_class="unlinked", p_waiting=True)["items"]
    assert [each["id"] for each in waiting] == [asset]
    assert waiting[0]["facts"]["waiting"] is True
    unlinked = staff.call("orphan_summary")["classes"][0]
    assert (unlinked["count"], unlinked["waiting"]) == (0, 1)


def test_a_scan_goes_on_where_a_killed_worker_left_it(
    library: Library, ops: Actor, staff: Actor, service: Any
) -> None:
    ghosts = {library.object(path_of(f"{n:08x}-0000-4000-8000-000000000000")) for n in range(30)}
    lost = {library.asset(stored=False, links=1) for _ in range(5)}
    scan = ops.call("start_scan")["id"]
    steps = 0
    while True:
        with connect() as connection:  # a new worker each time
            status = step(connection, scan, 4)
        steps += 1
        assert ops.call("start_scan")["id"] == scan or status["state"] == "done"
        if status["state"] == "done":
            break
        assert found(staff, "ghost_object") == [], "half a scan says nothing"
    assert steps >= 10
    assert set(found(staff, "ghost_object")) == ghosts
    assert set(found(staff, "broken_asset")) == {path_of(asset) for asset in lost}


def test_a_stopped_scan_leaves_what_was_known_before(
    library: Library, ops: Actor, staff: Actor, scan: Callable[[], dict[str, Any]]
) -> None:
    ghost = library.object(path_of("0a0a0a0a-0000-4000-8000-000000000000"))
    scan()
    second = ops.call("start_scan")["id"]
    with connect() as connection:
        step(connection, second, 1)
    assert ops.call("stop_scan", p_scan=second)["state"] == "stopped"
    assert found(staff, "ghost_object") == [ghost]
    assert staff.call("scan_status")["state"] == "stopped"


def test_bytes_that_changed_are_found(
    library: Library, ops: Actor, staff: Actor, service: Any, make_asset: Any, db: Any
) -> None:
    from mediaops.worker.scans import scan_storage

    good, bad = make_asset(), make_asset()
    service.storage.from_("media").upload(
        path_of(bad), b"rotten", {"content-type": "image/png", "upsert": "true"}
    )
    gone = library.asset(stored=False)
    db.execute("update media.cleanup_policies set grace = '0' where class = 'broken_asset'")
    status = scan_storage(service, ops.call("start_scan", p_kind="bytes")["id"])
    db.execute("update media.cleanup_policies set grace = '1 hour' where class = 'broken_asset'")
    assert (status["state"], status["seen"]) == ("done", 3)
    db.execute("update media.cleanup_findings set since = now() - interval '2 hours'")
    listed = staff.call("list_orphans", p_class="broken_asset")["items"]
    assert {each["id"]: each["facts"]["note"] for each in listed} == {
        path_of(bad): "checksum",
        path_of(gone): "missing",
    }
    assert good not in str(listed)


def test_bad_questions_are_answered_with_what_is_wrong(staff: Actor) -> None:
    questions: list[dict[str, Any]] = [
        {"p_class": "nothing"},
        {"p_class": "unlinked", "p_sort": "x"},
        {"p_class": "unlinked", "p_after": "?"},
    ]
    for wrong in questions:
        with refused("invalid"):
            staff.call("list_orphans", **wrong)
