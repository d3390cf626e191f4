"""Orphans as lists show them: an asset's card, or one for an object without one, each with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from supabase import Client

from mediaops.cleanup.models import Orphan
from mediaops.cleanup.reasons import reason
from mediaops.media.urls import display_urls

# An object that no asset knows is shown itself, as it has no rendition; for more than this nobody waits.
MOST_SHOWN_BYTES: Final = 5_000_000
_BLANK: Final[dict[str, Any]] = {"kind": "object", "state": "ready", "title": "", "link_count": 0}


def cards(
    client: Client, user_id: str, orphans: Sequence[Orphan], zone: str | None = None
) -> list[dict[str, Any]]:
    """The gallery's cards, in order: ``id`` is the orphan's, ``asset`` the asset it is about (or None),
    ``note`` the reason, ``thumb_url`` and ``card_url`` signed for this person."""
    urls = display_urls(client, user_id, list({path for each in orphans for path in _paths(each)}))
    return [_card(each, urls, zone) for each in orphans]


def kept_cards(client: Client, user_id: str, kept: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same for ``list_kept``: the note is who keeps it and why."""
    paths = {path for each in kept for path in _pictures(each["asset"])}
    urls = display_urls(client, user_id, list(paths))
    return [
        {
            **each["asset"],
            **_urls(each["asset"], urls),
            "asset": each["asset"]["id"],
            "note": f"{each['kept_by_name'] or 'Someone who left'}: {each['reason']}",
            "since": each["kept_at"],
        }
        for each in kept
    ]


def name(orphan: Orphan) -> str:
    """What people call it: an asset's title or file name, an object's path as far as it says something."""
    asset, path = orphan["asset"], orphan["path"] or ""
    if asset and (asset["title"] or asset["original_name"]):
        called = str(asset["title"] or asset["original_name"])
        part = path.rpartition("/")[2]
        return f"{called} ({part})" if orphan["class"] == "stale_rendition" and part else called
    if path.startswith("incoming/"):
        owner = orphan["facts"].get("ticket_owner_name")
        return f"Upload by {owner}" if owner else f"Upload {path.removeprefix('incoming/')[:8]}"
    folder, _, last = path.rpartition("/")
    return f"{last} of {folder[3:11]}" if last.isalpha() and len(folder) == 39 else last or path


def _card(orphan: Orphan, urls: dict[str, str], zone: str | None) -> dict[str, Any]:
    asset = orphan["asset"]
    about = asset or {**_BLANK, "original_name": orphan["path"], "created_at": orphan["since"]}
    shown = _urls(asset, urls) if asset else {"thumb_url": urls.get(orphan["path"] or ""), "card_url": None}
    return {
        **about,
        **shown,
        "id": orphan["id"],
        "asset": asset["id"] if asset else None,
        "title": name(orphan),
        "bytes": orphan["bytes"],
        "note": reason(orphan, zone),
        "over": bool(orphan["facts"].get("over")),
        "since": orphan["since"],
    }


def _paths(orphan: Orphan) -> list[str]:
    if orphan["asset"]:
        return _pictures(orphan["asset"])
    path = orphan["path"]
    return [path] if path and orphan["bytes"] <= MOST_SHOWN_BYTES else []


def _pictures(asset: dict[str, Any]) -> list[str]:
    return [path for path in (asset["thumb_path"], asset["card_path"]) if path]


def _urls(asset: dict[str, Any], urls: dict[str, str]) -> dict[str, str | None]:
    return {
        "thumb_url": urls.get(asset["thumb_path"] or ""),
        "card_url": urls.get(asset["card_path"] or ""),
    }
