from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest
from supabase import Client

from mediaops.client import rpc
from mediaops.settings import get_settings
from mediaops.uploads import tickets
from mediaops.uploads.completion import Completed, Picked, complete
from tests.support import Person


@dataclass
class Uploads:
    """A browser's part of an upload, and a look behind the scenes."""

    service: Client
    db: psycopg.Connection[Any]
    person: Person

    def ticket(self, purpose: str = "library", person: Person | None = None) -> tickets.Ticket:
        return tickets.issue((person or self.person).client, purpose, 1)[0]

    def put(self, ticket: tickets.Ticket, data: bytes, mime: str = "image/jpeg") -> httpx.Response:
        return httpx.put(ticket["url"], content=data, headers={"content-type": mime})

    def sent(self, data: bytes, purpose: str = "library", person: Person | None = None) -> tickets.Ticket:
        ticket = self.ticket(purpose, person)
        self.put(ticket, data).raise_for_status()
        return ticket

    def complete(
        self,
        ticket: tickets.Ticket,
        data: bytes = b"x",
        name: str = "photo.jpg",
        person: Person | None = None,
        **more: Any,
    ) -> Completed:
        picked = Picked(name, len(data), hashlib.sha256(data).hexdigest(), **more)
        return complete((person or self.person).client, self.service, ticket["id"], picked)

    def asset(self, asset: str) -> dict[str, Any]:
        return rpc(self.person.client, "get_asset", p_asset=asset)["asset"]

    def objects(self, asset: str) -> list[str]:
        rows = self.db.execute(
            "select name from storage.objects where bucket_id = 'media' and name like %s order by name",
            [f"%{asset}%"],
        )
        return [row[0] for row in rows]

    def bytes_at(self, path: str) -> bytes:
        return self.service.storage.from_("media").download(path)

    def jobs(self, asset: str) -> list[tuple[str, str]]:
        rows = self.db.execute(
            "select task_name, status::text from procrastinate.procrastinate_jobs"
            " where args ->> 'asset' = %s order by id",
            [asset],
        )
        return [(row[0], row[1]) for row in rows]


@pytest.fixture
def uploads(service: Client, db: psycopg.Connection[Any], people: dict[str, Person]) -> Uploads:
    return Uploads(service, db, people["staff"])


@pytest.fixture
def final() -> Callable[[str], str]:
    return lambda asset: f"{asset[:2]}/{asset}/original"


@pytest.fixture
def limits(stack: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Other limits for one test."""

    def change(**values: int) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), str(value))
        get_settings.cache_clear()

    yield change
    monkeypatch.undo()
    get_settings.cache_clear()
