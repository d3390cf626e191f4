"""Tickets: the right to upload one object, signed ahead of time so that no person waits for a signature."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Literal, TypedDict, cast

import jwt
from supabase import Client

from mediaops.client import rpc
from mediaops.errors import Invalid
from mediaops.storage import SignedUpload, sign_upload

Purpose = Literal["library", "annotation", "profile", "voice_note"]
MOST_AT_ONCE = 32
SIGNERS = 8


class Ticket(TypedDict):
    """``url`` is absolute, for one PUT; ``expires_at`` is ISO 8601, when the ticket or its signature ends."""

    id: str
    path: str
    token: str
    url: str
    expires_at: str


class Known(TypedDict):
    """An asset whose bytes, or the bytes it was made from, are those of the file in hand."""

    asset: str
    state: str
    title: str
    original_name: str
    thumbhash: str | None
    thumb_path: str | None
    created_at: str
    link_count: int


def issue(client: Client, purpose: str, count: int) -> list[Ticket]:
    """``count`` (1..32) tickets for the person of ``client``, their upload URLs signed side by side.

    Raises ``forbidden`` for a purpose that this person may not upload for, ``unavailable``.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(f"Between 1 and {MOST_AT_ONCE} tickets can be asked for.", hint="Ask for fewer.")
    rows: list[dict[str, Any]] = rpc(client, "issue_tickets", p_purpose=purpose, p_count=count)
    _ = client.storage  # made at the first use; eight threads would make eight
    paths = [str(row["path"]) for row in rows]
    signed = _signers().map(partial(sign_upload, client), paths)
    return [_ticket(row, right) for row, right in zip(rows, signed, strict=True)]


def lookup(client: Client, sha256: str) -> Known | None:
    """The asset made of a file with this SHA-256 (hex), if the person may see it. Raises ``invalid``."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise Invalid("A SHA-256 is 64 hexadecimal digits.", hint="Send the hash of the whole file.")
    return cast(Known | None, rpc(client, "lookup_upload", p_sha256=sha256))


def _ticket(row: dict[str, Any], right: SignedUpload) -> Ticket:
    return Ticket(
        id=str(row["id"]),
        path=right.path,
        token=right.token,
        url=right.url,
        expires_at=_earlier(str(row["expires_at"]), right.token),
    )


def _earlier(ticket_ends: str, token: str) -> str:
    """A self-hosted Storage may sign for a minute only, whatever the ticket says: the shorter one counts."""
    claims = jwt.decode(token, options={"verify_signature": False})
    ends = datetime.fromisoformat(ticket_ends)
    if "exp" in claims:
        ends = min(ends, datetime.fromtimestamp(float(claims["exp"]), UTC))
    return ends.isoformat()


@lru_cache(maxsize=1)
def _signers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(SIGNERS, thread_name_prefix="sign-upload")
