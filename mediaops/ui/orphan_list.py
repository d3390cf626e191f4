"""The orphans of a class, looked at as pictures and worked with many at a time."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from mediaops.cleanup import orphans, shown
from mediaops.cleanup.models import ROW_CLASSES, ClassSummary, Orphan
from mediaops.cleanup.question import Question
from mediaops.ui import look, orphan_actions, orphan_filters, orphan_words, viewer
from mediaops.ui.components import GalleryOptions, GalleryResult, gallery
from mediaops.ui.places import go_to_asset

CLEARED: Final = "_orphan-selection-cleared"


def show(question: Question, summary: ClassSummary) -> None:
    """The list, or why there is nothing in it."""
    client = viewer.client()
    found = question.page(client)
    if not found["items"]:
        _nothing(question, summary)
        return
    items = shown.cards(client, viewer.person().user_id, found["items"], st.context.timezone)
    total = None if question.narrowed or question.waiting else {"count": summary["count"], "exact": True}
    query = question.parameters() | {"zone": st.context.timezone or "UTC"}
    result = _draw(f"orphans-{question.class_}", "/api/orphans", items, found["next"], query, total, question)
    if result.opened:
        _open(question, result.opened, found["items"])
    if chosen("sort", result.sort):
        orphan_filters.sort_by(result.sort or "oldest")
        st.rerun()
    if result.selection and orphan_actions.bar(question.class_, result.selection):
        let_go()


def kept() -> None:
    """What people marked as no orphan, with their reasons."""
    client = viewer.client()
    found = orphans.kept(client)
    if not found["items"]:
        look.empty(
            "bookmark",
            "Nothing is kept",
            "Select orphans and choose Keep: they are no more listed or cleaned up, and why is said here.",
        )
        return
    items = shown.kept_cards(client, viewer.person().user_id, found["items"])
    result = _draw("orphans-kept", "/api/orphans/kept", items, found["next"], {}, None, None)
    if result.opened:
        go_to_asset(result.opened)
    if result.selection and orphan_actions.kept_bar(result.selection):
        let_go()


def let_go() -> None:
    """Nothing is selected any more."""
    st.session_state[CLEARED] = st.session_state.get(CLEARED, 0) + 1
    st.rerun()


def _draw(
    key: str,
    api_url: str,
    items: list[dict[str, Any]],
    next_key: str | None,
    query: dict[str, Any],
    total: dict[str, Any] | None,
    question: Question | None,
) -> GalleryResult:
    options: GalleryOptions = {
        "revision": str(st.session_state.get("_library-revision", 0)),
        "selected": [],
        "selected_rev": str(st.session_state.get(CLEARED, 0)),
        "total": total,
        "view": st.query_params.get("view", "grid"),
        "open_href": "asset?id=",
        "open_via_trigger": True,
    }
    if question:
        options["sort"] = question.sort
    result = gallery(key=key, items=items, next_key=next_key, query=query, options=options, api_url=api_url)  # pyright: ignore[reportArgumentType]
    if chosen("view", result.view):
        if result.view == "table":
            st.query_params["view"] = "table"
        else:
            st.query_params.pop("view", None)
    return result


def chosen(what: str, value: str | None) -> bool:
    """Whether the person chose it in the gallery just now, and it is not what it said before."""
    before = st.session_state.get(f"_orphan-{what}")
    st.session_state[f"_orphan-{what}"] = value
    return value is not None and value != before


def _open(question: Question, opened: str, found: list[Orphan]) -> None:
    """An asset's page; what is no asset is looked at here."""
    if question.class_ in ROW_CLASSES:
        go_to_asset(opened)
        return
    known = [item for item in found if item["id"] == opened]
    known = known or orphans.named(viewer.client(), question.class_, [opened])
    if known and known[0]["asset"]:
        go_to_asset(known[0]["asset"]["id"])
    else:
        orphan_actions.file_dialog(question.class_, opened)


def _nothing(question: Question, summary: ClassSummary) -> None:
    if question.narrowed:
        look.empty("filter_alt_off", "Nothing matches", "No orphan of this class fits these filters.")
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Clear filters", icon=":material/filter_alt_off:", on_click=orphan_filters.clear)
        return
    scanned = summary["source"] == "rows" or summary["as_of"] is not None
    waiting = 0 if question.waiting else summary["waiting"]
    icon = "check_circle" if scanned else "radar"
    look.empty(icon, *orphan_words.nothing(question.class_, waiting, scanned))
