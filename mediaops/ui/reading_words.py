"""Batches of readings in words for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from mediaops.annotation.models import Kind
from mediaops.annotation.requests import Batch, BatchItem
from mediaops.ui import look, words

BATCH_STATES: Final[dict[str, tuple[str, look.Tone]]] = {
    "running": ("Under way", "accent"),
    "done": ("Done", "good"),
    "cancelled": ("Cancelled", "warn"),
    "stopped": ("Stopped", "bad"),
}
ITEM_STATES: Final[dict[str, tuple[str, look.Tone]]] = {
    "planned": ("Waiting", "plain"),
    "asked": ("Being read", "accent"),
    "done": ("Read", "good"),
    "failed": ("Failed", "bad"),
    "skipped": ("Skipped", "warn"),
    "cancelled": ("Cancelled", "warn"),
}
_MEDIA: Final = {"image": "images", "video": "videos", "sound": "sounds"}


def filter_in_words(asked: Mapping[str, Any]) -> str:
    """What a batch goes over: ``All images that match “tide”, linked nowhere.``"""
    if "assets" in asked:
        return f"{words.plural(len(asked['assets']), 'asset')} that were chosen one by one."
    if "batch" in asked:
        return "What did not come to an answer in a batch before."
    return _search_in_words(asked)


def _search_in_words(asked: Mapping[str, Any]) -> str:
    kinds = [_MEDIA[kind] for kind in cast(list[str], asked.get("kinds") or [])]
    parts = [f"All {words.listed(kinds)}" if kinds else "The whole library"]
    if asked.get("query"):
        parts[0] += f" that match “{asked['query']}”" if kinds else f", what matches “{asked['query']}”"
    if asked.get("linked") is not None:
        parts.append("linked anywhere" if asked["linked"] else "linked nowhere")
    if asked.get("purposes"):
        purposes = [words.PURPOSES[each].lower() for each in cast(list[str], asked["purposes"])]
        parts.append(f"purpose {words.listed(purposes, 'or')}")
    if asked.get("uploaders"):
        parts.append(f"uploaded by {words.plural(len(asked['uploaders']), 'person', 'people')}")
    if asked.get("from"):
        parts.append(f"from {words.day(asked['from'])}")
    if asked.get("to"):
        parts.append(f"until {words.day(asked['to'])}")
    if asked.get("min_bytes"):
        parts.append(f"at least {words.size(asked['min_bytes'])}")
    if asked.get("max_bytes"):
        parts.append(f"at most {words.size(asked['max_bytes'])}")
    return ", ".join(parts) + "."


def kinds_in_words(kinds: Sequence[Kind]) -> str:
    """``Text and highlights``."""
    told = words.listed([words.READINGS[kind] for kind in sorted(kinds, key=list(words.READINGS).index)])
    return told[:1].upper() + told[1:]


def engines_in_words(batch: Batch) -> str:
    """Who reads in this batch, with the model."""
    told = {
        f"{each['engine']} ({each['model']})" if each.get("model") else str(each["engine"])
        for each in batch["choices"].values()
    }
    return words.listed(sorted(told))


def settled(batch: Batch) -> int:
    """Items that came to an end."""
    return batch["items"] - batch["planned"] - batch["asked"]


def counts_in_words(batch: Batch) -> str:
    """``20 read, 2 failed, 3 waiting``: what there is none of is not told."""
    told = (
        (batch["done"], "read"),
        (batch["failed"], "failed"),
        (batch["skipped"], "skipped"),
        (batch["cancelled"], "cancelled"),
        (batch["asked"], "being read"),
        (batch["planned"], "waiting"),
    )
    return ", ".join(f"{words.number(count)} {says}" for count, says in told if count) or "Nothing yet"


def cost_in_words(batch: Batch) -> str:
    """``$0.12 so far, $0.40 expected``."""
    if not batch["expected_cost"] and not batch["cost"]:
        return "free"
    open_still = batch["finished_at"] is None
    so_far = f"{words.dollars(batch['cost'])}{' so far' if open_still else ''}"
    return f"{so_far}, {words.dollars(batch['expected_cost'])} expected"


def reason(item: BatchItem) -> str:
    """Why it failed or was skipped; where an answer comes from that was not asked for anew."""
    error = item["error"]
    if error is None:
        return item["note"].capitalize() if item["note"] else ""
    return " ".join(part for part in (error["message"], error.get("hint")) if part)
