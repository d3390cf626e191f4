"""The library's search and filters. Each widget is bound to the URL, so the address is the question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final, cast

import streamlit as st

from mediaops.library.filters import DEFAULT_SORT, DEFAULT_STATES, PURPOSES, SORTS, STATES, Filters
from mediaops.library.models import Person
from mediaops.ui import listing, words

_KINDS: Final = {"image": "Images", "video": "Videos", "sound": "Sounds"}
_USES: Final = {"anywhere": True, "nowhere": False}
_SIZES: Final[dict[str, tuple[int | None, int | None]]] = {
    "under 100 kB": (None, 100_000),
    "100 kB to 1 MB": (100_000, 1_000_000),
    "1 to 10 MB": (1_000_000, 10_000_000),
    "over 10 MB": (10_000_000, None),
}
_SORT_NAMES: Final = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "largest": "Largest first",
    "smallest": "Smallest first",
    "title": "By title",
}
_NEXT_SORT: Final = "_sort-next"
# What "Clear" sets back. Keys are the names in the URL.
_CLEARED: Final[dict[str, Any]] = {
    "q": "",
    "kind": [],
    "linked": None,
    "state": list(DEFAULT_STATES),
    "purpose": [],
    "by": [],
    "uploaded": (),
    "size": None,
}


def sort_by(order: str) -> None:
    """Takes effect with the next run, as a widget may only be set before it is drawn."""
    st.session_state[_NEXT_SORT] = order


def clear() -> None:
    """Back to the whole library; a callback, as widgets may only be set before they are drawn."""
    st.session_state.update(_CLEARED)


def search_row(uploaders: Callable[[], list[Person]]) -> Filters:
    """Draw search and filters and answer what they say. ``uploaders`` is asked as late as it can be."""
    if (order := st.session_state.pop(_NEXT_SORT, None)) in SORTS:
        st.session_state["sort"] = order
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="mo-filters"):
        query = listing.search_field("Search titles, texts, file names, knowledge")
        kinds = st.pills(
            "Kind",
            list(_KINDS),
            key="kind",
            selection_mode="multi",
            format_func=lambda kind: _KINDS[kind],
            label_visibility="collapsed",
            bind="query-params",
        )
        linked = st.selectbox(
            "Use",
            list(_USES),
            index=None,
            key="linked",
            format_func=lambda use: f"Linked {use}",
            placeholder="Linked or not",
            label_visibility="collapsed",
            width=165,
            bind="query-params",
        )
        more = _more(uploaders)
        sort = st.selectbox(
            "Sort",
            SORTS,
            key="sort",
            format_func=lambda name: _SORT_NAMES[name],
            label_visibility="collapsed",
            width=165,
            bind="query-params",
        )
    smallest, largest = _SIZES.get(str(more["size"]), (None, None))
    return Filters(
        query=query,
        kinds=tuple(kinds),
        states=tuple(more["state"]) or DEFAULT_STATES,
        linked=_USES.get(str(linked)),
        purposes=tuple(more["purpose"]),
        uploaders=tuple(more["by"]),
        day_from=more["from"],
        day_to=more["to"],
        min_bytes=smallest,
        max_bytes=largest,
        sort=sort or DEFAULT_SORT,
    )


def _more(uploaders: Callable[[], list[Person]]) -> dict[str, Any]:
    active = _active()
    label = f"Filters · {active}" if active else "Filters"
    with st.popover(label, icon=":material/tune:", key="mo-more"):
        state = st.pills(
            "State",
            STATES,
            default=list(DEFAULT_STATES),
            key="state",
            selection_mode="multi",
            format_func=lambda name: words.STATES[name],
            bind="query-params",
        )
        purpose = st.pills(
            "Purpose",
            PURPOSES,
            key="purpose",
            selection_mode="multi",
            format_func=lambda name: words.PURPOSES[name],
            bind="query-params",
        )
        names = {person["id"]: person["name"] for person in uploaders()}
        by = st.multiselect(
            "Uploaded by",
            list(names),
            key="by",
            format_func=lambda user: names.get(user, "Someone else"),
            placeholder="Anyone",
            bind="query-params",
        )
        period = st.date_input("Uploaded", value=[], key="uploaded", max_value="today", bind="query-params")
        size = st.selectbox(
            "Size", list(_SIZES), index=None, key="size", placeholder="Any", bind="query-params"
        )
    days = cast(tuple[date, ...], period)
    return {
        "state": state,
        "purpose": purpose,
        "by": by,
        "from": days[0] if days else None,
        "to": days[1] if len(days) > 1 else None,
        "size": size,
    }


def _active() -> int:
    """How many filters in the popover differ from nothing asked."""
    names = ("state", "purpose", "by", "uploaded", "size")
    return sum(
        1 for name in names if st.session_state.get(name, _CLEARED[name]) not in (_CLEARED[name], None)
    )
