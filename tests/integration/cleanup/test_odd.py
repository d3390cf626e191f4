"""What looks like ours and is not, what is written behind our back, clocks that jump, plans that overlap."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from supabase import Client

from mediaops.storage import sign_upload
from mediaops.worker import cleanup
from mediaops.worker.cleanup import clean
from mediaops.worker.scans import connect
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker
from tests.support import Person

NOBODY = "0a1b2c3d-0000-4000-8000-00000000000f"
EVERYTHING = ["unlinked", "expired_annotation", "abandoned_upload", "ghost_object", "broken_asset", "stale_rendition"]  # fmt: skip
LOOK_ALIKES = [
    f"0a/{NOBODY}/original ",
    f" 0a/{NOBODY}/original",
    f"0a/{NOBODY}/original\n",
    f"0a/{NOBODY}/Original",
    f"0a/{NOBODY}/original/",
    f"0a/{NOBODY}/original.png",
    f"0a/{NOBODY}//original",
    f"0a/{NOBODY.upper()}/original",
    f"0b/{NOBODY}/original",
    f"0a/{{{NOBODY}}}/original",
    f"0a/{NOBODY.replace('-', '')}/original",
    f"0а/{NOBODY}/original",  # a Cyrillic а
    f"０a/{NOBODY}/original",  # a wide 0
    f"x/0a/{NOBODY}/original",
    f"incoming/{NOBODY}/original",
    f"incoming/{NOBODY}.png",
    f"incoming/{NOBODY}\n",
    f"incoming_{NOBODY}",
    f"Incoming/{NOBODY}",
    f"incoming%2f{NOBODY}",
    f"{NOBODY}/original",
    "incoming/",
    "backup/2026/library.tar",
    "%/%/original",
    "__/________-____-____-____-____________/original",
]


def test_what_only_looks_like_ours_is_reported_and_never_touched(
    library: Library, scan: Callable[[], Any], ops: Actor, staff: Actor, service: Client, make: Maker
) -> None:
    ours = library.object(path_of(NOBODY))
    for name in LOOK_ALIKES:
        library.object(name)
    scan()
    listed = staff.call("list_orphans", p_class="ghost_object", p_limit=200)["items"]
    assert {each["id"] for each in listed if each["facts"]["note"] == "foreign"} == set(LOOK_ALIKES)
    planned = ops.call("plan_cleanup", p_classes=EVERYTHING, p_action="purge")
    assert [each["path"] for each in ops.call("run_items", p_run=planned["id"])["items"]] == [ours]
    ops.call("start_run", p_run=planned["id"])
    assert clean(service, planned["id"])["done"] == 1
    left = make.db.execute("select name from storage.objects").fetchall()
    assert {row[0] for row in left} == set(LOOK_ALIKES)


def test_others_folders_stay_when_everything_of_ours_goes(
    library: Library, ops: Actor, service: Client, make: Maker
) -> None:
    assets = [library.asset(renditions=("thumb",)) for _ in range(3)]
    # Beside, below and around our own paths.
    others = [f"{assets[0][:2]}/notes.txt", f"{assets[0][:2]}/{assets[0]}.bak", f"{path_of(assets[1])}.old",
              f"{path_of(assets[2])}/inner", f"{assets[0][:2]}/{assets[0]}/notes"]  # fmt: skip
    for name in others:
        library.object(name)
    planned = ops.call("plan_cleanup", p_classes=["unlinked"], p_action="purge")
    ops.call("start_run", p_run=planned["id"])
    assert clean(service, planned["id"])["ok"] is True
    left = make.db.execute("select name from storage.objects").fetchall()
    assert {row[0] for row in left} == set(others)


def test_an_upload_url_used_again_deletes_nothing_and_is_noticed(
    library: Library, people: dict[str, Person], ops: Actor, staff: Actor, service: Client, make: Maker,
    scan: Callable[[], Any], work: Callable[[], int],
) -> None:  # fmt: skip
    person = people["staff"]
    ticket = person.rpc("issue_tickets", p_purpose="library", p_count=1)[0]["id"]
    signed = sign_upload(person.client, f"incoming/{ticket}")
    put = {"headers": {"content-type": "image/png", "x-upsert": "true"}, "timeout": 60}
    assert httpx.put(signed.url, content=b"first", **put).status_code == 200
    make.db.execute(
        "update media.upload_tickets set created_at = now() - interval '9 days', expires_at = now() - interval '8 days' where id = %s",
        [ticket],
    )
    make.db.execute("set session_replication_role = replica")
    make.db.execute(
        "update storage.objects set created_at = now() - interval '8 days', updated_at = now() - interval '8 days'"
    )
    make.db.execute("reset session_replication_role")
    scan()
    planned = ops.call("plan_cleanup", p_classes=["abandoned_upload"])
    assert planned["count"] == 1
    # Someone completed it after all; and the URL still works: other bytes, the same path.
    service.storage.from_("media").remove([f"incoming/{ticket}"])
    assert httpx.put(signed.url, content=b"second", **put).status_code == 200
    ops.call("start_run", p_run=planned["id"])
    ended = clean(service, planned["id"])
    assert (ended["done"], ended["skipped"], ended["ok"]) == (0, 1, True)
    assert service.storage.from_("media").download(f"incoming/{ticket}") == b"second"
    scan()
    waiting = staff.call("list_orphans", p_class="abandoned_upload", p_waiting=True)["items"]
    assert [each["id"] for each in waiting] == [f"incoming/{ticket}"]


def jump(make: Maker, years: int) -> None:
    """The database's clock is ``years`` further: for what is stored it is the same as if that were older.

    Objects stay as they are: when they were written is a part of which writing it is.
    """
    columns = make.db.execute(
        "select format('%%I.%%I', n.nspname, c.relname), string_agg(format('%%1$I = %%1$I - %%2$L::interval', a.attname, %s::text), ', ')"
        " from pg_attribute as a join pg_class as c on c.oid = a.attrelid join pg_namespace as n on n.oid = c.relnamespace"
        " where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid = 'timestamptz'::regtype"
        " and (n.nspname = 'media' and c.relname not in ('audit_events', 'staff') or c.relname = 'procrastinate_jobs') group by 1",
        [f"{years} years"],
    ).fetchall()
    make.db.execute("set session_replication_role = replica")
    for table, change in columns:
        make.db.execute(f"update {table} set {change}".encode())
    make.db.execute("reset session_replication_role")


@pytest.mark.parametrize("years", [10, -10])
@pytest.mark.parametrize("action", ["trash", "purge"])
def test_a_clock_that_jumps_in_the_middle_of_a_run_loses_nothing(
    library: Library,
    ops: Actor,
    make: Maker,
    service: Client,
    scan: Callable[[], Any],
    action: str,
    years: int,
) -> None:
    free = [library.asset() for _ in range(4)]
    used, fresh = library.asset(links=1), library.asset(since="now()")
    ghost = library.object(path_of(NOBODY))
    scan()
    run = ops.call("plan_cleanup", p_classes=["unlinked", "ghost_object"], p_action=action)["id"]
    ops.call("start_run", p_run=run)
    with connect() as connection:
        cleanup.step(connection, run, 2)
    jump(make, years)
    clean(service, run)
    # What the old clock put off comes back, without anyone's waiting ten years.
    cleanup.resume_cleanup(0)
    ended = clean(service, run)
    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 5, 0)
    assert [make.state(asset) for asset in free] == ["trashed" if action == "trash" else None] * 4
    assert [make.state(asset) for asset in (used, fresh)] == ["ready", "ready"]
    assert make.one("select count(*) from storage.objects where name = %s", ghost) == 0
    assert make.one("select count(*) from media.object_deletions") == 0


@pytest.mark.parametrize("years", [10, -10])
def test_a_clock_that_jumps_does_not_stop_scans(
    library: Library, ops: Actor, staff: Actor, make: Maker, scan: Callable[[], Any], years: int
) -> None:
    ghost = library.object(path_of(NOBODY))
    begun = ops.call("start_scan")["id"]
    jump(make, years)
    assert scan()["id"] == begun
    assert ops.call("scan_status")["state"] == "done"
    found = staff.call("list_orphans", p_class="ghost_object", p_waiting=True)["items"]
    assert [each["id"] for each in found] == [ghost]


def test_plans_that_overlap_run_at_once_and_do_each_once(
    library: Library, ops: Actor, make: Maker, service: Client
) -> None:
    second = make.person("ops")
    assets = [library.asset(renditions=("thumb",)) for _ in range(30)]
    runs = [
        who.call("plan_cleanup", p_classes=["unlinked"], p_action=action, p_assets=assets[start : start + 20])["id"]
        for who, action, start in ((ops, "trash", 0), (second, "purge", 10), (ops, "purge", 5), (second, "trash", 3))
    ]  # fmt: skip
    for run in runs:
        ops.call("start_run", p_run=run)
    together = threading.Barrier(len(runs))

    def work(run: str) -> dict[str, Any]:
        together.wait(30)
        return clean(service, run, 3)

    with ThreadPoolExecutor(len(runs)) as pool:
        list(pool.map(work, runs))
    make.db.execute("update media.object_deletions set due_at = now()")
    ended = [clean(service, run) for run in runs]
    assert [(each["state"], each["ok"], each["planned"]) for each in ended] == [("done", True, 0)] * 4
    assert sum(each["done"] for each in ended) == 30
    assert sum(each["skipped"] for each in ended) == 50
    assert [make.actions(asset).count("asset.trashed") for asset in assets] == [1] * 30
    for asset in assets:
        gone = make.state(asset) is None
        objects = make.one("select count(*) from storage.objects where name like %s", f"%{asset}%")
        assert (make.actions(asset).count("asset.purged"), objects) == ((1, 0) if gone else (0, 2))


def test_a_plan_of_two_people_outlives_the_role_of_one(
    library: Library, ops: Actor, make: Maker, service: Client
) -> None:
    leaving = make.person("ops")
    assets = [library.asset() for _ in range(4)]
    run = leaving.call("plan_cleanup", p_classes=["unlinked"], p_action="purge")["id"]
    leaving.call("start_run", p_run=run)
    with connect() as connection:
        cleanup.step(connection, run, 2)
    ops.call("remove_staff", p_user=leaving.user_id)
    held = clean(service, run)
    assert (held["state"], held["ok"]) == ("paused", None)
    # What was begun is finished, what was not is untouched, and a worker that comes again changes nothing.
    cleanup.empty_outbox(service)
    assert sorted(map(str, map(make.state, assets))) == ["None", "None", "ready", "ready"]
    assert clean(service, run)["state"] == "paused"
    ops.call("resume_run", p_run=run)
    ended = clean(service, run)
    assert (ended["state"], ended["done"], ended["ok"]) == ("done", 4, True)
