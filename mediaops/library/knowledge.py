"""Knowledge entries, as the product mirrors them here."""

from __future__ import annotations

from typing import cast

from supabase import Client

from mediaops.client import rpc
from mediaops.library.models import KnowledgeDetail, KnowledgePage


def find(client: Client, query: str = "", after: str | None = None, limit: int = 30) -> KnowledgePage:
    """Entries whose words start with those typed; without a query the latest first."""
    return cast(
        KnowledgePage,
        rpc(client, "find_knowledge", p_query=query or None, p_after=after, p_limit=limit),
    )


def get(client: Client, knowledge: str) -> KnowledgeDetail:
    """One entry with its media. Raises ``not_found``."""
    return cast(KnowledgeDetail, rpc(client, "get_knowledge", p_knowledge=knowledge))
