from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from mediaops.local.stack import LocalStack
from mediaops.settings import ROOT

JOBS = "procrastinate.procrastinate_jobs"


class Workers:
    """Worker processes of a test; all of them are gone when it ends."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self.running: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """A worker that is ready for jobs."""
        process = subprocess.Popen(
            [sys.executable, "-m", "mediaops", "worker", *arguments],
            cwd=ROOT,
            env={**self._environment, **{name.upper(): value for name, value in settings.items()}},
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.running.append(process)
        assert process.stderr is not None
        said = []
        for line in process.stderr:
            said.append(line)
            if "worker ready" in line:
                return process
        raise AssertionError("".join(said))

    def end(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.wait()
            for pipe in (process.stdin, process.stderr):
                if pipe:
                    pipe.close()


@pytest.fixture
def workers(stack: LocalStack, db: psycopg.Connection[Any]) -> Iterator[Workers]:
    """Starts real workers, with no jobs waiting that other tests left."""
    db.execute(f"delete from {JOBS}")
    started = Workers({**os.environ, **stack.environment()})
    yield started
    started.end()
    db.execute(f"delete from {JOBS}")
    db.execute("delete from procrastinate.procrastinate_workers")


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Asks until the answer is true; fails after ``seconds``."""

    def ask(question: Callable[[], Any], seconds: float = 20) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            if answer := question():
                return answer
            assert time.monotonic() < deadline, "it did not come true in time"
            time.sleep(0.05)

    return ask
