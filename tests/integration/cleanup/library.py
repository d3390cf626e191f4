"""Random libraries whose orphans are known by construction, and a hand to set single cases up."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

import psycopg

RENDITIONS = ("thumb", "card", "large")
OLD = "now() - interval '100 days'"


def path_of(asset: str, part: str = "original") -> str:
    return f"{asset[:2]}/{asset}/{part}"


@dataclass
class Library:
    """Rows and objects as a superuser writes them; ``truth`` says of which class each is."""

    db: psycopg.Connection[Any]
    user: str
    made: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def asset(
        self,
        state: str = "ready",
        purpose: str = "library",
        *,
        links: int = 0,
        expires: str = "null",
        since: str = OLD,
        content: str | None = None,
        reply_to: str | None = None,
        stored: bool = True,
        title: str = "",
        phash: str | None = None,
        renditions: tuple[str, ...] = (),
    ) -> str:
        """An asset with its objects (rows only, no bytes). ``since`` and ``expires`` are SQL."""
        asset = str(uuid.uuid4())
        digest = hashlib.sha256((content or asset).encode()).hexdigest()
        kind = None if state in ("processing", "rejected") else "image"
        self.db.execute(
            "insert into media.assets (id, kind, state, purpose, object_path, bytes, sha256, uploaded_by, reply_to,"
            " expires_at, created_at, trashed_at, purge_after, title, original_name, phash)"
            f" values (%s, %s, %s, %s, %s, 1000, %s, %s, %s, {expires}, {since},"
            " case when %s = 'trashed' then now() end, case when %s = 'trashed' then now() + interval '9 days' end,"
            " %s, 'a.png', %s)".encode(),
            [
                *(asset, kind, state, purpose, path_of(asset), digest, self.user, reply_to, state, state),
                *(title, phash),
            ],
        )
        for part in renditions:
            self.rendition(asset, part)
        if stored:
            self.object(path_of(asset))
        for _ in range(links):
            self.link(asset)
        self.made.append(asset)
        return asset

    def many(self, count: int) -> None:
        """So many unlinked assets of a thousand bytes; rows alone."""
        self.db.execute(
            "insert into media.assets (id, kind, state, purpose, object_path, bytes, sha256, uploaded_by, created_at)"
            " select id, 'image', 'ready', 'library', left(id::text, 2) || '/' || id || '/original', 1000,"
            f" encode(sha256(id::text::bytea), 'hex'), %s, {OLD}"
            " from (select gen_random_uuid() as id from generate_series(1, %s)) as ids".encode(),
            [self.user, count],
        )

    def rendition(self, asset: str, part: str, stored: bool = True) -> None:
        self.db.execute(
            "insert into media.renditions (asset, name, object_path, mime, bytes, created_at)"
            f" values (%s, %s, %s, 'image/webp', 10, {OLD})",
            [asset, part, path_of(asset, part)],
        )
        if stored:
            self.object(path_of(asset, part))

    def object(self, name: str, since: str = OLD) -> str:
        self.db.execute(
            "insert into storage.objects (bucket_id, name, version, metadata, created_at, updated_at)"
            f' values (\'media\', %s, %s, \'{{"size": 1000, "eTag": "x"}}\', {since}, {since})'.encode(),
            [name, str(uuid.uuid4())],
        )
        self.paths.append(name)
        return name

    def knowledge(self) -> str:
        entry = str(uuid.uuid4())
        self.db.execute("insert into media.knowledge (id, title) values (%s, 'An entry')", [entry])
        return entry

    def link(self, asset: str, knowledge: str | None = None) -> None:
        self.db.execute(
            "insert into media.links (knowledge, asset, placement, position) values (%s, %s, 'inline', 0)",
            [knowledge or self.knowledge(), asset],
        )

    def ticket(self, expires: str, completed: bool = False) -> str:
        ticket = str(uuid.uuid4())
        self.db.execute(
            "insert into media.upload_tickets (id, purpose, issued_to, created_at, expires_at, completed_at)"
            f" values (%s, 'library', %s, {OLD}, {expires}, {'now()' if completed else 'null'})".encode(),
            [ticket, self.user],
        )
        return ticket

    def job(self, task: str, asset: str) -> None:
        self.db.execute(
            "insert into procrastinate.procrastinate_jobs (queue_name, task_name, lock, queueing_lock, scheduled_at)"
            " values ('elsewhere', %s, %s, %s, 'infinity')",
            [task, f"{task}:{asset}", f"{task}:{asset}"],
        )
