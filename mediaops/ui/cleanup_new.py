"""Making a plan: which orphans, how old, how large, and what is to happen to them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import ClassSummary, Summary
from mediaops.ui import cleanup_words, orphan_words, viewer, words
from mediaops.ui.places import RUN, go_to

ACTIONS: Final = {
    "trash": ("To the trash", "Assets can be restored until their time in the trash is over."),
    "purge": ("Purge now", "Assets and their files are removed for good. There is no way back."),
}
SIZES: Final = {
    "Any size": 0,
    "Over 100 kB": 100_000,
    "Over 1 MB": 1_000_000,
    "Over 10 MB": 10_000_000,
    "Over 100 MB": 100_000_000,
}


@st.fragment
@viewer.part
def form(summary: Summary) -> None:
    """Choose, then freeze. Making a plan changes nothing."""
    action = st.radio(
        "What is to happen",
        list(ACTIONS),
        key="plan-action",
        format_func=lambda name: ACTIONS[name][0],
        captions=[about for _, about in ACTIONS.values()],
        horizontal=True,
    )
    chosen = [each["class"] for each in summary["classes"] if _class(each, action)]
    if action == "purge" and _trash(summary):
        chosen.append("trashed")  # pyright: ignore[reportArgumentType] - a class of plans, not of orphans
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        days = st.number_input(
            "Orphaned for at least, in days",
            min_value=0,
            max_value=36_500,
            key="plan-days",
            width=240,
            help="A class's own grace holds all the same: a plan may ask for more, never for less.",
        )
        size = st.selectbox("Size", list(SIZES), key="plan-size", width=180)
    if st.button("Make the plan", type="primary", icon=":material/checklist:", disabled=not chosen):
        _freeze(chosen, action, days, SIZES[size])
    st.caption("A plan is a list. Nothing happens until you have looked at it and confirmed it.")


def _class(each: ClassSummary, action: str) -> bool:
    name = each["class"]
    policy = each["policy"]
    told = cleanup_words.HAPPENS[cleanup_words.action(action, name)]
    about = f"{orphan_words.MEANINGS[name]} {told[0].upper()}{told[1:]}."
    grace = f"Grace {cleanup_words.days(policy['grace_days'])}" if policy["grace_days"] else "No grace"
    if each["waiting"]:
        grace += f"; {words.number(each['waiting'])} more within it"
    if each["source"] == "scan":
        seen = f"seen {words.ago(each['as_of'])}" if each["as_of"] else "not looked for yet"
        grace += f" · {seen}"
    unknown = each["source"] == "scan" and not each["as_of"]
    return _choice(name, about, grace, None if unknown else each["count"], each["bytes"])


def _trash(summary: Summary) -> bool:
    trash = summary["trash"]
    about = f"{orphan_words.MEANINGS['trashed']} Removed for good."
    return _choice(
        "trashed", about, f"{words.number(trash['due'])} past their time", trash["count"], trash["bytes"]
    )


def _choice(name: str, about: str, more: str, count: int | None, size: int) -> bool:
    """``count`` None: nobody has looked yet, which is not the same as none."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"mo-choice-{name}"):
        with st.container(width="stretch", gap=None):
            chosen = st.checkbox(orphan_words.NAMES[name], key=f"plan-class-{name}")
            st.html(f'<p class="mo-subtle mo-choice">{escape(about)} {escape(more)}</p>')
        st.html(
            f'<p class="mo-choice-count"><b>{"–" if count is None else words.number(count)}</b>'
            f"<small>{cleanup_words.size_and_cost(size) if count else ''}</small></p>",
            width="content",
        )
    return chosen


def _freeze(classes: Sequence[str], action: str, days: int, size: int) -> None:
    with st.spinner("Making the plan"):
        run = plans.plan(
            viewer.client(),
            classes,
            action=action,
            min_age_days=days or None,
            min_bytes=size or None,
        )
    go_to(RUN, id=run["id"])
