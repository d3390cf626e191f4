"""The trash beyond the library's own trash and restore: details, and removing for good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from supabase import Client

from mediaops.cleanup.models import Outcome
from mediaops.client import rpc


def details(client: Client, assets: Sequence[str]) -> list[dict[str, Any]]:
    """Who trashed each, until when it stays, and which links would come back."""
    return rpc(client, "trash_details", p_assets=list(assets))


def purge(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Remove what is in the trash for good. For ops; there is no way back."""
    return rpc(client, "purge_assets", p_assets=list(assets))


def contents(client: Client, after: str | None = None, limit: int = 60) -> dict[str, Any]:
    """A page of what is in the trash, newest upload first: ``items`` (cards) and ``next``."""
    return rpc(client, "find_assets", p_states=["trashed"], p_sort="newest", p_after=after, p_limit=limit)


def restore(client: Client, assets: Sequence[str]) -> list[dict[str, Any]]:
    """Back into the library, with the links that still fit; one answer per asset."""
    return rpc(client, "restore_assets", p_assets=list(assets))
