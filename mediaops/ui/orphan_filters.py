"""What to see of a class of orphans. Each widget is bound to the URL, so the address is the question."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Any, Final, Literal

import streamlit as st

from mediaops.cleanup.models import CLASSES, ROW_CLASSES, OrphanClass
from mediaops.cleanup.question import AGES, SIZES, SORTS, Question, is_week, weeks
from mediaops.library.models import Person

OF_ASSETS: Final = (*ROW_CLASSES, "broken_asset")
_KINDS: Final = {"image": "Images", "video": "Videos", "sound": "Sounds"}
_SORT_NAMES: Final = {
    "oldest": "Oldest first",
    "newest": "Newest first",
    "largest": "Largest first",
    "smallest": "Smallest first",
}
_CLEARED: Final[dict[str, Any]] = {"kind": [], "age": None, "size": None, "by": []}
ON: Final = "mo-filters"
OFF: Final = "mo-unasked"
_NEXT_SORT: Final = "_orphan-sort-next"


def chosen_class() -> OrphanClass:
    """The class of the address; the first for an address without one, or with an unknown one."""
    named = st.query_params.get("class", "")
    return named if named in CLASSES else CLASSES[0]


def clear() -> None:
    """Back to the whole class; a callback."""
    st.session_state.update(_CLEARED)


def sort_by(order: str) -> None:
    """Takes effect with the next run, as a widget may only be set before it is drawn."""
    st.session_state[_NEXT_SORT] = order


def age_name(age: str) -> str:
    """``under a week``, ``Week of 23 Nov 2026``; the first week has everything before its end."""
    if not is_week(age):
        return age
    monday = date.fromisoformat(age)
    if age > weeks()[-1]:
        return f"Week of {monday.day} {monday:%b %Y}"
    after = monday + timedelta(weeks=1)
    return f"Before {after.day} {after:%b %Y}"


def asked_week() -> str:
    """The week that the list shows; empty for any. Before the filters are drawn, the address tells."""
    if "age" in st.session_state:
        age = st.session_state["age"] or ""
        return age if is_week(age) else ""
    named = st.query_params.get("age")
    return next((week for week in weeks() if age_name(week) == named), "")


def _ages(known: Collection[str]) -> list[str]:
    """The weeks that have orphans of the class, and the one that is asked for."""
    asked = asked_week()
    return [*AGES, *(week for week in weeks() if week in known or week == asked)]


def row(
    class_: OrphanClass,
    uploaders: Callable[[], list[Person]],
    known_weeks: Collection[str],
    *,
    grouped: bool = False,
) -> Question:
    """Draw the filters and answer what they say. ``uploaders`` is asked as late as it can be;
    ``known_weeks`` have orphans of the class; ``grouped``: it is looked at in groups, which can't be
    filtered."""
    if (order := st.session_state.pop(_NEXT_SORT, None)) in SORTS:
        st.session_state["sort"] = order
    with _box(OFF if grouped else ON):
        # A file without an asset has no kind, and nobody it is by.
        with _box("" if class_ in OF_ASSETS else OFF, "content"):
            kinds = _kinds()
            by = _uploaders(uploaders())
        return _rest(class_, kinds, by, _ages(known_weeks))


def _box(key: str, width: Literal["stretch", "content"] = "stretch") -> Any:
    """A row of filters. What can't be asked is drawn out of sight: only a widget that is drawn clears its
    parameter in the address, and one left there would come back with the widget."""
    return st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=key or None, width=width
    )


def _rest(class_: OrphanClass, kinds: list[str], by: list[str], ages: list[str]) -> Question:
    age = _select("age", "Any age", ages, 205)
    size = _select("size", "Any size", list(SIZES), 150)
    waiting = st.toggle(
        "Show waiting",
        key="waiting",
        help="Also those that are within their grace and not counted yet",
        bind="query-params",
    )
    sort = st.selectbox(
        "Sort",
        SORTS,
        key="sort",
        format_func=_SORT_NAMES.__getitem__,
        label_visibility="collapsed",
        width=150,
        bind="query-params",
    )
    return Question(
        class_=class_,
        kinds=tuple(kinds),
        age=age,
        size=size,
        uploaders=tuple(by),
        waiting=waiting,
        sort=sort,
    )


def _kinds() -> list[str]:
    return st.pills(
        "Kind",
        list(_KINDS),
        key="kind",
        selection_mode="multi",
        format_func=_KINDS.__getitem__,
        label_visibility="collapsed",
        bind="query-params",
    )


def _uploaders(people: list[Person]) -> list[str]:
    names = {person["id"]: person["name"] for person in people}
    return st.multiselect(
        "Uploaded by",
        list(names),
        key="by",
        format_func=lambda user: names.get(user, "Someone else"),
        placeholder="Anyone's",
        label_visibility="collapsed",
        width=152,
        bind="query-params",
    )


def _select(key: str, anything: str, options: list[str], width: int) -> str:
    picked = st.selectbox(
        anything,
        options,
        index=None,
        key=key,
        placeholder=anything,
        format_func=age_name,
        label_visibility="collapsed",
        width=width,
        bind="query-params",
    )
    return picked or ""
