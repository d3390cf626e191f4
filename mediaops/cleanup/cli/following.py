"""Looking on while workers do it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar, cast

from mediaops.cleanup import orphans, plans
from mediaops.cleanup.cli.telling import Acting, Output, progress
from mediaops.cleanup.models import Run, Scan
from mediaops.errors import NotFound, Unavailable

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 1.0
QUIET_SECONDS = 15.0
MOVING = ("planning", "running")
SILENT_SECONDS = 60.0
QUIET = "Nothing moves. Is a worker running? `make run` has one; elsewhere: `python -m mediaops worker`."

Status = TypeVar("Status", Run, Scan)


def follow_run(acting: Acting, output: Output, run: str, timeout: float | None = None) -> Run:
    """The run when it is not running any more, or after ``timeout`` seconds as it stands then."""
    return _follow(
        lambda: plans.get(acting.client(), run),
        lambda status: (
            status["done"] + status["skipped"] + status["failed"],
            status["count"] - status["excluded"],
        ),
        "Cleaning up",
        output,
        timeout,
    )


def follow_plan(acting: Acting, output: Output, run: str) -> Run:
    """The plan when it is made; ``output`` shows how many items it has so far."""
    return _follow(
        lambda: plans.get(acting.client(), run),
        lambda status: (status["count"], 0),
        "Making the plan",
        output,
        None,
    )


def follow_scan(acting: Acting, output: Output, scan: str) -> Scan:
    """The scan when it has ended."""

    def ask() -> Scan:
        status = orphans.scan_status(acting.client())
        if status is None or status["id"] != scan:
            raise NotFound("This scan is not the newest any more.", hint="Start the command again.")
        return status

    return _follow(
        ask, lambda status: (status["seen"], status["expected"]), "Looking through Storage", output, None
    )


def _follow(
    ask: Callable[[], Status],
    place: Callable[[Status], tuple[int, int]],
    what: str,
    output: Output,
    timeout: float | None,
) -> Status:
    started = moved = time.monotonic()
    pause, seen, told = FIRST_PAUSE_SECONDS, -1, False
    with progress(what) as (bar, task):
        while True:
            status = _ask_again(ask)
            now, (done, total) = time.monotonic(), place(status)
            bar.update(task, completed=done, total=max(total, done) or None)
            if status["state"] not in MOVING or (timeout is not None and now - started > timeout):
                return status
            if done != seen:
                seen, moved = done, now
            elif now - moved > QUIET_SECONDS and not told:
                told = True
                output.note(QUIET)
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)


def _ask_again(ask: Callable[[], Status]) -> Status:
    """The answer; a server that restarts is waited for, since what is looked at goes on without us."""
    ends = time.monotonic() + SILENT_SECONDS
    while True:
        try:
            return ask()
        except Unavailable as error:
            if time.monotonic() > ends:
                hint = "It goes on without this command; look at it again with the same command."
                raise cast(Any, type(error))(error.message, code=error.code, hint=hint) from error
            time.sleep(LONGEST_PAUSE_SECONDS)
