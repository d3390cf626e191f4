"""Assets: find, look at, edit, trash, restore. Each function is one call to the database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from supabase import Client

from mediaops.client import rpc
from mediaops.library.filters import Filters
from mediaops.library.models import (
    AssetDetail,
    AssetPage,
    Count,
    Event,
    Facets,
    Outcome,
    ReadingState,
    Uses,
)

PAGE_SIZE = 60


def find(client: Client, filters: Filters, after: str | None = None, limit: int = PAGE_SIZE) -> AssetPage:
    """One page of assets; ``after`` is the ``next`` of the page before."""
    return cast(
        AssetPage,
        rpc(
            client,
            "find_assets",
            **filters.conditions(),
            p_sort=filters.sort,
            p_after=after,
            p_limit=limit,
        ),
    )


def count(client: Client, filters: Filters) -> Count:
    """How many match, counted up to 10,000."""
    return cast(Count, rpc(client, "count_assets", **filters.conditions()))


def facets(client: Client) -> Facets:
    """Who uploaded, and what states and kinds there are."""
    return cast(Facets, rpc(client, "library_facets"))


def get(client: Client, asset: str) -> AssetDetail:
    """One asset with links, renditions and annotations. Raises ``not_found``."""
    return cast(AssetDetail, rpc(client, "get_asset", p_asset=asset))


def history(client: Client, asset: str, before: int | None = None, limit: int = 50) -> list[Event]:
    """Who did what, newest first."""
    return cast(list[Event], rpc(client, "asset_history", p_asset=asset, p_before=before, p_limit=limit))


def edit(client: Client, asset: str, title: str, alt_text: str, version: str) -> str:
    """Set title and alt text; answers the new version. Raises ``stale`` when someone else was faster."""
    answer: dict[str, Any] = rpc(
        client, "edit_asset", p_asset=asset, p_title=title, p_alt_text=alt_text, p_version=version
    )
    return str(answer["version"])


def uses(client: Client, assets: Sequence[str]) -> list[Uses]:
    """Where each asset is used."""
    return cast(list[Uses], rpc(client, "asset_uses", p_assets=list(assets)))


def trash(client: Client, assets: Sequence[str], *, unlink: bool = False) -> list[Outcome]:
    """To the trash; a used one only with ``unlink``. One outcome per asset."""
    return cast(list[Outcome], rpc(client, "trash_assets", p_assets=list(assets), p_unlink=unlink))


def restore(client: Client, assets: Sequence[str]) -> list[Outcome]:
    """Out of the trash. One outcome per asset."""
    return cast(list[Outcome], rpc(client, "restore_assets", p_assets=list(assets)))


def reading_states(client: Client, assets: Sequence[str]) -> list[ReadingState]:
    """Where the latest readings of these assets stand, one for each kind."""
    return cast(list[ReadingState], rpc(client, "annotation_states", p_assets=list(assets)))


def export_rows(client: Client, assets: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of the CSV export, in the order asked for."""
    return cast(list[dict[str, Any]], rpc(client, "export_assets", p_assets=list(assets)))
