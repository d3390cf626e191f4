"""Policies, and what the schedule does by them."""

from __future__ import annotations

import uuid
from typing import Any

from mediaops.worker import cleanup
from mediaops.worker.cleanup import clean
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker, refused


def test_the_schedule_does_what_the_policies_say_and_nothing_else(
    library: Library, service: Any, ops: Actor, make: Maker
) -> None:
    expired = library.asset(purpose="annotation", expires="now() - interval '1 day'")
    unlinked = library.asset()
    old, young = library.asset(state="trashed"), library.asset(state="trashed")
    make.db.execute("update media.assets set purge_after = now() - interval '1 hour' where id = %s", [old])
    preview = ops.call("next_automatic")
    assert [(each["class"], each["count"]) for each in preview["classes"]] == [
        ("expired_annotation", 1),
        ("stale_rendition", 0),
    ]
    assert preview["trash"]["count"] == 1
    cleanup.clean_nightly(0)
    cleanup.clean_nightly(0)
    runs = ops.call("list_runs")["items"]
    assert sorted(each["classes"][0] for each in runs) == ["expired_annotation", "trashed"]
    for each in runs:
        clean(service, each["id"])
    assert [make.state(each) for each in (expired, unlinked, old, young)] == [
        "trashed",
        "ready",
        None,
        "trashed",
    ]
    assert all(each["automatic"] and each["ok"] for each in ops.call("list_runs")["items"])


def test_policies_are_changed_by_ops_who_saw_them_as_they_are(
    library: Library, ops: Actor, staff: Actor
) -> None:
    before = ops.call("policies")[0]
    change: dict[str, Any] = {
        "p_class": "unlinked",
        "p_grace_days": 0,
        "p_retention_days": 7,
        "p_mode": "manual",
    }
    fresh = library.asset(since="now()")
    after = ops.call("set_policy", **change, p_version=before["version"])
    assert (after["grace_days"], after["retention_days"]) == (0, 7)
    with refused("stale"):
        ops.call("set_policy", **change, p_version=before["version"])
    with refused("invalid"):
        odd: dict[str, Any] = {**change, "p_class": "duplicate", "p_mode": "automatic"}
        ops.call("set_policy", **odd, p_version="1")
    listed = staff.call("list_orphans", p_class="unlinked")["items"]
    assert [each["id"] for each in listed] == [fresh]
    longer: dict[str, Any] = {**change, "p_grace_days": 30, "p_retention_days": 30}
    ops.call("set_policy", **longer, p_version=after["version"])
    newest = ops.call("policy_history", p_class="unlinked")[0]
    assert (newest["before"]["grace_days"], newest["after"]["grace_days"]) == (0, 30)


def test_the_notice_counts_what_the_next_night_takes(
    library: Library, scan: Any, service: Any, ops: Actor, make: Maker
) -> None:
    version = next(each["version"] for each in ops.call("policies") if each["class"] == "ghost_object")
    change: dict[str, Any] = {"p_class": "ghost_object", "p_grace_days": 1, "p_retention_days": 0}
    held = ops.call("set_policy", **change, p_mode="automatic", p_version=version)
    try:
        library.object(path_of(str(uuid.uuid4())))
        library.object("team/plans.psd")
        scan()
        noticed = {each["class"]: each for each in ops.call("next_automatic")["classes"]}
        cleanup.clean_nightly(0)
        runs = ops.call("list_runs")["items"]
    finally:
        ops.call("set_policy", **change, p_mode="manual", p_version=held["version"])
    assert (noticed["ghost_object"]["count"], noticed["ghost_object"]["held_by"]) == (1, None)
    assert [(each["classes"], each["count"]) for each in runs] == [(["ghost_object"], 1)]


def test_the_notice_says_which_run_holds_the_next_one_up(library: Library, ops: Actor) -> None:
    library.asset(purpose="annotation", expires="now() - interval '1 day'")
    cleanup.clean_nightly(0)
    held = ops.call("list_runs")["items"][0]["id"]
    ops.call("pause_run", p_run=held)
    cleanup.clean_nightly(0)
    assert [each["id"] for each in ops.call("list_runs")["items"]] == [held]
    assert {each["class"]: each["held_by"] for each in ops.call("next_automatic")["classes"]} == {
        "expired_annotation": held,
        "stale_rendition": None,
    }
