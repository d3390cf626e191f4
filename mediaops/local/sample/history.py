"""What a library that was looked after for a while knows of itself: a scan, and how it was week by week."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

WEEKS = 11
_FOUND = sql.SQL("select since, bytes from media.standing_findings where class = {name}")
_WEEKS = sql.SQL("""
insert into media.orphan_snapshots (day, class, count, bytes)
select day::date, p.class, count(o.since), coalesce(sum(o.bytes), 0)
from media.cleanup_policies as p
cross join generate_series(current_date - 7 * {weeks}, current_date - 7, interval '7 days') as day
left join ({orphans}) as o on o.since <= day - p.grace
where p.class = {name}
group by day, p.class
on conflict (day, class) do nothing
""")


def look_back(db: psycopg.Connection[Any]) -> None:
    """Look through Storage once, and write down how many of today's orphans there were in each of the last
    weeks. Safe to repeat."""
    _scan(db)
    classes = db.execute("select class, class = any (media.row_classes()) from media.cleanup_policies")
    for name, by_rows in classes.fetchall():
        orphans = _FOUND.format(name=sql.Literal(name))
        if by_rows:
            row = db.execute("select media.orphans_sql(%s)", [name]).fetchone()
            assert row is not None
            orphans = sql.SQL(row[0])
        db.execute(_WEEKS.format(weeks=sql.Literal(WEEKS), orphans=orphans, name=sql.Literal(name)))


def _scan(db: psycopg.Connection[Any]) -> None:
    """Range by range to the end, as the worker does; nobody asked for it, so no job and no trace of one."""
    row = db.execute(
        "insert into media.cleanup_scans (kind, phase) values ('objects', 'objects') returning id"
    ).fetchone()
    assert row is not None
    while True:
        step = db.execute("select media.scan_step(%s) ->> 'state'", [row[0]]).fetchone()
        if step is None or step[0] != "running":
            return
