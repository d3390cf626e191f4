"""Plan, look, confirm, run, report."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from mediaops.worker import cleanup
from mediaops.worker.cleanup import clean
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker, refused

Run = Callable[..., dict[str, Any]]


def outcomes(actor: Actor, run: str) -> dict[str, tuple[str, str | None]]:
    """State and code of every item, by asset or path."""
    items = actor.call("run_items", p_run=run)["items"]
    return {each["path"] or each["asset"]: (each["state"], each["outcome_code"]) for each in items}


def test_a_plan_touches_nothing(library: Library, ops: Actor, make: Maker) -> None:
    asset = library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])
    assert (planned["state"], planned["count"], planned["bytes"], planned["ok"]) == ("planned", 1, 1000, None)
    assert make.state(asset) == "ready"


def test_a_run_moves_orphans_to_the_trash_for_the_retention(
    library: Library, run: Run, ops: Actor, make: Maker
) -> None:
    orphan, linked = library.asset(), library.asset(links=1)
    done = run("unlinked")
    assert (done["state"], done["done"], done["ok"]) == ("done", 1, True)
    assert (make.state(orphan), make.state(linked)) == ("trashed", "ready")
    stays = "select purge_after between now() + interval '29 days 23 hours' and now() + interval '30 days'"
    assert make.one(f"{stays} from media.assets where id = %s", orphan)
    assert make.actions(orphan) == ["asset.trashed"]


def test_what_changed_since_the_plan_is_skipped_and_says_why(
    library: Library, ops: Actor, staff: Actor, service: Any, make: Maker
) -> None:
    linked, again, trashed, restored, purging, kept, reading, plain, gone = (
        library.asset() for _ in range(9)
    )
    thread = library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    entry = make.knowledge()
    staff.call("link_assets", p_knowledge=entry, p_assets=[linked, again], p_placement="inline")
    link = make.one("select id from media.links where asset = %s", again)
    staff.call("unlink", p_link=link)
    staff.call("trash_assets", p_assets=[trashed, restored, purging, gone])
    staff.call("restore_assets", p_assets=[restored])
    ops.call("purge_assets", p_assets=[gone])
    cleanup.empty_outbox(service)
    ops.call("purge_assets", p_assets=[purging])
    staff.call("keep_assets", p_assets=[kept], p_reason="the logo")
    staff.call("request_annotations", p_assets=[reading], p_kinds=["ocr"])
    library.asset("ready", "voice_note", reply_to=thread)
    ops.call("start_run", p_run=planned)
    done = clean(service, planned)
    assert outcomes(ops, planned) == {
        linked: ("skipped", "linked"),
        again: ("skipped", "changed"),
        trashed: ("skipped", "trashed"),
        restored: ("skipped", "changed"),
        purging: ("skipped", "purging"),
        gone: ("skipped", "gone"),
        kept: ("skipped", "kept"),
        reading: ("skipped", "reading"),
        thread: ("skipped", "thread"),
        plain: ("done", None),
    }
    assert (done["done"], done["skipped"], done["failed"], done["planned"]) == (1, 9, 0, 0)


def test_excluded_items_are_left_alone(library: Library, ops: Actor, service: Any, make: Maker) -> None:
    one, other = library.asset(), library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    items = {each["asset"]: each["id"] for each in ops.call("run_items", p_run=planned)["items"]}
    assert ops.call("exclude_items", p_run=planned, p_items=[items[one]])["excluded"] == 1
    assert ops.call("exclude_items", p_run=planned, p_items=[items[one]])["excluded"] == 1
    ops.call("start_run", p_run=planned)
    assert clean(service, planned)["done"] == 1
    assert (make.state(one), make.state(other)) == ("ready", "trashed")
    excluded = ops.call("run_items", p_run=planned, p_states=["excluded"])["items"]
    assert [each["asset"] for each in excluded] == [one]
    with refused("run_state"):
        ops.call("exclude_items", p_run=planned, p_items=[items[other]])


def test_more_than_a_hundred_must_be_counted(library: Library, ops: Actor) -> None:
    for _ in range(101):
        library.asset(stored=False)
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])
    assert planned["needs_count"] is True
    for wrong in (None, 100):
        with refused("confirm_count"):
            ops.call("start_run", p_run=planned["id"], p_count=wrong)
    assert ops.call("start_run", p_run=planned["id"], p_count=101)["state"] == "running"


def test_a_plan_of_nothing_runs_to_its_end(library: Library, run: Run) -> None:
    done = run("unlinked", p_max_items=0)
    assert (done["state"], done["count"], done["ok"]) == ("done", 0, True)


def test_two_plans_over_the_same_assets_do_each_once(
    library: Library, ops: Actor, service: Any, make: Maker
) -> None:
    assets = [library.asset() for _ in range(3)]
    first, second = (ops.call("plan_cleanup", p_classes=["unlinked"])["id"] for _ in range(2))
    for each in (first, second):
        ops.call("start_run", p_run=each)
    assert clean(service, second)["done"] == 3
    assert clean(service, first)["skipped"] == 3
    assert [make.actions(asset) for asset in assets] == [["asset.trashed"]] * 3


def test_pausing_holds_and_stopping_ends(library: Library, ops: Actor, service: Any, make: Maker) -> None:
    for _ in range(4):
        library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    ops.call("start_run", p_run=planned)
    with cleanup.connect() as connection:
        assert cleanup.step(connection, planned, 1)["done"] == 1
        ops.call("pause_run", p_run=planned)
        assert cleanup.step(connection, planned, 1)["done"] == 1
        ops.call("resume_run", p_run=planned)
        assert cleanup.step(connection, planned, 1)["done"] == 2
        stopped = ops.call("stop_run", p_run=planned)
        assert cleanup.step(connection, planned, 1)["done"] == 2
    assert (stopped["state"], stopped["ok"], stopped["planned"]) == ("stopped", False, 2)
    with refused("run_state"):
        ops.call("resume_run", p_run=planned)


def test_a_role_taken_away_in_the_middle_pauses_the_run(library: Library, ops: Actor, make: Maker) -> None:
    second = make.person("ops")
    for _ in range(3):
        library.asset()
    planned = second.call("plan_cleanup", p_classes=["unlinked"])["id"]
    second.call("start_run", p_run=planned)
    with cleanup.connect() as connection:
        cleanup.step(connection, planned, 1)
        ops.call("set_staff", p_user=second.user_id, p_role="staff", p_display_name=None)
        held = cleanup.step(connection, planned, 1)
    assert (held["state"], held["done"], held["planned"]) == ("paused", 1, 2)
    assert "ops" in held["reason"]
    with refused("forbidden"):
        second.call("resume_run", p_run=planned)
    assert ops.call("resume_run", p_run=planned)["state"] == "running"


def test_one_bad_item_hides_and_stops_nothing(
    library: Library, ops: Actor, service: Any, make: Maker
) -> None:
    assets = [library.asset() for _ in range(5)]
    make.db.execute(
        "create function media.break_one() returns trigger language plpgsql as $$ begin"
        f" if new.id = '{assets[2]}' then raise 'no room on the disk'; end if; return new; end $$".encode()
    )
    make.db.execute(
        "create trigger break_one before update of state on media.assets for each row execute function media.break_one()"
    )
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    try:
        ops.call("start_run", p_run=planned)
        done = clean(service, planned)
    finally:
        make.db.execute("drop trigger break_one on media.assets")
        make.db.execute("drop function media.break_one()")
    assert (done["state"], done["done"], done["failed"], done["ok"]) == ("done", 4, 1, False)
    failed = ops.call("run_items", p_run=planned, p_states=["failed"])["items"][0]
    assert (failed["asset"], failed["outcome"]) == (assets[2], "no room on the disk")
    ops.call("retry_run", p_run=planned)
    again = clean(service, planned)
    assert (again["state"], again["done"], again["failed"], again["ok"]) == ("done", 5, 0, True)


def test_one_failed_item_is_tried_again_without_the_others(
    library: Library, ops: Actor, service: Any, make: Maker
) -> None:
    held, also = library.asset(), library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    ops.call("start_run", p_run=planned)
    with psycopg.connect(make.url) as other:
        other.execute("select from media.assets where id = any (%s) for update", [[held, also]])
        clean(service, planned)
        other.rollback()
    failed = {
        each["asset"]: each["id"]
        for each in ops.call("run_items", p_run=planned, p_states=["failed"])["items"]
    }
    assert set(failed) == {held, also}
    ops.call("retry_run", p_run=planned, p_items=[failed[held]])
    done = clean(service, planned)
    assert outcomes(ops, planned) == {held: ("done", None), also: ("failed", "55P03")}
    assert (done["done"], done["failed"], done["ok"]) == (1, 1, False)
    with refused("run_state"):
        ops.call("retry_run", p_run=planned, p_items=[failed[held]])


def test_an_asset_that_someone_holds_is_a_failure_and_not_a_wait(
    library: Library, ops: Actor, service: Any, make: Maker
) -> None:
    held, free = library.asset(), library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    ops.call("start_run", p_run=planned)
    with psycopg.connect(make.url) as other:
        other.execute("select from media.assets where id = %s for update", [held])
        done = clean(service, planned)
        other.rollback()
    assert outcomes(ops, planned) == {held: ("failed", "55P03"), free: ("done", None)}
    assert done["ok"] is False


def test_objects_of_nobody_are_deleted_and_those_of_others_never(
    library: Library, scan: Run, run: Run, ops: Actor, make: Maker, service: Any
) -> None:
    nobody = str(uuid.uuid4())
    ghost, foreign = path_of(nobody), library.object("team/plans.psd")
    service.storage.from_("media").upload(ghost, b"bytes", {"content-type": "image/png"})
    make.db.execute(
        "update storage.objects set created_at = now() - interval '9 days', updated_at = created_at"
    )
    make.db.execute("alter table storage.objects disable trigger update_objects_updated_at")
    make.db.execute("update storage.objects set updated_at = created_at")
    make.db.execute("alter table storage.objects enable trigger update_objects_updated_at")
    scan()
    done = run("ghost_object")
    assert (done["count"], done["done"], done["ok"]) == (1, 1, True)
    assert make.one("select array_agg(name) from storage.objects") == [foreign]


def test_an_object_written_again_since_the_plan_is_left_and_noticed(
    library: Library, scan: Run, ops: Actor, staff: Actor, service: Any, make: Maker, work: Any
) -> None:
    early, late = (library.object(path_of(str(uuid.uuid4()))) for _ in range(2))
    scan()
    planned = ops.call("plan_cleanup", p_classes=["ghost_object"])["id"]
    ops.call("start_run", p_run=planned)
    make.db.execute("update storage.objects set version = 'other' where name = %s", [early])
    with cleanup.connect() as connection:
        cleanup.step(connection, planned)
    make.db.execute("update storage.objects set version = 'other' where name = %s", [late])
    done = clean(service, planned)
    assert outcomes(ops, planned) == {early: ("skipped", "changed"), late: ("skipped", "changed")}
    assert done["state"] == "done"
    assert make.one("select count(*) from storage.objects") == 2
    make.db.execute("update media.cleanup_findings set since = since - interval '9 days'")
    listed = staff.call("list_orphans", p_class="ghost_object")["items"]
    assert {each["path"] for each in listed} == {early, late}


def test_what_storage_does_not_delete_is_a_failure_until_it_does(
    library: Library, scan: Run, ops: Actor, service: Any, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ghosts = [library.object(path_of(str(uuid.uuid4()))) for _ in range(3)]
    scan()
    from mediaops.worker import deletions

    honest = deletions.remove
    # The API leaves out what it did not delete.
    monkeypatch.setattr(
        deletions, "remove", lambda client, paths: honest(client, [p for p in paths if p != ghosts[1]])
    )
    planned = ops.call("plan_cleanup", p_classes=["ghost_object"])["id"]
    ops.call("start_run", p_run=planned)
    done = clean(service, planned)
    assert (done["state"], done["done"], done["failed"], done["ok"]) == ("done", 2, 1, False)
    monkeypatch.setattr(deletions, "remove", honest)
    ops.call("retry_run", p_run=planned)
    assert clean(service, planned)["ok"] is True
    assert make.one("select count(*) from storage.objects") == 0


def test_copies_are_merged_by_a_run(library: Library, run: Run, make: Maker) -> None:
    keep, copy = library.asset(content="same", links=1), library.asset(content="same", title="A title")
    done = run("duplicate")
    assert (done["done"], done["ok"]) == (1, True)
    assert (make.state(keep), make.state(copy)) == ("ready", "trashed")
    assert make.one("select title from media.assets where id = %s", keep) == "A title"


def test_an_asset_is_in_a_plan_once(library: Library, ops: Actor) -> None:
    for _ in range(2):
        library.asset(content="same")
    planned = ops.call("plan_cleanup", p_classes=["unlinked", "duplicate"])
    assert planned["by_class"] == [{"class": "unlinked", "count": 2, "bytes": 2000}]


def test_what_is_excluded_is_counted_apart(library: Library, ops: Actor) -> None:
    for _ in range(3):
        library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])
    item = ops.call("run_items", p_run=planned["id"])["items"][0]["id"]
    without = ops.call("exclude_items", p_run=planned["id"], p_items=[item])
    assert (without["excluded"], without["excluded_bytes"], without["bytes"]) == (1, 1000, 3000)
    assert without["by_class"] == [{"class": "unlinked", "count": 2, "bytes": 2000}]
    back = ops.call("exclude_items", p_run=planned["id"], p_items=[item], p_excluded=False)
    assert (back["excluded"], back["excluded_bytes"], back["by_class"]) == (0, 0, planned["by_class"])


def test_trying_the_failed_again_sets_nothing_going_that_stopping_spared(
    library: Library, ops: Actor, make: Maker
) -> None:
    held, spared = library.asset(), library.asset()
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    ops.call("start_run", p_run=planned)
    with cleanup.connect() as connection, cleanup.connect() as other:
        other.autocommit = False
        other.execute("select from media.assets where id = %s for update", [held])
        assert cleanup.step(connection, planned, 1)["failed"] == 1
        other.rollback()
    assert ops.call("stop_run", p_run=planned)["failed"] == 1
    with refused("run_state"):
        ops.call("retry_run", p_run=planned)
    assert (make.state(held), make.state(spared)) == ("ready", "ready")


def test_an_automatic_run_that_a_person_let_go_on_needs_that_person(
    library: Library, ops: Actor, make: Maker
) -> None:
    second = make.person("ops")
    for _ in range(2):
        library.asset(purpose="annotation", expires="now() - interval '1 day'")
    cleanup.clean_nightly(0)
    planned = ops.call("list_runs")["items"][0]["id"]
    second.call("pause_run", p_run=planned)
    second.call("resume_run", p_run=planned)
    ops.call("set_staff", p_user=second.user_id, p_role="staff", p_display_name=None)
    with cleanup.connect() as connection:
        held = cleanup.step(connection, planned, 1)
    assert (held["state"], held["done"]) == ("paused", 0)


def test_items_of_some_outcomes_are_paged_in_the_order_of_the_plan(
    library: Library, ops: Actor, staff: Actor, service: Any, make: Maker
) -> None:
    assets = [library.asset() for _ in range(6)]
    planned = ops.call("plan_cleanup", p_classes=["unlinked"])["id"]
    items = [each["id"] for each in ops.call("run_items", p_run=planned)["items"]]
    ops.call("exclude_items", p_run=planned, p_items=[items[1], items[4]])
    staff.call("keep_assets", p_assets=assets[:1], p_reason="the logo")
    ops.call("start_run", p_run=planned)
    clean(service, planned)
    asked: dict[str, Any] = {"p_run": planned, "p_states": ["excluded", "skipped"], "p_limit": 2}
    first = ops.call("run_items", **asked)
    second = ops.call("run_items", **asked, p_after=first["next"])
    found = first["items"] + second["items"]
    assert (len(first["items"]), second["next"]) == (2, None)
    assert [each["id"] for each in found] == sorted(each["id"] for each in found)
    assert sorted(each["state"] for each in found) == ["planned", "planned", "skipped"]
    assert ops.call("run_items", p_run=planned, p_states=["failed"]) == {"items": [], "next": None}
