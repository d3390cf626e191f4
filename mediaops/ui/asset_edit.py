"""Title and alt text of an asset, safe against a colleague who edits the same."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from mediaops.errors import Conflict
from mediaops.library import assets
from mediaops.library.models import AssetDetail, AssetRecord
from mediaops.ui import look, viewer


@dataclass
class _Draft:
    """What the person saw when they began to type: the next run of the page must not move it on."""

    version: str
    title: str
    alt_text: str
    problem: str = ""


def form(detail: AssetDetail) -> None:
    """Draw the form; saving reruns the page."""
    asset = detail["asset"]
    draft = _draft(detail)
    names = _keys(asset["id"])
    changeable = asset["state"] == "ready"
    # Always there, so that the form below keeps its place on the page.
    with st.container():
        if draft.problem:
            _conflict(detail, draft)
    with st.form(f"edit-{asset['id']}", border=False):
        st.text_input(
            "Title",
            key=names[0],
            max_chars=300,
            placeholder=asset["original_name"],
            disabled=not changeable,
        )
        st.text_area(
            "Alt text",
            key=names[1],
            max_chars=1000,
            height=90,
            placeholder="What it shows, for people who can't see it",
            disabled=not changeable,
        )
        if st.form_submit_button("Save", icon=":material/check:", disabled=not changeable):
            _save(asset["id"], draft)


def _keys(asset: str) -> tuple[str, str]:
    return f"title-{asset}", f"alt-{asset}"


def _draft(detail: AssetDetail) -> _Draft:
    asset = detail["asset"]
    draft: _Draft | None = st.session_state.get(f"_draft-{asset['id']}")
    if draft is None or _keys(asset["id"])[0] not in st.session_state:
        draft = _start_over(asset, detail["version"])
    elif draft.version != detail["version"] and not draft.problem and _untouched(draft, asset["id"]):
        # A colleague saved, and nobody types here: follow along.
        draft = _start_over(asset, detail["version"])
    return draft


def _untouched(draft: _Draft, asset: str) -> bool:
    title_key, alt_key = _keys(asset)
    return (st.session_state[title_key], st.session_state[alt_key]) == (draft.title, draft.alt_text)


def _start_over(asset: AssetRecord, version: str) -> _Draft:
    title_key, alt_key = _keys(asset["id"])
    st.session_state[title_key], st.session_state[alt_key] = asset["title"], asset["alt_text"]
    draft = _Draft(version, asset["title"], asset["alt_text"])
    st.session_state[f"_draft-{asset['id']}"] = draft
    return draft


def _save(asset: str, draft: _Draft) -> None:
    title_key, alt_key = _keys(asset)
    title, alt_text = st.session_state[title_key].strip(), st.session_state[alt_key].strip()
    try:
        version = assets.edit(viewer.client(), asset, title, alt_text, draft.version)
    except Conflict as error:
        draft.problem = f"{error.message} {error.hint}" if error.code != "stale" else error.message
        st.rerun()
    st.session_state[f"_draft-{asset}"] = _Draft(version, title, alt_text)
    st.session_state["_said"] = "Saved."
    st.rerun()


def _conflict(detail: AssetDetail, draft: _Draft) -> None:
    """Someone else was faster: show theirs, keep what was typed, let the person choose."""
    asset = detail["asset"]
    st.warning(look.plain(f"Not saved: {draft.problem}"), icon=":material/edit_off:")
    look.facts([("Title now", asset["title"] or "–"), ("Alt text now", asset["alt_text"] or "–")])
    with st.container(horizontal=True, gap="small"):
        if st.button("Save mine over it", key="edit-mine"):
            mine = _Draft(detail["version"], asset["title"], asset["alt_text"])
            st.session_state[f"_draft-{asset['id']}"] = mine
            _save(asset["id"], mine)
        if st.button("Take theirs", key="edit-theirs"):
            draft.problem = ""
            st.session_state.pop(_keys(asset["id"])[0], None)
            st.rerun()
