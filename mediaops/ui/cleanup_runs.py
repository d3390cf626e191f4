"""Plans and runs, newest first."""

from __future__ import annotations

from html import escape
from typing import Final

import streamlit as st

from mediaops.cleanup import plans
from mediaops.cleanup.models import Run
from mediaops.ui import cleanup_words, look, viewer, words
from mediaops.ui.listing import Pages, card
from mediaops.ui.places import RUN, go_to

PAGE_SIZE: Final = 20


def listing() -> None:
    """Each leads to its page."""
    pages = Pages("runs", None, PAGE_SIZE)
    found = plans.runs(viewer.client(), pages.after, PAGE_SIZE)
    if not found["items"] and pages.after is None:
        look.empty(
            "history", "No plans yet", "Make one under New plan; what the schedule does is listed here, too."
        )
        return
    for run in found["items"]:
        _row(run)
    pages.show(len(found["items"]), found["next"])


def _row(run: Run) -> None:
    with card(f"mo-run-{run['id']}"):
        with st.container(gap=None, width="stretch"):
            # No link of Streamlit's: on the way back it would forget which view this is.
            if st.button(
                f"**{look.plain(cleanup_words.name(run))}**",
                key=f"mo-open-{run['id']}",
                type="tertiary",
                icon=":material/schedule:" if run["automatic"] else ":material/checklist:",
            ):
                go_to(RUN, id=run["id"])
            st.html(f'<p class="mo-subtle">{escape(_about(run))}</p>')
        badges = look.badge("Automatic") if run["automatic"] else ""
        st.html(
            f'<div class="mo-badges mo-end">{badges}{look.badge(*cleanup_words.state(run))}</div>'
            f'<p class="mo-subtle mo-end">{escape(_numbers(run))}</p>',
            width="content",
        )


def _about(run: Run) -> str:
    who = run["confirmed_by_name"] or run["planned_by_name"]
    by = f" · {who}" if who else ""
    happens = "purge" if run["action"] == "purge" else "to the trash"
    return f"{cleanup_words.classes(run)} · {happens}{by}"


def _numbers(run: Run) -> str:
    if not run["started_at"]:
        size = words.size(run["bytes"] - run["excluded_bytes"])
        return f"{words.plural(run['count'] - run['excluded'], 'item')}, {size}"
    told = [f"{words.number(run['done'])} done"]
    told += [f"{words.number(run['skipped'])} skipped"] if run["skipped"] else []
    told += [f"{words.number(run['failed'])} failed"] if run["failed"] else []
    told += [f"{words.number(run['planned'])} not done"] if run["planned"] else []
    return ", ".join(told)
