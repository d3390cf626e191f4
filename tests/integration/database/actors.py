"""Calls to the schema as the gateway makes them, straight on the database: role and claims each time."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import psycopg
import pytest

Connection = psycopg.Connection[Any]

ROLES = {"anon": "anon", "service": "service_role"}


class Refused(Exception):
    """A function of ours said no: ``code`` and ``status`` as they go over the wire."""

    def __init__(self, error: psycopg.Error) -> None:
        self.code = error.diag.message_primary or ""
        self.status = int((error.sqlstate or "PT000")[2:])
        self.message = error.diag.message_detail or ""
        self.hint = error.diag.message_hint or ""
        super().__init__(f"{self.code} ({self.status}): {self.message}")


class Refusal:
    """What ``refused`` caught."""

    error: Refused


@contextlib.contextmanager
def refused(code: str) -> Iterator[Refusal]:
    """The block must be refused with this code."""
    caught = Refusal()
    with pytest.raises(Refused) as error:
        yield caught
    caught.error = error.value
    assert caught.error.code == code, str(caught.error)
    assert caught.error.message, "an error says what happened in words"


@cache
def _arguments(url: str) -> dict[str, dict[str, str]]:
    """The argument types of every function, so that Python values arrive as what they are meant to be."""
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            """
            select p.proname, a.name, format_type(a.type, null)
            from pg_proc as p, unnest(p.proargnames, p.proargtypes::oid[]) as a (name, type)
            where p.pronamespace = 'media'::regnamespace and a.type is not null
            """
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for function, name, kind in rows:
        found.setdefault(function, {})[name] = kind
    return found


@dataclass(frozen=True)
class Actor:
    """Someone who calls: anon, service, or a signed-in person."""

    url: str
    name: str
    user_id: str | None = None

    @property
    def role(self) -> str:
        """The database role that the gateway would switch to."""
        return ROLES.get(self.name, "authenticated")

    @contextlib.contextmanager
    def acting(self, connection: Connection) -> Iterator[Connection]:
        """A transaction (or a part of one) in which everything is done as this actor."""
        with connection.transaction():
            claims = {"role": self.role} | ({"sub": self.user_id} if self.user_id else {})
            connection.execute("select set_config('request.jwt.claims', %s, true)", [json.dumps(claims)])
            connection.execute(f"set local role {self.role}".encode())
            try:
                yield connection
            except psycopg.Error as error:
                if (error.sqlstate or "").startswith("PT"):
                    raise Refused(error) from error
                raise
            connection.execute("reset role")
            connection.execute("select set_config('request.jwt.claims', '', true)")

    def call(self, function: str, on: Connection | None = None, **arguments: Any) -> Any:
        """What ``media.<function>`` answers; Refused when it says no. ``on``: within a transaction there."""
        kinds = _arguments(self.url).get(function, {})
        named = ", ".join(f"{name} => %({name})s::{kinds[name]}" for name in arguments)
        values = {
            name: json.dumps(value) if kinds[name] == "jsonb" and value is not None else value
            for name, value in arguments.items()
        }
        statement = f"select media.{function}({named})".encode()
        if on is not None:
            with self.acting(on):
                row = on.execute(statement, values).fetchone()
        else:
            with psycopg.connect(self.url) as connection, self.acting(connection):
                row = connection.execute(statement, values).fetchone()
        return row[0] if row else None


class Maker:
    """Makes what tests need, through the functions, as fast as the database is."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.service = Actor(url, "service")
        self.anon = Actor(url, "anon")
        self._serial = itertools.count()
        self.db: Connection = psycopg.connect(url, autocommit=True)

    def person(self, role: str | None = None, name: str = "") -> Actor:
        """A new account; on the team with a role."""
        user_id = str(uuid.uuid4())
        self.db.execute(
            "insert into auth.users (id, aud, role, email, created_at, is_sso_user, is_anonymous)"
            " values (%s, 'authenticated', 'authenticated', %s, now(), false, false)",
            [user_id, f"{user_id}@example.org"],
        )
        if role:
            self.db.execute(
                "insert into media.staff (user_id, role, display_name) values (%s, %s, %s)",
                [user_id, role, name or role.title()],
            )
        return Actor(self.url, role or "stranger", user_id)

    def upload(self, by: Actor, purpose: str = "library", **arguments: Any) -> str:
        """An asset that is still being looked at."""
        ticket = by.call("issue_tickets", p_purpose=purpose, p_count=1)[0]["id"]
        given = {
            "p_original_name": "picture.png",
            "p_original_bytes": 1000,
            "p_original_sha256": self.sha256(),
        } | arguments
        by.call("begin_upload", p_ticket=ticket, **given)
        return ticket

    def asset(
        self, by: Actor, purpose: str = "library", facts: dict[str, Any] | None = None, **arguments: Any
    ) -> str:
        """A ready asset (there is no object behind it)."""
        asset = self.upload(by, purpose, **arguments)
        self.service.call("finish_upload", p_asset=asset, p_facts=self.facts() | (facts or {}))
        return asset

    def facts(self) -> dict[str, Any]:
        """What a look at some image's bytes found."""
        return {
            "kind": "image",
            "mime": "image/webp",
            "bytes": 500,
            "sha256": self.sha256(),
            "width": 64,
            "height": 48,
        }

    def sha256(self) -> str:
        """One that nothing has had yet."""
        return hashlib.sha256(f"{id(self)} {next(self._serial)}".encode()).hexdigest()

    def knowledge(self, title: str = "An entry", entry: str | None = None) -> str:
        """An entry of the product."""
        entry = entry or str(uuid.uuid4())
        self.service.call(
            "upsert_knowledge", p_items=[{"id": entry, "title": title, "url": "https://example.org"}]
        )
        return entry

    def state(self, asset: str) -> str | None:
        """The asset's state; None when there is none."""
        row = self.db.execute("select state from media.assets where id = %s", [asset]).fetchone()
        return row[0] if row else None

    def one(self, query: str, *values: Any) -> Any:
        """The first column of the first row, as the superuser."""
        row = self.db.execute(query.encode(), values).fetchone()
        return row[0] if row else None

    def actions(self, asset: str) -> list[str]:
        """What the trail says about an asset, oldest first."""
        rows = self.db.execute("select action from media.audit_events where asset = %s order by id", [asset])
        return [row[0] for row in rows]

    def jobs(self, needle: str) -> list[str]:
        """Names of the waiting jobs whose arguments or locks speak of ``needle``."""
        rows = self.db.execute(
            "select task_name from procrastinate.procrastinate_jobs"
            " where status = 'todo' and (args::text like %(like)s or lock like %(like)s) order by id",
            {"like": f"%{needle}%"},
        )
        return [row[0] for row in rows]
