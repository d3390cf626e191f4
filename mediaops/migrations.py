"""Applies ``supabase/migrations/*.sql`` to any Supabase project, as ``supabase db push`` would.

Both write ``supabase_migrations.schema_migrations`` and so agree on what is applied.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import psycopg

from mediaops.errors import ConfigurationError, MediaOpsError, Unavailable
from mediaops.settings import ROOT

DIRECTORY = ROOT / "supabase" / "migrations"
FILE_NAME = re.compile(r"(?P<version>\d+)_(?P<name>.+)\.sql")
# Any fixed number: whoever migrates this database takes the same lock.
ADVISORY_LOCK = 5_261_847_301

HISTORY = """
create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
alter table supabase_migrations.schema_migrations add column if not exists statements text[];
alter table supabase_migrations.schema_migrations add column if not exists name text;
"""


@dataclass(frozen=True)
class Migration:
    """One file: ``<version>_<name>.sql``."""

    version: str
    name: str
    text: str

    @property
    def label(self) -> str:
        """The file's name without its ending."""
        return f"{self.version}_{self.name}"


class MigrationFailed(MediaOpsError):
    """A migration could not be applied; the ones before it stand, nothing of it does."""

    code = "migration_failed"


def available(directory: Path = DIRECTORY) -> list[Migration]:
    """The migrations in ``directory``, in the order in which they are applied.

    Raises ConfigurationError for a file that the Supabase CLI would not take either.
    """
    found: list[Migration] = []
    for path in sorted(directory.glob("*.sql")):
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            raise ConfigurationError(f"{path} is not named <version>_<name>.sql.")
        found.append(Migration(match["version"], match["name"], path.read_text(encoding="utf-8")))
    versions = [migration.version for migration in found]
    if twice := {version for version in versions if versions.count(version) > 1}:
        raise ConfigurationError(f"Two migrations have the version {min(twice)}.")
    return found


def migrate(database_url: str, directory: Path = DIRECTORY) -> list[str]:
    """Apply what is missing, each file in its own transaction; the labels of what was applied now.

    Safe to repeat and to run concurrently: an advisory lock lets one at a time through, and each looks again
    once it holds the lock. Raises Unavailable when the database can't be reached, MigrationFailed with the
    file and Postgres' own words, ConfigurationError when someone else's migration has the same version.
    """
    wanted = available(directory)
    try:
        connection = psycopg.connect(database_url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise Unavailable(
            f"The database could not be reached: {str(error).strip()}", hint="Check DATABASE_URL."
        ) from error
    with connection:
        connection.execute("set statement_timeout = 0")
        with connection.transaction():
            _take_lock(connection)
            connection.execute(HISTORY)
        return [migration.label for migration in wanted if _apply(connection, migration)]


def _apply(connection: psycopg.Connection, migration: Migration) -> bool:
    try:
        with connection.transaction():
            _take_lock(connection)
            if _is_applied(connection, migration):
                return False
            # No parameters: psycopg then sends the file as it is, with all its statements.
            connection.execute(migration.text.encode())
            connection.execute(
                "insert into supabase_migrations.schema_migrations (version, statements, name)"
                " values (%s, %s, %s)",
                [migration.version, [migration.text], migration.name],
            )
    except psycopg.Error as error:
        where = f" (line {_line(migration.text, error)})" if error.diag.statement_position else ""
        raise MigrationFailed(
            f"{migration.label}.sql{where}: {str(error).strip()}",
            hint="Nothing of this file was applied; those before it were.",
        ) from error
    # A file may have set something for the session; the next one starts clean.
    connection.execute("reset all")
    connection.execute("set statement_timeout = 0")
    return True


def _take_lock(connection: psycopg.Connection) -> None:
    # Held by the transaction, not the session: it works through a transaction pooler too.
    connection.execute("select pg_catalog.pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])


def _is_applied(connection: psycopg.Connection, migration: Migration) -> bool:
    row = connection.execute(
        "select name from supabase_migrations.schema_migrations where version = %s", [migration.version]
    ).fetchone()
    if row is None:
        return False
    if row[0] not in (None, migration.name):
        raise ConfigurationError(
            f"The project already has a migration {migration.version}, named {row[0]!r}"
            f" and not {migration.name!r}.",
            hint="Rename one of the two files to a free version.",
        )
    return True


def _line(text: str, error: psycopg.Error) -> int:
    return text[: int(error.diag.statement_position or 1)].count("\n") + 1
