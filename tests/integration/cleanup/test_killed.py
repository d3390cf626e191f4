"""A real worker, killed with a run in its hands."""

from __future__ import annotations

import signal
from typing import Any

import psycopg

from tests.integration.cleanup.library import Library
from tests.integration.database.actors import Actor, Maker
from tests.integration.worker.conftest import eventually, workers  # noqa: F401 - fixtures

JOBS = "procrastinate.procrastinate_jobs"


def test_the_run_of_a_killed_worker_is_finished_by_another(
    library: Library,
    make: Maker,
    ops: Actor,
    workers: Any,  # noqa: F811
    eventually: Any,  # noqa: F811
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
