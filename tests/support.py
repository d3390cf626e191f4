"""What the fixtures hand out: people, and a way to have an asset."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx
import psycopg
from supabase import Client, ClientOptions, create_client

from mediaops.local.stack import LocalStack

BUCKET = "media"
PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Person:
    """Someone signed in. ``client`` acts as them."""

    role: str
    email: str
    password: str
    user_id: str
    access_token: str
    refresh_token: str
    client: Client

    def rpc(self, function: str, **arguments: Any) -> Any:
        """What ``media.<function>`` answers this person."""
        return self.client.schema("media").rpc(function, arguments).execute().data


@lru_cache(maxsize=1)
def connections() -> httpx.Client:
    """The connections that all clients of this process share; the fixture ``stack`` closes them."""
    return httpx.Client(timeout=60)


def client_of(stack: LocalStack, key: str, bearer: str | None = None) -> Client:
    """A supabase-py client acting as ``bearer`` (else as the key)."""
    options = ClientOptions(
        httpx_client=connections(),
        headers={"Authorization": f"Bearer {bearer or key}"},
        auto_refresh_token=False,
        persist_session=False,
    )
    return create_client(stack.url, key, options=options)


def sign_up(stack: LocalStack, role: str, name: str, email: str | None = None) -> Person:
    """A new person, signed in; in the table staff when the role is one of its words."""
    email = email or f"{role}-{uuid.uuid4().hex[:8]}@example.org"
    service = client_of(stack, stack.secret_key)
    service.auth.admin.create_user(
        {
            "email": email,
            "password": PASSWORD,
            "email_confirm": True,
            "user_metadata": {"display_name": name},
        }
    )
    if role in ("staff", "moderator", "ops"):
        service.schema("media").rpc(
            "bootstrap_staff", {"p_email": email, "p_role": role, "p_display_name": name}
        ).execute()
    return sign_in(stack, role, email)


def sign_in(stack: LocalStack, role: str, email: str, password: str = PASSWORD) -> Person:
    """A session of its own for someone who exists."""
    answer = client_of(stack, stack.publishable_key).auth.sign_in_with_password(
        {"email": email, "password": password}
    )
    assert answer.session is not None
    assert answer.user is not None
    token = answer.session.access_token
    client = client_of(stack, stack.publishable_key, token)
    return Person(role, email, password, answer.user.id, token, answer.session.refresh_token, client)


@contextlib.contextmanager
def offered(db: psycopg.Connection[Any], name: str) -> Iterator[None]:
    """As long as the block lasts there is one more engine, which does every kind and is nobody's default."""
    models = dict.fromkeys(("ocr", "highlights", "caption", "transcript"), "")
    db.execute(
        "insert into media.engines (name, place, available, models) values (%s, 900, true, %s)"
        " on conflict (name) do update set available = true, models = excluded.models",
        [name, json.dumps(models)],
    )
    try:
        yield
    finally:
        db.execute("delete from media.engines where name = %s", [name])


def png(width: int = 64, height: int = 48, seed: int = 0) -> bytes:
    """A small picture; another seed gives other bytes."""
    row = b"\0" + bytes((x * 7 + seed * 31) % 256 for x in range(width * 3))
    data = zlib.compress(row * height)

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    text = chunk(b"tEXt", f"seed\0{seed}".encode())
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text + chunk(b"IDAT", data) + chunk(b"IEND", b"")


class AssetMaker:
    """Makes ready assets with their objects, the way uploads do."""

    def __init__(self, service: Client, uploader: Person, db: psycopg.Connection[Any]) -> None:
        self._service = service
        self._uploader = uploader
        self._db = db
        self._made = 0

    def __call__(
        self,
        *,
        by: Person | None = None,
        purpose: str = "library",
        title: str = "",
        alt_text: str = "",
        name: str = "picture.png",
        content: bytes | None = None,
        mime: str = "image/png",
        kind: str = "image",
        facts: dict[str, Any] | None = None,
        annotate: list[str] | None = None,
        state: str = "ready",
        jobs: bool = False,
    ) -> str:
        """The id of a new asset, ``ready`` by default, or ``processing`` or ``trashed``.

        Its jobs (renditions, readings) are taken away unless ``jobs``, so that no worker of another test
        finds them.
        """
        self._made += 1
        person = by or self._uploader
        content = png(seed=self._made) if content is None else content
        digest = hashlib.sha256(content).hexdigest()
        ticket = person.rpc("issue_tickets", p_purpose=purpose, p_count=1)[0]["id"]
        begun = person.rpc(
            "begin_upload",
            p_ticket=ticket,
            p_original_name=name,
            p_original_bytes=max(1, len(content)),
            p_original_sha256=digest,
            p_title=title,
            p_alt_text=alt_text,
            p_annotate=annotate,
        )
        bucket = self._service.storage.from_(BUCKET)
        if state == "processing":
            bucket.upload(begun["path"], content, {"content-type": mime})
        else:
            bucket.upload(begun["final_path"], content, {"content-type": mime})
            known: dict[str, Any] = {
                "kind": kind,
                "mime": mime,
                "bytes": len(content),
                "sha256": digest,
                "width": 64,
                "height": 48,
                **(facts or {}),
            }
            arguments: dict[str, Any] = {"p_asset": ticket, "p_facts": known}
            self._service.schema("media").rpc("finish_upload", arguments).execute()
        if state == "trashed":
            self._uploader.rpc("trash_assets", p_assets=[ticket])
        if not jobs:
            self._forget_jobs(ticket)
        return ticket

    def _forget_jobs(self, asset: str) -> None:
        self._db.execute(
            "delete from procrastinate.procrastinate_jobs where status = 'todo' and args ->> 'asset' = %s",
            [asset],
        )
