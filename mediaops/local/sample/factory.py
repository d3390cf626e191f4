"""The drawing processes: each takes keys on standard input, puts files into a folder, answers facts in JSON.

Processes of our own, not a pool: they import neither the caller's main module nor its threads (Streamlit runs
scripts in threads), and they end when their input ends, also when the caller was killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from mediaops.errors import Unavailable
from mediaops.local.sample.spec import Spec

# Large arrays come and go by the thousand: keeping their memory saves a third of the time (page faults).
ALLOCATION = {
    "MALLOC_MMAP_THRESHOLD_": str(1024**3),
    "MALLOC_TRIM_THRESHOLD_": str(2 * 1024**3),
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
MOST_PROCESSES = 4
ROOT = Path(__file__).resolve().parents[3]


def made(specs: Sequence[Spec], folder: Path, now: datetime) -> Generator[tuple[Spec, dict[str, Any]]]:
    """Make the files of ``specs`` in ``folder``: ``<id>.original``, ``<id>.thumb`` and so on.

    Yields each with its facts as it is done, in no order. Raises :class:`Unavailable` when a process fails.
    """
    waiting: SimpleQueue[Spec] = SimpleQueue()
    for spec in specs:
        waiting.put(spec)
    done: SimpleQueue[tuple[Spec, dict[str, Any]]] = SimpleQueue()
    count = min(len(specs), os.cpu_count() or 1, MOST_PROCESSES)
    with ThreadPoolExecutor(max_workers=max(1, count)) as pool:
        running = [pool.submit(_drive, waiting, done, folder, now) for _ in range(count)]
        left = len(specs)
        try:
            while left:
                try:
                    yield done.get(timeout=0.2)
                    left -= 1
                except Empty:
                    for ended in running:
                        if ended.done():
                            ended.result()
        finally:
            _empty(waiting)  # whoever stops listening wants no more made
        for ended in as_completed(running):
            ended.result()


def _empty(waiting: SimpleQueue[Spec]) -> None:
    with suppress(Empty):
        while True:
            waiting.get_nowait()


def _drive(
    waiting: SimpleQueue[Spec], done: SimpleQueue[tuple[Spec, dict[str, Any]]], folder: Path, now: datetime
) -> None:
    """Feed one process as long as there is something to make."""
    command = [sys.executable, "-m", "mediaops.local.sample.drawing", str(folder), now.isoformat()]
    process = subprocess.Popen(  # noqa: S603 - our own module
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | ALLOCATION,
        cwd=ROOT,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        while True:
            try:
                spec = waiting.get_nowait()
            except Empty:
                return
            process.stdin.write(spec.key + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise Unavailable(
                    f"Making {spec.key} of the sample library failed.", hint="Its error is above."
                )
            done.put((spec, json.loads(answer)))
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait()
