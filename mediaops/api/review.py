"""The moderators' queue for the component on the review page.

Items are claimed a few ahead, with the addresses of their pictures, so that the next one stands there the
moment a person decides.
"""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from mediaops.annotation import review
from mediaops.annotation.review import Change, Decision, ReviewItem, ReviewKind
from mediaops.api.callers import Caller, SignedIn
from mediaops.media.urls import display_urls

router = APIRouter(prefix="/review")

Ids = Annotated[list[UUID], Field(max_length=100)]


class NextBody(BaseModel):
    """What to be given: ``skip`` is what the page holds already, or was told to leave for later."""

    kinds: list[ReviewKind] = Field(
        list(review.REVIEW_KINDS), min_length=1, max_length=len(review.REVIEW_KINDS)
    )
    skip: list[UUID] = Field([], max_length=1000)
    count: int = Field(1, ge=1, le=10)


class DecideBody(BaseModel):
    """One decision; ``change`` comes with ``fixed``, ``reason`` with ``rejected``."""

    annotation: UUID
    decision: Decision
    version: str = Field(max_length=40)
    change: Change | None = None
    reason: str = Field("", max_length=500)
    seconds: float | None = Field(None, ge=0, allow_inf_nan=False)


class ItemsBody(BaseModel):
    """Items the page holds."""

    annotations: Ids


@router.post("/next")
def claim(body: NextBody, who: SignedIn) -> dict[str, Any]:
    """``{"items": [item]}``, claimed for five minutes; ``asset.image_url`` is the picture to show."""
    items = review.claim(who.client, body.kinds, [str(one) for one in body.skip], body.count)
    return {"items": _with_urls(who, items)}


@router.post("/decide")
def decide(body: DecideBody, who: SignedIn) -> dict[str, Any]:
    """``{annotation, review_state, version, alt_text}``; 404 or 409 with what happened meanwhile."""
    return review.decide(
        who.client,
        str(body.annotation),
        body.decision,
        version=body.version,
        change=body.change,
        reason=body.reason,
        seconds=body.seconds,
    )


@router.post("/undo")
def undo(who: SignedIn) -> dict[str, Any]:
    """``{item, decision, reason, reviewed_result}`` of this person's last decision, which no longer holds."""
    undone = review.undo(who.client)
    return {**undone, "item": _with_urls(who, [undone["item"]])[0]}


@router.post("/hold")
def hold(body: ItemsBody, who: SignedIn) -> dict[str, Any]:
    """``{"items": [{annotation, held, error}]}``: five more minutes for what is still this person's."""
    return {"items": review.hold(who.client, [str(one) for one in body.annotations])}


@router.post("/release")
def release(body: ItemsBody, who: SignedIn) -> dict[str, Any]:
    """Gives items back for others; also what a page says when it is left."""
    review.release(who.client, [str(one) for one in body.annotations])
    return {"ok": True}


@router.get("/stats")
def stats(who: SignedIn) -> dict[str, Any]:
    """What waits, and how often people change what engines say."""
    return dict(review.stats(who.client))


def _with_urls(who: Caller, items: list[ReviewItem]) -> list[ReviewItem]:
    """Pictures in the size for screens; the original only where someone zooms past it."""
    paths = [p for item in items for p in (item["asset"]["large_path"], item["asset"]["object_path"]) if p]
    urls = display_urls(who.client, who.user_id, paths) if paths else {}
    for item in items:
        asset = item["asset"]
        full = urls.get(asset["object_path"])
        shown = urls.get(asset["large_path"] or "")
        asset["image_url"] = shown or (full if asset["kind"] == "image" else None)
        asset["full_url"] = full
    return items
