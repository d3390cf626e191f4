"""What clean-up costs: the summary, first pages, scans of Storage, plans, runs, purges with their bytes.

    python -m benchmarks.cleanup --assets 100000 1000000 --json out.json

The library is that of ``library_query`` with an object for every asset and rendition, and with 1 in 200 of each
kind of mismatch. Purges go through the embedded Storage over HTTP; their files are really on the disk. Gateway and
worker share one process here.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks._library_fill import FILLING, SERVER, fill
from benchmarks.library_query import _computed_ms  # pyright: ignore[reportPrivateUsage]
from mediaops.client import service_client
from mediaops.local import postgres as embedded
from mediaops.local.stack import LocalStack
from mediaops.local.storage.files import ObjectFiles
from mediaops.settings import get_settings
from mediaops.worker import cleanup, scans

OPS = "00000000-0000-4000-8000-000000000001"
CLASSES = ("unlinked", "expired_annotation", "duplicate", "ghost_object", "broken_asset", "stale_rendition")
PURGED_ASSETS = 5000
OBJECT_BYTES = 2000
OBJECTS = """
set session_replication_role = replica;
insert into storage.objects (bucket_id, name, version, metadata, created_at, updated_at)
select 'media', path, gen_random_uuid()::text, jsonb_build_object('size', bytes, 'eTag', '"x"'), at, at
from (
  select object_path as path, bytes, created_at as at, row_number() over () as n from media.assets
  where state in ('ready', 'trashed')
  union all
  select object_path, bytes, created_at, row_number() over () from media.renditions
  union all
  select left(id, 2) || '/' || id || '/original', 1000, now() - interval '9 days', 1
  from (select gen_random_uuid()::text as id from media.assets tablesample bernoulli (0.5)) as nobody
) as objects
where n % 200 <> 0
order by path;
-- One in 200 is there twice, one in 50 temporary and past its time.
update media.assets as a set sha256 = o.sha256
from (select sha256, lead(id) over (order by id) as next, row_number() over (order by id) as n from media.assets where state = 'ready') as o
where o.next = a.id and o.n % 200 = 0;
update media.assets set expires_at = created_at + interval '14 days' where purpose = 'annotation' and not linked and state = 'ready';
set session_replication_role = origin;
vacuum analyze;
"""


def main(argv: list[str] | None = None) -> int:
    """Measure at every size asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--items", type=int, default=100_000, help="items of the plan, at most")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    options = parser.parse_args(argv)
    runs = [measure(assets, options.items) for assets in options.assets]
    report = {
        "subject": "cleanup",
        "machine": {"system": platform.platform(), "processors": os.cpu_count()},
        "runs": runs,
    }
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    return 0


def measure(assets: int, items: int) -> dict[str, Any]:
    """All numbers for one size of library."""
    with stack_of(assets) as stack, psycopg.connect(stack.postgres.url, autocommit=True) as admin:
        ask = Asking(stack.postgres.url)
        found: dict[str, Any] = {
            "assets": assets,
            "objects": one(admin, "select count(*) from storage.objects"),
        }
        found |= scanned(ask)
        found["summary_ms"] = ask.milliseconds("orphan_summary", {}, 7)
        found["breakdown_ms"] = ask.milliseconds("orphan_breakdown", {}, 3)
        found["groups_ms"] = ask.milliseconds("duplicate_groups", {}, 3)
        for name in CLASSES:
            found[f"first page {name}_ms"] = ask.milliseconds("list_orphans", {"p_class": name}, 5)
        found |= cleaned(ask, items)
        found |= purged(ask, stack, admin)
        show(found)
        return found


@contextmanager
def stack_of(assets: int) -> Iterator[LocalStack]:
    """A running embedded Supabase with the library and its objects in it."""
    embedded.SETTINGS.update(SERVER)
    with tempfile.TemporaryDirectory(prefix="cleanup-", dir="/tmp") as directory:
        stack = LocalStack(Path(directory) / "data", demo=False).start()
        before = os.environ.copy()
        os.environ.update(stack.environment())
        get_settings.cache_clear()
        try:
            fill(stack.postgres.url, assets)
            with psycopg.connect(stack.postgres.url, autocommit=True) as admin:
                for name, value in FILLING.items():
                    admin.execute(f"set {name} = '{value}'".encode())
                for statement in OBJECTS.split(";\n"):
                    if statement.strip():
                        admin.execute(statement.encode())
                admin.execute("update media.staff set role = 'ops' where user_id = %s", [OPS])
                admin.execute("update media.assets set words = '' where words is null")
            yield stack
        finally:
            os.environ.clear()
            os.environ.update(before)
            get_settings.cache_clear()
            stack.discard()


