"""The worker process: takes jobs until it is told to stop, and outlives restarts of the database.

Three workers run in it side by side, for media, for reading here and for reading by others, so that a
thumbnail never waits behind a page that is being read, nor that page behind an answer from far away.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from mediaops.annotation.publish import publish
from mediaops.client import service_client
from mediaops.errors import ConfigurationError, MediaOpsError
from mediaops.settings import Settings, get_settings
from mediaops.worker import reading
from mediaops.worker.stalled import watch_stalled
from mediaops.worker.tasks import ANNOTATION, MEDIA, REMOTE, register

log = logging.getLogger(__name__)

QUEUES = (MEDIA, ANNOTATION, REMOTE)
APPLICATION_NAME = "mediaops-worker"  # what the database lists its connections under
POLL_SECONDS = 2.0  # only for jobs that became due or were given back; new ones are announced
GRACE_SECONDS = 8.0
LAST_SECONDS = 7.0  # for what comes after the jobs
RECONNECT_SECONDS = 1.0
LEFTOVER_SECONDS = 24 * 3600


def make_app(database_url: str) -> App:
    """The job queue of this project. Not opened yet."""

    async def prepare(connection: psycopg.AsyncConnection[Any]) -> None:
        # Not in the connection string: poolers in front of a hosted database drop its options.
        await connection.execute("set search_path to procrastinate")
        await connection.commit()

    connector = PsycopgConnector(
        conninfo=database_url,
        kwargs={"application_name": APPLICATION_NAME},
        configure=prepare,
        min_size=1,
        max_size=8,
    )
    app = App(connector=connector)
    register(app)
    return app


def run_worker(queues: Sequence[str] = QUEUES, *, lifeline: bool = False) -> None:
    """Work until SIGTERM, Ctrl-C or, with ``lifeline``, the end of standard input. Does not return.

    Jobs that run then get ``GRACE_SECONDS`` to end; what does not is taken up by the next worker.
    Raises :class:`ConfigurationError` when a setting is missing.
    """
    settings = get_settings()
    for name in ("supabase_url", "supabase_secret_key", "database_url"):
        if not getattr(settings, name):
            raise ConfigurationError(f"A worker needs {name.upper()}.", hint="Set it in the environment.")
    _sweep_temporary()
    if ANNOTATION in queues:
        reading.warm()
    asyncio.run(_serve(settings, queues, lifeline))
    logging.shutdown()
    # Threads of jobs that did not end in time can't be stopped; without this the process would wait for them.
    os._exit(0)


async def _serve(settings: Settings, queues: Sequence[str], lifeline: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, _told_to_stop, stop)
    if lifeline:
        threading.Thread(target=_hold_lifeline, args=(loop, stop), daemon=True).start()
    while not stop.is_set():
        try:
            await _work(settings, queues, stop)
        except (ConnectorException, psycopg.Error, OSError) as error:
            log.warning("the database is away (%s), trying again", error)
        if not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RECONNECT_SECONDS)


async def _work(settings: Settings, queues: Sequence[str], stop: asyncio.Event) -> None:
    """One connection's life: until told to stop, or until a worker or the watch ends by itself."""
    app = make_app(settings.database_url)
    stopping = asyncio.create_task(stop.wait())
    opening = asyncio.create_task(_open(app))
    await asyncio.wait({stopping, opening}, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        return
    await opening
    if set(queues) & {ANNOTATION, REMOTE}:
        await _tell_engines()
    workers = [_worker(app, settings, queue) for queue in queues]
    running = [asyncio.create_task(worker.run(), name=f"work {worker.worker_name}") for worker in workers]
    watch = asyncio.create_task(watch_stalled(app, settings.mediaops_worker_stalled_seconds))
    log.info("worker ready: %s", ", ".join(queues))
    try:
        await asyncio.wait({stopping, watch, *running}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        watch.cancel()
        await _stop(app, workers, running)
    for ended in (watch, *running):
        if ended.done() and not ended.cancelled() and (error := ended.exception()):
            raise error


async def _open(app: App) -> None:
    await app.open_async()


def _worker(app: App, settings: Settings, queue: str) -> Worker:
    return Worker(
        app=app,
        queues=[queue],
        name=queue,
        concurrency=_side_by_side(settings, queue),
        fetch_job_polling_interval=POLL_SECONDS,
        update_heartbeat_interval=settings.mediaops_worker_stalled_seconds / 3,
        stalled_worker_timeout=settings.mediaops_worker_stalled_seconds,
        install_signal_handlers=False,
    )


def _side_by_side(settings: Settings, queue: str) -> int:
    if queue == ANNOTATION:
        return 1  # reading uses every core it is given by itself, and a gigabyte of memory
    return settings.mediaops_openai_at_once if queue == REMOTE else settings.mediaops_worker_concurrency


async def _tell_engines() -> None:
    """Pages and rules know the engines from here; without it they know those of the worker before."""
    try:
        names = await asyncio.to_thread(publish, service_client())
    except MediaOpsError as error:
        log.warning("the engines could not be told to the database: %s", error)
    else:
        log.info("engines: %s", ", ".join(names))


async def _stop(app: App, workers: Sequence[Worker], running: Sequence[asyncio.Task[None]]) -> None:
    ids = [worker.worker_id for worker in workers if worker.worker_id is not None]
    for worker in workers:
        worker.stop()
    _, unfinished = await asyncio.wait(running, timeout=GRACE_SECONDS)
    try:
        if unfinished:
            # Signed off, their jobs are seen as lost at once and not only when the silence gets long.
            for worker_id in ids:
                await app.job_manager.unregister_worker(worker_id)
        await asyncio.wait_for(app.close_async(), 2)
    except (ConnectorException, psycopg.Error, OSError, TimeoutError) as error:
        log.info("could not sign off from the database: %s", error)


def _told_to_stop(stop: asyncio.Event) -> None:
    if stop.is_set():
        os._exit(130)  # told twice: at once
    stop.set()


def _hold_lifeline(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Whoever started this process holds the other end of standard input; it closes when they die."""
    # Not through sys.stdin: a thread inside it holds a lock that the interpreter needs to end.
    with contextlib.suppress(OSError):
        while os.read(0, 4096):
            pass
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(stop.set)
    # The database may have died with them, and signing off from it then never ends. Nobody is left who
    # would send a second signal: a process that nobody knows of must not stay.
    time.sleep(GRACE_SECONDS + LAST_SECONDS)
    os._exit(0)


def _sweep_temporary() -> None:
    """Copies that a killed worker left in the temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob("mediaops-*-*"):
        with contextlib.suppress(OSError):
            if folder.is_dir() and folder.stat().st_mtime < time.time() - LEFTOVER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
