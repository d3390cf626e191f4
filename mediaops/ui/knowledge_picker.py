"""Choosing a knowledge entry: type, and it narrows down."""

from __future__ import annotations

import streamlit as st
from supabase import Client

from mediaops.library import knowledge
from mediaops.library.models import Placement
from mediaops.ui import look, words

SHOWN = 8
PLACEMENTS: dict[Placement, str] = {"inline": "Inside the text", "cover": "As its cover"}


def pick(client: Client, key: str) -> str | None:
    """The id of the entry chosen, or None so far."""
    query = st.text_input(
        "Knowledge entry",
        key=f"{key}-query",
        type="search",
        placeholder="Type a few letters of its title",
        live="200ms",
    )
    found = knowledge.find(client, query, limit=SHOWN)
    items = {item["id"]: item for item in found["items"]}
    if not items:
        look.empty("search_off", "No entry found", "No knowledge entry has words that start like that.")
        return None
    return st.radio(
        "Entries",
        list(items),
        key=f"{key}-entry",
        index=0 if query and len(items) == 1 else None,
        format_func=lambda entry: look.plain(items[entry]["title"]) if entry in items else "",
        captions=[
            words.plural(item["link_count"], "asset") + f" · changed {words.ago(item['updated_at'])}"
            for item in items.values()
        ],
        label_visibility="collapsed",
    )


def placement(key: str, *, several: bool = False) -> Placement:
    """Cover or inline; several assets can only go inline."""
    if several:
        st.caption("Several at once go inside the text; a cover is one picture.")
        return "inline"
    chosen = st.segmented_control(
        "Place",
        list(PLACEMENTS),
        key=f"{key}-placement",
        default="inline",
        required=True,
        format_func=lambda name: PLACEMENTS[name],
    )
    return "cover" if chosen == "cover" else "inline"
