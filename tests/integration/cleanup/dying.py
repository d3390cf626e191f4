"""A worker that is killed (SIGKILL, by itself) before its n-th step: a request to Supabase or a statement."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable
from typing import Any

import httpx
import psycopg

from mediaops.client import service_client
from mediaops.settings import get_settings
from mediaops.worker.cleanup import clean, empty_outbox
from mediaops.worker.scans import scan_storage

# Forked from a process that holds no threads, locks or connections, and has imported all this already.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])
SMALL = 2  # items and objects of a step, so that there is something between steps
LONGEST_SECONDS = 120


def run(ident: str) -> None:
    """A run to its end, in small batches."""
    clean(service_client(), ident, SMALL)


def scan(ident: str) -> None:
    """A scan to its end."""
    scan_storage(service_client(), ident)


def outbox(_ident: str) -> None:
    """All deletions that are due."""
    empty_outbox(service_client())


def killed_before(step: int, work: Callable[[str], None], ident: str) -> bool:
    """Do ``work`` in a process that is killed before its ``step``; False when it came to its end first."""
    # The module's own name: what pickles a function of a test looks for it there.
    process = _PROCESSES.Process(target=_die, args=(step, work, ident, dict(os.environ)))
    process.start()
    process.join(LONGEST_SECONDS)
    assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
    return process.exitcode != 0


def _die(step: int, work: Callable[[str], None], ident: str, environment: dict[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    get_settings.cache_clear()
    count = itertools.count(1)

    def counted(honest: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if next(count) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return honest(*given, **named)

        return call

    httpx.Client.send = counted(httpx.Client.send)  # type: ignore[method-assign]
    psycopg.Connection.execute = counted(psycopg.Connection.execute)  # type: ignore[method-assign]
    work(ident)
