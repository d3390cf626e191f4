"""Signed addresses for what a page shows: one batch for all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from supabase import Client

from mediaops.library.models import AssetCard
from mediaops.media.urls import display_urls


def urls(client: Client, user_id: str, paths: Iterable[str | None]) -> dict[str, str]:
    """Path -> address; a path whose object is gone is left out."""
    wanted = list(dict.fromkeys(path for path in paths if path))
    return display_urls(client, user_id, wanted) if wanted else {}


def with_urls(client: Client, user_id: str, cards: Sequence[AssetCard]) -> list[AssetCard]:
    """The cards with ``thumb_url`` and ``card_url``."""
    signed = urls(
        client, user_id, (path for card in cards for path in (card["thumb_path"], card["card_path"]))
    )
    return [
        {
            **card,
            "thumb_url": signed.get(card["thumb_path"] or ""),
            "card_url": signed.get(card["card_path"] or ""),
        }
        for card in cards
    ]
