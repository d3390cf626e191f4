"""Gives a fresh Postgres the roles and schemas that a Supabase project comes with."""

from __future__ import annotations

import hashlib
from pathlib import Path

import psycopg
from psycopg import sql

from mediaops.local.postgres import OWNER, Postgres

SQL_DIR = Path(__file__).parent / "sql"
LOGIN_ROLES = (OWNER, "authenticator", "supabase_auth_admin", "supabase_storage_admin")


def bootstrap(postgres: Postgres) -> bool:
    """Bring roles and the schemas auth and storage to what ``sql/*.sql`` says; True if anything was run.

    One transaction: killed in the middle, the next start does all of it.
    """
    files = sorted(SQL_DIR.glob("*.sql"))
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    with psycopg.connect(postgres.url) as connection:
        connection.execute("create schema if not exists mediaops_local")
        connection.execute("create table if not exists mediaops_local.bootstrap (digest text primary key)")
        if connection.execute(
            "select 1 from mediaops_local.bootstrap where digest = %s", [wanted]
        ).fetchone():
            return False
        for file in files:
            connection.execute(file.read_bytes())
        for role in LOGIN_ROLES:
            connection.execute(
                sql.SQL("alter role {} password {}").format(sql.Identifier(role), postgres.password)
            )
        connection.execute("delete from mediaops_local.bootstrap")
        connection.execute("insert into mediaops_local.bootstrap values (%s)", [wanted])
    return True
