"""A Postgres of its own with a synthetic library in it, generated in SQL."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from mediaops.local import postgres as embedded
from mediaops.local.bootstrap import bootstrap
from mediaops.migrations import migrate

SQL = Path(__file__).parent / "sql"
FILLED = ("assets", "links", "knowledge", "annotations", "renditions")
# What a server for a million assets would have; the embedded defaults are for a laptop beside other work.
SERVER = {
    "shared_buffers": "4GB",
    "effective_cache_size": "6GB",
    "max_wal_size": "8GB",
    "max_connections": "20",
}
# For the time of filling only: an index over what is there is built much faster than row by row.
FILLING = {"maintenance_work_mem": "1GB", "work_mem": "512MB", "synchronous_commit": "off"}


@contextlib.contextmanager
def server(data_dir: Path | None = None) -> Iterator[str]:
    """A migrated Postgres; the superuser's URL. Without ``data_dir`` it is gone afterwards."""
    embedded.SETTINGS.update(SERVER)
    with contextlib.ExitStack() as stack:
        place = data_dir or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="library-", dir="/tmp"))
        )
        place.mkdir(parents=True, exist_ok=True)
        cluster = embedded.Postgres(place / "data")
        stack.callback(cluster.stop if data_dir else cluster.discard)
        cluster.start()
        bootstrap(cluster)
        migrate(cluster.owner_url)
        yield cluster.url


def fill(url: str, assets: int) -> float:
    """Generate the library unless it is there already; seconds it took."""
    started = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("select exists (select from media.assets)").fetchone() == (True,):
            return 0.0
        for name, value in FILLING.items():
            connection.execute(sql.SQL("set {} = {}").format(sql.Identifier(name), value))
        connection.execute("set session_replication_role = replica")
        indexes = _indexes(connection)
        for name in indexes:
            connection.execute(sql.SQL("drop index media.{}").format(sql.Identifier(name)))
        connection.execute((SQL / "library_words.sql").read_bytes())
        rows = (SQL / "library_rows.sql").read_text().replace(":assets", str(assets))
        connection.execute(rows.encode())
        for definition in indexes.values():
            connection.execute(definition.encode())
        connection.execute("vacuum analyze")
    return time.perf_counter() - started


def _indexes(connection: psycopg.Connection) -> dict[str, str]:
    """Name and definition of the indexes of the filled tables that no constraint needs."""
    rows = connection.execute(
        """
        select c.relname, pg_get_indexdef(i.indexrelid)
        from pg_index as i join pg_class as c on c.oid = i.indexrelid join pg_class as t on t.oid = i.indrelid
        where t.relnamespace = 'media'::regnamespace and t.relname = any (%s)
          and not exists (select from pg_constraint where conindid = i.indexrelid)
        """,
        [list(FILLED)],
    ).fetchall()
    return {str(name): str(definition) for name, definition in rows}


def sizes(url: str) -> dict[str, int]:
    """Bytes of each filled table and of its indexes."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """
            select relname, pg_table_size(oid), pg_indexes_size(oid) from pg_class
            where relnamespace = 'media'::regnamespace and relname = any (%s)
            """,
            [list(FILLED)],
        ).fetchall()
    found: dict[str, int] = {}
    for name, table, index in rows:
        found[str(name)] = int(table)
        found[f"{name} (indexes)"] = int(index)
    return found
