"""Tickets, the lookup before sending, and the completion after it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mediaops.annotation.models import Kind
from mediaops.api.callers import SignedIn
from mediaops.client import service_client
from mediaops.errors import Conflict
from mediaops.library import assets
from mediaops.media.urls import display_urls
from mediaops.uploads import tickets
from mediaops.uploads.completion import Picked, complete

router = APIRouter(prefix="/uploads")

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{64}$")]


class TicketsBody(BaseModel):
    """How many rights to upload, and what for."""

    purpose: tickets.Purpose
    count: int = Field(1, ge=1, le=tickets.MOST_AT_ONCE)


class LookupBody(BaseModel):
    """The SHA-256 of a file in hand, in hex."""

    sha256: Sha256


class RestoreBody(BaseModel):
    """An asset in the trash."""

    asset: UUID


class CompleteBody(BaseModel):
    """What was uploaded with ``ticket``. ``annotate`` left out: what the purpose asks for."""

    ticket: UUID
    original_name: str = Field("", max_length=4096)
    original_bytes: int = Field(0, ge=0, le=2**53)
    original_sha256: Sha256
    title: str | None = Field(None, max_length=300)
    alt_text: str | None = Field(None, max_length=1000)
    source_url: str | None = Field(None, max_length=2000)
    reply_to: UUID | None = None
    annotate: list[Kind] | None = Field(None, max_length=4)


@router.post("/tickets")
def issue(body: TicketsBody, who: SignedIn) -> dict[str, Any]:
    """``{"tickets": [{id, path, token, url, expires_at}]}``; ``url`` takes one PUT."""
    return {"tickets": tickets.issue(who.client, body.purpose, body.count)}


@router.post("/lookup")
def lookup(body: LookupBody, who: SignedIn) -> dict[str, Any]:
    """``{"asset": {..., thumb_url} | null}``: is this file here already?"""
    known = tickets.lookup(who.client, body.sha256.lower())
    if known is None:
        return {"asset": None}
    path = known["thumb_path"]
    url = display_urls(who.client, who.user_id, [path]).get(path) if path else None
    return {"asset": {**known, "thumb_url": url}}


@router.post("/restore")
def restore(body: RestoreBody, who: SignedIn) -> dict[str, Any]:
    """Take a known asset out of the trash in place of a second upload: ``{"asset", "state": "ready"}``."""
    asset = str(body.asset)
    outcome = assets.restore(who.client, [asset])[0]
    if error := outcome["error"]:
        raise Conflict(error["message"], code=error["code"], hint=error["hint"])
    return {"asset": asset, "state": "ready"}


@router.post("/complete")
def finish(body: CompleteBody, who: SignedIn) -> dict[str, Any]:
    """``{"asset", "state", "refused"}`` once the object was looked at; 422 with the reason when it is no use.

    ``refused``: ``[{kind, error: {code, message, hint}}]``, the readings asked for that nobody can do.
    """
    picked = Picked(
        original_name=body.original_name,
        original_bytes=body.original_bytes,
        original_sha256=body.original_sha256.lower(),
        title=body.title,
        alt_text=body.alt_text,
        source_url=body.source_url,
        reply_to=str(body.reply_to) if body.reply_to else None,
        annotate=None if body.annotate is None else tuple(body.annotate),
    )
    done = complete(who.client, service_client(), str(body.ticket), picked)
    return {"asset": done.asset, "state": done.state, "refused": list(done.refused)}
