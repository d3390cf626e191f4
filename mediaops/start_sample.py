"""Fills the sample library beside the running dashboard, and stops when the dashboard does."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

from mediaops.ui import seeding

_log = logging.getLogger(__name__)
STOP_SECONDS = 15.0
ATTEMPTS = 3


class _Stopped(Exception):
    """The dashboard ends; the next start goes on where this one was."""


class SampleLibrary:
    """One seeding, in a thread of its own; a library that has it already is left alone."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sample-library", daemon=True)

    def start(self) -> None:
        """Returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Between two files."""
        self._ending.set()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        # Drawing needs half of the numeric libraries; a start without seeding need not wait for them.
        from mediaops.local.sample import seed

        for attempt in range(1, ATTEMPTS + 1):
            try:
                summary = seed(self._environment, self._progress)
            except _Stopped:
                _log.info("The sample library is not complete; the next start goes on with it.")
                break
            except Exception:  # noqa: BLE001 - whatever went wrong, the dashboard works without samples
                # What is there stays: another attempt, or the next start, goes on with it.
                level = logging.ERROR if attempt == ATTEMPTS else logging.WARNING
                _log.log(level, "The sample library could not be filled.", exc_info=True)
                if self._ending.wait(2.0 * attempt):
                    break
            else:
                if not summary.already:
                    _log.info("The sample library is there: %d files.", summary.files)
                break
        seeding.finish()

    def _progress(self, done: int, total: int, _what: str) -> None:
        if self._ending.is_set():
            raise _Stopped
        seeding.report(done, total)
