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
import resource
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks._asking import Asking, Browsing, Power, one, timed
from benchmarks._cleanup_library import stack_of
from benchmarks._figures import computed_ms, machine
from mediaops.client import service_client
from mediaops.local.stack import LocalStack
from mediaops.local.storage.files import ObjectFiles
from mediaops.worker import cleanup, scans

CLASSES = ("unlinked", "expired_annotation", "duplicate", "ghost_object", "broken_asset", "stale_rendition")
PURGED_ASSETS = 5000
BROWSE_SECONDS = 5
OBJECT_BYTES = 50_000


def main(argv: list[str] | None = None) -> int:
    """Measure at every size asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--items", type=int, default=100_000, help="items of the plan, at most")
    parser.add_argument("--keep", type=Path, help="keep the libraries here for the next time")
    parser.add_argument("--fill", action="store_true", help="only make the libraries")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    options = parser.parse_args(argv)
    runs: list[dict[str, Any]] = []
    for assets in options.assets:
        if options.fill:
            with stack_of(assets, options.keep):
                continue
        runs.append(measure(assets, options.items, options.keep))
        if options.json:  # after each: the large ones take long
            report = {"subject": "cleanup", "machine": machine(), "runs": runs}
            options.json.write_text(json.dumps(report, indent=1) + "\n")
    return 0


def measure(assets: int, items: int, keep: Path | None = None) -> dict[str, Any]:
    """All numbers for one size of library."""
    with stack_of(assets, keep) as stack, psycopg.connect(stack.postgres.url, autocommit=True) as admin:
        ask = Asking(stack.postgres.url)
        power = Power(ask.connection)
        found: dict[str, Any] = {
            "assets": assets,
            "objects": one(admin, "select count(*) from storage.objects"),
            "load": machine()["load"],
        }
        found |= scanned(ask)
        found |= ask.milliseconds("summary", "orphan_summary", {}, 7)
        found |= ask.milliseconds("breakdown", "orphan_breakdown", {}, 3)
        found |= ask.milliseconds("groups", "duplicate_groups", {}, 3)
        for name in CLASSES:
            found |= ask.milliseconds(f"first page {name}", "list_orphans", {"p_class": name}, 5)
        found |= cleaned(ask, power, items)
        found |= purged(ask, power, stack, admin)
        show(found)
        return found


def scanned(ask: Asking) -> dict[str, Any]:
    """A whole scan by the worker's own code, with the memory of this process and of the database's."""
    scan = ask.call("start_scan", {})["id"]
    memory, phases = 0, {}
    with scans.connect() as connection:
        computed = computed_ms(connection)
        while True:
            seconds, status = timed(lambda: scans.step(connection, scan))
            phase = phases.setdefault(status["phase"] if status["state"] == "running" else "rows", [0.0, 0])
            phase[0] += seconds
            phase[1] = status["seen"]
            memory = max(memory, resident(connection.info.backend_pid))
            if status["state"] != "running":
                break
        computed = (computed_ms(connection) - computed) / 1000
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


def cleaned(ask: Asking, power: Power, items: int) -> dict[str, Any]:
    """A plan of so many items, and its run to the trash."""
    arguments = {"p_classes": ["unlinked", "expired_annotation"], "p_max_items": items}
    before = power.used()
    seconds, run = timed(lambda: planned_whole(ask, arguments))
    planned = power.used() - before
    ask.call("start_run", {"p_run": run["id"], "p_count": run["count"]})
    before = power.used()
    took, done = timed(lambda: cleanup.clean(service_client(), run["id"]))
    computed = power.used() - before
    return {
        "plan_items": run["count"],
        "plan_seconds": round(seconds, 2),
        "plan_cpu_seconds": round(planned, 2),
        "trash_per_s": round(done["done"] / took),
        "trash_seconds": round(took, 2),
        "trash_per_cpu_s": round(done["done"] / computed),
        "trash_ok": done["ok"],
    }


def purged(ask: Asking, power: Power, stack: LocalStack, admin: psycopg.Connection[Any]) -> dict[str, Any]:
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
    with Browsing(stack.postgres.url) as before:
        time.sleep(BROWSE_SECONDS)
    seconds, _ = timed(lambda: ask.call("purge_assets", {"p_assets": [row[0] for row in paths]}))
    used = power.used()
    with Browsing(stack.postgres.url) as meanwhile:
        took, _ = timed(lambda: cleanup.empty_outbox(service_client()))
    used = power.used() - used
    left = sum(files.path(version).exists() for row in paths for version in row[1])
    return {
        "purge_assets": len(paths),
        "purge_objects": objects,
        "purge_begin_seconds": round(seconds, 2),
        "purge_seconds": round(took, 2),
        "purge_objects_per_s": round(objects / took),
        # With the pages that were looked at meanwhile in it.
        "purge_objects_per_cpu_s": round(objects / used),
        "purge_mb_per_s": round(objects * OBJECT_BYTES / took / 1e6, 1),
        "purge_files_left": left,
        "purging_left": one(admin, "select count(*) from media.assets where state = 'purging'"),
        **before.figures("browsing alone"),
        **meanwhile.figures("browsing during the purge"),
    }


def planned_whole(ask: Asking, arguments: dict[str, Any]) -> dict[str, Any]:
    """A plan as a page asks for it, and the rest of it as the worker makes it."""
    run = ask.call("plan_cleanup", arguments)
    cleanup.plan_cleanup(run["id"])
    return ask.call("get_run", {"p_run": run["id"]})


def show(found: dict[str, Any]) -> None:
    table = Table(title=f"Clean-up of {found['assets']:,} assets, {found['objects']:,} objects")
    table.add_column("what")
    table.add_column("measured", justify="right")
    for name, value in found.items():
        table.add_row(name, f"{value:,}" if isinstance(value, (int, float)) else str(value))
    Console(width=100).print(table)


if __name__ == "__main__":
    sys.exit(main())
