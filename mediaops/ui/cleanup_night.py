"""What the schedule will do next, by the policies, without anybody's click."""

from __future__ import annotations

from html import escape

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import NextAutomatic
from mediaops.ui import cleanup_words, look, orphan_words, viewer, words
from mediaops.ui.places import RUN


def notice() -> None:
    """One box, however little there is to do: that nothing happens is worth knowing, too."""
    coming = plans.next_automatic(viewer.client())
    lines = "".join(f"<li>{line}</li>" for line in _lines(coming))
    at = escape(words.when(coming["at"], st.context.timezone))
    nothing = "" if lines else "<p>Nothing, as things stand now.</p>"
    st.html(
        '<div class="mo-notice"><span class="mo-icon" aria-hidden="true">schedule</span>'
        f"<div><strong>Next automatic clean-up: {at}</strong>{nothing}<ul>{lines}</ul></div></div>"
    )
    for run in dict.fromkeys(held for held in _held(coming) if held):
        st.warning(
            "An earlier automatic run has not ended. Until it has, the schedule begins no other of its kind.",
            icon=":material/pause_circle:",
        )
        st.page_link(
            RUN.page(),
            label="Look at that run",
            query_params={"id": run},
            icon=":material/arrow_forward:",
        )


def _lines(coming: NextAutomatic) -> list[str]:
    told = [
        _line(
            orphan_words.NAMES[each["class"]],
            each["count"],
            each["bytes"],
            cleanup_words.HAPPENS[each["action"]],
            each["held_by"],
        )
        for each in coming["classes"]
        if each["count"]
    ]
    trash = coming["trash"]
    if trash["count"]:
        told.append(
            _line(
                "Past their time in the trash",
                trash["count"],
                trash["bytes"],
                cleanup_words.HAPPENS["purge"],
                trash["held_by"],
            )
        )
    return told


def _line(what: str, count: int, size: int, happens: str, held: str | None) -> str:
    waits = " " + look.badge("waits for an earlier run", "warn") if held else ""
    return (
        f"<b>{escape(what)}</b>: {words.number(count)} ({words.size(size)}) "
        f"{'is' if count == 1 else 'are'} {escape(happens)}{waits}"
    )


def _held(coming: NextAutomatic) -> list[str | None]:
    return [*(each["held_by"] for each in coming["classes"]), coming["trash"]["held_by"]]
