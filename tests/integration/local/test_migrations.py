"""Migrations: each file once, whole or not at all, whoever else migrates at the same time."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql as q

from mediaops.errors import ConfigurationError, Unavailable
from mediaops.local.stack import LocalStack
from mediaops.migrations import MigrationFailed, available, migrate

FIRST = (
    "20260101000000_first.sql",
    "create schema m; create table m.t (n int); comment on table m.t is '100%';",
)
SECOND = ("20260102000000_second.sql", "insert into m.t select 1; -- one row per run\nselect 1;")


@pytest.fixture
def url(bare: LocalStack) -> Iterator[str]:
    """A database of its own, as the owner."""
    name = "migrated"
    with psycopg.connect(bare.postgres.url, autocommit=True) as connection:
        connection.execute(q.SQL("create database {} owner postgres").format(q.Identifier(name)))
    yield bare.database_url.removesuffix("/postgres") + f"/{name}"
    with psycopg.connect(bare.postgres.url, autocommit=True) as connection:
        connection.execute(q.SQL("drop database {} with (force)").format(q.Identifier(name)))


@pytest.fixture
def files() -> Iterator[Path]:
    """A directory of migrations."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


def write(files: Path, *migrations: tuple[str, str]) -> Path:
    for name, text in migrations:
        (files / name).write_text(text)
    return files


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def test_files_are_applied_in_order_and_once(url: str, files: Path) -> None:
    write(files, SECOND, FIRST)
    assert migrate(url, files) == ["20260101000000_first", "20260102000000_second"]
    assert migrate(url, files) == []
    assert ask(url, "select count(*) from m.t") == [(1,)]


def test_a_later_file_is_applied_when_it_comes_even_with_an_early_number(url: str, files: Path) -> None:
    migrate(url, write(files, FIRST))
    write(files, SECOND, ("20250101000000_early.sql", "create schema early;"))
    assert migrate(url, files) == ["20250101000000_early", "20260102000000_second"]


def test_the_history_is_the_one_of_the_supabase_cli(url: str, files: Path) -> None:
    with psycopg.connect(url) as connection:  # as an older CLI left it, with someone else's migration in it
        connection.execute("create schema supabase_migrations")
        connection.execute(
            "create table supabase_migrations.schema_migrations (version text not null primary key)"
        )
        connection.execute("insert into supabase_migrations.schema_migrations values ('20240101000000')")
    migrate(url, write(files, FIRST))
    rows = ask(url, "select version, name, statements from supabase_migrations.schema_migrations order by 1")
    assert rows == [("20240101000000", None, None), ("20260101000000", "first", [FIRST[1]])]


def test_what_the_cli_applied_is_not_applied_again(url: str, files: Path) -> None:
    migrate(url, write(files, FIRST))
    with psycopg.connect(url) as connection:
        connection.execute(
            "insert into supabase_migrations.schema_migrations (version, name)"
            " values ('20260102000000', 'second')"
        )
    assert migrate(url, write(files, SECOND)) == []
    assert ask(url, "select count(*) from m.t") == [(0,)]


def test_a_failing_file_leaves_nothing_and_says_where(url: str, files: Path) -> None:
    write(files, FIRST, ("20260103000000_bad.sql", "create table m.half (n int);\n\nselect nonsense;"))
    with pytest.raises(MigrationFailed, match=r'20260103000000_bad\.sql \(line 3\).*"nonsense"'):
        migrate(url, files)
    assert ask(url, "select to_regclass('m.t') is not null, to_regclass('m.half')") == [(True, None)]
    assert migrate(url, write(files, ("20260103000000_bad.sql", "select 1;"))) == ["20260103000000_bad"]


def test_what_a_file_sets_ends_with_it(url: str, files: Path) -> None:
    write(
        files,
        ("1_sets.sql", "create schema s; set search_path = s;"),
        ("2_makes.sql", "create table u (n int);"),
    )
    migrate(url, files)
    assert ask(url, "select to_regclass('public.u') is not null, to_regclass('s.u')") == [(True, None)]


def test_many_at_once_apply_each_file_once(url: str, files: Path) -> None:
    write(files, FIRST, SECOND)
    applied: list[str] = []
    threads = [threading.Thread(target=lambda: applied.extend(migrate(url, files))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == ["20260101000000_first", "20260102000000_second"]
    assert ask(url, "select count(*) from m.t") == [(1,)]


def test_a_version_that_someone_else_uses_is_said(url: str, files: Path) -> None:
    migrate(url, write(files, FIRST))
    (files / FIRST[0]).rename(files / "20260101000000_other.sql")
    with pytest.raises(ConfigurationError, match="named 'first'"):
        migrate(url, files)


@pytest.mark.parametrize("name", ["first.sql", "2026-01-01_first.sql", "20260101.sql"])
def test_a_file_that_the_cli_would_not_take_is_refused(files: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match="is not named"):
        available(write(files, (name, "select 1;")))


def test_two_files_with_one_version_are_refused(files: Path) -> None:
    with pytest.raises(ConfigurationError, match="have the version 1"):
        available(write(files, ("1_a.sql", ""), ("1_b.sql", "")))


def test_no_database_is_no_failed_migration(files: Path) -> None:
    with pytest.raises(Unavailable, match="could not be reached") as caught:
        migrate("postgresql://nobody@127.0.0.1:1/none", files)
    assert "DATABASE_URL" in caught.value.hint


def test_the_projects_own_migrations_are_there_and_repeatable(stack: LocalStack) -> None:
    assert len(available()) > 0
    assert migrate(stack.database_url) == []
