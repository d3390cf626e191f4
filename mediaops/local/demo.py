"""The three people one can sign in as by a click; they exist only in the embedded mode."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import httpx
import psycopg

from mediaops.errors import Unavailable
from mediaops.local.installation import write_private

PEOPLE = (
    ("staff@demo.local", "staff", "Nora Lindqvist"),
    ("moderator@demo.local", "moderator", "Tomás Herrera"),
    ("ops@demo.local", "ops", "Ayumi Sato"),
)


@dataclass(frozen=True)
class DemoPerson:
    """``role`` is the word of the table staff."""

    email: str
    role: str
    name: str
    password: str
    is_staff: bool = False
    """Whether the row in staff was made: once, so that ops may remove them for good."""


class Stack(Protocol):
    """What is needed of the embedded Supabase."""

    data_dir: Path

    @property
    def url(self) -> str: ...
    @property
    def secret_key(self) -> str: ...
    @property
    def database_url(self) -> str: ...


def ensure_demo_people(stack: Stack) -> list[DemoPerson]:
    """Create who is missing; random passwords per installation, in a file only its owner reads."""
    path = stack.data_dir / "demo.json"
    people = _read(path)
    write_private(path, json.dumps([asdict(person) for person in people], indent=2))
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        rows = connection.execute("select email from auth.users where email = any(%s)", [_emails(people)])
        there = {row[0] for row in rows}
        for person in people:
            if person.email not in there:
                _sign_up(stack, person)
        made = connection.execute(
            "select to_regprocedure('media.bootstrap_staff(text, text, text)') is not null"
        ).fetchone()
        if made and made[0]:
            people = [_make_staff(connection, person) for person in people]
    write_private(path, json.dumps([asdict(person) for person in people], indent=2))
    return people


def demo_people(data_dir: Path) -> list[DemoPerson]:
    """Who can be signed in as by a click; empty when the embedded Supabase has not made them."""
    path = data_dir / "demo.json"
    return _read(path) if path.exists() else []


def _read(path: Path) -> list[DemoPerson]:
    if path.exists():
        return [DemoPerson(**person) for person in json.loads(path.read_text())]
    return [DemoPerson(email, role, name, secrets.token_urlsafe(18)) for email, role, name in PEOPLE]


def _emails(people: list[DemoPerson]) -> list[str]:
    return [person.email for person in people]


def _sign_up(stack: Stack, person: DemoPerson) -> None:
    headers = {"apikey": stack.secret_key, "Authorization": f"Bearer {stack.secret_key}"}
    body = {
        "email": person.email,
        "password": person.password,
        "email_confirm": True,
        "user_metadata": {"display_name": person.name},
    }
    answer = httpx.post(f"{stack.url}/auth/v1/admin/users", json=body, headers=headers, timeout=30)
    if answer.is_error:
        raise Unavailable(f"The demo person {person.email} could not be made: {answer.text}")


def _make_staff(connection: psycopg.Connection, person: DemoPerson) -> DemoPerson:
    if person.is_staff:
        return person
    with connection.transaction():
        connection.execute("set local role service_role")
        connection.execute(
            "select media.bootstrap_staff(%s, %s, %s)", [person.email, person.role, person.name]
        )
    return DemoPerson(person.email, person.role, person.name, person.password, is_staff=True)
