"""Orphans: what nothing uses, why, since when, how large; what to keep and what to merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import orphans
from mediaops.cleanup.models import Summary
from mediaops.cleanup.question import Question
from mediaops.errors import MediaOpsError
from mediaops.library import assets
from mediaops.ui import (
    copies,
    look,
    merges,
    orphan_charts,
    orphan_export,
    orphan_filters,
    orphan_graph,
    orphan_list,
    orphan_scan,
    orphan_summary,
    orphan_words,
    viewer,
)
from mediaops.ui.together import all_three, ask

VIEWS: Final = {
    "orphans": "Orphans",
    "kept": "Kept",
    "merges": "Merges",
    "connections": "Connections",
}


def page() -> None:
    client = viewer.client()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look.heading("Orphans", "What nothing uses, why, and since when.")
        here = st.container(width="content")
    look.said()
    try:
        summary, trend, breakdown = all_three(
            lambda: orphans.summary(client), lambda: orphans.trend(client), lambda: orphans.breakdown(client)
        )
        with here:
            orphan_scan.state(summary["scan"])
        chosen = orphan_filters.chosen_class()
        left, right = st.columns([1, 1.35], gap="medium")
        with left:
            orphan_summary.classes(summary, trend, chosen)
        with right:
            orphan_charts.show(breakdown)
        below(views(VIEWS | {"orphans": orphan_words.NAMES[chosen]}), summary, breakdown["weeks"])
    except MediaOpsError as error:
        look.failure(error)


def views(names: dict[str, str]) -> str:
    """What is worked with below; the first is the class chosen above."""
    if following := st.session_state.pop(orphan_graph.NEXT_VIEW, None):
        st.session_state["show"] = following
    view = st.segmented_control(
        "View",
        list(names),
        key="show",
        default="orphans",
        required=True,
        format_func=names.__getitem__,
        label_visibility="collapsed",
        bind="query-params",
    )
    return str(view)


@st.fragment
@viewer.part
def below(view: str, summary: Summary, weeks: Sequence[dict[str, Any]]) -> None:
    """What is worked with. Selecting in it does not count everything above again."""
    if view == "kept":
        orphan_list.kept()
    elif view == "merges":
        merges.show()
    elif view == "connections":
        orphan_graph.show()
    else:
        of_class(summary, weeks)


def of_class(summary: Summary, weeks: Sequence[dict[str, Any]]) -> None:
    client = viewer.client()
    facets = ask(lambda: assets.facets(client))
    class_ = orphan_filters.chosen_class()
    found = next(each for each in summary["classes"] if each["class"] == class_)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(f'<p class="mo-subtle">{orphan_words.MEANINGS[class_]}</p>', width="content")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            groups = class_ == "duplicate" and copies.side_by_side()
            export = st.container(width="content")
    known = {week["week"] for week in weeks if week["class"] == class_}
    question = orphan_filters.row(class_, lambda: facets.result()["uploaders"], known, grouped=groups)
    with export:
        orphan_export.button(Question(class_) if groups else question, found)
    if groups:
        copies.show()
    else:
        orphan_list.show(question, found)


page()
