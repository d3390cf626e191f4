"""What the worker does. Each task takes an id, reads how things stand, and may run twice."""

from __future__ import annotations

import asyncio
import logging

from procrastinate import App, JobContext

from mediaops.client import rpc, service_client
from mediaops.errors import NotFound, Rejected
from mediaops.uploads.completion import NotArrived, give_up, settle
from mediaops.worker import cleanup
from mediaops.worker.cleanup import empty_outbox
from mediaops.worker.reading import read, read_remote
from mediaops.worker.renditions import make_renditions
from mediaops.worker.retry import AGAIN_WHEN_IT_ARRIVES, AGAIN_WHEN_IT_MAY_HELP, ARRIVAL_ATTEMPTS

log = logging.getLogger(__name__)

MEDIA = "media"
ANNOTATION = "annotation"
REMOTE = "remote"  # readings by engines over the network: they wait, and keep no core busy
KEEP_JOBS_HOURS = 24


def register(app: App) -> None:
    """Make the tasks known to ``app`` under the names that the database enqueues."""
    again = AGAIN_WHEN_IT_MAY_HELP
    app.task(name="complete_upload", queue=MEDIA, retry=AGAIN_WHEN_IT_ARRIVES, pass_context=True)(
        complete_upload
    )
    app.task(name="make_renditions", queue=MEDIA, retry=again)(render)
    app.task(name="delete_objects", queue=MEDIA, retry=again)(delete_objects)
    app.task(name="annotate", queue=ANNOTATION, retry=again, pass_context=True)(annotate)
    app.task(name="advance_batch", queue=MEDIA, retry=again)(advance_batch)
    sweep = app.task(name="sweep_deletions", queue=MEDIA, queueing_lock="sweep_deletions")(sweep_deletions)
    app.periodic(cron="* * * * *")(sweep)
    house = app.task(name="keep_house", queue=MEDIA, queueing_lock="keep_house", pass_context=True)(
        keep_house
    )
    app.periodic(cron="*/10 * * * *")(house)
    cleanup.register(app)


def complete_upload(context: JobContext, asset: str) -> None:
    """The safety job: end what a killed server or a closed browser left half done."""
    service = service_client()
    try:
        settle(service, asset)
    except (Rejected, NotFound) as ended:
        log.info("upload %s ended: %s", asset, ended)
    except NotArrived:
        if context.job.attempts + 1 < ARRIVAL_ATTEMPTS:
            raise
        give_up(service, asset)


def render(asset: str) -> None:
    """Thumb, card, large, and the placeholder where there is none yet."""
    make_renditions(service_client(), asset)


async def annotate(context: JobContext, annotation: str) -> None:
    """Have an engine read the asset; the outcome is in the annotation, failures too."""
    begin = read_remote if context.job.queue == REMOTE else read
    await asyncio.wrap_future(begin(annotation, context.job.attempts + 1))


def advance_batch(batch: str) -> None:
    """Settle what ended of a batch of readings and ask for the next; the rules are the database's."""
    rpc(service_client(), "advance_batch", p_batch=batch)


def delete_objects() -> None:
    """Empty the outbox of objects to delete; purged assets whose objects are gone go, too."""
    empty_outbox(service_client())


def sweep_deletions(timestamp: int) -> None:
    """The outbox again, should the job that its writer enqueued have been lost."""
    empty_outbox(service_client())


async def keep_house(context: JobContext, timestamp: int) -> None:
    """Tickets that ended go, and jobs that were done a day ago; batches whose job was lost have one again."""
    # In a thread: the loop that this runs in also tells the others that this worker lives.
    await asyncio.to_thread(rpc, service_client(), "expire_tickets")
    await asyncio.to_thread(rpc, service_client(), "sweep_batches")
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_JOBS_HOURS)
