"""The classes of orphans in words for people, and what to make of each; a plan may also take the trash."""

from __future__ import annotations

from typing import Any, Final

from mediaops.cleanup.models import ClassSummary, OrphanClass
from mediaops.ui import words

NAMES: Final[dict[str, str]] = {
    "unlinked": "Unlinked",
    "expired_annotation": "Expired photos",
    "duplicate": "Duplicates",
    "abandoned_upload": "Abandoned uploads",
    "ghost_object": "Ghost files",
    "broken_asset": "Broken assets",
    "stale_rendition": "Stale renditions",
    "trashed": "In the trash",
}
ICONS: Final[dict[str, str]] = {
    "unlinked": "link_off",
    "expired_annotation": "timer_off",
    "duplicate": "content_copy",
    "abandoned_upload": "cloud_upload",
    "ghost_object": "draft",
    "broken_asset": "broken_image",
    "stale_rendition": "photo_size_select_small",
}
# The same in both themes: white words on them can be read in each.
COLORS: Final[dict[str, str]] = {
    "unlinked": "#4f57d4",
    "expired_annotation": "#b4611a",
    "duplicate": "#0f7c88",
    "abandoned_upload": "#8d4fa8",
    "ghost_object": "#5f6775",
    "broken_asset": "#bd3a48",
    "stale_rendition": "#4b7a35",
}
MEANINGS: Final[dict[str, str]] = {
    "unlinked": "In the library, and nothing uses it.",
    "expired_annotation": "Photos that came to be read, whose time is over and that nobody linked.",
    "duplicate": "The same bytes as another asset, which keeps all links.",
    "abandoned_upload": "Uploads sent and never completed. What is worth recovering is recovered first.",
    "ghost_object": "Files in Storage that no asset knows. Those of other programs are never taken.",
    "broken_asset": "Assets whose file is gone from Storage.",
    "stale_rendition": "Small versions of assets that are gone or do not know them.",
    "trashed": "What people and clean-ups moved to the trash.",
}
_NOTHING: Final[dict[str, str]] = {
    "unlinked": "Nothing unused: every asset is linked, kept, or too new to tell.",
    "expired_annotation": "Nothing expired: every photo to be read was linked, or has time left.",
    "duplicate": "No duplicates: no two assets have the same bytes.",
    "abandoned_upload": "No abandoned uploads: what was sent was completed.",
    "ghost_object": "No ghost files: an asset knows every file in Storage.",
    "broken_asset": "Nothing broken: every asset has its files in Storage.",
    "stale_rendition": "No stale renditions: every small version has its asset.",
}


def nothing(class_: OrphanClass, waiting: int | None, scanned: bool) -> tuple[str, str]:
    """Title and text where a class has no orphans. ``scanned``: someone has looked at all."""
    if not scanned:
        return "Storage was not looked through yet", "Ops can start a scan above; it also runs every night."
    title, _, text = _NOTHING[class_].partition(": ")
    text = text[0].upper() + text[1:]
    if waiting:
        is_ = "is" if waiting == 1 else "are"
        text += f" {words.number(waiting)} {is_} within the grace; “Show waiting” lists them."
    return title, text


def standing(summary: ClassSummary, zone: str | None = None) -> str:
    """``oldest since 3 Mar 2026 · 4 waiting``, or what there is to say of an empty class."""
    parts: list[str] = []
    if summary["oldest"]:
        parts.append(f"oldest {words.day(summary['oldest'], zone)}")
    if summary["waiting"]:
        parts.append(f"{words.number(summary['waiting'])} waiting")
    if summary["source"] == "scan" and not summary["as_of"]:
        parts.append("not looked for yet")
    return " · ".join(parts) or "none"


def as_of(summary: ClassSummary, zone: str | None = None) -> str:
    """How far a class's numbers can be trusted."""
    if summary["source"] == "rows":
        return "Exact, counted just now."
    if not summary["as_of"]:
        return "Not known: Storage was not looked through yet."
    exact = "exact then" if summary["exact"] else "changed since by what was done after it"
    return f"As of the scan that ended {words.when(summary['as_of'], zone)}; {exact}."


def grace(summary: ClassSummary) -> str:
    """``Listed after 30 days``."""
    days = float(summary["policy"]["grace_days"])
    if days <= 0:
        return "Listed at once"
    if days < 1:
        return f"Listed after {words.plural(max(1, round(days * 24)), 'hour')}"
    return f"Listed after {words.plural(round(days), 'day')}"


def why_suggested(group: dict[str, Any]) -> str:
    """Why the first of a group of copies is the one to keep."""
    first, *others = group["assets"]
    if first["link_count"] > max(other["link_count"] for other in others):
        return f"used in {words.plural(first['link_count'], 'place')}, more than the others"
    if first.get("kept") and not any(other.get("kept") for other in others):
        return "marked to be kept"
    if _described(first) > max(_described(other) for other in others):
        return "best described"
    if first["created_at"] < min(other["created_at"] for other in others):
        return "the oldest"
    return "as good as the others"


def alike(distance: int) -> str:
    """Distance of two perceptual hashes, in bits of 64."""
    return "looks the same" if distance <= 1 else "looks alike" if distance <= 4 else "looks similar"


def _described(asset: dict[str, Any]) -> int:
    return bool(asset["title"]) + bool(asset["alt_text"])
