"""Clean-up in words: what each class is, why an item is in a plan, what happens to it, what became of it."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from mediaops.cleanup.models import Item, Run
from mediaops.settings import get_settings
from mediaops.ui import look, orphan_words, words

BYTES_A_GB: Final = 1_000_000_000
CENT: Final = 0.01
NAMES: Final = {**orphan_words.NAMES, "trashed": "In the trash"}
MEANINGS: Final = {
    "unlinked": "Ready, and nothing uses it.",
    "expired_annotation": "Temporary photos past their time, never linked.",
    "duplicate": "The same bytes as another asset, which keeps all links.",
    "abandoned_upload": "Uploads that were never completed. What is worth recovering is recovered first.",
    "ghost_object": "Objects in Storage that no asset knows. Those of other programs are never taken.",
    "broken_asset": "Assets whose file is gone from Storage.",
    "stale_rendition": "Small versions whose picture is gone or was replaced.",
    "trashed": "What people and clean-ups moved to the trash.",
}
# Whether what is cleaned up of a class lies in the trash for its retention.
TRASHABLE: Final = ("unlinked", "expired_annotation", "broken_asset")
HAPPENS: Final = {
    "trash": "moved to the trash",
    "purge": "removed for good",
    "merge": "merged into the copy that stays",
    "delete": "deleted from Storage for good",
}
DONE: Final = {"trash": "In the trash", "purge": "Purged", "merge": "Merged", "delete": "Deleted"}
MODES: Final = {"automatic": "Automatic", "manual": "Manual", "report": "Report only"}
MODE_MEANINGS: Final = {
    "automatic": "Cleaned up every night",
    "manual": "Only by a plan that someone of ops confirms",
    "report": "Only shown; plans are made by hand all the same",
}
_STATES: Final[dict[str, tuple[str, look.Tone]]] = {
    "planning": ("In the making", "accent"),
    "planned": ("Not confirmed", "accent"),
    "running": ("Running", "accent"),
    "paused": ("Paused", "warn"),
    "stopped": ("Stopped", "warn"),
    "done": ("Done", "good"),
}
_NOTES: Final = {
    "expired_ticket": "Upload of {day} that was never completed",
    "stuck": "Upload of {day} whose completion got stuck",
    "no_ticket": "Under incoming/ since {day}, and no upload knows it",
    "written_later": "Written on {day}, after its asset was complete or gone",
    "no_asset": "No asset knows it; written on {day}",
    "rejected": "Left of an upload that was refused; written on {day}",
    "unknown_name": "No part of an asset has this name; written on {day}",
    "foreign": "Not of this library; written on {day}",
    "no_rendition_row": "Its picture does not know it; written on {day}",
    "missing": "Storage has no file for it; uploaded on {day}",
    "checksum": "Its file is not the one that was uploaded on {day}",
}


def action(run_action: str, class_: str) -> str:
    """What a plan of ``run_action`` does to items of a class: a key of :data:`HAPPENS`."""
    if class_ == "duplicate":
        return "merge"
    if class_ in ("abandoned_upload", "ghost_object", "stale_rendition"):
        return "delete"
    return "purge" if class_ == "trashed" else run_action


def reason(item: Item, zone: str | None = None) -> str:
    """Why it is in the plan, with dates and not "days ago": the reason is frozen with the plan."""
    facts = item["reason"]
    made, since = words.day(facts.get("created_at"), zone), words.day(item["since"], zone)
    match item["class"]:
        case "unlinked":
            if facts.get("last_linked_at"):
                return f"Not used since {words.day(facts['last_linked_at'], zone)}; uploaded on {made}"
            return f"Uploaded on {made}, never linked"
        case "expired_annotation":
            return f"Temporary photo of {made}, never linked, expired on {since}"
        case "duplicate":
            return f"Same bytes as another asset, which stays; uploaded on {made}"
        case "trashed":
            due = words.day(facts.get("purge_after"), zone)
            return f"In the trash since {since}; would go by itself from {due}"
        case _:
            note = _NOTES.get(str(facts.get("note")), "Does not fit what is known of it; since {day}")
            return note.format(day=since)


def outcome(item: Item) -> tuple[str, look.Tone]:
    """What became of it, in a word or two."""
    if item["excluded"]:
        return "Left out", "plain"
    match item["state"]:
        case "done":
            return DONE[item["action"]], "good"
        case "skipped":
            return "Skipped", "warn"
        case "failed":
            return "Failed", "bad"
        case _:
            return "Planned", "plain"


def state(run: Run) -> tuple[str, look.Tone]:
    """How a run stands; nothing is green over a failure."""
    if run["state"] == "done" and run["failed"]:
        return f"{words.number(run['failed'])} failed", "bad"
    if run["state"] == "stopped" and not run["started_at"]:
        return "Thrown away", "plain"
    return _STATES[run["state"]]


def size_and_cost(count: int) -> str:
    """Bytes, and from a cent on what Storage asks for them: ``1.2 GB, $0.03 a month``."""
    return f"{words.size(count)}, {cost(count)}" if _dollars(count) >= CENT else words.size(count)


def cost(count: int) -> str:
    """What Storage asks for so many bytes in a month, in US dollars."""
    dollars = _dollars(count)
    return "under $0.01 a month" if 0 < dollars < CENT else f"${dollars:,.2f} a month"


def _dollars(count: int) -> float:
    return count / BYTES_A_GB * get_settings().mediaops_storage_price


def days(count: float) -> str:
    """``30`` -> ``30 days``, ``0.5`` -> ``12 hours``."""
    if 0 < count < 2 and count != 1:
        return words.plural(round(count * 24), "hour")
    return words.plural(round(count), "day")


def name(run: Run) -> str:
    """``Plan of 25 Nov 2026, 21:05`` until it runs, then ``Clean-up of …``."""
    what = "Clean-up" if run["started_at"] else "Plan"
    return f"{what} of {words.when(run['started_at'] or run['planned_at'], st.context.timezone)}"


def classes(run: Run) -> str:
    """Its classes, as a list in words."""
    return ", ".join(NAMES.get(each, each) for each in run["classes"])


def error(problem: Any) -> str:
    """Message and what to do next, in a line."""
    return " ".join(part for part in (problem.message, problem.hint) if part)
