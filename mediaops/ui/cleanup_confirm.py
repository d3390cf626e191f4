"""The last look before a plan runs: what happens to how many, and their number typed where it matters."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import Run
from mediaops.ui import cleanup_words, orphan_words, viewer, words


def start(run: Run) -> None:
    """Open the dialog."""
    st.session_state.pop("confirm-count", None)
    dialog(run["id"])


@st.dialog("Run this plan", icon=":material/play_arrow:")
@viewer.part
def dialog(run_id: str) -> None:
    """Reads the plan again: a colleague may have left something out meanwhile."""
    client = viewer.client()
    run = plans.get(client, run_id)
    count = run["count"] - run["excluded"]
    lines = "".join(f"<li>{line}</li>" for line in _lines(run))
    st.html(f'<ul class="mo-outcomes">{lines}</ul>')
    final = any(
        cleanup_words.action(run["action"], each["class"]) in ("purge", "delete")
        for each in run["by_class"]
        if each["count"]
    )
    if final:
        st.warning("What is removed for good can't be brought back.", icon=":material/warning:")
    st.caption(
        "Each item is looked at again at the moment it is touched. What is in use by then is left alone."
    )
    typed = ""
    if run["needs_count"] or final:
        typed = st.text_input(
            f"Type {count} to confirm", key="confirm-count", placeholder=str(count), live="250ms"
        )
    ready = not (run["needs_count"] or final) or words.typed_number(typed) == count
    if st.button(
        f"Clean up {words.plural(count, 'item')}", type="primary", disabled=not ready, key="confirm-go"
    ):
        plans.start(client, run_id, count)
        st.rerun(scope="app")


def _lines(run: Run) -> list[str]:
    told = [
        f"{escape(orphan_words.NAMES[each['class']])}: <b>{words.plural(each['count'], 'item')}</b>"
        f" ({words.size(each['bytes'])}) "
        f"{escape(cleanup_words.HAPPENS[cleanup_words.action(run['action'], each['class'])])}"
        for each in sorted(run["by_class"], key=lambda part: run["classes"].index(part["class"]))
        if each["count"]
    ]
    if run["excluded"]:
        told.append(f"{words.plural(run['excluded'], 'item')} left out")
    return told