class Asking:
    """Calls as someone of ops, as the gateway makes them."""

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)

    def call(self, function: str, arguments: dict[str, Any]) -> Any:
        named = ", ".join(f"{name} => %({name})s" for name in arguments)
        with self.connection.transaction():
            claims = json.dumps({"sub": OPS, "role": "authenticated"})
            self.connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
            self.connection.execute("set local role authenticated")
            row = self.connection.execute(f"select media.{function}({named})".encode(), arguments).fetchone()
        return row[0] if row else None

    def milliseconds(self, function: str, arguments: dict[str, Any], times: int) -> float:
        """Median of what the caller waits."""
        self.call(function, arguments)
        return round(
            statistics.median(timed(lambda: self.call(function, arguments))[0] for _ in range(times)) * 1000,
            1,
        )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and the answer."""
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def one(connection: psycopg.Connection[Any], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def scanned(ask: Asking) -> dict[str, Any]:
    """A whole scan by the worker's own code, with the memory of this process and of the database's."""
    scan = ask.call("start_scan", {})["id"]
    memory, phases = 0, {}
    with scans.connect() as connection:
        computed = _computed_ms(connection)
        while True:
            seconds, status = timed(lambda: scans.step(connection, scan))
            phase = phases.setdefault(status["phase"] if status["state"] == "running" else "rows", [0.0, 0])
            phase[0] += seconds
            phase[1] = status["seen"]
            memory = max(memory, resident(connection.info.backend_pid))
            if status["state"] != "running":
                break
        computed = (_computed_ms(connection) - computed) / 1000
    seconds = sum(phase[0] for phase in phases.values())
    objects = phases.get("objects", [seconds, status["seen"]])
    return {
        "scan_seconds": round(seconds, 2),
        "scan_found": status["found"],
        # On a machine that others use too, this is what holds.
        "scan_objects_per_cpu_s": round(objects[1] / computed) if computed else None,
        "scan_seen_per_s": round(status["seen"] / seconds),
        "scan_objects_per_s": round(objects[1] / objects[0]),
        "scan_database_peak_mb": round(memory / 1e6),
        "worker_peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3),
    }


def resident(pid: int) -> int:
    """Bytes that a process holds for itself (Linux; else 0)."""
    try:
        fields = Path(f"/proc/{pid}/statm").read_text().split()
    except OSError:
        return 0
    return (int(fields[1]) - int(fields[2])) * resource.getpagesize()


def cleaned(ask: Asking, items: int) -> dict[str, Any]:
    """A plan of so many items, and its run to the trash."""
    arguments = {"p_classes": ["unlinked", "expired_annotation"], "p_max_items": items}
    seconds, run = timed(lambda: ask.call("plan_cleanup", arguments))
    ask.call("start_run", {"p_run": run["id"], "p_count": run["count"]})
    took, done = timed(lambda: cleanup.clean(service_client(), run["id"]))
    return {
        "plan_items": run["count"],
        "plan_seconds": round(seconds, 2),
        "trash_per_s": round(done["done"] / took),
        "trash_seconds": round(took, 2),
        "trash_ok": done["ok"],
    }


def purged(ask: Asking, stack: LocalStack, admin: psycopg.Connection[Any]) -> dict[str, Any]:
    """Purge some of the trash, its files on the disk."""
    paths = admin.execute(
        "select a.id::text, array_agg(o.version) from (select * from media.assets where state = 'trashed' limit %s) as a"
        " join storage.objects as o on o.bucket_id = 'media' and o.name like left(a.id::text, 2) || '/' || a.id || '/%%'"
        " and o.name >= left(a.id::text, 2) || '/' || a.id and o.name < left(a.id::text, 2) || '/' || a.id || '0'"
        " group by a.id",
        [PURGED_ASSETS],
    ).fetchall()
    files = ObjectFiles(stack.data_dir / "storage")
    for _, versions in paths:
        for version in versions:
            path = files.path(version)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(os.urandom(OBJECT_BYTES))
    objects = sum(len(row[1]) for row in paths)
    seconds, _ = timed(lambda: ask.call("purge_assets", {"p_assets": [row[0] for row in paths][:5000]}))
    took, _ = timed(lambda: cleanup.empty_outbox(service_client()))
    left = sum(files.path(version).exists() for row in paths for version in row[1])
    return {
        "purge_assets": len(paths),
        "purge_objects": objects,
        "purge_begin_seconds": round(seconds, 2),
        "purge_seconds": round(took, 2),
        "purge_objects_per_s": round(objects / took),
        "purge_files_left": left,
        "purging_left": one(admin, "select count(*) from media.assets where state = 'purging'"),
    }


def show(found: dict[str, Any]) -> None:
    table = Table(title=f"Clean-up of {found['assets']:,} assets, {found['objects']:,} objects")
    table.add_column("what")
    table.add_column("measured", justify="right")
    for name, value in found.items():
        table.add_row(name, f"{value:,}" if isinstance(value, (int, float)) else str(value))
    Console(width=100).print(table)


if __name__ == "__main__":
    sys.exit(main())
