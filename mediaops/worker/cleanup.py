"""Clean-up runs: batch after batch, each one transaction that looks at every item again under a lock."""

from __future__ import annotations

import logging
from typing import Any

import psycopg
from procrastinate import App, JobContext
from supabase import Client

from mediaops.client import rpc, service_client
from mediaops.errors import Unavailable
from mediaops.worker.deletions import delete_due_objects
from mediaops.worker.retry import AGAIN_WHEN_IT_MAY_HELP
from mediaops.worker.scans import connect, fail_scan
from mediaops.worker.scans import scan_storage as scan

log = logging.getLogger(__name__)

MEDIA = "media"
BATCH_ITEMS = 500
PLAN_PORTION_ITEMS = 20_000  # about a second: what stopping waits for
PURGE_ASSETS = 1000
NIGHTLY_BYTES_SECONDS = 600
SCAN_ATTEMPTS = 5


def register(app: App) -> None:
    """Make the tasks of clean-up known to ``app``."""
    again = AGAIN_WHEN_IT_MAY_HELP
    app.task(name="scan_storage", queue=MEDIA, retry=again, pass_context=True)(scan_storage)
    app.task(name="plan_cleanup", queue=MEDIA, retry=again)(plan_cleanup)
    app.task(name="run_cleanup", queue=MEDIA, retry=again)(run_cleanup)
    for name, task, cron in (
        ("scan_nightly", scan_nightly, "0 2 * * *"),
        ("clean_nightly", clean_nightly, "30 3 * * *"),
        ("verify_nightly", verify_nightly, "0 5 * * *"),
        ("resume_cleanup", resume_cleanup, "*/2 * * * *"),
    ):
        app.periodic(cron=cron)(app.task(name=name, queue=MEDIA, queueing_lock=name, retry=again)(task))


def scan_storage(context: JobContext, scan: str) -> None:
    """Go on with a scan; a fault of the scan itself ends it with its reason."""
    service = service_client()
    try:
        _scan(service, scan)
    except psycopg.Error as error:
        if not isinstance(error, psycopg.OperationalError) or context.job.attempts + 1 >= SCAN_ATTEMPTS:
            fail_scan(service, scan, error)
            raise
        raise Unavailable("The database went away during the scan.") from error


def _scan(service: Client, name: str) -> dict[str, Any]:
    return scan(service, name)


def plan_cleanup(run: str) -> None:
    """Make the rest of a large plan, portion after portion; one that was thrown away meanwhile is left."""
    with connect() as connection:
        while plan_step(connection, run)["state"] == "planning":
            pass


def plan_step(
    connection: psycopg.Connection[Any], run: str, portion: int = PLAN_PORTION_ITEMS
) -> dict[str, Any]:
    """One portion: the plan as it stands."""
    return _step(connection, "media.plan_step", run, portion)


def run_cleanup(run: str) -> None:
    """Run a plan to its end, or until it is paused, stopped, or its objects are in another worker's hands."""
    clean(service_client(), run)


def clean(service: Client, run: str, batch: int = BATCH_ITEMS) -> dict[str, Any]:
    """See :func:`run_cleanup`; answers the run as it stands."""
    with connect() as connection:
        idle = False
        while True:
            status = step(connection, run, batch)
            if status["state"] != "running":
                return status
            if status["waiting"]:
                if idle:
                    rpc(service, "run_later", p_run=run)
                    return status
                idle = empty_outbox(service) == 0


def step(connection: psycopg.Connection[Any], run: str, batch: int = BATCH_ITEMS) -> dict[str, Any]:
    """One batch: the run as it stands, with ``waiting``, the items that wait for Storage's answer."""
    return _step(connection, "media.run_step", run, batch)


def _step(connection: psycopg.Connection[Any], function: str, run: str, portion: int) -> dict[str, Any]:
    try:
        row = connection.execute(f"select {function}(%s, %s)".encode(), [run, portion]).fetchone()
    except psycopg.OperationalError as error:
        raise Unavailable("The database went away during the clean-up.") from error
    return row[0] if row and row[0] else {"state": "stopped", "waiting": 0}


def empty_outbox(service: Client) -> int:
    """Delete due objects and see purged assets out; answers how many of both."""
    moved = delete_due_objects(service)
    while gone := int(rpc(service, "finish_purges", p_limit=PURGE_ASSETS)):
        moved += gone
    return moved


def scan_nightly(timestamp: int) -> None:
    """The look at Storage that the nightly clean-up goes by, and the day's numbers for the trend."""
    service = service_client()
    rpc(service, "nightly_scan", p_kind="objects")
    rpc(service, "snapshot_orphans")


def clean_nightly(timestamp: int) -> None:
    """Plan and begin what the policies do by themselves."""
    service = service_client()
    rpc(service, "automatic_runs")
    rpc(service, "snapshot_orphans")


def verify_nightly(timestamp: int) -> None:
    """Ten minutes of comparing checksums, going on where last night ended."""
    rpc(service_client(), "nightly_scan", p_kind="bytes", p_seconds=NIGHTLY_BYTES_SECONDS)


def resume_cleanup(timestamp: int) -> None:
    """What says that it runs and has no job any more goes on."""
    rpc(service_client(), "resume_cleanup")
