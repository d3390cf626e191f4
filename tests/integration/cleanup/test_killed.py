"""Real workers, killed with a run in their hands, before any step of it."""

from __future__ import annotations

import itertools
import signal
import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from mediaops.worker.cleanup import clean, empty_outbox
from mediaops.worker.scans import scan_storage
from tests.integration.cleanup import dying
from tests.integration.cleanup.conftest import forget
from tests.integration.cleanup.library import Library, path_of
from tests.integration.database.actors import Actor, Maker

JOBS = "procrastinate.procrastinate_jobs"


def test_the_run_of_a_killed_worker_is_finished_by_another(
    library: Library,
    make: Maker,
    ops: Actor,
    workers: Any,
    eventually: Any,
) -> None:
    assets = [library.asset(renditions=("thumb",)) for _ in range(5)]
    run = ops.call("plan_cleanup", p_classes=["unlinked"], p_action="purge")["id"]
    first = workers.start("--queues", "media", mediaops_worker_stalled_seconds="3")
    with psycopg.connect(make.url) as blocking:
        # Whoever takes a step of this run waits for its row: the worker is killed with the step in its hands.
        blocking.execute("select from media.cleanup_items where run = %s for update", [run])
        ops.call("start_run", p_run=run)
        doing = f"select count(*) from {JOBS} where task_name = 'run_cleanup' and status = 'doing'"
        eventually(lambda: make.one(doing) == 1)
        first.send_signal(signal.SIGKILL)
        first.wait()
        blocking.rollback()
    workers.start("--queues", "media", mediaops_worker_stalled_seconds="3")
    eventually(lambda: ops.call("get_run", p_run=run)["state"] == "done", 45)
    ended = ops.call("get_run", p_run=run)
    assert (ended["done"], ended["failed"], ended["ok"]) == (5, 0, True)
    assert [make.state(asset) for asset in assets] == [None] * 5
    assert [make.actions(asset).count("asset.purged") for asset in assets] == [1] * 5
    assert make.one("select count(*) from storage.objects") == 0


def taken_again(make: Maker) -> None:
    """What a dead worker had taken is due again after five minutes."""
    make.db.execute("update media.object_deletions set due_at = now() where due_at > now()")


@pytest.mark.parametrize("action", ["trash", "purge"])
def test_a_run_may_be_killed_before_any_step(
    library: Library, make: Maker, ops: Actor, service: Any, action: str
) -> None:
    for step in itertools.count(1):
        forget(make.db)
        assets = [library.asset(renditions=("thumb",)) for _ in range(3)]
        used = library.asset(links=1)
        run = ops.call("plan_cleanup", p_classes=["unlinked"], p_action=action)["id"]
        ops.call("start_run", p_run=run)
        killed = dying.killed_before(step, dying.run, run)
        taken_again(make)
        ended = clean(service, run)
        assert (ended["state"], ended["done"], ended["ok"]) == ("done", 3, True), f"killed before {step}"
        kept, trail, objects = ("trashed", ["asset.trashed"], 7) if action == "trash" else (
            None, ["asset.trashed", "asset.purged"], 1)  # fmt: skip
        assert [make.state(asset) for asset in [*assets, used]] == [kept] * 3 + ["ready"]
        assert [make.actions(asset) for asset in assets] == [trail] * 3
        assert make.one("select count(*) from storage.objects") == objects
        assert make.one("select count(*) from media.object_deletions") == 0
        if not killed:
            assert step > (3 if action == "trash" else 8), "a run has more steps than this"
            return


def test_deleting_objects_of_nobody_may_be_killed_before_any_step(
    library: Library, make: Maker, ops: Actor, service: Any, scan: Callable[[], Any]
) -> None:
    for step in itertools.count(1):
        forget(make.db)
        ghosts = [library.object(path_of(str(uuid.uuid4()))) for _ in range(3)]
        foreign = library.object("team/plans.psd")
        scan()
        run = ops.call("plan_cleanup", p_classes=["ghost_object"])["id"]
        ops.call("start_run", p_run=run)
        killed = dying.killed_before(step, dying.run, run)
        taken_again(make)
        ended = clean(service, run)
        assert (ended["state"], ended["done"], ended["failed"]) == ("done", len(ghosts), 0), f"before {step}"
        assert make.one("select array_agg(name) from storage.objects") == [foreign]
        assert make.one("select count(*) from media.object_deletions") == 0
        if not killed:
            assert step > 5
            return


def test_the_outbox_may_be_killed_before_any_step(
    library: Library, make: Maker, ops: Actor, service: Any
) -> None:
    for step in itertools.count(1):
        forget(make.db)
        assets = [library.asset("trashed", renditions=("thumb",)) for _ in range(2)]
        ops.call("purge_assets", p_assets=assets)
        killed = dying.killed_before(step, dying.outbox, "")
        # While a dead worker's lease lasts nothing is lost: the rows wait.
        assert (
            make.one(
                "select count(*) from media.assets as a where id = any (%s) and state <> 'purging'", assets
            )
            == 0
        )
        taken_again(make)
        empty_outbox(service)
        assert [make.actions(asset) for asset in assets] == [["asset.purging", "asset.purged"]] * 2
        assert make.one("select count(*) from storage.objects") == 0
        if not killed:
            assert step > 4
            return


def test_a_scan_may_be_killed_before_any_step(
    library: Library, make: Maker, ops: Actor, staff: Actor, service: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ghosts = {library.object(path_of(str(uuid.uuid4()))) for _ in range(5)}
    lost = {path_of(library.asset(stored=False, links=1)) for _ in range(3)}
    for step in itertools.count(1):
        scan = ops.call("start_scan")["id"]
        killed = dying.killed_before(step, dying.scan, scan)
        if killed:
            assert ops.call("start_scan")["id"] == scan, "the next worker goes on with the same scan"
        ended = scan_storage(service, scan)
        assert (ended["state"], ended["found"]) == ("done", len(ghosts | lost)), f"killed before {step}"
        found = make.one("select array_agg(path) from media.cleanup_findings")
        assert sorted(found) == sorted(ghosts | lost), "each once"
        if not killed:
            assert step > 2
            return
