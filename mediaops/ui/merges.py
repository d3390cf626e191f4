"""What was merged, newest first, and taking a merge back."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import streamlit as st

from mediaops.cleanup import duplicates
from mediaops.ui import copies, look, pictures, viewer, words
from mediaops.ui.places import link_to_asset

AT_FIRST: Final = 20
MOST: Final = 200
SHOWN: Final = "_merges-shown"


def show() -> None:
    """The list."""
    limit = int(st.session_state.get(SHOWN, AT_FIRST))
    client = viewer.client()
    found = duplicates.merges(client, limit=limit)
    if not found:
        look.empty(
            "merge",
            "Nothing was merged yet",
            "Duplicates shows copies side by side; merges made there are listed here.",
        )
        return
    paths = [merge["keep"]["thumb_path"] for merge in found if merge["keep"]]
    signed = pictures.urls(client, viewer.person().user_id, paths)
    for merge in found:
        _merge(merge, signed)
    if len(found) == limit and limit < MOST:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.button("Show more", icon=":material/expand_more:", on_click=_further)


def _further() -> None:
    st.session_state[SHOWN] = min(MOST, int(st.session_state.get(SHOWN, AT_FIRST)) * 2)


def _merge(merge: dict[str, Any], signed: dict[str, str]) -> None:
    keep = merge["keep"]
    with st.container(
        horizontal=True,
        vertical_alignment="center",
        gap="small",
        border=True,
        key=f"mo-merge-{merge['merge']}",
    ):
        with st.container(width=72):
            st.html(copies.thumb(keep, signed) if keep else '<div class="mo-thumb mo-none"></div>')
        with st.container(gap="xxsmall"):
            if keep:
                link_to_asset(keep["id"], look.plain(copies.name(keep)))
            else:
                st.html('<p class="mo-subtle">The asset that was kept is gone.</p>')
            st.html(f'<p class="mo-subtle">{escape(told(merge, st.context.timezone))}</p>')
        if merge["undoable"] and st.button("Undo", icon=":material/undo:", key=f"undo-{merge['merge']}"):
            st.session_state.pop("_unmerged", None)
            undo_dialog(merge)


def told(merge: dict[str, Any], zone: str | None = None) -> str:
    """``2 copies merged into it by Nora, 3 Mar 2026, 14:05``, and whether that stands."""
    by = merge["merged_by_name"] or "someone who left"
    many = words.plural(len(merge["others"]), "copy", "copies")
    said = f"{many} merged into it by {by}, {words.when(merge['merged_at'], zone)}"
    if merge["undone_at"]:
        return f"{said}; taken back {words.when(merge['undone_at'], zone)}"
    return said if merge["undoable"] else f"{said}; the copies are removed for good"


@st.dialog("Take a merge back", on_dismiss="rerun", icon=":material/undo:")
@viewer.part
def undo_dialog(merge: dict[str, Any]) -> None:
    """What comes back, then one outcome for each copy."""
    if (done := st.session_state.get("_unmerged")) is not None:
        look.outcomes(done["assets"], {}, "back in the library")
        if st.button("Done", type="primary", key="undo-done"):
            st.rerun(scope="app")
        return
    st.write(
        f"{words.plural(len(merge['others']), 'copy comes', 'copies come')} back from the trash with the"
        " links, alt texts, readings and replies that were moved. What was changed since then stays as it is."
    )
    if st.button("Take it back", type="primary", key="undo-go"):
        st.session_state["_unmerged"] = duplicates.undo(viewer.client(), merge["merge"])
        st.rerun(scope="fragment")
