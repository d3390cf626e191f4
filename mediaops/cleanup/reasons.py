"""Why something is an orphan, in a sentence for people: for lists, plans, spreadsheets and terminals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mediaops.cleanup.models import Item, Orphan

_NOUNS: Final = {"image": "Picture", "video": "Video", "sound": "Sound"}
# What a look through Storage noted, by class. The one without a name is for what a newer database may note.
_NOTES: Final[dict[str, dict[str, str]]] = {
    "abandoned_upload": {
        "expired_ticket": "Upload{by} of {day}, sent and never completed",
        "stuck": "Upload{by} of {day}, stuck while it was looked at",
        "no_ticket": "Upload of {day} without an upload right",
        "written_later": "Upload{by} of {day}, sent again after it was complete",
        "": "Upload{by} of {day} that nobody needs any more",
    },
    "ghost_object": {
        "no_asset": "File of {day} that no asset knows",
        "rejected": "File of {day}, left over from a refused upload",
        "unknown_name": "File of {day} among an asset's, under an unknown name",
        "foreign": "File of {day}, not one of this library's",
        "written_later": "File of {day}, written after its asset was removed for good",
        "": "File of {day} that nothing knows",
    },
    "broken_asset": {
        "rendition_missing": "Its {part} is gone from Storage and can be made again",
        "checksum": "Its bytes in Storage are not the ones that were uploaded",
        "": "Its original of {day} is gone from Storage",
    },
    "stale_rendition": {
        "no_asset": "{Part} of {day}, made for an asset that is gone",
        "rejected": "{Part} of {day}, made for an upload that was refused",
        "no_rendition_row": "{Part} of {day} that its asset does not know",
        "written_later": "{Part} of {day}, written after its asset was removed for good",
        "": "{Part} of {day} that no asset needs",
    },
}


def reason(orphan: Orphan, zone: str | None = None, now: datetime | None = None) -> str:
    """As things stand: ``Temporary photo of 3 March, never linked, expired 12 days ago``.

    Plain text; dates by the clock of ``zone`` (a name such as ``Europe/Berlin``), else UTC, with their year
    when it is another than that of ``now``.
    """
    clock, facts = _zone(zone), orphan["facts"]
    this_year = (now or datetime.now(UTC)).astimezone(clock).year
    said = _said(
        _Case(
            class_=orphan["class"],
            facts=facts,
            since=facts["since"],
            kind=str((orphan["asset"] or {}).get("kind") or ""),
            path=orphan["path"] or "",
            day=lambda iso: _day(iso, clock, this_year),
            frozen=False,
        )
    )
    if facts.get("over"):
        return f"{said}; settled since the scan"
    return f"{said}; still within its grace" if facts.get("waiting") else said


def frozen_reason(item: Item, zone: str | None = None) -> str:
    """As a plan froze it: ``Temporary photo of 3 March 2026, never linked, expired on 25 November 2026``.

    A report may be read years later: dates have their year, and nothing counts days up to today.
    """
    clock, facts = _zone(zone), item["reason"]
    return _said(
        _Case(
            class_=item["class"],
            facts=facts,
            since=item["since"],
            kind=str(facts.get("kind") or ""),
            path=item["path"] or "",
            day=lambda iso: _day(iso, clock, None),
            frozen=True,
        )
    )


@dataclass(frozen=True)
class _Case:
    """What a sentence is made of. ``kind``: empty where it is not known."""

    class_: str
    facts: dict[str, Any]
    since: str | None
    kind: str
    path: str
    day: Callable[[str | None], str]
    frozen: bool


def _said(case: _Case) -> str:
    if case.class_ in _NOTES:
        return _noted(case)
    match case.class_:
        case "unlinked":
            return _unlinked(case)
        case "expired_annotation":
            return f"{_thing(case)}, {_use(case)}, expired {_expired(case)}"
        case "duplicate":
            other = case.facts.get("keep_title")
            of = f"“{other}”" if other else "another one"
            return f"The same bytes as {of}, uploaded {case.day(case.facts.get('created_at'))}"
        case _:
            due = case.day(case.facts.get("purge_after"))
            return f"In the trash since {case.day(case.since)}, would go by itself from {due}"


def _noted(case: _Case) -> str:
    notes = _NOTES[case.class_]
    owner = case.facts.get("ticket_owner_name")
    # ``thumb`` of ``ab/<id>/thumb``.
    part = case.path.rpartition("/")[2] or "file"
    return notes.get(str(case.facts.get("note")), notes[""]).format(
        by=f" by {owner}" if owner else "", day=case.day(case.since), part=part, Part=part.capitalize()
    )


def _unlinked(case: _Case) -> str:
    said = f"{_thing(case)}, {_use(case)}"
    if case.frozen:
        return said
    return f"{said}, {'for' if case.facts.get('last_linked_at') else 'unused for'} {_days(case)}"


def _thing(case: _Case) -> str:
    """``Picture of 3 March``."""
    noun = _NOUNS.get(case.kind, "File")
    if case.facts.get("purpose") == "annotation" and case.kind in ("image", ""):
        noun = "Temporary photo" if case.facts.get("expires_at") else "Photo for reading"
    return f"{noun} of {case.day(case.facts.get('created_at'))}"


def _use(case: _Case) -> str:
    released = case.facts.get("last_linked_at")
    return f"unused since {case.day(released)}" if released else "never linked"


def _expired(case: _Case) -> str:
    if case.frozen:
        return f"on {case.day(case.since)}"
    return "today" if int(case.facts["days"]) < 1 else f"{_days(case)} ago"


def _days(case: _Case) -> str:
    days = int(case.facts["days"])
    return "less than a day" if days < 1 else "1 day" if days == 1 else f"{days:,} days"


def _day(iso: str | None, clock: tzinfo, this_year: int | None) -> str:
    """``3 March``, with the year when it is not ``this_year``."""
    if not iso:
        return "an unknown day"
    moment = datetime.fromisoformat(iso).astimezone(clock)
    year = "" if moment.year == this_year else f" {moment.year}"
    return f"{moment.day} {moment:%B}{year}"


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
