"""What becomes of the jobs that a dead worker had in its hands."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest
from procrastinate import App

from mediaops.worker.serve import make_app
from mediaops.worker.stalled import MOST_DEATHS, retry_stalled
from tests.support import offered

JOBS = "procrastinate.procrastinate_jobs"


@pytest.fixture
def lost(db: psycopg.Connection[Any]):
    """Writes down a job that a worker was doing when it died."""
    db.execute("delete from procrastinate.procrastinate_jobs")

    def write(
        task: str, args: str, *, lock: str | None = None, attempts: int = 0, status: str = "doing"
    ) -> int:
        row = db.execute(
            "insert into procrastinate.procrastinate_jobs"
            " (queue_name, task_name, args, lock, queueing_lock, attempts, status)"
            " values ('media', %s, %s::jsonb, %s, %s, %s, %s::procrastinate.procrastinate_job_status)"
            " returning id",
            [task, args, lock, lock, attempts, status],
        ).fetchone()
        assert row
        return row[0]

    yield write
    db.execute("delete from procrastinate.procrastinate_jobs")


def look_after_the_dead(url: str) -> int:
    async def once() -> int:
        app: App = make_app(url)
        async with app.open_async():
            return await retry_stalled(app, 3)

    return asyncio.run(once())


def statuses(db) -> dict[int, str]:
    rows = db.execute("select id, status::text from procrastinate.procrastinate_jobs").fetchall()
    return {row[0]: row[1] for row in rows}


def test_a_lost_job_goes_back_to_the_queue(lost, stack, db) -> None:
    job = lost("make_renditions", "{}")
    assert look_after_the_dead(stack.database_url) == 1
    assert statuses(db) == {job: "todo"}


def test_a_job_of_a_worker_that_lives_is_left_alone(lost, stack, db) -> None:
    job = lost("make_renditions", "{}")
    worker = db.execute(
        "insert into procrastinate.procrastinate_workers default values returning id"
    ).fetchone()
    db.execute("update procrastinate.procrastinate_jobs set worker_id = %s", worker)
    assert look_after_the_dead(stack.database_url) == 0
    assert statuses(db) == {job: "doing"}


def test_a_lost_job_never_keeps_the_one_that_waits_behind_it_waiting_for_ever(lost, stack, db) -> None:
    dead = lost("make_renditions", "{}", lock="make_renditions:1")
    waiting = lost("make_renditions", "{}", lock="make_renditions:1", status="todo")
    look_after_the_dead(stack.database_url)
    assert statuses(db) == {dead: "aborted", waiting: "todo"}


def test_a_job_that_kills_its_workers_is_given_up_and_its_reading_says_so(
    lost, stack, db, make_asset, people
) -> None:
    asset = make_asset()
    staff = people["staff"]
    with offered(db, "deadly"):
        answer = staff.rpc("request_annotations", p_assets=[asset], p_kinds=["ocr"], p_engine="deadly")[0]
    db.execute("delete from procrastinate.procrastinate_jobs")
    job = lost("annotate", f'{{"annotation": "{answer["annotation"]}"}}', attempts=MOST_DEATHS - 1)
    look_after_the_dead(stack.database_url)
    assert statuses(db) == {job: "failed"}
    state = staff.rpc("annotation_states", p_assets=[asset])[0]
    assert (state["state"], state["error"]["code"]) == ("failed", "worker_died")
