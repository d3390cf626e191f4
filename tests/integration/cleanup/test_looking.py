"""Lists narrowed by age, size and name; findings that are over; recovering bytes that no row knows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from supabase import Client

from mediaops.cleanup.question import Question, span, weeks
from mediaops.uploads.completion import settle
from mediaops.worker.scans import scan_storage
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker, refused
from tests.support import Person, png

Scan = Callable[[], dict[str, Any]]


def ids(actor: Actor, class_: str, **arguments: Any) -> list[str]:
    return [each["id"] for each in actor.call("list_orphans", p_class=class_, **arguments)["items"]]


def test_ages_are_from_and_below(library: Library, staff: Actor) -> None:
    old, middle, young = (library.asset(since=f"now() - interval '{days} days'") for days in (200, 90, 45))

    assert ids(staff, "unlinked") == [old, middle, young]
    assert ids(staff, "unlinked", p_min_age_days=90, p_max_age_days=200) == [middle]
    assert ids(staff, "unlinked", p_max_age_days=90) == [young]


def test_a_week_of_the_picture_is_what_the_list_shows_for_it(library: Library, staff: Actor) -> None:
    monday = "date_trunc('week', now()) - interval '12 weeks'"
    for since in (
        f"{monday} + interval '1 hour'",
        f"{monday} + interval '6 days 23 hours'",
        f"{monday} - interval '1 hour'",
        "now() - interval '2 years'",
    ):
        library.asset(since=since)
    bars = {each["week"]: each["count"] for each in staff.call("orphan_breakdown")["weeks"]}

    def listed(week: str) -> int:
        young, old = span(week)
        return len(ids(staff, "unlinked", p_min_age_days=young, p_max_age_days=old))

    assert {week: listed(week) for week in weeks()} == dict.fromkeys(weeks(), 0) | bars
    assert sorted(bars.values()) == [1, 1, 2]


@pytest.mark.parametrize(
    ("sort", "places"),
    [("smallest", [1, 2, 0]), ("largest", [0, 2, 1]), ("oldest", [2, 1, 0]), ("newest", [0, 1, 2])],
)
def test_every_order_goes_on_where_its_page_ended(
    library: Library, staff: Actor, sort: str, places: list[int]
) -> None:
    made = [library.asset(since=f"now() - interval '{days} days'") for days in (50, 60, 70)]
    for asset, size in zip(made, (3_000, 10, 200), strict=True):
        library.db.execute("update media.assets set bytes = %s where id = %s", [size, asset])
    found: list[str] = []
    after: str | None = None
    for _ in made:
        page = staff.call("list_orphans", p_class="unlinked", p_sort=sort, p_limit=1, p_after=after)
        found += [each["id"] for each in page["items"]]
        after = page["next"]

    assert found == [made[place] for place in places]
    assert after is None


def test_named_ones_are_answered_only_while_they_are_orphans(library: Library, staff: Actor) -> None:
    free, used, other = library.asset(), library.asset(links=1), library.asset()

    assert ids(staff, "unlinked", p_ids=[free, used, "no id"]) == [free]
    assert other in ids(staff, "unlinked")
    with refused("invalid"):
        staff.call("list_orphans", p_class="unlinked", p_ids=[str(uuid.uuid4()) for _ in range(201)])


def test_named_findings_go_by_path(library: Library, staff: Actor, scan: Scan) -> None:
    first, second = (library.object(f"team/{name}.psd") for name in ("plan", "draft"))
    scan()

    assert ids(staff, "ghost_object", p_ids=[second, "team/other.psd"]) == [second]
    assert sorted(ids(staff, "ghost_object")) == sorted([first, second])


def test_a_finding_that_is_over_says_so(library: Library, staff: Actor, scan: Scan, make: Maker) -> None:
    ghost = library.object(path_of(str(uuid.uuid4())))
    broken, lost = library.asset(stored=False), library.asset()
    library.rendition(lost, "thumb", stored=False)
    scan()

    def over(class_: str) -> dict[str, bool]:
        page = staff.call("list_orphans", p_class=class_)
        return {each["id"]: each["facts"]["over"] for each in page["items"]}

    assert over("ghost_object") == {ghost: False}
    assert over("broken_asset") == {path_of(broken): False, path_of(lost, "thumb"): False}
    make.db.execute("set storage.can_delete = 'true'")
    make.db.execute("delete from storage.objects where name = %s", [ghost])
    make.db.execute("reset storage.can_delete")
    library.object(path_of(lost, "thumb"))
    assert over("ghost_object") == {ghost: True}
    assert over("broken_asset") == {path_of(broken): False, path_of(lost, "thumb"): True}


def test_an_original_without_its_asset_is_recovered_by_whoever_wants_it(
    library: Library, staff: Actor, service: Any, make: Maker, scan: Scan
) -> None:
    asset = str(uuid.uuid4())
    service.storage.from_("media").upload(path_of(asset), png(), {"content-type": "image/png"})
    scan()
    [found] = staff.call("list_orphans", p_class="ghost_object", p_waiting=True)["items"]
    assert found["facts"]["recoverable"]

    assert [each["ok"] for each in staff.call("recover_uploads", p_paths=[path_of(asset)])] == [True]
    settle(service, asset)

    assert make.state(asset) == "ready"
    assert str(make.one("select uploaded_by from media.assets where id = %s", asset)) == staff.user_id
    [again] = staff.call("recover_uploads", p_paths=[path_of(asset)])
    assert not again["ok"]


def test_a_foreign_file_is_nobodys_to_recover(library: Library, staff: Actor, scan: Scan) -> None:
    path = library.object("team/plans.psd")
    scan()

    assert [
        each["facts"]["recoverable"] for each in staff.call("list_orphans", p_class="ghost_object")["items"]
    ] == [False]
    assert [each["ok"] for each in staff.call("recover_uploads", p_paths=[path])] == [False]


def test_an_assets_graph_has_where_its_copies_are_used(library: Library, staff: Actor, make: Maker) -> None:
    entry = make.knowledge("Roses")
    used, copy = library.asset(content="same"), library.asset(content="same")
    staff.call("link_assets", p_knowledge=entry, p_assets=[used], p_placement="inline")

    graph = staff.call("link_graph", p_asset=copy)

    assert {each["id"]: each["orphan"] for each in graph["nodes"]} == {
        entry: None,
        used: None,
        copy: "unlinked",
    }
    assert {(each["from"], each["to"], each["type"]) for each in graph["edges"]} == {
        (used, entry, "inline"),
        (used, copy, "copy"),
    }


def test_an_entrys_graph_has_the_copies_that_nobody_links(
    library: Library, staff: Actor, make: Maker
) -> None:
    entry = make.knowledge("Roses")
    used, copy = library.asset(content="same"), library.asset(content="same")
    library.asset(content="another")
    staff.call("link_assets", p_knowledge=entry, p_assets=[used], p_placement="cover")

    graph = staff.call("link_graph", p_knowledge=entry)

    assert {each["id"]: each["orphan"] for each in graph["nodes"]} == {
        entry: None,
        used: None,
        copy: "unlinked",
    }
    assert {(each["from"], each["to"], each["type"]) for each in graph["edges"]} == {
        (used, entry, "cover"),
        (copy, used, "copy"),
    }


def test_everything_is_walked_through_however_many_pages(library: Library, people: dict[str, Person]) -> None:
    library.db.execute(
        "insert into media.assets (id, kind, state, purpose, object_path, bytes, sha256, uploaded_by, created_at, original_name)"
        " select id, 'image', 'ready', 'library', left(id::text, 2) || '/' || id || '/original', n,"
        " encode(sha256(id::text::bytea), 'hex'), %s, now() - interval '100 days', 'a.png'"
        " from (select gen_random_uuid() as id, n from generate_series(1, 2345) as n) as new",
        [library.user],
    )

    # All of the same day: pages go on by id.
    found = list(Question("unlinked").every(people["staff"].client))
    small = list(Question("unlinked", age="under a year", sort="largest").every(people["staff"].client))

    assert len({each["id"] for each in found}) == len(found) == 2345
    assert [each["bytes"] for each in small] == list(range(2345, 0, -1))
    assert not list(Question("unlinked", age="older").every(people["staff"].client))


def test_the_job_of_a_stopped_scan_goes_on_with_the_one_that_runs(
    library: Library, ops: Actor, service: Client
) -> None:
    library.object("team/plan.psd")
    stopped = ops.call("start_scan")["id"]
    ops.call("stop_scan", p_scan=stopped)
    running = ops.call("start_scan")["id"]
    jobs = library.db.execute(
        "select args ->> 'scan' from procrastinate.procrastinate_jobs where task_name = 'scan_storage' and status = 'todo'"
    ).fetchall()

    assert jobs == [(stopped,)]
    assert scan_storage(service, stopped)["state"] == "done"
    assert [ops.call("scan_status")[name] for name in ("id", "state")] == [running, "done"]
