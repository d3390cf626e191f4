"""How long a request for a reading waits for its engine, with an idle worker.

    python -m benchmarks.wake_up --requests 40

Both ends are the database's clock: ``requested_at`` is the request's transaction, ``started_at`` the
worker's.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg

from benchmarks import _figures
from mediaops.local.stack import LocalStack
from mediaops.settings import ROOT
from tests.e2e.dashboard import plain_environment
from tests.support import AssetMaker, client_of, png, sign_up

TARGET_MS = 100.0


def main(argv: list[str] | None = None) -> int:
    """Measure and show."""
    parser = _figures.parser(__doc__)
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args(argv)
    directory = Path(tempfile.mkdtemp(prefix="mediaops-bench-"))
    stack = LocalStack(directory, demo=False).start()
    try:
        waits = _measure(stack, options.requests)
    finally:
        stack.discard()
    rows = [
        {
            "what": "request to start of the engine",
            "requests": len(waits),
            "p50 ms": _figures.percentile(waits, 0.5),
            "p95 ms": _figures.percentile(waits, 0.95),
            "max ms": max(waits),
            "target ms": TARGET_MS,
        }
    ]
    _figures.show("Waking a worker", rows)
    _figures.keep(options.json, "wake_up", rows)
    return 0


def _measure(stack: LocalStack, requests: int) -> list[float]:
    worker = subprocess.Popen(
        [sys.executable, "-m", "mediaops", "worker"],
        cwd=ROOT,
        env={**plain_environment(), **stack.environment()},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert worker.stderr is not None
    for line in worker.stderr:
        if "worker ready" in line:
            break
    try:
        staff = sign_up(stack, "staff", "Bench")
        service = client_of(stack, stack.secret_key)
        with psycopg.connect(stack.postgres.url, autocommit=True) as db:
            make = AssetMaker(service, staff, db)
            # The first loads the model.
            return [_one(db, staff, make(content=png(seed=n))) for n in range(requests + 1)][1:]
    finally:
        worker.terminate()
        worker.wait(30)


def _one(db: psycopg.Connection[Any], staff: Any, asset: str) -> float:
    """Milliseconds of one request; returns when it has ended, so that the next meets an idle worker."""
    staff.rpc("request_annotations", p_assets=[asset], p_kinds=["ocr"])
    question = (
        "select extract(epoch from started_at - requested_at) * 1000 from media.annotations "
        "where asset = %s and state in ('done', 'failed')"
    )
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if row := db.execute(question, [asset]).fetchone():
            time.sleep(0.1)
            return float(row[0])
        time.sleep(0.05)
    raise AssertionError("the worker did not answer within two minutes")


if __name__ == "__main__":
    sys.exit(main())
