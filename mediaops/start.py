"""What starts and ends with the dashboard. An entry point: it alone knows the embedded Supabase."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import NoReturn

import streamlit as st
from anyio import to_thread

from mediaops.errors import MediaOpsError
from mediaops.local import demo
from mediaops.local.supervise import Child, EmbeddedSupabase, worker
from mediaops.settings import get_settings
from mediaops.start_sample import SampleLibrary
from mediaops.ui.signin import Demo

_log = logging.getLogger(__name__)


def demo_people() -> Sequence[Demo]:
    """Who can come in by a click; asked in embedded mode only."""
    people = demo.demo_people(get_settings().mediaops_data_dir)
    return [Demo(person.role, person.name, person.email, person.password) for person in people]


class Companions:
    """The embedded Supabase and a worker; nothing at all where a Supabase project is set."""

    def __init__(self) -> None:
        self._supabase: EmbeddedSupabase | None = None
        self._worker: Child | None = None
        self._sample: SampleLibrary | None = None

    def start(self) -> None:
        """Return when Supabase answers; the worker comes up meanwhile.

        Raises ConfigurationError or Unavailable.
        """
        settings = get_settings()
        if settings.supabase_url:
            return
        self._supabase = EmbeddedSupabase(settings.mediaops_data_dir, settings.mediaops_local_port)
        environment = self._supabase.start()
        os.environ.update(environment)
        get_settings.cache_clear()
        self._worker = worker(environment)
        self._worker.start()
        self._worker.keep()
        if settings.mediaops_seed:
            self._sample = SampleLibrary(environment)
            self._sample.start()

    def stop(self) -> None:
        """The database last: the others finish what they do while there is someone to tell."""
        for companion in (self._sample, self._worker, self._supabase):
            if companion is not None:
                companion.stop()
        self._sample = self._worker = self._supabase = None


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncGenerator[None]:
    """Companions up before the first request, down after the last."""
    _log_to_terminal()
    companions = Companions()
    try:
        await to_thread.run_sync(companions.start)
    except MediaOpsError as error:
        companions.stop()
        _refuse(error)
    _set_imports_aside()
    try:
        _say(f"\n  MediaOps is ready: {_address()}\n")
        yield
    finally:
        await to_thread.run_sync(companions.stop)


def _set_imports_aside() -> None:
    """Streamlit collects garbage after every rerun: imports left in it take twice the time of the rerun."""
    gc.collect()
    gc.freeze()


def _address() -> str:
    host, port = st.get_option("server.address"), st.get_option("server.port")
    shown = "127.0.0.1" if host in (None, "", "0.0.0.0", "::") else host  # noqa: S104 - compared, not bound
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _refuse(error: MediaOpsError) -> NoReturn:
    """End the process with a sentence; an exception from here would reach the terminal as a traceback."""
    sys.stderr.write(f"\n  {error.message}\n  {error.hint}\n\n")
    sys.stderr.flush()
    os._exit(1)


def _log_to_terminal() -> None:
    ours = logging.getLogger("mediaops")
    if not ours.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)
        ours.propagate = False
