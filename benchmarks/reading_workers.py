"""How many pages one and two workers read in a minute, asked for as a batch: python -m benchmarks.reading_workers

Real workers, an embedded Supabase; clocked by the database from the first start of an engine to the last end.
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
from benchmarks.reading import PAGES, as_uploaded
from mediaops.annotation import requests
from mediaops.local.stack import LocalStack
from mediaops.settings import ROOT
from tests.e2e.dashboard import plain_environment
from tests.support import AssetMaker, Person, client_of, sign_up

LONGEST_SECONDS = 1200


def main(argv: list[str] | None = None) -> int:
    """Measure and show."""
    parser = _figures.parser(__doc__)
    parser.add_argument("--pages", type=int, default=8)
    options = parser.parse_args(argv)
    rows: list[dict[str, Any]] = []
    for count in (1, 2):
        stack = LocalStack(Path(tempfile.mkdtemp(prefix="mediaops-bench-")), demo=False).start()
        try:
            seconds = _measure(stack, count, options.pages)
        finally:
            stack.discard()
        rows.append(
            {
                "workers": count,
                "pages": options.pages,
                "seconds": seconds,
                "pages a minute": options.pages / seconds * 60,
            }
        )
    _figures.show("Reading pages as a batch", rows)
    _figures.keep(options.json, "reading_workers", rows)
    return 0


def _measure(stack: LocalStack, workers: int, pages: int) -> float:
    started = [_worker(stack) for _ in range(workers)]
    try:
        staff = sign_up(stack, "staff", "Bench")
        with psycopg.connect(stack.postgres.url, autocommit=True) as db:
            make = AssetMaker(client_of(stack, stack.secret_key), staff, db)
            assets = [make(content=content, mime="image/webp") for content in _contents(pages)]
            return _batch(db, staff, assets)
    finally:
        for worker in started:
            worker.terminate()
        for worker in started:
            worker.wait(30)


def _contents(pages: int) -> list[bytes]:
    """The pages of the tests over and over, each with bytes of its own."""
    with tempfile.TemporaryDirectory() as folder:
        files: list[bytes] = []
        for photo in sorted(PAGES.glob("*.jpg")):
            as_uploaded(photo, Path(folder) / "page.webp")
            files.append((Path(folder) / "page.webp").read_bytes())
    return [files[n % len(files)] + bytes([n]) for n in range(pages)]


def _worker(stack: LocalStack) -> subprocess.Popen[str]:
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
    return worker


def _batch(db: psycopg.Connection[Any], staff: Person, assets: list[str]) -> float:
    wanted = requests.batch_filter(assets=assets)
    kinds: tuple[requests.Kind, ...] = ("ocr", "highlights")
    asked = requests.request_batch(staff.client, kinds, wanted, items=2 * len(assets))
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (told := requests.batch(staff.client, asked["id"]))["finished_at"]:
        assert time.monotonic() < deadline, "the batch did not end"
        time.sleep(0.2)
    assert told["done"] == told["items"], told
    row = db.execute(
        "select extract(epoch from max(finished_at) - min(started_at)) from media.annotations"
    ).fetchone()
    assert row is not None
    return float(row[0])


if __name__ == "__main__":
    sys.exit(main())
