"""How the review goes: what waits, how often people change what each engine says, how long they need."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from mediaops.annotation import review
from mediaops.annotation.review import EngineStats, ReviewStats
from mediaops.ui import viewer

LOOK_AGAIN_SECONDS: Final = 15.0
_NAMES: Final = {
    "ocr": "Text",
    "highlights": "Highlights",
    "caption": "Captions",
    "transcript": "Transcripts",
}


@st.fragment(run_every=LOOK_AGAIN_SECONDS)
@viewer.part
def header() -> None:
    """One line, and the table behind it. Decisions are made in the browser: it looks by itself."""
    stats = review.stats(viewer.client())
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.html(_line(stats), width="content")
        if stats["engines"]:
            with st.popover("How engines do", icon=":material/monitoring:", width="content"):
                st.html(_table(stats["engines"]), width="content")
                st.caption(
                    "Of the newest 2,000 decisions for each. Time: from showing to deciding, the median."
                )


def _line(stats: ReviewStats) -> str:
    more = "" if stats["backlog_exact"] else "+"
    return (
        f'<p class="mo-subtle mo-numbers"><b>{stats["backlog"]:,}{more}</b> to check'
        f" · <b>{stats['mine_today']:,}</b> decided by you today</p>"
    )


def _table(engines: list[EngineStats]) -> str:
    heads = ("", "Engine", "Waiting", "Decided", "Accepted", "Fixed", "Rejected", "Time")
    rows = "".join(f"<tr>{_row(each)}</tr>" for each in engines)
    return (
        f'<table class="mo-table"><thead><tr>{"".join(f"<th>{head}</th>" for head in heads)}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(each: EngineStats) -> str:
    def share(count: int) -> str:
        return f"{count / each['decided']:.0%}" if each["decided"] else "–"

    seconds = each["median_seconds"]
    cells = (
        _NAMES.get(each["kind"], each["kind"]),
        escape(each["engine"]),
        f"{each['backlog']:,}",
        f"{each['decided']:,}",
        share(each["accepted"]),
        share(each["fixed"]),
        share(each["rejected"]),
        "–" if seconds is None else f"{seconds / 60:.1f} min" if seconds >= 60 else f"{seconds:.1f} s",
    )
    return "".join(f"<td>{cell}</td>" for cell in cells)
