"""How fast the library answers: every filter, order and kind of search, at 100 k and 1 M assets.

    python -m benchmarks.library_query --assets 100000 1000000 --json out.json

Each question is asked by a person of staff (role and claims set as the gateway does), with other values each
time, after a warm-up with others still. Times are what the client waits on loopback, in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from rich.console import Console
from rich.table import Table

from benchmarks._figures import computed_ms
from benchmarks._library_cases import Arguments, Case, cases
from benchmarks._library_fill import FILLED, fill, server, sizes

STAFF = "00000000-0000-4000-8000-000000000001"
TIMES = ("p50_ms", "p95_ms", "max_ms", "cpu_p50_ms", "cpu_p95_ms")
FILTERS = (
    "p_kinds", "p_states", "p_linked", "p_purposes", "p_uploaders", "p_from", "p_to", "p_min_bytes",
    "p_max_bytes", "p_knowledge",
)  # fmt: skip


def main(argv: list[str] | None = None) -> int:
    """Run at every size asked for; 1 when a target was missed and ``--strict`` was given."""
    options = _options(argv)
    runs = [_run(assets, options) for assets in options.assets]
    report = {"subject": "library_query", "machine": _machine(), "runs": runs}
    if options.json:
        options.json.write_text(json.dumps(report, indent=1))
    missed = [case["name"] for run in runs for case in run["cases"] if case["p95_ms"] > case["target_ms"]]
    return 1 if missed and options.strict else 0


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--assets", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--calls", type=int, default=60, help="measured calls of each question")
    parser.add_argument("--json", type=Path, help="write the numbers here")
    parser.add_argument("--plans", action="store_true", help="print the plan of each question's slowest call")
    parser.add_argument("--only", default="", help="only questions whose name contains this")
    parser.add_argument("--keep", type=Path, help="keep the database here and use it again")
    parser.add_argument("--strict", action="store_true", help="fail when a target is missed")
    return parser.parse_args(argv)


def _machine() -> dict[str, Any]:
    return {
        "python": platform.python_version(),
        "system": platform.platform(),
        "processor": platform.machine(),
    }


def _run(assets: int, options: argparse.Namespace) -> dict[str, Any]:
    console = Console(width=150)
    keep = options.keep / str(assets) if options.keep else None
    with server(keep) as url:
        seconds = fill(url, assets)
        console.print(f"{assets:,} assets generated in {seconds:.0f} s")
        with psycopg.connect(url, autocommit=True) as admin, psycopg.connect(url) as person:
            version = admin.execute("show server_version").fetchone()
            _warm(admin)
            measured = [
                _measure(person, case, options.calls) for case in cases(admin) if options.only in case.name
            ]
            console.print(_table(assets, measured))
            if options.plans:
                for result in measured:
                    _print_plan(console, admin, result)
        return {
            "assets": assets,
            "postgres": version[0] if version else "",
            "generated_seconds": round(seconds, 1),
            "bytes": sizes(url),
            "cases": [
                {k: v for k, v in result.items() if k not in ("slowest", "function")} for result in measured
            ],
        }


def _warm(connection: psycopg.Connection) -> None:
    """Read every row and index once, so that the first questions don't pay for the disk.

    By row address: a plain scan of a large table passes by the server's memory.
    """
    connection.execute("set enable_seqscan = off")
    for table in FILLED:
        name = sql.Identifier(table)
        connection.execute(
            sql.SQL("select count(*) from media.{} as t where ctid >= '(0,0)' and t::text is null").format(
                name
            )
        )
    connection.execute("reset enable_seqscan")


def _measure(connection: psycopg.Connection, case: Case, calls: int) -> dict[str, Any]:
    for _ in range(max(5, calls // 4)):
        _call(connection, case.function, case.ask())
    timed = sorted(
        (*_call(connection, case.function, arguments), index, arguments)
        for index, arguments in enumerate(case.ask() for _ in range(calls))
    )
    times = [entry[0] for entry in timed]
    work = sorted(entry[1] for entry in timed)
    return {
        "name": case.name,
        "calls": calls,
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
        "max_ms": round(times[-1], 2),
        "cpu_p50_ms": round(statistics.median(work), 2),
        "cpu_p95_ms": round(work[min(len(work) - 1, int(len(work) * 0.95))], 2),
        "target_ms": case.target_ms,
        "function": case.function,
        "slowest": timed[-1][3],
    }


def _call(connection: psycopg.Connection, function: str, arguments: Arguments) -> tuple[float, float]:
    """One call as the gateway makes it: milliseconds the client waited, and the server's process computed.

    On a machine that others use too, the second is what holds.
    """
    named = sql.SQL(", ").join(
        sql.SQL("{} => {}").format(sql.Identifier(name), sql.Placeholder(name)) for name in arguments
    )
    statement = sql.SQL("select media.{}({})").format(sql.Identifier(function), named)
    with connection.transaction():
        connection.execute("set local role authenticated")
        claims = json.dumps({"sub": STAFF, "role": "authenticated"})
        connection.execute("select set_config('request.jwt.claims', %s, true)", [claims])
        worked, started = computed_ms(connection), time.perf_counter()
        connection.execute(statement, arguments, prepare=False)
        return (time.perf_counter() - started) * 1000, computed_ms(connection) - worked


def _table(assets: int, measured: list[dict[str, Any]]) -> Table:
    table = Table(title=f"Library of {assets:,} assets, milliseconds")
    table.add_column("question")
    for column in ("p50", "p95", "max", "cpu p50", "cpu p95", "target p95"):
        table.add_column(column, justify="right")
    for result in measured:
        style = "red" if result["p95_ms"] > result["target_ms"] else ""
        numbers = [f"{result[key]:.1f}" for key in TIMES]
        table.add_row(result["name"], *numbers, f"{result['target_ms']:.0f}", style=style)
    return table


def _print_plan(console: Console, connection: psycopg.Connection, result: dict[str, Any]) -> None:
    if result["function"] != "find_assets":
        return
    arguments = result["slowest"]
    filters = [arguments.get(name) for name in FILTERS]
    row = connection.execute(
        "select media.find_page_sql(array(select concat_ws(' and ', b, media.find_after(%(sort)s, %(after)s),"
        " case when %(query)s::text is not null"
        " then format('a.words @@ %%L::tsquery', media.word_query(%(query)s)) end)"
        " from unnest(media.find_branches('all', true, %(sort)s, %(f0)s::text[], %(f1)s::text[], %(f2)s,"
        " %(f3)s::text[], %(f4)s::uuid[], %(f5)s, %(f6)s, %(f7)s, %(f8)s, %(f9)s)) as b), %(sort)s, 61)",
        {
            "sort": arguments.get("p_sort", "newest"),
            "after": arguments.get("p_after"),
            "query": arguments.get("p_query"),
            **{f"f{n}": value for n, value in enumerate(filters)},
        },
    ).fetchone()
    query = str(row[0]) if row else ""
    console.rule(f"{result['name']}  {result['max_ms']} ms")
    console.print(query, highlight=False)
    with connection.transaction():
        connection.execute("set local random_page_cost = 1.1")
        connection.execute("set local max_parallel_workers_per_gather = 0")
        connection.execute("set local jit = off")
        for line in connection.execute(f"explain (analyze, buffers) {query}".encode()):
            console.print(line[0], highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main())
