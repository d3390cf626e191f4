"""The trash beyond the library's own trash and restore: details, and removing for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast

from supabase import Client

from mediaops.cleanup.models import Outcome, TrashDetail, TrashPage
from mediaops.client import rpc

SORTS: Final = ("newest", "due", "largest")
PAGE_SIZE: Final = 40


def find(
    client: Client, sort: str = "newest", query: str = "", after: str | None = None, limit: int = PAGE_SIZE
) -> TrashPage:
    """A page of the trash in one of :data:`SORTS`; ``query`` are words, the last may be a beginning."""
    return cast(
        TrashPage, rpc(client, "list_trash", p_sort=sort, p_query=query or None, p_after=after, p_limit=limit)
    )


def details(client: Client, assets: Sequence[str]) -> list[TrashDetail]:
    """Who trashed each, until when it stays, and which links would come back."""
    return cast("list[TrashDetail]", rpc(client, "trash_details", p_assets=list(assets)))


def purge(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Remove what is in the trash for good. For ops; there is no way back."""
    return rpc(client, "purge_assets", p_assets=list(assets))


def restore(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Back into the library, with the links that still fit; one answer per asset."""
    return rpc(client, "restore_assets", p_assets=list(assets))
