"""Links between assets and knowledge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from supabase import Client

from mediaops.client import rpc
from mediaops.library.models import LinkOutcome, Placement


def link(
    client: Client,
    knowledge: str,
    assets: Sequence[str],
    placement: Placement,
    alt_text: str | None = None,
) -> list[LinkOutcome]:
    """Link assets to an entry, one outcome each. A trashed asset is restored by it; a cover that was
    there becomes inline and the outcome's note says so."""
    return cast(
        list[LinkOutcome],
        rpc(
            client,
            "link_assets",
            p_knowledge=knowledge,
            p_assets=list(assets),
            p_placement=placement,
            p_alt_text=alt_text,
        ),
    )


def unlink(client: Client, link_id: str) -> dict[str, Any]:
    """Take one link away: asset, knowledge and the asset's link_count that remains."""
    return cast(dict[str, Any], rpc(client, "unlink", p_link=link_id))
