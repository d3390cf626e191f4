"""Why something is an orphan, in a sentence for people."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mediaops.cleanup.models import Orphan

_NOUNS: Final = {"image": "Picture", "video": "Video", "sound": "Sound"}
_GHOSTS: Final = {
    "no_asset": "File of {day} that no asset knows",
    "rejected": "File of {day}, left over from a refused upload",
    "unknown_name": "File of {day} among an asset's, under an unknown name",
    "foreign": "File of {day}, not one of this library's",
    "written_later": "File of {day}, written after its asset was removed for good",
}
_UPLOADS: Final = {
    "expired_ticket": "Upload{by} of {day}, sent and never completed",
    "stuck": "Upload{by} of {day}, stuck while it was looked at",
    "no_ticket": "Upload of {day} without an upload right",
    "written_later": "Upload{by} of {day}, sent again after it was complete",
}
_STALE: Final = {
    "no_asset": "{part} of {day}, made for an asset that is gone",
    "rejected": "{part} of {day}, made for an upload that was refused",
    "no_rendition_row": "{part} of {day} that its asset does not know",
    "written_later": "{part} of {day}, written after its asset was removed for good",
}


def reason(orphan: Orphan, zone: str | None = None, now: datetime | None = None) -> str:
    """``Temporary photo of 3 March, never linked, expired 12 days ago``. Plain text; dates by the clock of
    ``zone`` (a name such as ``Europe/Berlin``), else UTC."""
    facts = orphan["facts"]
    at = _Calendar(_zone(zone), now or datetime.now(UTC))
    said = _SENTENCES[orphan["class"]](orphan, facts, at)
    if facts.get("over"):
        return f"{said}; settled since the scan"
    return f"{said}; still within its grace" if facts.get("waiting") else said


class _Calendar:
    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self._zone = zone
        self._now = now.astimezone(zone)

    def day(self, iso: str | None) -> str:
        """``3 March``, with the year when it is another one."""
        if not iso:
            return "an unknown day"
        moment = datetime.fromisoformat(iso).astimezone(self._zone)
        year = "" if moment.year == self._now.year else f" {moment.year}"
        return f"{moment.day} {moment:%B}{year}"


def _unlinked(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    what = f"{_noun(orphan, facts)} of {at.day(facts['created_at'])}"
    if facts.get("last_linked_at"):
        return f"{what}, unused since {at.day(facts['last_linked_at'])}, for {_days(facts)}"
    return f"{what}, never linked, unused for {_days(facts)}"


def _expired(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    released = facts.get("last_linked_at")
    use = f"unused since {at.day(released)}" if released else "never linked"
    ago = "today" if int(facts["days"]) < 1 else f"{_days(facts)} ago"
    return f"{_noun(orphan, facts)} of {at.day(facts['created_at'])}, {use}, expired {ago}"


def _duplicate(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    other = facts.get("keep_title")
    of = f"“{other}”" if other else "another one"
    return f"The same bytes as {of}, uploaded {at.day(facts['created_at'])}"


def _upload(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    by = f" by {facts['ticket_owner_name']}" if facts.get("ticket_owner_name") else ""
    said = _UPLOADS.get(facts["note"], "Upload{by} of {day} that nobody needs any more")
    return said.format(by=by, day=at.day(facts["since"]))


def _ghost(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    said = _GHOSTS.get(facts["note"], "File of {day} that nothing knows")
    return said.format(day=at.day(facts["since"]))


def _broken(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    if facts["note"] == "rendition_missing":
        return f"Its {_part(orphan)} is gone from Storage and can be made again"
    if facts["note"] == "checksum":
        return "Its bytes in Storage are not the ones that were uploaded"
    return f"Its original of {at.day(facts['since'])} is gone from Storage"


def _stale(orphan: Orphan, facts: dict[str, Any], at: _Calendar) -> str:
    said = _STALE.get(facts["note"], "{part} of {day} that no asset needs")
    return said.format(part=_part(orphan).capitalize(), day=at.day(facts["since"]))


_SENTENCES: Final = {
    "unlinked": _unlinked,
    "expired_annotation": _expired,
    "duplicate": _duplicate,
    "abandoned_upload": _upload,
    "ghost_object": _ghost,
    "broken_asset": _broken,
    "stale_rendition": _stale,
}


def _noun(orphan: Orphan, facts: dict[str, Any]) -> str:
    kind = str((orphan["asset"] or {}).get("kind") or "")
    if facts.get("purpose") == "annotation" and kind == "image":
        return "Temporary photo" if facts.get("expires_at") else "Photo for reading"
    return _NOUNS.get(kind, "File")


def _part(orphan: Orphan) -> str:
    """``thumb`` of ``ab/<id>/thumb``."""
    return (orphan["path"] or "").rpartition("/")[2] or "file"


def _days(facts: dict[str, Any]) -> str:
    days = int(facts["days"])
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days:,} days"


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
