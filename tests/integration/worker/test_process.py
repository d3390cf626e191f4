"""Real worker processes: woken, told to stop, killed, cut off."""

from __future__ import annotations

import hashlib
import os
import signal
import statistics
import subprocess
import sys

import psycopg
import pytest
from PIL import Image, ImageDraw

from mediaops.settings import ROOT
from mediaops.uploads import tickets
from tests.unit.media import samples

JOBS = "procrastinate.procrastinate_jobs"


def renditions(people, asset: str) -> bool:
    return len(people["staff"].rpc("get_asset", p_asset=asset)["renditions"]) == 3


def test_a_worker_is_woken_at_once(workers, make_asset, people, db, eventually) -> None:
    workers.start("--queues", "media")
    for _ in range(6):
        asset = make_asset(content=samples.jpeg(200, 100), jobs=True)
        eventually(lambda asset=asset: renditions(people, asset))
    rows = db.execute(
        "select extract(epoch from started.at - deferred.at)"
        " from procrastinate.procrastinate_events as deferred"
        " join procrastinate.procrastinate_events as started using (job_id)"
        f" join {JOBS} as job on job.id = job_id and job.task_name = 'make_renditions'"
        " where deferred.type = 'deferred' and started.type = 'started'"
    ).fetchall()
    # Without being woken it would look every two seconds.
    assert statistics.median(float(row[0]) for row in rows) < 0.5


@pytest.mark.parametrize("how", ["sigterm", "lifeline"])
def test_a_worker_ends_cleanly(workers, db, eventually, how: str) -> None:
    process = workers.start("--queues", "media", "--lifeline")
    eventually(lambda: _registered(db) == 1)
    if how == "sigterm":
        process.send_signal(signal.SIGTERM)
    else:
        process.stdin.close()
        process.stdin = None
    assert process.wait(15) == 0
    assert _registered(db) == 0


def _registered(db) -> int:
    return db.execute("select count(*) from procrastinate.procrastinate_workers").fetchone()[0]


def test_without_its_settings_a_worker_says_what_is_missing(stack) -> None:
    environment = {**os.environ, **stack.environment(), "DATABASE_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", "mediaops", "worker"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_job_of_a_killed_worker_is_done_by_another(
    workers, stack, people, service, db, eventually
) -> None:
    asset = _sent(people, service)
    first = workers.start("--queues", "media", mediaops_worker_stalled_seconds="3")
    with psycopg.connect(stack.postgres.url) as blocking:
        # Whoever completes this upload waits for the row: the worker is killed with the job in its hands.
        blocking.execute("select from media.assets where id = %s for update", [asset])
        _defer(db, "complete_upload", asset)
        eventually(lambda: _status(db, asset) == "doing")
        first.send_signal(signal.SIGKILL)
        first.wait()
        blocking.rollback()
    workers.start("--queues", "media", mediaops_worker_stalled_seconds="3")
    eventually(lambda: people["staff"].rpc("get_asset", p_asset=asset)["asset"]["state"] == "ready", 30)
    eventually(lambda: renditions(people, asset), 30)


def test_a_worker_outlives_the_loss_of_all_its_connections(
    workers, make_asset, people, db, eventually
) -> None:
    process = workers.start("--queues", "media", mediaops_worker_stalled_seconds="3")
    killed = db.execute(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where application_name = 'mediaops-worker'"
    ).fetchone()[0]
    assert killed >= 1
    asset = make_asset(content=samples.jpeg(200, 100), jobs=True)
    eventually(lambda: renditions(people, asset), 30)
    assert process.poll() is None


def _sent(people, service) -> str:
    """An upload whose completion was begun and then abandoned."""
    data = samples.jpeg(300, 200)
    ticket = tickets.issue(people["staff"].client, "library", 1)[0]
    service.storage.from_("media").upload(ticket["path"], data, {"content-type": "image/jpeg"})
    people["staff"].rpc(
        "begin_upload",
        p_ticket=ticket["id"],
        p_original_name="a.jpg",
        p_original_bytes=len(data),
        p_original_sha256=hashlib.sha256(data).hexdigest(),
    )
    return ticket["id"]


def _defer(db, task: str, asset: str) -> None:
    """The safety job, without the minute that it waits."""
    db.execute(f"update {JOBS} set scheduled_at = now() where args ->> 'asset' = %s", [asset])
    db.execute('select pg_notify(\'procrastinate_any_queue_v1\', \'{"type": "job_inserted", "job_id": 1}\')')


def _status(db, asset: str) -> str:
    return db.execute(f"select status::text from {JOBS} where args ->> 'asset' = %s", [asset]).fetchone()[0]


def test_a_page_is_read_by_a_worker_and_found_by_its_words(workers, make_asset, people, eventually) -> None:
    page = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(page).text((60, 100), "Quince and medlar", fill="black", font_size=64)
    workers.start()
    asset = make_asset(content=samples.encoded(page, "PNG"), annotate=["ocr"], jobs=True)
    staff = people["staff"]

    def ended() -> str | None:
        reading = staff.rpc("annotation_states", p_assets=[asset])[0]
        return reading["state"] if reading["state"] in ("done", "failed") else None

    assert eventually(ended, 120) == "done"
    assert asset in [card["id"] for card in staff.rpc("find_assets", p_query="medlar")["items"]]
