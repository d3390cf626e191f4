"""Clean-up in words: what happens to an item, what became of it, how runs stand, what it saves."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from mediaops.cleanup.models import Item, Run
from mediaops.settings import get_settings
from mediaops.ui import look, orphan_words, words

BYTES_A_GB: Final = 1_000_000_000
CENT: Final = 0.01
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


def action(run_action: str, class_: str) -> str:
    """What a plan of ``run_action`` does to items of a class: a key of :data:`HAPPENS`."""
    if class_ == "duplicate":
        return "merge"
    if class_ in ("abandoned_upload", "ghost_object", "stale_rendition"):
        return "delete"
    return "purge" if class_ == "trashed" else run_action


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
    return ", ".join(orphan_words.NAMES.get(each, each) for each in run["classes"])


def error(problem: Any) -> str:
    """Message and what to do next, in a line."""
    return " ".join(part for part in (problem.message, problem.hint) if part)
