"""Seeds the sample library into the embedded Supabase: objects through the Storage API, then rows, by chunk.

A chunk is all or nothing and is marked in the same transaction, so a seeding that was killed goes on with the
first chunk that is not there. Objects are replaced when they come again.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
from psycopg.types.json import Jsonb
from supabase import Client, ClientOptions, create_client

from mediaops.local.sample import rows
from mediaops.local.sample.factory import made
from mediaops.local.sample.history import look_back
from mediaops.local.sample.naming import now as time_now
from mediaops.local.sample.plan import plan
from mediaops.local.sample.spec import FOREIGN, PEOPLE, Chunk, Person, Spec, uid

Progress = Callable[[int, int, str], None]
BUCKET = "media"
UPLOADS_AT_ONCE = 6
VERSION = 1


@dataclass(frozen=True)
class Summary:
    """What one call did. ``files`` made and stored now, ``chunks`` written now; none when all was there."""

    files: int
    chunks: int
    already: bool


def seed(
    environment: Mapping[str, str],
    progress: Progress = lambda done, total, what: None,
    library: Callable[[datetime], list[Chunk]] = plan,
) -> Summary:
    """Fill an empty library; a second call does nothing, a call after a kill goes on.

    ``environment`` is what :meth:`LocalStack.environment` gives. ``progress(done, total, what)`` counts files
    and is called from this thread; ``library`` is what to seed, all of it or a part of the plan.
    Raises what Storage, Postgres or a drawing process raised.
    """
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as db, _alone(db) as free:
        if not free:
            return Summary(0, 0, already=True)
        now, done = _begin(db)
        chunks = library(now)
        missing = [chunk for chunk in chunks if chunk.name not in done]
        if not missing:
            return Summary(0, 0, already=True)
        people = _people(db)
        total = sum(len(chunk.files) for chunk in chunks)
        count = total - sum(len(chunk.files) for chunk in missing)
        progress(count, total, missing[0].name)
        files = 0
        with _storage(environment) as client:
            for chunk, facts in _stored(
                missing, client, now, lambda n, what: progress(count + n, total, what)
            ):
                with db.transaction():
                    rows.write(db, chunk, facts, people, now)
                    db.execute("insert into mediaops_sample.chunks (name) values (%s)", [chunk.name])
                files += len(facts)
        look_back(db)
        progress(total, total, "done")
        return Summary(files, len(missing), already=False)


@contextmanager
def _alone(db: psycopg.Connection[Any]) -> Generator[bool]:
    """Two processes that start at once must not both seed."""
    row = db.execute("select pg_try_advisory_lock(hashtext('mediaops sample library'))").fetchone()
    assert row is not None
    try:
        yield bool(row[0])
    finally:
        if row[0]:
            db.execute("select pg_advisory_unlock(hashtext('mediaops sample library'))")


def _begin(db: psycopg.Connection[Any]) -> tuple[datetime, set[str]]:
    """The time that all dates are relative to (of the first call), and the chunks that are there."""
    with db.transaction():
        db.execute("create schema if not exists mediaops_sample")
        db.execute(
            "create table if not exists mediaops_sample.seeding "
            "(version int primary key, began_at timestamptz not null)"
        )
        db.execute("create table if not exists mediaops_sample.chunks (name text primary key)")
        db.execute(
            "insert into mediaops_sample.seeding values (%s, %s) on conflict do nothing",
            [VERSION, time_now()],
        )
        row = db.execute(
            "select began_at from mediaops_sample.seeding where version = %s", [VERSION]
        ).fetchone()
        done = {str(name) for (name,) in db.execute("select name from mediaops_sample.chunks")}
    assert row is not None
    return row[0], done


def _people(db: psycopg.Connection[Any]) -> dict[str, str]:
    """Ids by key. The demo people are who they are; the others are made, without a password."""
    emails = [person.email for person in PEOPLE]
    there = dict(
        db.execute("select email, id::text from auth.users where email = any(%s)", [emails]).fetchall()
    )
    for person in PEOPLE:
        if person.email not in there:
            there[person.email] = _newcomer(db, person)
    return {person.key: there[person.email] for person in PEOPLE}


def _newcomer(db: psycopg.Connection[Any], person: Person) -> str:
    known = uid("person", person.key)
    with db.transaction():
        db.execute(
            """
            insert into auth.users (instance_id, id, aud, role, email, email_confirmed_at, raw_app_meta_data,
              raw_user_meta_data, created_at, updated_at)
            values ('00000000-0000-0000-0000-000000000000', %s, 'authenticated', 'authenticated', %s, now(),
              '{"provider": "email", "providers": ["email"]}', %s, now() - interval '15 months', now())
            on conflict do nothing
            """,
            [known, person.email, Jsonb({"display_name": person.name})],
        )
        if person.role:
            db.execute(
                "insert into media.staff (user_id, role, display_name) values (%s, %s, %s) "
                "on conflict do nothing",
                [known, person.role, person.name],
            )
    return known


@contextmanager
def _storage(environment: Mapping[str, str]) -> Generator[Client]:
    key = environment["SUPABASE_SECRET_KEY"]
    limits = httpx.Limits(max_connections=UPLOADS_AT_ONCE, max_keepalive_connections=UPLOADS_AT_ONCE)
    with httpx.Client(timeout=60, limits=limits) as pool:
        options = ClientOptions(
            httpx_client=pool,
            headers={"Authorization": f"Bearer {key}"},
            auto_refresh_token=False,
            persist_session=False,
        )
        yield create_client(environment["SUPABASE_URL"], key, options=options)


def _stored(
    chunks: list[Chunk], client: Client, now: datetime, progress: Callable[[int, str], None]
) -> Iterator[tuple[Chunk, dict[str, dict[str, Any]]]]:
    """Make and upload the files of all chunks in one go; yields a chunk as soon as all of it is stored."""
    chunk_of = {spec.id: chunk for chunk in chunks for spec in chunk.files}
    left = {chunk.name: {spec.id for spec in chunk.files if not spec.refusal} for chunk in chunks}
    facts: dict[str, dict[str, dict[str, Any]]] = {chunk.name: {} for chunk in chunks}
    wanted = [spec for chunk in chunks for spec in chunk.files if not spec.refusal]
    uploads: list[tuple[Spec, Future[None]]] = []
    waiting = list(chunks)
    ended = threading.Event()
    with (
        tempfile.TemporaryDirectory(prefix="mediaops-sample-") as folder,
        ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool,
        closing(made(wanted, Path(folder), now)) as files,  # the drawing ends before its folder goes
    ):
        try:
            for number, (spec, told) in enumerate(files, start=1):
                facts[chunk_of[spec.id].name][spec.id] = told
                uploads.append((spec, pool.submit(_upload, client, Path(folder), spec, told, ended)))
                progress(number, chunk_of[spec.id].name)
                uploads = _settled(uploads, left, chunk_of, everything=False)
                while waiting and not left[waiting[0].name]:
                    chunk = waiting.pop(0)
                    yield chunk, facts.pop(chunk.name)
            _settled(uploads, left, chunk_of, everything=True)
            for chunk in waiting:
                yield chunk, facts.pop(chunk.name)
        finally:
            ended.set()


def _settled(
    uploads: list[tuple[Spec, Future[None]]],
    left: dict[str, set[str]],
    chunk_of: dict[str, Chunk],
    everything: bool,
) -> list[tuple[Spec, Future[None]]]:
    """Take note of finished uploads (raising what failed); answers those still under way."""
    running: list[tuple[Spec, Future[None]]] = []
    for spec, upload in uploads:
        if everything or upload.done():
            upload.result()
            left[chunk_of[spec.id].name].discard(spec.id)
        else:
            running.append((spec, upload))
    return running


def _upload(client: Client, folder: Path, spec: Spec, facts: dict[str, Any], ended: threading.Event) -> None:
    bucket = client.storage.from_(BUCKET)
    for name, path in _objects(spec, facts):
        if ended.is_set():
            return
        mime = str(facts["mime"]) if name == "original" else "image/webp"
        data = (folder / f"{spec.id}.{name}").read_bytes()
        bucket.upload(path, data, {"content-type": mime, "upsert": "true", "cache-control": "31536000"})
    for name in ("original", *facts["renditions"]):
        (folder / f"{spec.id}.{name}").unlink()


def _objects(spec: Spec, facts: dict[str, Any]) -> list[tuple[str, str]]:
    """Which of the made files go where, by what the object is to become."""
    renditions = [(name, f"{spec.folder}/{name}") for name in facts["renditions"]]
    if spec.role == "asset":
        return [("original", f"{spec.folder}/original"), *renditions]
    if spec.role == "broken":
        return renditions
    if spec.role == "abandoned":
        return [("original", f"incoming/{spec.id}")]
    if spec.role == "ghost":
        return [("original", FOREIGN.get(spec.key, f"{spec.folder}/original"))]
    if spec.role == "stale":
        return [part for part in renditions if part[0] != "large"]
    parent = spec.what.split(":")[1]
    return [("original", f"{parent[:2]}/{parent}/og")]
