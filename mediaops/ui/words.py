"""Numbers, times and states in words for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")

PURPOSES: Final = {
    "library": "Library",
    "annotation": "To be read",
    "profile": "Profile photo",
    "voice_note": "Voice note",
}
KINDS: Final = {"image": "Image", "video": "Video", "sound": "Sound"}
STATES: Final = {
    "ready": "Ready",
    "processing": "Processing",
    "trashed": "In trash",
    "rejected": "Rejected",
    "purging": "Being purged",
}
ACTIONS: Final = {
    "asset.uploaded": "uploaded it",
    "asset.rejected": "had the upload refused",
    "asset.edited": "edited it",
    "asset.trashed": "moved it to the trash",
    "asset.restored": "restored it",
    "asset.merged": "merged it with its copies",
    "asset.purging": "removed it for good",
    "link.created": "linked it",
    "link.removed": "took a link away",
    "link.replaced": "replaced it as cover",
    "annotation.requested": "asked for its {what}",
    "annotation.done": "read its {what}",
    "annotation.failed": "could not read its {what}",
    "annotation.reviewed": "checked its {what}",
    "annotation.review_undone": "took a check of its {what} back",
    "asset.kept": "keeps it though nothing uses it",
    "asset.unkept": "no longer keeps it",
    "asset.recovered": "recovered it",
    "asset.unmerged": "took a merge back",
}
READINGS: Final = {
    "ocr": "text",
    "highlights": "highlights",
    "caption": "caption",
    "transcript": "transcript",
}


def size(count: int | float | None) -> str:
    """``1536`` -> ``1.5 kB``. Thousands, as operating systems' file lists count."""
    if count is None:
        return "–"
    value = float(count)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{int(value)} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("unreachable")


def number(count: int) -> str:
    """``12345`` -> ``12,345``."""
    return f"{count:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """``2, "asset"`` -> ``2 assets``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """``["text", "caption"]`` -> ``text and caption``."""
    return f" {last} ".join(part for part in (", ".join(names[:-1]), "".join(names[-1:])) if part)


def dollars(amount: float | None) -> str:
    """``0.0042`` -> ``$0.0042``, ``3.5`` -> ``$3.50``: cents, and more digits below ten of them."""
    if amount is None:
        return "–"
    return f"${amount:.4f}" if 0 < amount < 0.1 else f"${amount:,.2f}"


def typed_number(text: str | None) -> int | None:
    """``"1,234"`` -> ``1234``; None for what is no number."""
    digits = (text or "").strip().replace(",", "").replace(" ", "")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else None


def length(seconds: float | None) -> str:
    """``75`` -> ``1:15``."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def when(iso: str | None, zone: str | None = None) -> str:
    """A moment as the person's clock shows it: ``22 Nov 2026, 14:05``."""
    moment = _moment(iso, zone)
    return f"{moment.day} {moment:%b %Y, %H:%M}" if moment else "–"


def day(iso: str | None, zone: str | None = None) -> str:
    """``22 Nov 2026``."""
    moment = _moment(iso, zone)
    return f"{moment.day} {moment:%b %Y}" if moment else "–"


def ago(iso: str | None, now: datetime | None = None) -> str:
    """``just now``, ``5 min ago``, ``3 h ago``, ``2 days ago``, then the day."""
    moment = _moment(iso, None)
    if moment is None:
        return "–"
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    if seconds < 60:
        return "just now"
    for limit, divisor, unit in ((3600, 60, "min"), (86_400, 3600, "h")):
        if seconds < limit:
            return f"{int(seconds // divisor)} {unit} ago"
    days = int(seconds // 86_400)
    return f"{plural(days, 'day')} ago" if days < 14 else day(iso)


def initials(name: str) -> str:
    """``Nora Lindqvist`` -> ``NL``."""
    parts = [part for part in name.replace("@", " ").replace(".", " ").split() if part]
    return "".join(part[0] for part in parts[:2]).upper() or "?"


def _moment(iso: str | None, zone: str | None) -> datetime | None:
    if not iso:
        return None
    moment = datetime.fromisoformat(iso)
    if zone:
        try:
            return moment.astimezone(ZoneInfo(zone))
        except (ZoneInfoNotFoundError, ValueError):
            pass
    return moment.astimezone(UTC)
