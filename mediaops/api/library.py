"""Pages of the library for the gallery, and how readings stand."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from mediaops.api.callers import SignedIn
from mediaops.client import rpc
from mediaops.library import assets
from mediaops.library.models import AssetPage, AssetState, Kind
from mediaops.media.urls import display_urls
from mediaops.uploads.tickets import Purpose

router = APIRouter()

Bytes = Annotated[int | None, Field(ge=0, le=2**53)]


class LibraryQuery(BaseModel):
    """The filters of ``find_assets`` as query parameters; lists are repeated parameters."""

    model_config = ConfigDict(populate_by_name=True)

    q: str = ""
    kind: list[Kind] = []
    state: list[AssetState] = ["ready"]
    linked: bool | None = None
    purpose: list[Purpose] = []
    uploader: list[UUID] = []
    from_: datetime | None = Field(None, alias="from")
    to: datetime | None = None
    min_bytes: Bytes = None
    max_bytes: Bytes = None
    knowledge: UUID | None = None
    sort: Literal["newest", "oldest", "largest", "smallest", "title"] = "newest"
    after: str | None = Field(None, max_length=2000)
    limit: int = Field(assets.PAGE_SIZE, ge=1, le=200)

    def arguments(self) -> dict[str, Any]:
        """As the database takes them."""
        return {
            "p_query": self.q.replace("\x00", "") or None,
            "p_kinds": self.kind or None,
            "p_states": self.state or None,
            "p_linked": self.linked,
            "p_purposes": self.purpose or None,
            "p_uploaders": [str(one) for one in self.uploader] or None,
            "p_from": self.from_.isoformat() if self.from_ else None,
            "p_to": self.to.isoformat() if self.to else None,
            "p_min_bytes": self.min_bytes,
            "p_max_bytes": self.max_bytes,
            "p_knowledge": str(self.knowledge) if self.knowledge else None,
            "p_sort": self.sort,
            "p_after": self.after,
            "p_limit": self.limit,
        }


@router.get("/library")
def page(query: Annotated[LibraryQuery, Query()], who: SignedIn) -> AssetPage:
    """``{"items": [card with thumb_url and card_url], "next": key | null}``."""
    found: AssetPage = rpc(who.client, "find_assets", **query.arguments())
    paths = [path for card in found["items"] for path in (card["thumb_path"], card["card_path"]) if path]
    urls = display_urls(who.client, who.user_id, paths) if paths else {}
    for card in found["items"]:
        card["thumb_url"] = urls.get(card["thumb_path"] or "")
        card["card_url"] = urls.get(card["card_path"] or "")
    return found


@router.get("/annotations")
def readings(
    asset: Annotated[list[UUID], Query(min_length=1, max_length=200)], who: SignedIn
) -> dict[str, Any]:
    """``{"items": [{asset, kind, state, annotation, error, seconds_running}]}``."""
    return {"items": assets.reading_states(who.client, [str(one) for one in asset])}
