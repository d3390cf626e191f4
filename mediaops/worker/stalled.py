"""Taking over the jobs of workers that died without a word (kill -9, power, a full memory)."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, cast

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job, Status

from mediaops.annotation.run import declare_failed
from mediaops.client import service_client

log = logging.getLogger(__name__)

MOST_DEATHS = 5  # a job that took five workers with it is not given a sixth
_LOCK = 0x6D6564696173  # "medias": one worker at a time looks after the dead


async def watch_stalled(app: App, silent_seconds: float) -> None:
    """Look every third of ``silent_seconds`` for jobs whose worker has been silent that long."""
    while True:
        await asyncio.sleep(silent_seconds / 3)
        await retry_stalled(app, silent_seconds)


async def retry_stalled(app: App, silent_seconds: float) -> int:
    """Give the jobs of dead workers back to the queue; answers how many."""
    pool = cast(PsycopgConnector, app.connector).pool
    async with pool.connection() as connection:
        # Two workers doing this at once would restart what the first one's neighbour has just begun.
        cursor = await connection.execute("select pg_try_advisory_xact_lock(%s)", (_LOCK,))
        row: Any = await cursor.fetchone()
        if not row or not row[0]:
            return 0
        jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent_seconds))
        for job in jobs:
            await _retry(app, job)
    return len(jobs)


async def _retry(app: App, job: Job) -> None:
    log.warning("job %s (%s) lost its worker, attempt %s", job.id, job.task_name, job.attempts)
    if job.attempts + 1 >= MOST_DEATHS:
        await app.job_manager.finish_job(job, Status.FAILED, delete_job=False)
        if job.task_name == "annotate":
            annotation = str(job.task_kwargs["annotation"])
            await asyncio.to_thread(declare_failed, service_client(), annotation)
        return
    try:
        await app.job_manager.retry_job(job)
    except ConnectorException:
        # A second job for the same thing waits already, and the dead one's lock keeps it waiting.
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)
