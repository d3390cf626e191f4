"""The threads that read: one on this machine, a step behind everything else, and those that wait for others.

Reading keeps every core busy for seconds. With a lower priority than thumbnails, the database and the
dashboard beside it, it takes what they leave; alone it is as fast as before.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache

from PIL import Image

from mediaops.annotation.engines import get_engine
from mediaops.annotation.run import run_annotation
from mediaops.client import service_client
from mediaops.settings import get_settings

log = logging.getLogger(__name__)
NICENESS = 10


def read(annotation: str, attempt: int) -> Future[str]:
    """See :func:`~mediaops.annotation.run.run_annotation`."""
    return _thread().submit(lambda: run_annotation(service_client(), annotation, attempt=attempt))


def read_remote(annotation: str, attempt: int) -> Future[str]:
    """The same by an engine over the network: several at once, as they only wait."""
    return _waiting_threads().submit(lambda: run_annotation(service_client(), annotation, attempt=attempt))


def warm() -> None:
    """Load the local engine's models before the first page asks for them, by showing it an empty one."""
    _thread().submit(_show_an_empty_page)


@lru_cache(maxsize=1)
def _thread() -> ThreadPoolExecutor:
    # The threads that the engine starts inherit the priority of the one that loads it.
    return ThreadPoolExecutor(1, thread_name_prefix="read", initializer=_step_back)


@lru_cache(maxsize=1)
def _waiting_threads() -> ThreadPoolExecutor:
    # What the local engine does for them (places of words) it does a step behind, too.
    count = get_settings().mediaops_openai_at_once
    return ThreadPoolExecutor(count, thread_name_prefix="ask", initializer=_step_back)


def _step_back() -> None:
    if sys.platform == "linux":  # elsewhere this would be the whole process
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def _show_an_empty_page() -> None:
    page = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(page, "PNG")
    try:
        get_engine("local").read(page.getvalue(), ["ocr"])
    except Exception:  # the first reading will meet the same error and write it down
        log.exception("the local engine could not be loaded ahead of time")
